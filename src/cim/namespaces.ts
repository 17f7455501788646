import type { RepositoryAnomalies } from './anomalies.ts';
import type { CimNamespace } from './cim-object.ts';
import { textOf } from './cim-object.ts';
import type { RepositoryLimits } from './limits.ts';
import type { NameHasher } from './names.ts';
import { readReferenceRecord } from './reference-record.ts';
import type { Snapshot } from './snapshot.ts';

const ROOT = 'root';
const SYSTEM = '__SystemClass';

/** The namespaces of a generation (CIM 7.1): walked from `root` down, then what the index holds beside that. */
export class NamespaceTree {
  /** Named ones by path without case, `__SystemClass` before the unnamed ones, which come last. */
  readonly all: readonly CimNamespace[];
  readonly #byHash = new Map<string, CimNamespace>();

  constructor(
    snapshot: Snapshot,
    hasher: NameHasher,
    anomalies: RepositoryAnomalies,
    file: string,
    limits: RepositoryLimits,
    paths?: ReadonlyMap<string, string>,
  ) {
    const { namespaces } = snapshot.catalogue;
    const baseHash = hasher.of('__NAMESPACE');
    const system = { hash: hasher.of(SYSTEM), path: SYSTEM };
    const root = { hash: hasher.of(ROOT), path: ROOT };
    const queue: { readonly hash: string; readonly path: string }[] = [];
    const meet = (namespace: { readonly hash: string; readonly path: string }): void => {
      if (this.#byHash.has(namespace.hash)) return;
      this.#byHash.set(namespace.hash, namespace);
      queue.push(namespace);
    };
    if (namespaces.has(root.hash)) meet(root);
    const refuse = (reason: string): void => anomalies.add('namespaceBound', file, { reason });
    for (const parent of queue) {
      // Filed under the topmost class, so that a class derived from `__NAMESPACE` hides nothing.
      for (const [keyHash, locator] of namespaces.get(parent.hash)?.keyed.get(baseHash) ?? []) {
        const child = snapshot.instanceAt(parent, keyHash, locator, undefined, baseHash);
        const name = child === undefined ? undefined : textOf(child, 'Name');
        if (name === undefined) continue;
        const path = `${parent.path}\\${name}`;
        if (path.length > limits.namespaceLength) refuse(`its path has ${path.length} characters`);
        else if (queue.length >= limits.namespaces) refuse(`there are more than ${limits.namespaces}`);
        else meet({ hash: hasher.of(path), path });
      }
    }
    const named = queue.toSorted((a, b) => compare(a.path.toLowerCase(), b.path.toLowerCase()));
    if (namespaces.has(system.hash)) this.#byHash.set(system.hash, system);
    const unnamed: CimNamespace[] = [];
    const isLone = snapshot.info.readBy === 'objects';
    for (const hash of namespaces.keys()) {
      if (this.#byHash.has(hash)) continue;
      const namespace = { hash, path: paths?.get(hash) ?? this.#pathFromReferences(snapshot, hasher, hash) };
      if (!isLone) anomalies.add('unnamedNamespace', file, { hash: namespace.path ?? hash });
      this.#byHash.set(hash, namespace);
      unnamed.push(namespace);
    }
    this.all = [
      ...named,
      ...(namespaces.has(system.hash) ? [system] : []),
      ...unnamed.sort((a, b) => compare(a.hash, b.hash)),
    ];
  }

  byHash(hash: string): CimNamespace | undefined {
    return this.#byHash.get(hash);
  }

  /** Reference records carry the path of their namespace in clear (CIM 6.7). */
  #pathFromReferences(snapshot: Snapshot, hasher: NameHasher, hash: string): string | undefined {
    for (const { locator } of snapshot.catalogue.namespaces.get(hash)?.references ?? []) {
      const record = snapshot.records.find(locator);
      const read = typeof record === 'string' ? undefined : readReferenceRecord(record.bytes);
      if (read !== undefined && hasher.of(read.namespace) === hash) return read.namespace;
    }
    return undefined;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
