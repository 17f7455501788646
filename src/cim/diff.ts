import type { Instant } from '../windows/index.ts';
import { type CimClass, type CimInstance, type CimNamespace, type PlainValue, plainValue } from './cim-object.ts';
import { ONE_PAGE_RECORD, PAGE_BYTES } from './format.ts';
import type { Locator } from './key-token.ts';
import { LABEL_CONFIDENCE } from './provenance.ts';
import { MappedRecords } from './records.ts';
import type { Snapshot } from './snapshot.ts';

export interface ValueChange {
  readonly property: string;
  readonly before: PlainValue;
  readonly after: PlainValue;
}

/**
 * One difference between two generations (SETTLED D1). It happened after the older one was written and before the newer
 * one was; `notBefore` and `notAfter` are the file times of their maps where the collection kept them.
 */
export interface RepositoryChange {
  readonly change: 'appeared' | 'modified' | 'deleted';
  readonly kind: 'namespace' | 'class' | 'instance';
  readonly namespace: CimNamespace;
  readonly className?: string;
  /** `Class.Key="value"` of an instance. */
  readonly path?: string;
  readonly generations: readonly [number, number];
  readonly notBefore?: Instant;
  readonly notAfter?: Instant;
  readonly before?: CimInstance;
  readonly after?: CimInstance;
  readonly classBefore?: CimClass;
  readonly classAfter?: CimClass;
  /** Of a modified instance: the properties whose values differ. */
  readonly values?: readonly ValueChange[];
}

/** What differs between two snapshots, older first: of one repository, or of two (SETTLED D5). */
export function diffSnapshots(before: Snapshot, after: Snapshot): readonly RepositoryChange[] {
  return new Diff(before, after).changes();
}

class Diff {
  readonly #before: Snapshot;
  readonly #after: Snapshot;
  /** Logical pages that lie elsewhere in the other generation; undefined when nothing can be said. */
  readonly #moved: ReadonlySet<number> | undefined;

  constructor(before: Snapshot, after: Snapshot) {
    this.#before = before;
    this.#after = after;
    this.#moved = movedPages(before, after);
  }

  changes(): readonly RepositoryChange[] {
    const changes: RepositoryChange[] = [];
    const earlier = new Map(this.#before.namespaces().map((one) => [one.hash, one]));
    const later = new Map(this.#after.namespaces().map((one) => [one.hash, one]));
    const all = [...new Map([...earlier, ...later]).values()].sort(byPath);
    for (const namespace of all) {
      if (!earlier.has(namespace.hash)) changes.push(this.#change('appeared', 'namespace', namespace));
      else if (!later.has(namespace.hash)) changes.push(this.#change('deleted', 'namespace', namespace));
      this.#classes(namespace, changes);
      this.#instances(namespace, changes);
    }
    return changes;
  }

  #change(
    change: RepositoryChange['change'],
    kind: RepositoryChange['kind'],
    namespace: CimNamespace,
    more: Partial<RepositoryChange> = {},
  ): RepositoryChange {
    const { info: earlier } = this.#before;
    const { info: later } = this.#after;
    return {
      change,
      kind,
      namespace,
      generations: [earlier.id, later.id],
      ...(earlier.modified === undefined ? {} : { notBefore: earlier.modified }),
      ...(later.modified === undefined ? {} : { notAfter: later.modified }),
      ...more,
    };
  }

  /** True when both generations have the same bytes at these places; most pages are shared and need not be read. */
  #isSame(a: Locator, b: Locator): boolean {
    const x = this.#before.records.find(a);
    const y = this.#after.records.find(b);
    if (typeof x === 'string' || typeof y === 'string') return typeof x === typeof y;
    return x.bytes.equals(y.bytes);
  }

  #classes(namespace: CimNamespace, changes: RepositoryChange[]): void {
    const earlier = this.#before.catalogue.namespaces.get(namespace.hash)?.classes ?? NONE;
    const later = this.#after.catalogue.namespaces.get(namespace.hash)?.classes ?? NONE;
    for (const [classHash, locator] of later) {
      const old = earlier.get(classHash);
      if (old !== undefined && this.#isUntouched(old, locator)) continue;
      if (old !== undefined && this.#isSame(old, locator)) continue;
      const classAfter = this.#after.classByHash(namespace, classHash);
      if (classAfter === undefined) continue;
      const className = classAfter.name;
      if (old === undefined) {
        changes.push(this.#change('appeared', 'class', namespace, { className, classAfter }));
        continue;
      }
      const classBefore = this.#before.classByHash(namespace, classHash);
      if (classBefore === undefined) continue;
      changes.push(this.#change('modified', 'class', namespace, { className, classBefore, classAfter }));
    }
    for (const classHash of earlier.keys()) {
      if (later.has(classHash)) continue;
      const classBefore = this.#before.classByHash(namespace, classHash);
      if (classBefore === undefined) continue;
      changes.push(this.#change('deleted', 'class', namespace, { className: classBefore.name, classBefore }));
    }
  }

  /** True when a record lies in the same physical pages of one file, which are never written over while in use. */
  #isUntouched(a: Locator, b: Locator): boolean {
    if (a.page !== b.page || a.id !== b.id || a.size !== b.size || this.#moved === undefined) return false;
    if (a.size <= ONE_PAGE_RECORD) return !this.#moved.has(a.page);
    for (let n = 0; n * PAGE_BYTES < a.size; n++) if (this.#moved.has(a.page + n)) return false;
    return true;
  }

  #instances(namespace: CimNamespace, changes: RepositoryChange[]): void {
    const earlier = this.#before.catalogue.namespaces.get(namespace.hash)?.instances;
    const later = this.#after.catalogue.namespaces.get(namespace.hash)?.instances;
    for (const [classHash, list] of later ?? []) {
      const old = earlier?.get(classHash);
      for (const [keyHash, locator] of list) {
        const was = old?.get(keyHash);
        if (was !== undefined && (this.#isUntouched(was, locator) || this.#isSame(was, locator))) continue;
        const after = this.#after.instanceAt(namespace, keyHash, locator, classHash);
        const before = was === undefined ? undefined : this.#before.instanceAt(namespace, keyHash, was, classHash);
        if (after === undefined) continue;
        const { className, path } = after;
        if (before === undefined) {
          // A record that only the older map cannot give is no news of the newer one.
          if (was === undefined)
            changes.push(this.#change('appeared', 'instance', namespace, { className, path, after }));
          continue;
        }
        const values = valueChanges(before, after);
        if (values.length === 0) continue;
        const older = relabelled(before, 'superseded-version');
        changes.push(
          this.#change('modified', 'instance', namespace, { className, path, before: older, after, values }),
        );
      }
    }
    for (const [classHash, list] of earlier ?? []) {
      const now = later?.get(classHash);
      for (const [keyHash, locator] of list) {
        if (now?.has(keyHash) === true) continue;
        const read = this.#before.instanceAt(namespace, keyHash, locator, classHash);
        if (read === undefined) continue;
        const before = relabelled(read, 'superseded');
        const { className, path } = before;
        changes.push(this.#change('deleted', 'instance', namespace, { className, path, before }));
      }
    }
  }
}

function movedPages(before: Snapshot, after: Snapshot): ReadonlySet<number> | undefined {
  const { records: earlier } = before;
  const { records: later } = after;
  const isOneFile = before.objects === after.objects;
  if (!isOneFile || !(earlier instanceof MappedRecords) || !(later instanceof MappedRecords)) return undefined;
  const moved = new Set<number>();
  const count = Math.max(earlier.logicalPages, later.logicalPages);
  for (let page = 0; page < count; page++) if (earlier.physicalOf(page) !== later.physicalOf(page)) moved.add(page);
  return moved;
}

const NONE: ReadonlyMap<string, Locator> = new Map();

/** What an older generation alone holds is exact, but for records that are odd themselves. */
function relabelled(instance: CimInstance, label: 'superseded' | 'superseded-version'): CimInstance {
  const confidence = Math.min(LABEL_CONFIDENCE[label], instance.place.confidence);
  return { ...instance, place: { ...instance.place, label, confidence } };
}

function valueChanges(before: CimInstance, after: CimInstance): readonly ValueChange[] {
  const names = new Map<string, string>();
  for (const { name } of [...before.properties, ...after.properties]) names.set(name.toLowerCase(), name);
  const changes: ValueChange[] = [];
  for (const [folded, property] of names) {
    const find = (instance: CimInstance): PlainValue =>
      plainValue(instance.properties.find(({ name }) => name.toLowerCase() === folded)?.value ?? null);
    const [a, b] = [find(before), find(after)];
    if (JSON.stringify(a) !== JSON.stringify(b)) changes.push({ property, before: a, after: b });
  }
  return changes;
}

function byPath(a: CimNamespace, b: CimNamespace): number {
  const x = a.path?.toLowerCase() ?? `~${a.hash}`;
  const y = b.path?.toLowerCase() ?? `~${b.hash}`;
  return x < y ? -1 : x > y ? 1 : 0;
}
