import {
  type CarveResult,
  checkpointTimes,
  copyAnomalies,
  diffSnapshots,
  type Lineage,
  lineages,
  openRepository,
  type Repository,
  type RepositoryChange,
  remainAnomalies,
} from '../cim/index.ts';
import { type NotRead, NotReadTally } from '../intake/index.ts';
import {
  type Checkpoint,
  hiddenObjects,
  type ObjectEvent,
  repositoryEvents,
  SUBSCRIPTION_CLASSES,
} from '../objects/index.ts';
import { placeName, type RepositorySummary } from '../report/index.ts';
import { type Anomaly, anomalyIn, type CoverageCount, type Instant, type Source } from '../windows/index.ts';
import { coverageOfObjects, type ReadAtRest } from './at-rest.ts';
import type { HostsOfFolders } from './hosts-of-folders.ts';
import type { KeptEvidence } from './kept-evidence.ts';
import { repositoryHost } from './repository-host.ts';
import { repositorySummary } from './repository-summary.ts';

/** One folder of repository files. */
export interface FoundFiles {
  readonly files: readonly KeptEvidence[];
  /** Of its OBJECTS.DATA, or of what there is instead. */
  readonly source: Source;
  readonly repository: Repository;
}

/** What is left of objects without their content, told once the names of that host's subscriptions are known (SETTLED D6). */
export interface RepositoryRemains {
  readonly computer: string;
  tell(names: readonly string[]): readonly Anomaly[];
}

export interface ReadRepositories extends ReadAtRest {
  readonly rows: readonly CoverageCount[];
  readonly summaries: readonly RepositorySummary[];
  readonly remains: readonly RepositoryRemains[];
}

/** Reads each folder of repository files as one repository, and copies of one machine's as one lineage (SETTLED D5). */
export function readRepositories(
  kept: readonly KeptEvidence[],
  hosts: HostsOfFolders,
  options: { readonly carve: boolean },
): ReadRepositories {
  const events: ObjectEvent[] = [];
  const rows: CoverageCount[] = [];
  const summaries: RepositorySummary[] = [];
  const remains: RepositoryRemains[] = [];
  const differing: Anomaly[] = [];
  let hiddenOmitted = 0;
  const { folders, alone } = repositoryFolders(kept);
  const opened = folders.map((files): FoundFiles & { readonly isBackup: boolean } => {
    const repository = openRepository(
      files.map(({ name, file, modified }) => ({
        name,
        bytes: file.bytes,
        ...(modified === undefined ? {} : { modified }),
        read: (into, position) => file.read(into, position),
      })),
    );
    const source = objectsOf(files).source;
    return { files, source, repository, isBackup: isBackupFolder(source) };
  });
  for (const lineage of lineages(opened)) {
    const checkpoints = checkpointsOf(lineage, opened);
    for (const one of differingCopies(lineage, opened)) differing.push(one);
    const newest = opened[lineage.checkpoints.at(-1)?.repository ?? 0];
    if (newest === undefined) continue;
    const { computer, hostBy, latestMs } = repositoryHost(newest, hosts);
    const hidden = hiddenObjects(newest.repository.current, historyOf(lineage));
    hiddenOmitted += hidden.omitted;
    // What was gone before a shadow copy was made may lie in its free pages alone.
    const carved = options.carve ? carvedCopies(lineage, opened) : [];
    for (const { copy, found } of carved) remains.push(remainsOf(copy, found, computer));
    // A copy without times that lies beside the logs was taken with them; of any other nobody knows how old it is.
    const isDated = hostBy === 'logs' || checkpoints.at(-1)?.time !== undefined;
    // A page, a map or a record that cannot be read may hold what seems to be gone.
    const isWhole = (): boolean => newest.repository.anomalies().every(({ level }) => level === 'note');
    const told = repositoryEvents({
      checkpoints,
      differing: lineage.differing.map(({ copy }) => checkpointOf(copy, undefined, opened)),
      carved,
      computer,
      orderMs: latestMs,
      provesAbsence: () => !lineage.isBackup && isDated && hostBy !== 'nothing' && isWhole(),
      hidden: hidden.objects,
    });
    // Not spread: a list of arguments has its end at some 120,000.
    for (const event of told) events.push(event);
    for (const row of coverageOfObjects(newest.source, told)) rows.push(row);
    summaries.push(repositorySummary({ ...newest, computer, hostBy, checkpoints }, hosts.table));
  }
  return {
    events,
    rows,
    summaries,
    remains,
    anomalies: [...opened.flatMap(anomaliesOf), ...differing],
    notRead: alone,
    evicted: { hiddenObjects: hiddenOmitted },
  };
}

/** What changed from each checkpoint of a lineage to the next, whichever copy holds them. */
function historyOf({ checkpoints }: Lineage): readonly RepositoryChange[] {
  return checkpoints.slice(1).flatMap(({ snapshot }, i) => {
    const before = checkpoints[i]?.snapshot;
    return before === undefined ? [] : diffSnapshots(before, snapshot);
  });
}

/** Each copy of a lineage with what lies beside its index, and the newest checkpoint that only it may have written. */
function carvedCopies(
  { checkpoints }: Lineage,
  opened: readonly FoundFiles[],
): readonly { readonly at: number; readonly copy: FoundFiles; readonly found: CarveResult }[] {
  const newestOf = new Map(checkpoints.map(({ repository }, at) => [repository, at]));
  return [...newestOf].flatMap(([number, at]) => {
    const copy = opened[number];
    return copy === undefined ? [] : [{ at, copy, found: copy.repository.carve(SUBSCRIPTION_CLASSES) }];
  });
}

function remainsOf(
  { repository, files, source }: FoundFiles,
  carved: CarveResult,
  computer: string,
): RepositoryRemains {
  const wanted = new Set(SUBSCRIPTION_CLASSES.flatMap((name) => [...repository.current.closureOf(name)]));
  const fileNames = { index: 'INDEX.BTR', objects: 'OBJECTS.DATA' };
  return {
    computer,
    tell: (names) =>
      remainAnomalies(carved, fileNames, ({ classHash }) => wanted.has(classHash), {
        layout: repository.layout,
        names,
      }).map(({ file, container: _, ...anomaly }) => {
        const named = files.find(({ name }) => name.toUpperCase() === file);
        return anomalyIn(named?.source ?? source, anomaly);
      }),
  };
}

function checkpointsOf(lineage: Lineage, opened: readonly FoundFiles[]): readonly Checkpoint[] {
  const times = checkpointTimes(lineage.checkpoints);
  return lineage.checkpoints.map((checkpoint, at) => checkpointOf(checkpoint, times[at], opened));
}

function checkpointOf(
  { repository, snapshot }: Lineage['checkpoints'][number],
  time: Instant | undefined,
  opened: readonly FoundFiles[],
): Checkpoint {
  return { snapshot, time, fileOf: (name) => fileOf(opened[repository]?.files ?? [], name) };
}

/** Two copies of one generation that are not equal: one of them is not what Windows wrote (SETTLED D5). */
function differingCopies({ differing }: Lineage, opened: readonly FoundFiles[]): readonly Anomaly[] {
  return differing.flatMap(({ checkpoint, copy }) => {
    const [kept, other] = [opened[checkpoint.repository], opened[copy.repository]];
    if (kept === undefined || other === undefined) return [];
    return copyAnomalies(diffSnapshots(checkpoint.snapshot, copy.snapshot), {
      file: other.source.file,
      generation: copy.generation,
      kept: placeName(kept.source),
    }).map(({ file: _, ...anomaly }) => anomalyIn(other.source, anomaly));
  });
}

function fileOf(files: readonly KeptEvidence[], name: string): { readonly source: Source; readonly bytes: number } {
  const wanted = name.toUpperCase();
  const found = files.find((one) => one.name.toUpperCase() === wanted) ?? objectsOf(files);
  return { source: found.source, bytes: found.file.bytes };
}

function objectsOf(files: readonly KeptEvidence[]): KeptEvidence {
  const found = files.find(({ name }) => name.toUpperCase() === 'OBJECTS.DATA') ?? files[0];
  if (found === undefined) throw new RangeError('a repository has files');
  return found;
}

function anomaliesOf({ repository, files, source }: FoundFiles): readonly Anomaly[] {
  return repository.anomalies().map(({ file, container: _, ...anomaly }) => {
    const named = files.find(({ name }) => name === file);
    return anomalyIn(named?.source ?? source, anomaly);
  });
}

/** A folder, or a folder of an archive, without one of these holds no repository. */
const NEEDED = /^(?:OBJECTS\.DATA|INDEX\.BTR|CIM\.REP)$/i;

/** The files of each repository: those of one folder, in order of their places; and what stands alone. */
function repositoryFolders(kept: readonly KeptEvidence[]): {
  readonly folders: readonly (readonly KeptEvidence[])[];
  readonly alone: readonly NotRead[];
} {
  const folders = new Map<string, KeptEvidence[]>();
  for (const one of kept) {
    if (one.role !== 'repository') continue;
    const key = folderOf(one.source);
    const list = folders.get(key);
    if (list === undefined) folders.set(key, [one]);
    else list.push(one);
  }
  const sorted = [...folders].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, files]) => files);
  const alone = new NotReadTally();
  for (const files of sorted) {
    if (files.some(({ name }) => NEEDED.test(name))) continue;
    for (const { source, file } of files) alone.add('wmi repository', source, file.bytes);
  }
  return { folders: sorted.filter((files) => files.some(({ name }) => NEEDED.test(name))), alone: alone.list() };
}

/** The containers of a file and its folder in the innermost one, as one text. */
function folderOf({ file, container = [] }: Source): string {
  const levels = [file, ...container];
  const last = levels.pop() ?? '';
  return [...levels, last.slice(0, Math.max(last.lastIndexOf('/'), last.lastIndexOf('\\'), 0))].join('\u0000');
}

/** `Repository.001` is left by a rebuild (SETTLED D5). */
function isBackupFolder({ file, container }: Source): boolean {
  return /(?:^|[\\/])Repository(?:\.\d{3}|_bak)[\\/][^\\/]*$/i.test(container?.at(-1) ?? file);
}
