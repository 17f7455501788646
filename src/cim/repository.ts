import type { Anomaly, Instant } from '../windows/index.ts';
import { RepositoryAnomalies } from './anomalies.ts';
import { type CarveResult, Carver } from './carve.ts';
import type { Catalogue } from './catalogue.ts';
import type { CimClass, CimInstance, CimNamespace } from './cim-object.ts';
import { diffSnapshots, type RepositoryChange } from './diff.ts';
import type { Layout } from './format.ts';
import type { GenerationInfo } from './generation-info.ts';
import { catalogueCounts, IndexFile } from './index-source.ts';
import type { IndexWalk } from './index-walk.ts';
import { REPOSITORY_LIMITS, type RepositoryLimits } from './limits.ts';
import { fileLoneInstances, PhysicalRecords, readLoneObjects } from './lone-objects.ts';
import { isEqualMap, type MapFile, readMapFile, readMapPair } from './mapping.ts';
import { NameHasher } from './names.ts';
import { PageFile } from './pages.ts';
import { MappedRecords, type Records, ScannedRecords } from './records.ts';
import { bufferFile, type RepositoryFile, readBytes } from './repository-file.ts';
import { Snapshot } from './snapshot.ts';
import { unreadParts, unreadText } from './unread-parts.ts';

/** A usable mapping file, newest first. */
interface Candidate {
  readonly map: MapFile;
  readonly modified: Instant | undefined;
  walk?: IndexWalk;
  mismatches?: readonly number[];
  snapshot?: Snapshot;
}

/**
 * A WMI repository: the files of one `wbem\Repository` folder, in any case and as far as they are there. Nothing is
 * thrown for what they hold: see `anomalies()`.
 *
 *     const repository = openRepository([bufferFile('OBJECTS.DATA', bytes), …]);
 *     for (const { path } of repository.namespaces()) console.log(path);
 */
export function openRepository(
  files: readonly RepositoryFile[],
  limits: RepositoryLimits = REPOSITORY_LIMITS,
): Repository {
  return new Repository(files, limits);
}

export class Repository {
  readonly layout: Layout;
  /** The newest generation that is whole. */
  readonly current: Snapshot;
  readonly #limits: RepositoryLimits;
  readonly #anomalies: RepositoryAnomalies;
  readonly #hasher: NameHasher;
  readonly #objects: PageFile;
  readonly #index: IndexFile;
  readonly #candidates: readonly Candidate[];
  readonly #currentCandidate: Candidate | undefined;

  constructor(files: readonly RepositoryFile[], limits: RepositoryLimits) {
    const byName = new Map<string, RepositoryFile>();
    for (const file of files) {
      const name = file.name.toUpperCase();
      if ((byName.get(name)?.bytes ?? -1) < file.bytes) byName.set(name, file);
    }
    this.#limits = limits;
    this.#anomalies = new RepositoryAnomalies(limits.anomalies);
    const objects = byName.get('OBJECTS.DATA') ?? bufferFile('OBJECTS.DATA', new Uint8Array(0));
    const index = byName.get('INDEX.BTR') ?? bufferFile('INDEX.BTR', new Uint8Array(0));
    this.#objects = new PageFile(objects);
    this.#index = new IndexFile(new PageFile(index));
    this.#index.pages.keepWhole();
    if (byName.has('CIM.REP')) this.#anomalies.add('oldFormat', 'CIM.REP');
    this.#candidates = this.#readMaps(byName);
    const chosen = this.#choose();
    this.#currentCandidate = chosen;
    this.layout = chosen?.map.layout ?? this.#index.layout() ?? this.#loneLayout();
    this.#hasher = new NameHasher(this.layout);
    this.current = chosen === undefined ? this.#withoutMap() : this.#snapshot(chosen);
    if (this.#objects.count === 0) {
      const unread = unreadParts(this.current);
      const told = unread === undefined ? '' : ` ${unreadText(unread)}.`;
      this.#anomalies.add('noObjects', objects.name, { unread: told });
    }
    if (chosen !== undefined) this.#checkNamed(byName.get('MAPPING.VER'), chosen.map);
  }

  /** Every mapping file that can be read, by version and then by generation, newest first (CIM 2.5). */
  #readMaps(byName: ReadonlyMap<string, RepositoryFile>): Candidate[] {
    const candidates: Candidate[] = [];
    for (const [name, file] of [...byName].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (!/^MAPPING\d\.MAP$/.test(name)) continue;
      const map = readMapFile(file);
      if (typeof map === 'string') this.#anomalies.add('mapping', file.name, { reason: map });
      else candidates.push({ map, modified: file.modified });
    }
    const objects = byName.get('OBJECTS.MAP');
    const index = byName.get('INDEX.MAP');
    if (candidates.length === 0 && objects !== undefined && index !== undefined) {
      const map = readMapPair(objects, index);
      if (typeof map === 'string') this.#anomalies.add('mapping', objects.name, { reason: map });
      else candidates.push({ map, modified: objects.modified });
    }
    candidates.sort((a, b) => b.map.version - a.map.version || b.map.generation - a.map.generation);
    return this.#withoutTwins(candidates);
  }

  /** XP writes its mapping file twice; two that differ under one number are told (CIM 11, 55). */
  #withoutTwins(candidates: readonly Candidate[]): Candidate[] {
    const kept: Candidate[] = [];
    for (const candidate of candidates) {
      const { map } = candidate;
      const twin = kept.find((one) => one.map.version === map.version && one.map.generation === map.generation);
      if (twin === undefined) kept.push(candidate);
      else if (!isEqualMap(twin.map, map)) {
        const { version, generation } = map;
        this.#anomalies.add('mappingTie', map.file, { version, generation, chosen: twin.map.file });
      }
    }
    return kept;
  }

  /** The newest generation whose index can be read without trouble; else the one with least (CIM 2.5). */
  #choose(): Candidate | undefined {
    if (this.#index.pages.count === 0) return undefined;
    let best: Candidate | undefined;
    for (const candidate of this.#candidates) {
      if (best !== undefined && hasSameTroubles(this.#walk(best), best.map, candidate.map)) continue;
      const walk = this.#walk(candidate);
      if (walk.catalogue.keys === 0) continue;
      if (best === undefined || walk.troubles.length < this.#walk(best).troubles.length) best = candidate;
      if (walk.troubles.length === 0) break;
    }
    const [newest] = this.#candidates;
    if (best !== undefined && newest !== undefined && best !== newest) {
      const { troubles } = this.#walk(newest);
      const reason =
        troubles.length === 0 ? 'its index has no keys' : `${troubles.length} pages of its index are broken`;
      this.#anomalies.add('fallback', newest.map.file, {
        wanted: newest.map.generation,
        generation: best.map.generation,
        reason,
      });
    }
    return best;
  }

  #walk(candidate: Candidate): IndexWalk {
    candidate.walk ??= this.#index.walk(candidate.map, this.#limits);
    return candidate.walk;
  }

  #snapshot(candidate: Candidate): Snapshot {
    if (candidate.snapshot !== undefined) return candidate.snapshot;
    const { map, modified } = candidate;
    const walk = this.#walk(candidate);
    this.#tellWalk(walk);
    candidate.mismatches ??= this.#index.mismatches(map);
    for (const page of candidate.mismatches) {
      this.#anomalies.add('pageChecksum', this.#index.pages.file.name, { what: 'index', page });
    }
    const records = new MappedRecords(this.#objects, map.objects, this.#limits);
    const info: GenerationInfo = {
      id: map.generation,
      version: map.version,
      layout: map.layout,
      map: map.file,
      ...(modified === undefined ? {} : { modified }),
      readBy: 'map',
      isCurrent: candidate === this.#currentCandidate,
      ...catalogueCounts(walk.catalogue),
      indexMismatches: candidate.mismatches.length,
    };
    candidate.snapshot = this.#newSnapshot(info, walk.catalogue, records);
    return candidate.snapshot;
  }

  #newSnapshot(
    info: GenerationInfo,
    catalogue: Catalogue,
    records: Records,
    paths?: ReadonlyMap<string, string>,
  ): Snapshot {
    return new Snapshot({
      info,
      ...(paths === undefined ? {} : { paths }),
      catalogue,
      records,
      hasher: this.#hasher,
      anomalies: this.#anomalies,
      objectsFile: this.#objects.file.name,
      objects: this.#objects,
      limits: this.#limits,
    });
  }

  #tellWalk(walk: IndexWalk): void {
    const { name } = this.#index.pages.file;
    for (const { page, reason } of walk.troubles) this.#anomalies.add('indexPage', name, { page, reason });
    for (const page of walk.unreached) this.#anomalies.add('indexUnreached', name, { page });
    for (const page of walk.oddKeys) this.#anomalies.add('indexKey', name, { page });
    if (walk.isCut) this.#anomalies.add('indexBound', name, { keys: this.#limits.keys });
  }

  #withoutMap(): Snapshot {
    const info = (readBy: 'index' | 'objects', catalogue: Catalogue): GenerationInfo => ({
      id: 0,
      version: 0,
      layout: this.layout,
      readBy,
      isCurrent: true,
      ...catalogueCounts(catalogue),
      indexMismatches: 0,
    });
    if (this.#index.layout() !== undefined) {
      const records = new ScannedRecords(this.#objects, this.#limits);
      const walk = this.#index.rebuild(this.layout, records, this.#limits);
      if (walk !== undefined && walk.catalogue.keys > 0) {
        this.#anomalies.add('noMapping', this.#index.pages.file.name);
        return this.#newSnapshot(info('index', walk.catalogue), walk.catalogue, records);
      }
    }
    if (this.#objects.count > 0) this.#anomalies.add('noIndex', this.#objects.file.name);
    const lone = readLoneObjects(this.#objects, this.layout, this.#hasher, this.#limits);
    const records = new PhysicalRecords(this.#objects, this.#limits);
    const snapshot = this.#newSnapshot(info('objects', lone.catalogue), lone.catalogue, records);
    const paths = fileLoneInstances(snapshot, lone, this.#hasher);
    return this.#newSnapshot(info('objects', lone.catalogue), lone.catalogue, records, paths);
  }

  /** Without index and map: the layout of which there are more instances. */
  #loneLayout(): Layout {
    const limits = this.#limits;
    const vista = readLoneObjects(this.#objects, 'vista', new NameHasher('vista'), limits).instances.length;
    if (vista > 0) return 'vista';
    const xp = readLoneObjects(this.#objects, 'xp', new NameHasher('xp'), limits).instances.length;
    return xp > 0 ? 'xp' : 'vista';
  }

  /** MAPPING.VER of XP names the active file; the versions decide, a disagreement is told (CIM 1). */
  #checkNamed(file: RepositoryFile | undefined, map: MapFile): void {
    const bytes = file === undefined ? undefined : readBytes(file, 0, 4);
    if (file === undefined || bytes === undefined || bytes.length < 4) return;
    const named = bytes.readUInt32LE(0);
    const other = this.#candidates.some(
      (one) => one.map.file.toUpperCase() === `MAPPING${named}.MAP` && one.map !== map,
    );
    if (other) this.#anomalies.add('mappingVersion', file.name, { named, chosen: map.file });
  }

  /** The mapping files that can be read, newest first. */
  get maps(): readonly MapFile[] {
    return this.#candidates.map(({ map }) => map);
  }

  /** Every generation, newest first (CIM 2.6); one without a map where there is none. */
  generations(): readonly GenerationInfo[] {
    return this.#candidates.length === 0 || this.#currentCandidate === undefined
      ? [this.current.info]
      : this.#candidates.map((candidate) => this.#snapshot(candidate).info);
  }

  /** The generation with this id; the current one for 0. */
  generation(id: number): Snapshot | undefined {
    if (id === 0 || id === this.current.info.id) return this.current;
    if (this.#currentCandidate === undefined) return undefined;
    const candidate = this.#candidates.find(({ map }) => map.generation === id);
    return candidate === undefined ? undefined : this.#snapshot(candidate);
  }

  /** The generation that `generations` tells of; ids of two may be equal where versions are not. */
  snapshotOf({ id, version }: GenerationInfo): Snapshot | undefined {
    if (this.#currentCandidate === undefined) return this.current;
    const candidate = this.#candidates.find(({ map }) => map.generation === id && map.version === version);
    return candidate === undefined ? undefined : this.#snapshot(candidate);
  }

  namespaces(): readonly CimNamespace[] {
    return this.current.namespaces();
  }

  classes(namespace: string | CimNamespace): readonly CimClass[] {
    return this.current.classes(namespace);
  }

  classOf(namespace: string | CimNamespace, name: string): CimClass | undefined {
    return this.current.classOf(namespace, name);
  }

  instances(namespace: string | CimNamespace, className: string): readonly CimInstance[] {
    return this.current.instances(namespace, className);
  }

  /** What changed from one generation to another, by their ids; undefined when one is not there. */
  diff(before: number, after: number): readonly RepositoryChange[] | undefined {
    const from = this.generation(before);
    const to = this.generation(after);
    return from === undefined || to === undefined ? undefined : diffSnapshots(from, to);
  }

  /** What changed from each generation to the next, oldest first. */
  history(): readonly RepositoryChange[] {
    const infos = this.generations().toReversed();
    return infos.slice(1).flatMap((info, i) => this.diff(infos[i]?.id ?? 0, info.id) ?? []);
  }

  /**
   * What lies in free pages, in slack and in old pages of the index, beside what any generation holds (CIM 7.5): instances
   * of these classes and of all that derive from them, of every class when none is named.
   */
  carve(baseNames?: readonly string[]): CarveResult {
    const maps = this.#currentCandidate === undefined ? [] : this.#candidates;
    const older = maps.filter((one) => one !== this.#currentCandidate).map((one) => this.#snapshot(one));
    const wanted =
      baseNames === undefined
        ? undefined
        : new Set(baseNames.flatMap((name) => [this.current, ...older].flatMap((one) => [...one.closureOf(name)])));
    return new Carver({
      objects: this.#objects,
      index: this.#index,
      current: this.current,
      older,
      maps: maps.map(({ map }) => map),
      wanted,
      hasher: this.#hasher,
      anomalies: this.#anomalies,
      limits: this.#limits,
    }).carve();
  }

  /** What was odd so far. Grows as more is read. */
  anomalies(): readonly Anomaly[] {
    return this.#anomalies.list();
  }
}

/** True when an older map shows the very pages that are in trouble in a newer one: walking it would tell the same. */
function hasSameTroubles({ troubles }: IndexWalk, newer: MapFile, older: MapFile): boolean {
  const isShared = (page: number): boolean => newer.index.pages[page] === older.index.pages[page];
  return troubles.length > 0 && troubles.every(({ page, parent }) => isShared(page) && isShared(parent));
}
