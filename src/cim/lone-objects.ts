import { parseReference } from '../wmi/index.ts';
import { Catalogue } from './catalogue.ts';
import { valuesText } from './cim-object.ts';
import { readClassDefinition } from './class-record.ts';
import type { Layout } from './format.ts';
import { PAGE_BYTES } from './format.ts';
import { instanceClassHash, KEY_SEPARATOR, keyText } from './instance-record.ts';
import type { Locator } from './key-token.ts';
import type { RepositoryLimits } from './limits.ts';
import type { NameHasher } from './names.ts';
import type { PageFile } from './pages.ts';
import { type FoundRecord, type Records, recordBytes } from './records.ts';
import { type ReferenceRecord, readReferenceRecord } from './reference-record.ts';
import type { Snapshot } from './snapshot.ts';
import { findTocEntry, readToc } from './toc.ts';

/** Records by their physical page, where neither a map nor an index tells of logical ones. */
export class PhysicalRecords implements Records {
  readonly #pages: PageFile;
  readonly #limits: RepositoryLimits;

  constructor(pages: PageFile, limits: RepositoryLimits) {
    this.#pages = pages;
    this.#limits = limits;
  }

  find(locator: Locator): FoundRecord | string {
    const page = this.#pages.page(locator.page);
    const entry = page === undefined ? undefined : findTocEntry(page, locator.id);
    if (page === undefined || entry === undefined) return 'its page has no such record';
    const next = (n: number): Buffer | undefined => this.#pages.page(locator.page + n);
    const bytes = recordBytes(page, entry, next, this.#limits.recordBytes);
    if (bytes === undefined) return `it claims ${entry.size} bytes`;
    return {
      bytes,
      logicalPage: undefined,
      physicalPage: locator.page,
      recordId: locator.id,
      size: entry.size,
      offset: locator.page * PAGE_BYTES + entry.offset,
      checksum: 'none',
      isCut: bytes.length < entry.size,
    };
  }
}

/** The namespace in which the first definition of each class is filed; it serves the others as the system namespace. */
export const LONE = 'lone 0';
const MAX_COPIES = 512;

interface LoneInstance {
  readonly classHash: string;
  readonly locator: Locator;
}

/** The catalogue of a lone OBJECTS.DATA (CIM 7.5, 4): its classes, where instances begin, and who refers to what. */
export interface LoneCatalogue {
  readonly catalogue: Catalogue;
  readonly instances: readonly LoneInstance[];
  readonly references: readonly ReferenceRecord[];
}

/**
 * Reads every table of every page. The namespaces of classes are unknown: the n-th definition of a name is filed under an
 * invented n-th namespace, so that all of them can be tried for an instance.
 */
export function readLoneObjects(
  pages: PageFile,
  layout: Layout,
  hasher: NameHasher,
  limits: RepositoryLimits,
): LoneCatalogue {
  const catalogue = new Catalogue(layout);
  const records = new PhysicalRecords(pages, limits);
  const instances: LoneInstance[] = [];
  const references: ReferenceRecord[] = [];
  const copies = new Map<string, Set<string>>();
  for (let page = 0; page < pages.count; page++) {
    const bytes = pages.page(page);
    for (const { id, size } of bytes === undefined ? [] : (readToc(bytes) ?? [])) {
      const locator = { page, id, size };
      const record = records.find(locator);
      if (typeof record === 'string') continue;
      const classHash = instanceClassHash(record.bytes, layout);
      if (classHash !== undefined) {
        if (instances.length < limits.carved) instances.push({ classHash, locator });
        continue;
      }
      const reference = readReferenceRecord(record.bytes);
      if (reference !== undefined) {
        if (references.length < limits.carved) references.push(reference);
        continue;
      }
      const definition = readClassDefinition(record.bytes);
      if (typeof definition === 'string') continue;
      const hash = hasher.of(definition.name);
      const seen = copies.get(hash) ?? new Set<string>();
      copies.set(hash, seen);
      // Stale pages hold the same definition again: one of each timestamp is enough.
      const stamp = String(definition.timestamp);
      if (seen.has(stamp) || seen.size >= MAX_COPIES) continue;
      file(catalogue, `lone ${seen.size}`, hash, hasher.of(definition.superName ?? ''), locator);
      seen.add(stamp);
    }
  }
  return { catalogue, instances, references };
}

function file(
  catalogue: Catalogue,
  namespaceHash: string,
  classHash: string,
  superHash: string,
  locator: Locator,
): void {
  const keys = catalogue.namespaceOf(namespaceHash);
  keys.classes.set(classHash, locator);
  catalogue.counts.CD++;
  const list = keys.subclasses.get(superHash);
  if (list === undefined) keys.subclasses.set(superHash, [classHash]);
  else list.push(classHash);
}

/** An instance that can be read, by what tells it from others. */
interface ReadLone extends LoneInstance {
  readonly keyHash: string;
  /** Equal for copies with equal values. */
  readonly identity: string;
  /** Hashes of its class and of all above it. */
  readonly chain: readonly string[];
}

/**
 * Files the instances under their key hashes, each in the namespace that the reference records tell (CIM 6.7), else in
 * the first invented one; copies with equal values are one. Gives the paths of the namespaces by their hashes.
 */
export function fileLoneInstances(
  snapshot: Snapshot,
  lone: LoneCatalogue,
  hasher: NameHasher,
): ReadonlyMap<string, string> {
  const all = readableInstances(snapshot, lone, hasher);
  const { homes, paths } = homesOf(snapshot, lone, all, hasher);
  const copies = Map.groupBy(all, ({ identity }) => identity);
  for (const equal of copies.values()) {
    const [first] = equal;
    if (first === undefined) continue;
    const found = [...new Set(first.chain.flatMap((hash) => [...(homes.get(`${hash} ${first.keyHash}`) ?? [])]))];
    // Where several namespaces have one of this key and fewer copies are there, nobody knows whose they are.
    const places = found.length > 0 && equal.length >= found.length ? found : [LONE];
    for (const [n, namespaceHash] of places.entries()) {
      fileInstance(snapshot.catalogue, namespaceHash, equal[n] ?? first);
    }
  }
  return paths;
}

function fileInstance(catalogue: Catalogue, namespaceHash: string, { classHash, keyHash, locator }: ReadLone): void {
  const { instances } = catalogue.namespaceOf(namespaceHash);
  const list = instances.get(classHash) ?? new Map<string, Locator>();
  instances.set(classHash, list);
  let name = keyHash;
  for (let n = 2; list.has(name); n++) name = `${keyHash} ${n}`;
  list.set(name, locator);
  catalogue.counts['CI\\IL']++;
}

function readableInstances(snapshot: Snapshot, lone: LoneCatalogue, hasher: NameHasher): readonly ReadLone[] {
  return lone.instances.flatMap(({ classHash, locator }) => {
    const record = snapshot.records.find(locator);
    const read = typeof record === 'string' ? record : snapshot.readByClass(LONE, classHash, record.bytes);
    if (typeof read === 'string') return [];
    const { properties } = read.instance;
    return {
      classHash,
      locator,
      keyHash: hasher.once(keyText(properties)),
      identity: hasher.once(`${classHash}${valuesText(properties)}`),
      chain: read.layout.chain.map(({ name }) => hasher.of(name)),
    };
  });
}

interface Homes {
  /** Hashes of namespaces by the hash of a class and that of a key. */
  readonly homes: ReadonlyMap<string, ReadonlySet<string>>;
  readonly paths: ReadonlyMap<string, string>;
}

/** A reference record names the namespace of the referrer in clear and by its hash; the referrer names its target's. */
function homesOf(snapshot: Snapshot, lone: LoneCatalogue, all: readonly ReadLone[], hasher: NameHasher): Homes {
  const homes = new Map<string, Set<string>>();
  const paths = new Map<string, string>();
  const add = (path: string, classHash: string, keyHash: string): void => {
    const hash = hasher.of(path);
    if (!paths.has(hash)) paths.set(hash, path);
    const key = `${classHash} ${keyHash}`;
    homes.set(key, (homes.get(key) ?? new Set<string>()).add(hash));
  };
  const referrers = new Map<string, ReferenceRecord[]>();
  for (const reference of lone.references) {
    const [, spaceHash, classHash, keyHash] = /^NS_(\w+)\\KI_(\w+)\\I_(\w+)$/.exec(reference.referrer) ?? [];
    // What does not agree with its own hash was bent, or is a rest.
    if (classHash === undefined || keyHash === undefined || spaceHash !== hasher.of(reference.namespace)) continue;
    add(reference.namespace, classHash, keyHash);
    const key = `${classHash} ${keyHash}`;
    const known = referrers.get(key);
    if (known === undefined) referrers.set(key, [reference]);
    else known.push(reference);
  }
  for (const { classHash, keyHash, chain, locator } of all) {
    const own = chain.flatMap((hash) => referrers.get(`${hash} ${keyHash}`) ?? []);
    const record = own.length === 0 ? 'nothing refers' : snapshot.records.find(locator);
    const read = typeof record === 'string' ? record : snapshot.readByClass(LONE, classHash, record.bytes);
    if (typeof read === 'string') continue;
    for (const { namespace, property } of own) {
      const value = read.instance.properties.find(({ name }) => name === property)?.value;
      const target = typeof value === 'string' ? parseReference(value) : undefined;
      if (target === undefined) continue;
      const keys = [...target.keys].map(([name, text]) => [name.toLowerCase(), text] as const);
      const text = keys.length === 0 ? '@' : keys.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
      const targetKey = hasher.once(typeof text === 'string' ? text : text.join(KEY_SEPARATOR));
      add(target.namespace ?? namespace, hasher.of(target.className), targetKey);
    }
  }
  return { homes, paths };
}
