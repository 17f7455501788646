import type { CimClass, CimInstance, CimNamespace } from './cim-object.ts';
import { type ClassLayout, defaultValue } from './class-layout.ts';
import { type ClassDefinition, glanceAtClass, readQualifiers } from './class-record.ts';
import type { RepositoryChange } from './diff.ts';
import type { Locator } from './key-token.ts';
import type { FoundRecord } from './records.ts';
import { isWholeDescriptor } from './security.ts';
import type { Snapshot } from './snapshot.ts';
import { type CimType, type CimValue, nullBits } from './values.ts';

/** A text, bytes, or a list of texts or numbers, as an object of a repository stores it. */
export type StoredContent = string | Uint8Array | readonly (string | number)[];

/** A value in which data may hide (S14): what an object itself stores, not what its class gives it. */
export interface StoredValue {
  /** Undefined where only the pages themselves tell of the object. */
  readonly namespace: CimNamespace | undefined;
  readonly className: string;
  /** Of a qualifier its name, behind that of its property: `Name/Description`. */
  readonly property: string;
  /** Of an instance, the default of a class, or a qualifier of a class or property. */
  readonly part: 'value' | 'default' | 'qualifier';
  readonly content: StoredContent;
  /** The object, read whole when it is asked for. */
  readonly object: () => CimInstance | CimClass | undefined;
}

/** Consumers and filters are judged as what they are; what they run is no hidden data (SETTLED D7). */
const JUDGED_ELSEWHERE = ['__EventConsumer', '__EventFilter'] as const;

/** What is shorter hides nothing that is worth a place of its own. */
const LEAST_CHARACTERS = 24;
const LEAST_ITEMS = 16;
/** A qualifier is looked at only where the class has so many bytes without NUL or blank: descriptions are prose. */
const QUALIFIER_RUN = 120;

/**
 * Every value of a snapshot in which data may hide: of all instances but consumers and filters, the defaults of all classes, and
 * qualifiers with a long text that has no blanks. Security descriptors are left out. Tells no anomalies: instances are read for
 * what they hold, and judged where they are listed.
 */
export function* storedValues(snapshot: Snapshot): Generator<StoredValue> {
  const passedOver = new Set(JUDGED_ELSEWHERE.flatMap((name) => [...snapshot.closureOf(name)]));
  for (const namespace of snapshot.namespaces()) {
    const keys = snapshot.catalogue.namespaces.get(namespace.hash);
    for (const [classHash, locator] of keys?.classes ?? []) {
      if (storesNothing(snapshot.records.find(locator))) continue;
      const found = snapshot.definitions.own(namespace.hash, classHash);
      if (found === undefined || typeof found === 'string') continue;
      const layoutOf = (): ClassLayout | undefined => {
        const layout = snapshot.definitions.layout(namespace.hash, classHash);
        return typeof layout === 'string' ? undefined : layout;
      };
      yield* definitionValues(found.definition, namespace, layoutOf, () => snapshot.classByHash(namespace, classHash));
    }
    const seen = new Set<number>();
    // By both keys, so that one that was taken away hides nothing.
    for (const lists of keys === undefined ? [] : [keys.instances, keys.keyed]) {
      for (const [classHash, list] of lists) {
        for (const [keyHash, locator] of list) {
          const identity = locator.page * 0x100000000 + locator.id;
          if (seen.has(identity)) continue;
          seen.add(identity);
          yield* keyedValues(snapshot, namespace, passedOver, classHash, keyHash, locator);
        }
      }
    }
  }
}

function* keyedValues(
  snapshot: Snapshot,
  namespace: CimNamespace,
  passedOver: ReadonlySet<string>,
  listedClass: string,
  keyHash: string,
  locator: Locator,
): Generator<StoredValue> {
  if (passedOver.has(listedClass)) return;
  const { classHash, read } = snapshot.readAt(namespace.hash, locator, false);
  if (classHash === undefined || read === undefined || passedOver.has(classHash)) return;
  const className = read.layout.name;
  const object = (): CimInstance | undefined => snapshot.instanceAt(namespace, keyHash, locator);
  for (const { name, type, value, state } of read.instance.properties) {
    const content = state === 'stored' ? contentOf(type, value) : undefined;
    if (content !== undefined) yield { namespace, className, property: name, part: 'value', content, object };
  }
}

/** The same of one instance: of an older generation, or carved. Nothing of a consumer or a filter. */
export function* instanceValues(instance: CimInstance): Generator<StoredValue> {
  const { namespace, className, classChain, properties } = instance;
  const isPassedOver = classChain.some((name) =>
    JUDGED_ELSEWHERE.some((other) => other.toLowerCase() === name.toLowerCase()),
  );
  if (isPassedOver) return;
  for (const { name, type, value, state } of properties) {
    const content = state === 'stored' ? contentOf(type, value) : undefined;
    if (content === undefined) continue;
    yield { namespace, className, property: name, part: 'value', content, object: () => instance };
  }
}

/** The same of what changes took away or wrote over: values that older generations alone hold. */
export function* formerValues(changes: Iterable<RepositoryChange>): Generator<StoredValue> {
  for (const { before, classBefore } of changes) {
    if (before !== undefined) yield* instanceValues(before);
    if (classBefore !== undefined) yield* classValues(classBefore);
  }
}

/** The same of one class. */
export function classValues(one: CimClass): Generator<StoredValue> {
  return definitionValues(
    one.definition,
    one.namespace,
    () => one.layout,
    () => one,
  );
}

function* definitionValues(
  definition: ClassDefinition,
  namespace: CimNamespace,
  layoutOf: () => ClassLayout | undefined,
  object: () => CimClass | undefined,
): Generator<StoredValue> {
  const { name: className, properties, defaults, heap } = definition;
  for (const { name, type, index, offset } of properties) {
    if (!mayHide(type) || nullBits(defaults, index) !== 0) continue;
    const layout = layoutOf();
    const value =
      layout === undefined
        ? heap.value(type, defaults.subarray(loneTableBytes(definition)), offset)
        : defaultValue(layout, index);
    const content = value === undefined ? undefined : contentOf(type, value);
    if (content !== undefined) yield { namespace, className, property: name, part: 'default', content, object };
  }
  if (!hasLongRun(heap.bytes, QUALIFIER_RUN)) return;
  const sets = [
    { of: '', set: definition.qualifiers },
    ...properties.map(({ name, qualifiers }) => ({ of: `${name}/`, set: qualifiers })),
  ];
  for (const { of, set } of sets) {
    for (const { name, type, value } of readQualifiers(set, heap)) {
      const content = contentOf(type, value);
      if (content === undefined || isProse(content)) continue;
      yield { namespace, className, property: `${of}${name}`, part: 'qualifier', content, object };
    }
  }
}

/** True for a class that needs not be read: most of them, and reading them all would cost more than the rest together. */
function storesNothing(record: FoundRecord | string): boolean {
  const seen = typeof record === 'string' ? undefined : glanceAtClass(record.bytes, mayHide);
  return seen !== undefined && !seen.hasDefault && !hasLongRun(seen.heap, QUALIFIER_RUN);
}

function mayHide(type: CimType): boolean {
  return type.isArray || TEXTS.has(type.name);
}

/** Bytes of the null table of a class whose superclasses are lost: what its slots leave of the whole. */
function loneTableBytes({ properties, defaults }: ClassDefinition): number {
  const slots = Math.max(0, ...properties.map(({ offset, type }) => offset + type.slotBytes));
  return Math.max(0, defaults.length - slots);
}

const TEXTS: ReadonlySet<string> = new Set(['string', 'datetime', 'ref']);

/** Embedded objects are not looked into: stock ones have 144 KB, and their bytes are no text. */
function contentOf(type: CimType, value: CimValue): StoredContent | undefined {
  if (typeof value === 'string') return value.length < LEAST_CHARACTERS ? undefined : value;
  if (!Array.isArray(value) || value.length === 0) return undefined;
  if (TEXTS.has(type.name)) {
    const texts = value.filter((item) => typeof item === 'string');
    return texts.length >= LEAST_ITEMS || texts.some(({ length }) => length >= LEAST_CHARACTERS) ? texts : undefined;
  }
  if (value.length < LEAST_ITEMS || type.name === 'boolean' || type.name === 'object') return undefined;
  if (type.name !== 'uint8') return value.map(Number);
  const bytes = Uint8Array.from(value.map(Number));
  return isWholeDescriptor(Buffer.from(bytes.buffer)) ? undefined : bytes;
}

function isProse(content: StoredContent): boolean {
  if (content instanceof Uint8Array) return false;
  const texts = typeof content === 'string' ? [content] : content.filter((item) => typeof item === 'string');
  return texts.every((text) => !hasLongRun(Buffer.from(text, 'latin1'), QUALIFIER_RUN)) && texts.length > 0;
}

/** True for so many bytes in a row without NUL or blank. Steps back from where a run would end, so that most bytes are never read. */
function hasLongRun(bytes: Buffer, length: number): boolean {
  for (let from = 0; from + length <= bytes.length; ) {
    let at = from + length - 1;
    while (at >= from && bytes[at] !== 0 && bytes[at] !== 0x20) at--;
    if (at < from) return true;
    from = at + 1;
  }
  return false;
}
