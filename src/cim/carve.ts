import { hash } from 'node:crypto';
import type { RepositoryAnomalies } from './anomalies.ts';
import { type CimClass, type CimInstance, type CimNamespace, valuesText } from './cim-object.ts';
import { type ClassLayout, mergeChain } from './class-layout.ts';
import { readClassDefinition } from './class-record.ts';
import { PAGE_BYTES } from './format.ts';
import { hashStarts } from './hex-runs.ts';
import { type IndexResidue, indexResidue } from './index-residue.ts';
import type { IndexFile } from './index-source.ts';
import {
  type InstanceRecord,
  instanceBytes,
  instanceClassHash,
  instanceStamp,
  keyText,
  readInstance,
  relativePath,
} from './instance-record.ts';
import { KnownValues } from './known-values.ts';
import type { RepositoryLimits } from './limits.ts';
import type { MapFile } from './mapping.ts';
import type { NameHasher } from './names.ts';
import { FILED, type PageUse, PageUses } from './page-uses.ts';
import type { PageFile } from './pages.ts';
import { LABEL_CONFIDENCE, type RepositoryPlace } from './provenance.ts';
import { MappedRecords, recordBytes } from './records.ts';
import { type ReferenceRecord, readReferenceRecord } from './reference-record.ts';
import { placeOf, type Remain } from './remain.ts';
import type { Snapshot } from './snapshot.ts';
import { type TextRemain, textRemains } from './text-remains.ts';
import { readToc } from './toc.ts';

/** An instance that no generation's index leads to (CIM 7.5). */
export interface CarvedInstance {
  readonly instance: CimInstance;
  /** Equal copies of it that were found as well. */
  readonly copies: number;
  /** True when a live instance has the same key and other values: this is an older version of it. */
  readonly hasLiveVersion: boolean;
  /** True when only a part of the record was found. */
  readonly isCut: boolean;
}

export interface CarveResult {
  readonly instances: readonly CarvedInstance[];
  /** Definitions in free pages of classes that the current generation does not define. */
  readonly classes: readonly CimClass[];
  /** Reference records that no key leads to: edges that were (CIM 6.7). */
  readonly references: readonly { readonly reference: ReferenceRecord; readonly place: RepositoryPlace }[];
  readonly residue: readonly IndexResidue[];
  readonly texts: readonly TextRemain[];
  /** Remains that equal an instance of some generation: no findings. */
  readonly staleCopies: number;
}

export interface CarverParts {
  readonly objects: PageFile;
  readonly index: IndexFile;
  readonly current: Snapshot;
  readonly older: readonly Snapshot[];
  readonly maps: readonly MapFile[];
  /** Hashes of the classes whose instances are looked for; all where absent. */
  readonly wanted: ReadonlySet<string> | undefined;
  readonly hasher: NameHasher;
  readonly anomalies: RepositoryAnomalies;
  readonly limits: RepositoryLimits;
}

/** Records of classes that were not met yet are kept for later, up to so many. */
const MAX_WAITING = 4096;

/** What became of bytes that were met before. */
type Fate = 'stale' | 'nothing' | FoundInstance;

type FoundInstance = { -readonly [K in keyof CarvedInstance]: CarvedInstance[K] };

/** Reads every page of OBJECTS.DATA once and keeps what no index leads to. */
export class Carver {
  readonly #parts: CarverParts;
  readonly #uses: PageUses;
  readonly #known: KnownValues;
  readonly #instances = new Map<string, FoundInstance>();
  readonly #classes = new Map<string, CimClass>();
  readonly #references: { reference: ReferenceRecord; place: RepositoryPlace }[] = [];
  readonly #texts: TextRemain[] = [];
  readonly #fates = new Map<string, Fate>();
  readonly #waiting: { readonly remain: Remain; readonly classHash: string; readonly isCut: boolean }[] = [];
  #residue: readonly IndexResidue[] = [];
  #residueBySize = new Map<string, string>();
  #residueByKey = new Map<string, string>();
  #staleCopies = 0;
  #isFull = false;

  constructor(parts: CarverParts) {
    this.#parts = parts;
    this.#known = new KnownValues(parts.current, parts.older);
    this.#uses = new PageUses([parts.current, ...parts.older], parts.maps, parts.objects.count);
  }

  carve(): CarveResult {
    const { objects, index, current, older, anomalies, limits } = this.#parts;
    this.#residue = indexResidue(index, this.#parts.maps, current, older, limits);
    for (const { locator, namespaceHash, classHash, keyHash } of this.#residue) {
      this.#residueByKey.set(`${classHash} ${keyHash}`, namespaceHash);
      this.#residueBySize.set(`${locator.id} ${locator.size}`, namespaceHash);
    }
    // Records lie in the pages that were read already in this mode, and all of them count as found.
    if (current.info.readBy !== 'objects') {
      for (let page = 0; page < objects.count; page++) {
        const bytes = objects.scan(page);
        if (bytes !== undefined) this.#carvePage(page, bytes);
      }
    }
    objects.release();
    // Deleted instances of deleted classes: their class may have stood in a later page.
    for (const { remain, classHash, isCut } of this.#waiting) {
      if (this.#classes.has(classHash)) this.#judge(remain, classHash, remain.bytes, isCut);
    }
    const instances = [...this.#instances.values()];
    if (this.#isFull) anomalies.add('carveBound', objects.file.name, { count: limits.carved });
    for (const { instance } of instances) {
      if (instance.place.label !== 'unindexed') continue;
      anomalies.add(
        'unindexed',
        objects.file.name,
        { name: instance.className, path: instance.path },
        instance.place.offset,
      );
    }
    return {
      instances,
      classes: [...this.#classes.values()],
      references: this.#references,
      residue: this.#residue,
      texts: this.#texts,
      staleCopies: this.#staleCopies,
    };
  }

  #carvePage(page: number, bytes: Buffer): void {
    const use = this.#uses.of(page);
    if (this.#uses.isContinued(page)) return;
    const toc = readToc(bytes) ?? [];
    const keyed = this.#uses.keyed(page);
    const checksum =
      use === undefined || !(use.snapshot.records instanceof MappedRecords)
        ? 'none'
        : use.snapshot.records.checksumOf(use.logical);
    const label = use === undefined ? 'free-page record' : 'unindexed';
    const holes: [number, number][] = [];
    for (const entry of toc) {
      holes.push([entry.offset, entry.offset + entry.size]);
      const filed = keyed?.get(entry.id);
      if (filed === FILED) continue;
      // The head of a record is always in its first page; its later ones are gathered only where they are needed.
      const first = bytes.subarray(entry.offset, entry.offset + entry.size);
      const head = instanceClassHash(first, this.#parts.current.info.layout);
      if (filed !== undefined && (head === undefined || filed === head)) continue;
      const record = recordBytes(bytes, entry, (n) => this.#next(page, use, n), this.#parts.limits.recordBytes);
      if (record === undefined) continue;
      this.#remain(
        { bytes: record, page, offset: page * PAGE_BYTES + entry.offset, entry, label, use, checksum },
        head,
      );
    }
    const isIn = (at: number): boolean => holes.some(([from, to]) => at >= from && at < to);
    let parsedTo = 0;
    for (const start of hashStarts(bytes, this.#parts.current.info.layout)) {
      if (start < parsedTo || isIn(start)) continue;
      const part = bytes.subarray(start);
      const head = instanceClassHash(part, this.#parts.current.info.layout);
      if (head === undefined) continue;
      const taken = this.#remain(
        { bytes: part, page, offset: page * PAGE_BYTES + start, entry: undefined, label: 'slack', use, checksum },
        head,
      );
      parsedTo = Math.max(parsedTo, start + taken);
      if (taken > 0) holes.push([start, start + taken]);
    }
    const room = this.#parts.limits.carved - this.#texts.length;
    if (room > 0) this.#texts.push(...textRemains(bytes, page, isIn, room));
  }

  /** A later page of a record: of the map, else the neighbour when it is free and begins with no table (CIM 2.5). */
  #next(page: number, use: PageUse | undefined, n: number): Buffer | undefined {
    const { objects } = this.#parts;
    if (use !== undefined) return objects.page(use.snapshot.pageOf(use.logical + n));
    const next = this.#uses.of(page + n) !== undefined ? undefined : objects.page(page + n);
    return next === undefined || readToc(next) !== undefined ? undefined : next;
  }

  /** Takes what a remain is; gives the bytes that an instance takes, 0 when it is none. */
  #remain(remain: Remain, head: string | undefined): number {
    if (head !== undefined) return this.#instance(remain, head);
    const reference = readReferenceRecord(remain.bytes);
    if (reference !== undefined) {
      if (this.#references.length < this.#parts.limits.carved) {
        this.#references.push({ reference, place: placeOf(remain, remain.bytes.length, 'unknown') });
      }
      return 0;
    }
    this.#class(remain);
    return 0;
  }

  /** Takes an instance; gives its bytes, 0 when it is none. Equal bytes are judged once: free pages are full of copies. */
  #instance(remain: Remain, classHash: string): number {
    const { wanted } = this.#parts;
    const size = instanceBytes(remain.bytes, this.#parts.current.info.layout);
    if (size === undefined) return 0;
    if (wanted?.has(classHash) === false && this.#isDefined(classHash)) return 0;
    const isCut = size > remain.bytes.length;
    // A part of a long record is read as far as it goes: what is missing reads as empty.
    if (isCut && remain.entry === undefined) return 0;
    const bytes = isCut ? Buffer.concat([remain.bytes], size) : remain.bytes.subarray(0, size);
    const digest = hash('sha1', bytes, 'base64');
    const before = this.#fates.get(digest);
    if (before !== undefined && remain.label !== 'unindexed') {
      if (before === 'stale') this.#staleCopies++;
      else if (before !== 'nothing') this.#countCopy(before, remain, size);
      return before === 'nothing' ? 0 : size;
    }
    const fate = this.#judge(remain, classHash, bytes, isCut);
    if (this.#fates.size < this.#parts.limits.carved) this.#fates.set(digest, fate);
    return fate === 'nothing' ? 0 : size;
  }

  /** True when some generation defines the class. */
  #isDefined(classHash: string): boolean {
    const { current, older } = this.#parts;
    return [current, ...older].some(({ definitions }) => definitions.namespacesOf(classHash).length > 0);
  }

  #judge(remain: Remain, classHash: string, bytes: Buffer, isCut: boolean): Fate {
    const { hasher, limits } = this.#parts;
    const guess = this.#residueBySize.get(`${remain.entry?.id} ${remain.entry?.size}`);
    const read = this.#read(remain, classHash, bytes, guess);
    if (read === undefined) {
      if (this.#waiting.length < MAX_WAITING && remain.entry !== undefined && !this.#isDefined(classHash)) {
        this.#waiting.push({ remain: { ...remain, bytes: Buffer.from(bytes) }, classHash, isCut });
      }
      return 'nothing';
    }
    const { snapshot, instance, layout } = read;
    const keyHash = hasher.once(keyText(instance.properties));
    const known = this.#known.of(classHash, keyHash);
    // What stands in a current page without a key is told though an older generation has it: its key was taken away.
    const mayBeCopy = remain.label !== 'unindexed' || known.isLive;
    if (mayBeCopy && known.records.some((record) => record.equals(bytes))) return this.#stale();
    const values = valuesText(instance.properties);
    if (mayBeCopy && known.values().has(values)) return this.#stale();
    const identity = `${classHash} ${keyHash} ${hasher.once(values)}`;
    const equal = this.#instances.get(identity);
    if (equal !== undefined) {
      this.#countCopy(equal, remain, instance.bytes);
      return equal;
    }
    if (this.#instances.size >= limits.carved) {
      this.#isFull = true;
      return 'nothing';
    }
    const { classTimestamp, sequence, properties } = instance;
    const namespace = this.#namespaceOf(snapshot, classHash, classTimestamp, guess, layout.keyedClass, keyHash);
    const found = {
      instance: {
        namespace,
        className: layout.name,
        classChain: layout.chain.map(({ name }) => name),
        path: relativePath(layout.name, properties),
        keyHash,
        properties,
        sequence,
        classTimestamp,
        place: placeOf(remain, instance.bytes, 'unknown'),
        // A copy: the bytes are a window on a long stretch of the file.
        raw: Uint8Array.from(bytes),
      },
      copies: 0,
      hasLiveVersion: known.isLive,
      isCut,
    };
    this.#instances.set(identity, found);
    return found;
  }

  /** The copy that stands best is the one that is cited. */
  #countCopy(found: FoundInstance, remain: Remain, size: number): void {
    found.copies++;
    if (LABEL_CONFIDENCE[remain.label] <= found.instance.place.confidence) return;
    found.instance = { ...found.instance, place: placeOf(remain, size, 'unknown') };
  }

  #stale(): 'stale' {
    this.#staleCopies++;
    return 'stale';
  }

  /** Reads by the classes of the generation of the page, of the current one, of the older ones, and of free pages. */
  #read(remain: Remain, classHash: string, bytes: Buffer, guess: string | undefined): ReadRemain | undefined {
    const { current, older } = this.#parts;
    const stamp = instanceStamp(bytes, current.info.layout);
    const snapshots = new Set([...(remain.use === undefined ? [] : [remain.use.snapshot]), current, ...older]);
    for (const snapshot of snapshots) {
      const [first] = snapshot.definitions.namespacesOf(classHash);
      // Namespaces give one class different defaults; its timestamp in the record tells by which it was written.
      const from = guess ?? snapshot.homeOfTimestamp(classHash, stamp) ?? first;
      if (from === undefined) continue;
      const read = snapshot.readByClass(from, classHash, bytes, false);
      if (typeof read === 'string') continue;
      // A stretch of slack that only looks like an instance has no time of a class.
      if (remain.entry === undefined && !snapshot.knowsTimestamp(classHash, read.instance.classTimestamp)) continue;
      return { snapshot, ...read };
    }
    const carved = this.#classes.get(classHash);
    const layout = carved === undefined ? undefined : this.#layoutOfCarved(carved);
    if (layout === undefined) return undefined;
    const instance = readInstance(bytes, current.info.layout, layout);
    return typeof instance === 'string' ? undefined : { snapshot: current, layout, instance };
  }

  /** A deleted class with the superclasses that it names, as some namespace of the current generation has them. */
  #layoutOfCarved({ definition }: CimClass): ClassLayout | undefined {
    const { current, hasher } = this.#parts;
    if (definition.superName === undefined) return resultOf(mergeChain([definition]));
    const superHash = hasher.of(definition.superName);
    for (const namespaceHash of current.definitions.namespacesOf(superHash)) {
      const above = current.definitions.layout(namespaceHash, superHash);
      const layout = typeof above === 'string' ? undefined : resultOf(mergeChain([definition, ...above.chain]));
      if (layout !== undefined) return layout;
    }
    return undefined;
  }

  /**
   * The namespace of a record that no key leads to: of a stale key with its id and size; of the one namespace that defines
   * its class at that time; of the namespace that has a live instance of this key. Undefined when nothing tells.
   */
  #namespaceOf(
    snapshot: Snapshot,
    classHash: string,
    stamp: bigint,
    guess: string | undefined,
    keyedClass: string,
    keyHash: string,
  ): CimNamespace | undefined {
    const named = (hash: string): CimNamespace | undefined => snapshot.namespaces().find((one) => one.hash === hash);
    if (guess !== undefined) return named(guess);
    const byStamp = snapshot.namespaceOfTimestamp(classHash, stamp);
    if (byStamp !== undefined) return byStamp;
    const keyedHash = this.#parts.hasher.of(keyedClass);
    const residue =
      this.#residueByKey.get(`${classHash} ${keyHash}`) ?? this.#residueByKey.get(`${keyedHash} ${keyHash}`);
    if (residue !== undefined) return named(residue);
    const [live, ...more] = this.#known.liveNamespaces(classHash, keyHash);
    return live !== undefined && more.length === 0 ? named(live) : undefined;
  }

  #class(remain: Remain): void {
    const { current, hasher, limits } = this.#parts;
    const definition = readClassDefinition(remain.bytes);
    if (typeof definition === 'string' || this.#classes.size >= limits.carved) return;
    const classHash = hasher.of(definition.name);
    if (current.definitions.namespacesOf(classHash).length > 0 || this.#classes.has(classHash)) return;
    // Read again from a copy: what stays must not hold on to a long stretch of the file.
    const raw = Buffer.from(remain.bytes);
    const kept = readClassDefinition(raw);
    if (typeof kept === 'string') return;
    this.#classes.set(classHash, {
      namespace: { hash: '', path: undefined },
      name: definition.name,
      superName: definition.superName,
      definition: kept,
      layout: undefined,
      place: placeOf(remain, remain.bytes.length, 'unknown'),
      raw,
    });
  }
}

interface ReadRemain {
  readonly snapshot: Snapshot;
  readonly layout: ClassLayout;
  readonly instance: InstanceRecord;
}

function resultOf(layout: ClassLayout | string): ClassLayout | undefined {
  return typeof layout === 'string' ? undefined : layout;
}
