import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { plantedRepository, type RepositoryWriter, USER_SID } from '../../testkit/cim/index.ts';
import { collectorDocument, type DescribedSubscription } from '../../testkit/collector/index.ts';
import { type EventModel, type TarPart, wmi, type ZipPart } from '../../testkit/index.ts';
import { HostDay } from '../../testkit/sample/ordinary-day.ts';

/** One file of a host's evidence. */
export interface HostFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Whole seconds since 1970, which every form of archive keeps. */
  readonly modified: number;
}

export const COMPUTER = 'SRV-02.corp.example';
export const REPOSITORY = 'C/Windows/System32/wbem/Repository';
export const LOGS = 'C/Windows/System32/winevt/Logs';
/** Second generation of the repository: it holds the subscription, the first does not. */
export const BRACKET = ['2026-03-12T09:00:00.0000000Z', '2026-03-12T09:30:00.0000000Z'] as const;
export const QUERY = "SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName = 'procexp64.exe'";
export const COMMAND = 'powershell.exe -NoProfile -EncodedCommand dwBoAG8AYQBtAGkA';

const at = (time: string): number => Date.parse(time) / 1000;

/** The files of a repository, each map as old as its generation: one every half hour from nine. */
export function repositoryFiles(repository: RepositoryWriter, folder: string = REPOSITORY): HostFile[] {
  const written = new Map(
    repository.generations.map(({ mapFile }, index) => [mapFile, at('2026-03-12T09:00:00Z') + index * 1800]),
  );
  const newest = Math.max(...written.values());
  return [...repository.files()].map(([name, bytes]) => ({
    path: `${folder}/${name}`,
    bytes,
    modified: written.get(name) ?? newest,
  }));
}

/** The log of WMI-Activity of that host, with the 5861 of the subscription between the two generations. */
export function wmiLog(...others: readonly EventModel[]): Uint8Array {
  const day = new HostDay({ computer: COMPUTER, address: '10.20.1.23', firstIds: { wmi: 1n, system: 1n } }, 5);
  day.wmiNoise(20, 6, 12);
  day.add(
    'wmi',
    wmi.binding(
      { name: 'ProcessStartTrigger', query: QUERY, eventNamespace: 'root\\cimv2', creatorSid: USER_SID },
      {
        class: 'CommandLineEventConsumer',
        name: 'Launcher',
        properties: { CommandLineTemplate: COMMAND },
        creatorSid: USER_SID,
      },
      { computer: COMPUTER, time: day.at('09:14:30.1234567') },
    ),
    ...others,
  );
  const [file] = day.files();
  if (file === undefined) throw new Error('no log');
  return file[1];
}

/** What the collector writes on that host. */
export function audit(changes: Partial<DescribedSubscription> = {}): Uint8Array {
  const subscription: DescribedSubscription = {
    filter: 'ProcessStartTrigger',
    query: QUERY,
    eventNamespace: 'root\\cimv2',
    consumer: 'Launcher',
    consumerClass: 'CommandLineEventConsumer',
    properties: { CommandLineTemplate: COMMAND, RunInteractively: false },
    creator: USER_SID,
    ...changes,
  };
  return Buffer.from(
    JSON.stringify(
      collectorDocument({
        name: 'SRV-02',
        domain: 'corp.example',
        namespaces: [{ path: 'root' }, { path: 'root\\subscription', subscriptions: [subscription] }],
      }),
    ),
  );
}

/** A host of which all was collected that a hunt reads, and some of what it does not. */
export function plantedHost(): readonly HostFile[] {
  const { repository } = plantedRepository({ seed: 5, plainClasses: 5 });
  const modified = at('2026-03-12T10:30:00Z');
  return [
    { path: `${LOGS}/Microsoft-Windows-WMI-Activity%4Operational.evtx`, bytes: wmiLog(), modified },
    ...repositoryFiles(repository),
    { path: 'triad-audit.json', bytes: audit(), modified },
    { path: 'C/Users/bob/notes.bin', bytes: Buffer.from('of no use \u0000\u0001'), modified },
  ];
}

/** The files in a folder, as old as they are. */
export function writeFiles(folder: string, files: readonly HostFile[]): string {
  for (const { path, bytes, modified } of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    utimesSync(file, modified, modified);
  }
  return folder;
}

export function tarParts(files: readonly HostFile[]): readonly TarPart[] {
  return files.map(({ path, bytes, modified }) => ({ name: path, bytes, style: 'pax', modified: String(modified) }));
}

/** With the extended timestamp, which the zips of Unix and of 7-Zip have (APPNOTE 4.6). */
export function zipParts(files: readonly HostFile[]): readonly ZipPart[] {
  return files.map(({ path, bytes, modified }) => {
    const field = Buffer.alloc(5);
    field[0] = 1;
    field.writeInt32LE(modified, 1);
    return { name: path, bytes, extra: [[0x5455, field]] };
  });
}
