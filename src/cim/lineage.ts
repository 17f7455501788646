import type { Anomaly, Instant } from '../windows/index.ts';
import { RepositoryAnomalies } from './anomalies.ts';
import { diffSnapshots, type RepositoryChange } from './diff.ts';
import { instanceSequence } from './instance-record.ts';
import { isEqualMap, type MapFile } from './mapping.ts';
import type { Repository } from './repository.ts';
import type { Snapshot } from './snapshot.ts';

/** One of several repositories of the same evidence. */
export interface OpenedRepository {
  readonly repository: Repository;
  /** True for `Repository.001` and its like, which a rebuild left: never proof that something was deleted (SETTLED D5). */
  readonly isBackup: boolean;
}

/** One generation of one of the repositories. */
export interface Checkpoint {
  /** The place of its repository in the list that was given. */
  readonly repository: number;
  readonly generation: number;
  readonly version: number;
  /** Absent where no map was usable. */
  readonly map?: string;
  /** When its map was last written, as the collection says: see `checkpointTimes`. */
  readonly modified?: Instant;
  readonly snapshot: Snapshot;
}

/** The repository of one machine over time, of one copy or several. */
export interface Lineage {
  readonly isBackup: boolean;
  /** Oldest first, each generation once. What one has and the next has not was deleted in between. */
  readonly checkpoints: readonly Checkpoint[];
  /** Copies of a checkpoint under the same map whose content differs all the same: one of them was torn or edited. */
  readonly differing: readonly { readonly checkpoint: Checkpoint; readonly copy: Checkpoint }[];
}

/** FILETIME units of a day: an image is built within hours. */
const DAY = 864_000_000_000n;
const SYSTEM = '__SystemClass';
const EVENTING = /^__(?:EventFilter|FilterToConsumerBinding)$|EventConsumer$|TimerInstruction$/i;

/**
 * True when two repositories are copies of one machine's (SETTLED D5): the classes of `__SystemClass` bear the same timestamps,
 * and both were used by one installation. Timestamps alone do not tell, because they come with the image: every
 * Server 2022 has those of 2021-05-08. So `__CIMOMIdentification` must be of the same run of the service, or both must hold
 * an object that was written in one run since. Clones of a machine that ran are not told apart.
 */
export function sameLineage(a: Repository | Snapshot, b: Repository | Snapshot): boolean {
  const [x, y] = [snapshotOf(a), snapshotOf(b)];
  const stamps = systemStamps(x);
  let common = 0;
  let newest = 0n;
  for (const [name, stamp] of systemStamps(y)) {
    const other = stamps.get(name);
    if (other === undefined) continue;
    if (other !== stamp) return false;
    common++;
    if (stamp > newest) newest = stamp;
  }
  if (common === 0) return false;
  const [one, two] = [identitySequence(x), identitySequence(y)];
  if (one !== undefined && one === two) return true;
  const isKnown = one !== undefined && two !== undefined;
  const since = isKnown ? (one < two ? one : two) : newest + DAY;
  const written = sequencesSince(x, since);
  const others = sequencesSince(y, since);
  if (!isKnown && (written.size === 0 || others.size === 0)) return true;
  for (const sequence of others) if (written.has(sequence)) return true;
  return false;
}

/**
 * The lineages of several repositories, in the order of their first repository: copies of one machine's are one, by generation; a
 * backup is one of its own, together with equal copies of itself. A copy that has another map under the number of a
 * generation went another way, as after a machine was set back, and is a lineage of its own too.
 */
export function lineages(opened: readonly OpenedRepository[]): readonly Lineage[] {
  const found: Growing[] = [];
  for (const [number, { repository, isBackup }] of opened.entries()) {
    const own = checkpointsOf(number, repository);
    const home = found.find((lineage) => lineage.takes(own, repository, isBackup));
    if (home !== undefined) home.add(own);
    else found.push(new Growing(own, isBackup));
  }
  return found.map((lineage) => lineage.settled());
}

/** What is told of two copies of one generation that differ, subscriptions first; nothing where they do not. */
export function copyAnomalies(
  changes: readonly RepositoryChange[],
  { file, ...numbers }: { readonly file: string; readonly generation: number; readonly kept: string },
): readonly Anomaly[] {
  const [first] = changes;
  if (first === undefined) return [];
  const told = changes.find(({ className }) => className !== undefined && EVENTING.test(className)) ?? first;
  const anomalies = new RepositoryAnomalies(1);
  const { namespace, path, className = 'the namespace itself' } = told;
  anomalies.add('copy', file, {
    ...numbers,
    count: changes.length,
    path: `${namespace.path ?? namespace.hash}:${path ?? className}`,
  });
  return anomalies.list();
}

interface MappedCheckpoint extends Checkpoint {
  /** Undefined where none was usable; then nothing says which generation it is. */
  readonly table: MapFile | undefined;
}

class Growing {
  readonly #isBackup: boolean;
  readonly #snapshot: Snapshot;
  readonly #checkpoints: MappedCheckpoint[];
  readonly #differing: { checkpoint: MappedCheckpoint; copy: MappedCheckpoint }[] = [];

  constructor(own: readonly MappedCheckpoint[], isBackup: boolean) {
    this.#isBackup = isBackup;
    this.#checkpoints = [...own];
    const [newest] = own;
    if (newest === undefined) throw new RangeError('a repository has a generation');
    this.#snapshot = newest.snapshot;
  }

  /** True when these belong to it. */
  takes(own: readonly MappedCheckpoint[], repository: Repository, isBackup: boolean): boolean {
    if (isBackup !== this.#isBackup) return false;
    if ([...own, ...this.#checkpoints].some(({ table }) => table === undefined)) return false;
    const pairs = own.flatMap((one) => {
      const known = this.#known(one);
      return known === undefined ? [] : [{ one, known }];
    });
    if (pairs.some(({ one, known }) => !isSameMap(one, known))) return false;
    if (isBackup && pairs.length === 0) return false;
    return sameLineage(this.#snapshot, repository);
  }

  #known(one: MappedCheckpoint): MappedCheckpoint | undefined {
    return this.#checkpoints.find((known) => known.version === one.version && known.generation === one.generation);
  }

  add(own: readonly MappedCheckpoint[]): void {
    for (const one of own) {
      const known = this.#known(one);
      if (known === undefined) this.#checkpoints.push(one);
      else if (diffSnapshots(known.snapshot, one.snapshot).length > 0) {
        // The copy whose pages agree better with the map stands for the generation.
        const isBetter = one.snapshot.info.indexMismatches < known.snapshot.info.indexMismatches;
        if (isBetter) this.#checkpoints[this.#checkpoints.indexOf(known)] = one;
        this.#differing.push(isBetter ? { checkpoint: one, copy: known } : { checkpoint: known, copy: one });
      } else if (known.modified === undefined && one.modified !== undefined) {
        this.#checkpoints[this.#checkpoints.indexOf(known)] = one;
      }
    }
  }

  settled(): Lineage {
    const sorted = this.#checkpoints.toSorted((a, b) => a.version - b.version || a.generation - b.generation);
    return {
      isBackup: this.#isBackup,
      checkpoints: sorted.map(plain),
      differing: this.#differing.map(({ checkpoint, copy }) => ({ checkpoint: plain(checkpoint), copy: plain(copy) })),
    };
  }
}

function plain({ table: _, ...checkpoint }: MappedCheckpoint): Checkpoint {
  return checkpoint;
}

function isSameMap(a: MappedCheckpoint, b: MappedCheckpoint): boolean {
  return a.table !== undefined && b.table !== undefined && isEqualMap(a.table, b.table);
}

function checkpointsOf(number: number, repository: Repository): MappedCheckpoint[] {
  return repository.generations().flatMap((info) => {
    const snapshot = repository.snapshotOf(info);
    if (snapshot === undefined) return [];
    const { id: generation, version, map, modified } = info;
    return {
      repository: number,
      generation,
      version,
      ...(map === undefined ? {} : { map }),
      ...(modified === undefined ? {} : { modified }),
      snapshot,
      table: repository.maps.find(({ file }) => file === map),
    };
  });
}

function snapshotOf(one: Repository | Snapshot): Snapshot {
  return 'current' in one ? one.current : one;
}

/** Timestamps of the system classes by the hash of their names. */
function systemStamps(snapshot: Snapshot): ReadonlyMap<string, bigint> {
  const namespaceHash = snapshot.hashOf(SYSTEM);
  const stamps = new Map<string, bigint>();
  for (const classHash of snapshot.catalogue.namespaces.get(namespaceHash)?.classes.keys() ?? []) {
    const found = snapshot.definitions.own(namespaceHash, classHash);
    if (found !== undefined && typeof found !== 'string') stamps.set(classHash, found.definition.timestamp);
  }
  return stamps;
}

/** The run of the service that wrote which Windows this is: the first one on this machine. */
export function identitySequence(snapshot: Snapshot): bigint | undefined {
  return snapshot.instances('root', '__CIMOMIdentification')[0]?.sequence;
}

function sequencesSince(snapshot: Snapshot, since: bigint): ReadonlySet<bigint> {
  const found = new Set<bigint>();
  for (const sequence of sequencesOf(snapshot)) if (sequence > since) found.add(sequence);
  return found;
}

/** The sequence of every instance of a snapshot, read from its record alone. */
export function* sequencesOf(snapshot: Snapshot): Generator<bigint> {
  for (const { instances } of snapshot.catalogue.namespaces.values()) {
    for (const list of instances.values()) {
      for (const locator of list.values()) {
        const record = snapshot.records.find(locator);
        const sequence = typeof record === 'string' ? undefined : instanceSequence(record.bytes, snapshot.info.layout);
        if (sequence !== undefined) yield sequence;
      }
    }
  }
}
