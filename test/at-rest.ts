import { Engine, type EngineResult } from '../src/analytics/index.ts';
import { type AtRest, readAtRest } from '../src/hunt/at-rest.ts';
import type { KeptEvidence } from '../src/hunt/kept-evidence.ts';
import type { Dossier, LifecycleStep } from '../src/subscriptions/index.ts';
import { type Event, type Evidence, type Instant, parseTime } from '../src/windows/index.ts';
import type { Generation, RepositoryFiles, RepositoryWriter } from '../testkit/cim/index.ts';
import type { EventModel } from '../testkit/index.ts';
import { coverageOf, madeEvents } from './made-event.ts';

/** Folder of the collection of which the logs of these tests are, and its host. */
export const COLLECTED = 'case/SRV-02';
export const COMPUTER = 'SRV-02.corp.example.com';
export const HOST = 'srv-02.corp.example.com';

/** One morning on that host. */
export function at(time: string): { computer: string; time: string } {
  return { computer: COMPUTER, time: `2026-03-12T${time}Z` };
}

/** A file that was kept, in memory; `place` may lead into an archive: `case.zip!/folder/name`. */
export function kept(
  place: string,
  bytes: Uint8Array,
  role: KeptEvidence['role'] = 'repository',
  modified?: Instant,
): KeptEvidence {
  const [file = '', ...container] = place.split('!/');
  return {
    source: container.length === 0 ? { file } : { file, container },
    input: 0,
    role,
    name: place.replace(/^.*[\\/]/s, ''),
    file: {
      bytes: bytes.length,
      read: (into, position) => {
        const part = bytes.subarray(position, position + into.length);
        into.set(part);
        return part.length;
      },
    },
    modified,
  };
}

export interface CopyOptions {
  readonly folder?: string;
  /** Times of day of the last generations, oldest first; without them the copy has none. */
  readonly times?: readonly string[];
  /** In place of the files that the writer has now. */
  readonly files?: RepositoryFiles;
}

/** A copy of a repository, as a collection holds it. */
export function copyOf(repository: RepositoryWriter, options: CopyOptions = {}): readonly KeptEvidence[] {
  const { folder = `${COLLECTED}/Repository`, times, files = repository.files() } = options;
  const dated = repository.generations.slice(-(times?.length ?? 0));
  return [...files].map(([name, bytes]) => {
    const time = times?.[dated.findIndex(({ mapFile }: Generation) => mapFile === name)];
    return kept(
      `${folder}/${name}`,
      bytes,
      'repository',
      time === undefined ? undefined : parseTime(`2026-03-12T${time}Z`),
    );
  });
}

/** Events of the logs that were collected beside. */
export function logged(models: readonly EventModel[], file = `${COLLECTED}/logs/made.evtx`): readonly Event[] {
  return madeEvents(models, file);
}

export function readKept(
  files: readonly KeptEvidence[],
  logs: readonly Event[] = [],
  options: { readonly carve?: boolean } = {},
): AtRest {
  return readAtRest(files, [], coverageOf(logs), { carve: options.carve ?? true });
}

/** Whether objects come in order of time with the records, before them all or behind. */
export type Feeding = 'by time' | 'objects first' | 'objects last' | 'backwards';

export interface Hunted {
  readonly atRest: AtRest;
  readonly result: EngineResult;
}

/** What a hunt over these files and logs comes to. */
export function hunted(
  files: readonly KeptEvidence[],
  logs: readonly Event[] = [],
  options: { readonly carve?: boolean; readonly feeding?: Feeding } = {},
): Hunted {
  const atRest = readKept(files, logs, options);
  const engine = new Engine({ coverage: [...coverageOf(logs), ...atRest.coverage] });
  for (const event of inFeeding(logs, atRest.events, options.feeding ?? 'by time')) engine.accept(event);
  return { atRest, result: engine.finish() };
}

function inFeeding(logs: readonly Event[], objects: readonly Event[], feeding: Feeding): readonly Event[] {
  if (feeding === 'objects first') return [...objects, ...logs];
  if (feeding === 'objects last') return [...logs, ...objects];
  if (feeding === 'backwards') return [...logs, ...objects.toReversed()];
  return [...logs, ...objects].sort((a, b) => a.timeMs - b.timeMs || a.timeTicks - b.timeTicks);
}

/** The dossiers of a hunt but for that of every Windows. */
export function dossiersOf({ result }: Hunted): readonly Dossier[] {
  return result.dossiers.filter(({ filter }) => filter.name !== 'SCM Event Log Filter');
}

/** The only one of them. */
export function onlyDossierOf(hunt: Hunted): Dossier {
  const dossiers = dossiersOf(hunt);
  const [dossier] = dossiers;
  if (dossier === undefined || dossiers.length !== 1) throw new Error(`${dossiers.length} dossiers`);
  return dossier;
}

/** `09:00..10:00 appeared filter inferred g3..4` */
export function stepLine({ step, time, strength, part, notBefore, generations }: LifecycleStep): string {
  const clock = (text: string): string => text.slice(11, 16);
  const when = typeof time === 'string' ? clock(time) : `${clock(time[0])}..${clock(time[1])}`;
  return [
    notBefore === true ? `>=${when}` : when,
    step,
    ...(part === undefined ? [] : [part]),
    strength,
    ...(generations === undefined ? [] : [`g${generations.join('..')}`]),
  ].join(' ');
}

export function lives({ lifecycle }: Dossier): readonly string[] {
  return lifecycle.map(stepLine);
}

/** Label and generation of what is cited of a repository. */
export function placesOf(evidence: readonly Evidence[]): readonly string[] {
  return evidence.flatMap(({ repository }) =>
    repository === undefined ? [] : [`${repository.label} ${repository.generation ?? '-'}`],
  );
}

/** Analytics that say something of anything but what every Windows has. */
export function analyticsOf({ result }: Hunted): readonly string[] {
  return [...new Set(result.findings.map(({ analytic }) => analytic))].sort();
}
