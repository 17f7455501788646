import type { ClassLayout } from './class-layout.ts';
import type { Definitions } from './definitions.ts';
import type { SnapshotParts } from './generation-info.ts';
import { type InstanceRecord, instanceClassHash, readInstance } from './instance-record.ts';
import type { Locator } from './key-token.ts';
import type { FoundRecord } from './records.ts';
import { stockLayouts } from './stock-classes.ts';

/** An instance and the class by which its record was read. */
export interface ReadInstance {
  readonly layout: ClassLayout;
  readonly instance: InstanceRecord;
}

/** What stands where a key leads to; `reason` says why no instance was read. */
export interface InstanceAt {
  readonly record?: FoundRecord;
  /** Those that were read: the table of the page and the key may say different sizes. */
  readonly bytes?: Buffer | undefined;
  readonly classHash?: string;
  readonly read?: ReadInstance;
  readonly reason: string;
  readonly isByKey: boolean;
}

/** Reads the instances of one generation by whatever still says how they lie (L21). */
export class InstanceReader {
  readonly #parts: SnapshotParts;
  readonly #definitions: Definitions;
  readonly #pathOf: (namespaceHash: string) => string | undefined;
  #stock: ReadonlyMap<string, ClassLayout> | undefined;

  constructor(parts: SnapshotParts, definitions: Definitions, pathOf: (namespaceHash: string) => string | undefined) {
    this.#parts = parts;
    this.#definitions = definitions;
    this.#pathOf = pathOf;
  }

  /** The record that a key leads to and the instance in it, by the table of its page, else by the size in the key (L21). */
  readAt(namespaceHash: string, locator: Locator, isTold = true): InstanceAt {
    const listed = this.#parts.records.find(locator);
    if (typeof listed === 'string') return { reason: listed, isByKey: false };
    const first = this.#readRecord(namespaceHash, listed, isTold);
    if (first.read !== undefined || listed.size === locator.size) return first;
    const keyed = this.#parts.records.find(locator, locator.size);
    const second = typeof keyed === 'string' ? first : this.#readRecord(namespaceHash, keyed, isTold);
    return second.read === undefined ? first : { ...second, record: listed, bytes: second.bytes, isByKey: true };
  }

  #readRecord(namespaceHash: string, record: FoundRecord, isTold: boolean): InstanceAt {
    const { bytes } = record;
    const classHash = instanceClassHash(bytes, this.#parts.info.layout);
    const base = { record, bytes, isByKey: false };
    if (classHash === undefined) return { ...base, reason: 'it does not begin with the hash of a class' };
    const read = this.readByClass(namespaceHash, classHash, bytes, isTold);
    return typeof read === 'string' ? { ...base, classHash, reason: read } : { ...base, classHash, read, reason: '' };
  }

  /** Reads an instance by its class as the namespace sees it, else by a definition of another namespace (L21). */
  readByClass(namespaceHash: string, classHash: string, bytes: Buffer, isTold = true): ReadInstance | string {
    const layout = this.#definitions.layout(namespaceHash, classHash);
    const first = typeof layout === 'string' ? layout : readInstance(bytes, this.#parts.info.layout, layout);
    if (typeof layout !== 'string' && typeof first !== 'string') return { layout, instance: first };
    for (const other of this.#definitions.namespacesOf(classHash)) {
      if (other === namespaceHash) continue;
      const theirs = this.#definitions.layout(other, classHash);
      if (typeof theirs === 'string') continue;
      const instance = readInstance(bytes, this.#parts.info.layout, theirs);
      if (typeof instance === 'string') continue;
      const source = this.#pathOf(other) ?? 'another namespace';
      if (isTold) this.#parts.anomalies.add('classElsewhere', this.#parts.objectsFile, { name: theirs.name, source });
      return { layout: theirs, instance };
    }
    const stock = this.#stockLayout(classHash);
    const instance = stock === undefined ? undefined : readInstance(bytes, this.#parts.info.layout, stock);
    if (stock === undefined || instance === undefined || typeof instance === 'string') {
      return typeof first === 'string' ? first : 'its class is not there';
    }
    const source = 'the layout that Windows ships';
    if (isTold) this.#parts.anomalies.add('classElsewhere', this.#parts.objectsFile, { name: stock.name, source });
    return { layout: stock, instance };
  }

  #stockLayout(classHash: string): ClassLayout | undefined {
    this.#stock ??= new Map(stockLayouts().map((layout) => [this.#parts.hasher.of(layout.name), layout]));
    return this.#stock.get(classHash);
  }
}
