import { type ClassLayout, defaultValue } from './class-layout.ts';
import { hashDigits, type Layout } from './format.ts';
import { REPOSITORY_LIMITS } from './limits.ts';
import { type CimType, type CimValue, Heap, nullBits } from './values.ts';

/** Where the value of a property comes from (CIM 6.5). `corrupt`: its bytes cannot be read. */
export type ValueState = 'stored' | 'null' | 'default' | 'default null' | 'corrupt';

const STATES: readonly ValueState[] = ['stored', 'null', 'default', 'default null'];

export interface InstanceProperty {
  readonly name: string;
  readonly type: CimType;
  readonly value: CimValue;
  readonly state: ValueState;
  readonly isKey: boolean;
}

/** An instance as its record holds it. */
export interface InstanceRecord {
  readonly classHash: string;
  /**
   * FILETIME of the start of that run of the WMI service, plus one for every object that the run stored: an order, and a
   * lower bound, never the time of creation (CIM 6.6).
   */
  readonly sequence: bigint;
  /** FILETIME of the class definition when this was written: says nothing about the instance. */
  readonly classTimestamp: bigint;
  readonly properties: readonly InstanceProperty[];
  /** Bytes of the record that the instance takes. */
  readonly bytes: number;
}

const HEX_UPPER = /^[0-9A-F]+$/;

/** The class hash with which an instance begins, undefined when the bytes are no instance. */
export function instanceClassHash(record: Buffer, layout: Layout): string | undefined {
  const digits = hashDigits(layout);
  // Cheap first: nearly all records that are asked are class definitions.
  if (record.length < 2 * digits + 30 || record[1] !== 0 || (record[0] ?? 0) < 0x30 || record[3] !== 0)
    return undefined;
  const hash = record.toString('utf16le', 0, 2 * digits);
  return HEX_UPPER.test(hash) ? hash : undefined;
}

/** The sequence of an instance (CIM 6.6), undefined when the bytes are none. */
export function instanceSequence(record: Buffer, layout: Layout): bigint | undefined {
  return instanceClassHash(record, layout) === undefined ? undefined : record.readBigUInt64LE(2 * hashDigits(layout));
}

/** FILETIME of the class by which an instance was written (CIM 6.6). */
export function instanceStamp(record: Buffer, layout: Layout): bigint {
  return record.readBigUInt64LE(2 * hashDigits(layout) + 8);
}

/** Bytes of a record that an instance takes by its own word, which may be more than are there; undefined for nonsense. */
export function instanceBytes(record: Buffer, layout: Layout): number | undefined {
  const partAt = 2 * hashDigits(layout) + 16;
  const partBytes = record.readUInt32LE(partAt);
  return partBytes < 30 || partBytes > REPOSITORY_LIMITS.recordBytes ? undefined : partAt + partBytes;
}

/**
 * Reads an instance by the layout of its class; a text says why the bytes do not fit it. Lengths must meet at the end of
 * the heap, so that another class's instance is not taken for one of this.
 */
export function readInstance(record: Buffer, layout: Layout, of: ClassLayout): InstanceRecord | string {
  const classHash = instanceClassHash(record, layout);
  if (classHash === undefined) return 'it does not begin with the hash of a class';
  const timesAt = 2 * hashDigits(layout);
  const partAt = timesAt + 16;
  const partBytes = record.readUInt32LE(partAt);
  const end = partAt + partBytes;
  if (partBytes < 30 || end > record.length) return `it claims ${partBytes} bytes`;
  const nullsAt = partAt + 9;
  const valuesAt = nullsAt + of.nullBytes;
  let at = valuesAt + of.valueBytes;
  if (at + 9 > end) return 'its values do not fit';
  const qualifierBytes = record.readUInt32LE(at);
  if (qualifierBytes < 4 || at + qualifierBytes + 5 > end) return 'its qualifiers do not fit';
  at += qualifierBytes;
  const flag = record.readUInt8(at);
  at++;
  if (flag === 2) {
    for (let i = 0; i < of.properties.length; i++) {
      if (at + 8 > end) return 'the qualifiers of its properties do not fit';
      const bytes = record.readUInt32LE(at);
      if (bytes < 4 || at + bytes + 4 > end) return 'the qualifiers of its properties do not fit';
      at += bytes;
    }
  } else if (flag !== 1) return `its property qualifiers have flag ${flag}`;
  const heapWord = record.readUInt32LE(at);
  if (heapWord < 0x80000000 || at + 4 + (heapWord - 0x80000000) !== end) return 'its heap does not end where it ends';
  const heap = new Heap(record.subarray(at + 4, end));
  const nulls = record.subarray(nullsAt, valuesAt);
  const slots = record.subarray(valuesAt, valuesAt + of.valueBytes);
  const properties = of.properties.map((property, index): InstanceProperty => {
    const bits = nullBits(nulls, index);
    const state = STATES[bits] ?? 'corrupt';
    const value =
      state === 'stored'
        ? heap.value(property.type, slots, property.offset)
        : state === 'default'
          ? defaultValue(of, index)
          : null;
    const { name, type, isKey } = property;
    return value === undefined
      ? { name, type, isKey, value: null, state: 'corrupt' }
      : { name, type, isKey, value, state };
  });
  return {
    classHash,
    sequence: record.readBigUInt64LE(timesAt),
    classTimestamp: record.readBigUInt64LE(timesAt + 8),
    properties,
    bytes: end,
  };
}

export const KEY_SEPARATOR = '\uffff';

/** The text whose hash is the key of an instance: its key values, in the order of their names without case (CIM 5). */
export function keyText(properties: readonly InstanceProperty[]): string {
  const keys = properties.filter(({ isKey }) => isKey);
  if (keys.length === 0) return '@';
  return keys
    .toSorted((a, b) => compareFolded(a.name, b.name))
    .map(({ value }) => valueText(value))
    .join(KEY_SEPARATOR);
}

function compareFolded(a: string, b: string): number {
  const x = a.toLowerCase();
  const y = b.toLowerCase();
  return x < y ? -1 : x > y ? 1 : 0;
}

function valueText(value: CimValue): string {
  if (value === null) return '';
  return typeof value === 'boolean' ? (value ? 'TRUE' : 'FALSE') : String(value);
}

/** The path of an instance in its namespace: `Class.Key="value"`, `Class=@` for a singleton (CIM 7.3). */
export function relativePath(className: string, properties: readonly InstanceProperty[]): string {
  const keys = properties.filter(({ isKey }) => isKey).toSorted((a, b) => compareFolded(a.name, b.name));
  if (keys.length === 0) return `${className}=@`;
  const pairs = keys.map(({ name, value }) =>
    typeof value === 'string' ? `${name}="${value.replace(/["\\]/g, '\\$&')}"` : `${name}=${valueText(value)}`,
  );
  return `${className}.${pairs.join(',')}`;
}
