import { Catalogue } from './catalogue.ts';
import { valuesText } from './cim-object.ts';
import { readClassDefinition } from './class-record.ts';
import type { Layout } from './format.ts';
import { PAGE_BYTES } from './format.ts';
import { instanceClassHash, keyText } from './instance-record.ts';
import type { Locator } from './key-token.ts';
import type { RepositoryLimits } from './limits.ts';
import type { NameHasher } from './names.ts';
import type { PageFile } from './pages.ts';
import { type FoundRecord, type Records, recordBytes } from './records.ts';
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

/** The catalogue of a lone OBJECTS.DATA (CIM 7.5, 4): its classes, and where instances begin. */
export interface LoneCatalogue {
  readonly catalogue: Catalogue;
  readonly instances: readonly { readonly classHash: string; readonly locator: Locator }[];
}

/**
 * Reads every table of every page. Namespaces are unknown: the n-th definition of a name is filed under an invented n-th
 * namespace, so that all of them can be tried for an instance.
 */
export function readLoneObjects(
  pages: PageFile,
  layout: Layout,
  hasher: NameHasher,
  limits: RepositoryLimits,
): LoneCatalogue {
  const catalogue = new Catalogue(layout);
  const records = new PhysicalRecords(pages, limits);
  const instances: { classHash: string; locator: Locator }[] = [];
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
  return { catalogue, instances };
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

/** Files the instances under their key hashes; copies with equal values are one. */
export function fileLoneInstances(snapshot: Snapshot, lone: LoneCatalogue, hasher: NameHasher): void {
  const { instances } = snapshot.catalogue.namespaceOf(LONE);
  const seen = new Set<string>();
  for (const { classHash, locator } of lone.instances) {
    const record = snapshot.records.find(locator);
    if (typeof record === 'string') continue;
    const read = snapshot.readByClass(LONE, classHash, record.bytes);
    if (typeof read === 'string') continue;
    const identity = hasher.once(`${classHash}${valuesText(read.instance.properties)}`);
    if (seen.has(identity)) continue;
    seen.add(identity);
    const list = instances.get(classHash) ?? new Map<string, Locator>();
    instances.set(classHash, list);
    const keyHash = hasher.once(keyText(read.instance.properties));
    let name = keyHash;
    for (let n = 2; list.has(name); n++) name = `${keyHash} ${n}`;
    list.set(name, locator);
    snapshot.catalogue.counts['CI\\IL']++;
  }
}
