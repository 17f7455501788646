import { valuesText } from './cim-object.ts';
import type { Snapshot } from './snapshot.ts';

/** What some generation holds under a class and a key hash: records as bytes, and their values as text. */
export interface KnownInstance {
  readonly records: readonly Buffer[];
  /** Asked for only when no record is equal. */
  readonly values: () => ReadonlySet<string>;
  readonly isLive: boolean;
}

interface Home {
  readonly snapshot: Snapshot;
  readonly namespaceHash: string;
}

/** Finds what the generations hold by class and key in any namespace, so that copies of it are no findings (CIM 7.5). */
export class KnownValues {
  readonly #current: Snapshot;
  readonly #homes = new Map<string, Home[]>();
  readonly #known = new Map<string, KnownInstance>();

  constructor(current: Snapshot, older: readonly Snapshot[]) {
    this.#current = current;
    for (const snapshot of [current, ...older]) {
      for (const [namespaceHash, { instances }] of snapshot.catalogue.namespaces) {
        for (const classHash of instances.keys()) {
          const list = this.#homes.get(classHash);
          if (list === undefined) this.#homes.set(classHash, [{ snapshot, namespaceHash }]);
          else list.push({ snapshot, namespaceHash });
        }
      }
    }
  }

  of(classHash: string, keyHash: string): KnownInstance {
    const key = `${classHash} ${keyHash}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const found: { home: Home; bytes: Buffer }[] = [];
    for (const home of this.#homes.get(classHash) ?? []) {
      const { snapshot, namespaceHash } = home;
      const locator = snapshot.catalogue.namespaces.get(namespaceHash)?.instances.get(classHash)?.get(keyHash);
      const record = locator === undefined ? undefined : snapshot.records.find(locator);
      if (record !== undefined && typeof record !== 'string') found.push({ home, bytes: record.bytes });
    }
    let values: Set<string> | undefined;
    const instance: KnownInstance = {
      records: found.map(({ bytes }) => bytes),
      values: () => {
        if (values !== undefined) return values;
        values = new Set();
        for (const { home, bytes } of found) {
          const read = home.snapshot.readByClass(home.namespaceHash, classHash, bytes, false);
          if (typeof read !== 'string') values.add(valuesText(read.instance.properties));
        }
        return values;
      },
      isLive: found.some(({ home }) => home.snapshot === this.#current),
    };
    this.#known.set(key, instance);
    return instance;
  }

  /** Namespaces of the current generation that have an instance of this key. */
  liveNamespaces(classHash: string, keyHash: string): readonly string[] {
    return (this.#homes.get(classHash) ?? [])
      .filter(({ snapshot, namespaceHash }) => {
        if (snapshot !== this.#current) return false;
        return snapshot.catalogue.namespaces.get(namespaceHash)?.instances.get(classHash)?.has(keyHash) === true;
      })
      .map(({ namespaceHash }) => namespaceHash);
  }
}
