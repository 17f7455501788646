import { openRepository, type Repository } from '../cim/index.ts';
import { HostTable } from '../entities/index.ts';
import {
  type Checkpoint,
  hiddenObjects,
  type ObjectEvent,
  repositoryEvents,
  SUBSCRIPTION_CLASSES,
} from '../objects/index.ts';
import {
  type Anomaly,
  anomalyIn,
  type CoverageCount,
  type Instant,
  REPOSITORY,
  type Source,
} from '../windows/index.ts';
import { checkpointsOf } from './checkpoints.ts';
import type { KeptEvidence } from './kept-evidence.ts';
import { RepositoryHosts } from './repository-host.ts';

/** What repositories and audits came to. */
export interface AtRest {
  /** In order of time. */
  readonly events: readonly ObjectEvent[];
  /** One row for each repository and audit: they are evidence of their hosts like any log. */
  readonly coverage: readonly CoverageCount[];
  readonly repositories: readonly RepositoryRead[];
  readonly anomalies: readonly Anomaly[];
}

/** One repository that was read. */
export interface RepositoryRead {
  /** Of its OBJECTS.DATA, or of what there is instead. */
  readonly source: Source;
  /** Name of the host; `repository:` and digits where nothing tells it (SETTLED D2). */
  readonly computer: string;
  /** What told it. */
  readonly hostBy: 'logs' | 'policy session' | 'nothing';
  readonly repository: Repository;
  /** Its generations, oldest first. */
  readonly checkpoints: readonly Checkpoint[];
}

/** Reads what lies at rest beside the logs: each folder of repository files is one repository. */
export function readAtRest(
  kept: readonly KeptEvidence[],
  coverage: readonly CoverageCount[],
  options: { readonly carve: boolean },
): AtRest {
  const hosts = HostTable.from(coverage);
  const namer = new RepositoryHosts(coverage, hosts);
  const events: ObjectEvent[] = [];
  const repositories: RepositoryRead[] = [];
  const anomalies: Anomaly[] = [];
  const rows: CoverageCount[] = [];
  for (const files of repositoriesOf(kept)) {
    const repository = openRepository(files.map(({ name, file, modified }) => repositoryFile(name, file, modified)));
    const [head] = files;
    if (head === undefined) continue;
    const objects = files.find(({ name }) => name.toUpperCase() === 'OBJECTS.DATA');
    const source = (objects ?? head).source;
    const { computer, hostBy, latestMs } = namer.hostOf(source, repository.current, objects?.file);
    const checkpoints = checkpointsOf(repository, files);
    const told = repositoryEvents({
      checkpoints,
      carved: options.carve ? repository.carve(SUBSCRIPTION_CLASSES) : undefined,
      computer,
      orderMs: latestMs,
      hidden: hiddenObjects(repository.current).objects,
      provesAbsence: repository.current.info.readBy === 'map' && repository.current.info.indexMismatches === 0,
    });
    events.push(...told);
    repositories.push({ source, computer, hostBy, repository, checkpoints });
    rows.push(coverageOf(source, computer, told));
    for (const { file, ...anomaly } of repository.anomalies()) {
      const named = files.find(({ name }) => name === file);
      anomalies.push(anomalyIn(named?.source ?? source, anomaly));
    }
  }
  events.sort((a, b) => a.timeMs - b.timeMs || a.timeTicks - b.timeTicks);
  return { events, coverage: rows, repositories, anomalies };
}

/** Objects that are told of; their times are no times of records. */
function coverageOf(source: Source, computer: string, events: readonly ObjectEvent[]): CoverageCount {
  return {
    source,
    computer,
    channel: REPOSITORY,
    provider: REPOSITORY,
    eventId: 0,
    recordClass: 'live',
    count: events.filter(({ sight }) => sight !== undefined).length,
    misdated: 0,
    isText: true,
  };
}

function repositoryFile(
  name: string,
  file: KeptEvidence['file'],
  modified: Instant | undefined,
): {
  readonly name: string;
  readonly bytes: number;
  readonly modified?: Instant;
  read(into: Uint8Array, position: number): number;
} {
  return {
    name,
    bytes: file.bytes,
    ...(modified === undefined ? {} : { modified }),
    read: (into, position) => file.read(into, position),
  };
}

/** A folder, or a folder of an archive, without one of these holds no repository. */
const NEEDED = /^(?:OBJECTS\.DATA|INDEX\.BTR|CIM\.REP)$/i;

/** The files of each repository: those of one folder, in order of their places. */
function repositoriesOf(kept: readonly KeptEvidence[]): readonly (readonly KeptEvidence[])[] {
  const folders = new Map<string, KeptEvidence[]>();
  for (const one of kept) {
    if (one.role !== 'repository') continue;
    const key = folderOf(one.source);
    const list = folders.get(key);
    if (list === undefined) folders.set(key, [one]);
    else list.push(one);
  }
  return [...folders]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, files]) => files)
    .filter((files) => files.some(({ name }) => NEEDED.test(name)));
}

/** The containers of a file and its folder in the innermost one, as one text. */
function folderOf({ file, container = [] }: Source): string {
  const levels = [file, ...container];
  const last = levels.pop() ?? '';
  return [...levels, last.slice(0, Math.max(last.lastIndexOf('/'), last.lastIndexOf('\\'), 0))].join('\u0000');
}
