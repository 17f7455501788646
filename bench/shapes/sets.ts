import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LoggedEvent, SHAPE_WRITERS, seedEvents, type WireCall, zeekJson, zeekTsv } from '../../testkit/index.ts';
import { OUT, ROOT } from '../corpus.ts';
import { inflateMember, zipMembers } from '../zip-members.ts';

/** A file of one shape that is measured. */
export interface ShapeSet {
  readonly name: string;
  readonly shape: string;
  readonly path: string;
  readonly kind: 'jsonLines' | 'xml' | 'csv' | 'tsv' | 'other';
  readonly isReal: boolean;
}

/** Writers of the bench: each shape once, in the style that is met most. */
const STYLES: readonly (readonly [style: string, kind: ShapeSet['kind']])[] = [
  ['evtx_dump -o jsonl', 'jsonLines'],
  ['Velociraptor', 'jsonLines'],
  ['Winlogbeat 8', 'jsonLines'],
  ['Elastic Agent after the Sysmon pipeline', 'jsonLines'],
  ['Winlogbeat 6', 'jsonLines'],
  ['NXLog with parsed UserData', 'jsonLines'],
  ['flat TimeCreated', 'jsonLines'],
  ['Fluent Bit winevtlog', 'jsonLines'],
  ['Vector', 'jsonLines'],
  ['OpenTelemetry since March 2026, bodies as lines', 'jsonLines'],
  ['Sentinel SecurityEvent', 'jsonLines'],
  ['Sentinel WindowsEvent, EventData as text', 'jsonLines'],
  ['EvtxECmd JSON', 'jsonLines'],
  ['OpenWEC Json', 'jsonLines'],
  ['Splunk HEC, XML', 'jsonLines'],
  ['Splunk XmlWinEventLog', 'xml'],
  ['evtx_dump -o xml', 'xml'],
  ['EvtxECmd CSV', 'csv'],
  ['Splunk classic text', 'other'],
];

const FOLDER = join(OUT, 'shapes');

/** Some seconds of one host's calls, as Zeek saw them. */
function calls(count: number): readonly WireCall[] {
  const names = ['GetObject', 'ExecQuery', 'PutInstance', 'RemQueryInterface', 'NTLMLogin', 'EstablishPosition'];
  return Array.from({ length: count }, (_, i) => ({
    time: 1773308642918012n + BigInt(i) * 3137n,
    uid: `C${(i >> 4).toString(36).padStart(16, '0')}`,
    client: `10.20.4.${1 + (i % 200)}`,
    clientPort: 49152 + (i % 16000),
    server: '10.20.1.21',
    serverPort: 59570,
    endpoint: i % 6 < 3 ? 'IWbemServices' : 'IRemUnknown2',
    operation: names[i % names.length] ?? '',
  }));
}

function repeated(content: Buffer, bytes: number, headBytes = 0): Buffer {
  const body = content.subarray(headBytes);
  const times = Math.max(1, Math.round((bytes - headBytes) / body.length));
  return Buffer.concat([content.subarray(0, headBytes), ...Array<Buffer>(times).fill(body)]);
}

/** Generated sets: the whole seed case in each shape, repeated to some 24 MB. Made once. */
export function generatedSets(bytes: number): readonly ShapeSet[] {
  mkdirSync(FOLDER, { recursive: true });
  let events: readonly LoggedEvent[] | undefined;
  const sets: ShapeSet[] = [];
  for (const [style, kind] of STYLES) {
    const writer = SHAPE_WRITERS.find((item) => item.style === style);
    if (writer === undefined) throw new Error(`no writer for ${style}`);
    const path = join(FOLDER, `${style.replaceAll(/[^\w]+/g, '-')}.${writer.ending}`);
    if (!existsSync(path)) {
      events ??= seedEvents().flatMap((host) => host.events);
      const content = Buffer.from(writer.write(events.filter(({ model }) => writer.cannotCarry(model) === undefined)));
      const headBytes = kind === 'csv' ? content.indexOf('\n') + 1 : content.indexOf('{') === 3 ? 3 : 0;
      writeFileSync(path, repeated(content, bytes, headBytes));
    }
    sets.push({ name: style, shape: writer.shape, path, kind, isReal: false });
  }
  for (const [name, kind] of [
    ['Zeek TSV', 'tsv'],
    ['Zeek JSON', 'jsonLines'],
  ] as const) {
    const path = join(FOLDER, `${name.replaceAll(' ', '-')}.log`);
    if (!existsSync(path)) {
      const content = Buffer.from(kind === 'tsv' ? zeekTsv(calls(150_000)) : zeekJson(calls(100_000)));
      writeFileSync(path, content);
    }
    sets.push({ name, shape: 'zeek', path, kind, isReal: false });
  }
  return sets;
}

/** Archives of real captures in NXLog's and the flat layout, beside the checkout. */
const CAPTURES = ['json/otrf_empire_wmic_add_user.zip', 'negatives/otrf_runkeys_noise_80mb.zip'] as const;

/** Real captures, inflated; undefined entries are left out where there is no corpus. */
export function realSets(): readonly (ShapeSet & { readonly zip: string })[] {
  mkdirSync(FOLDER, { recursive: true });
  const sets: (ShapeSet & { readonly zip: string })[] = [];
  for (const capture of CAPTURES) {
    const zip = join(ROOT, '..', 'shared', 'corpus', 'dev', capture);
    if (!existsSync(zip)) continue;
    const name = capture.replace(/^.*\/|\.zip$/g, '');
    const path = join(FOLDER, `${name}.json`);
    if (!existsSync(path)) {
      writeFileSync(path, Buffer.concat(zipMembers(readFileSync(zip)).map((member) => inflateMember(member))));
    }
    sets.push({ name, shape: 'S6', path, kind: 'jsonLines', isReal: true, zip });
  }
  return sets;
}
