import { type CimType, type CimValue, cimType, Heap, nullBits } from './values.ts';

/** A property as one class declares it; the classes above it may declare others. */
export interface DeclaredProperty {
  readonly name: string;
  readonly type: CimType;
  /** Its place among all properties of the chain. */
  readonly index: number;
  /** Of its slot in a value table. */
  readonly offset: number;
  readonly qualifiers: Buffer;
}

/** A class definition as it stands in its record (CIM 6.1): what it adds to its superclass. */
export interface ClassDefinition {
  readonly name: string;
  readonly superName: string | undefined;
  /** FILETIME of the definition, distinct for every class of a repository; instances repeat it (CIM 6.6). */
  readonly timestamp: bigint;
  readonly properties: readonly DeclaredProperty[];
  /** The table of null bits and then the default values, for the whole chain. */
  readonly defaults: Buffer;
  readonly heap: Heap;
  readonly qualifiers: Buffer;
  /** Bytes of its methods, which are not read. */
  readonly methodBytes: number;
}

export interface Qualifier {
  readonly name: string;
  readonly flavour: number;
  readonly type: CimType;
  readonly value: CimValue;
}

const MAX_SUPER_NAME = 1024;
const MAX_QUALIFIERS = 4096;
/** Years 1985 to 2200: a record that says another time is no class definition (CIM 7.5). */
const TIME_HIGH_MIN = 0x01a00000;
const TIME_HIGH_MAX = 0x02800000;

/** Where the parts of a class definition lie. */
interface ClassFrame {
  readonly superUnits: number;
  readonly timestamp: bigint;
  readonly nameReference: number;
  readonly qualifiers: Buffer;
  /** For each property a reference to its name and one to what it is. */
  readonly propertyTable: Buffer;
  readonly defaults: Buffer;
  readonly heap: Buffer;
  readonly methodBytes: number;
}

/** All lengths must meet at the end of the heap; a text says why the bytes are no class definition. */
function readFrame(record: Buffer): ClassFrame | string {
  if (record.length < 40) return 'it is too short';
  const superUnits = record.readUInt32LE(0);
  if (superUnits > MAX_SUPER_NAME || 4 + 2 * superUnits + 12 > record.length) return 'its superclass does not fit';
  const timeAt = 4 + 2 * superUnits;
  const high = record.readUInt32LE(timeAt + 4);
  if (high < TIME_HIGH_MIN || high > TIME_HIGH_MAX) return 'its timestamp is no time';
  const partAt = timeAt + 8;
  const partBytes = record.readUInt32LE(partAt);
  const end = partAt + partBytes;
  if (partBytes < 33 || end > record.length) return `its class part claims ${partBytes} bytes`;
  const defaultBytes = record.readUInt32LE(partAt + 9);
  const derivationAt = partAt + 13;
  const derivationBytes = record.readUInt32LE(derivationAt);
  const qualifiersAt = derivationAt + derivationBytes;
  if (derivationBytes < 4 || qualifiersAt + 4 > end) return 'its derivation does not fit';
  const qualifierBytes = record.readUInt32LE(qualifiersAt);
  const propertiesAt = qualifiersAt + qualifierBytes;
  if (qualifierBytes < 4 || propertiesAt + 4 > end) return 'its qualifiers do not fit';
  const count = record.readUInt32LE(propertiesAt);
  const defaultsAt = propertiesAt + 4 + 8 * count;
  if (count > (end - propertiesAt) / 8 || defaultsAt + defaultBytes + 4 > end) return 'its properties do not fit';
  const heapAt = defaultsAt + defaultBytes + 4;
  const heapWord = record.readUInt32LE(heapAt - 4);
  if (heapWord < 0x80000000 || heapAt + (heapWord - 0x80000000) !== end) return 'its heap does not end where it ends';
  return {
    superUnits,
    timestamp: record.readBigUInt64LE(timeAt),
    nameReference: record.readUInt32LE(partAt + 5),
    qualifiers: record.subarray(qualifiersAt, propertiesAt),
    propertyTable: record.subarray(propertiesAt + 4, defaultsAt),
    defaults: record.subarray(defaultsAt, defaultsAt + defaultBytes),
    heap: record.subarray(heapAt, end),
    methodBytes: record.length - end,
  };
}

/** Reads a class definition; a text says why the bytes are none. */
export function readClassDefinition(record: Buffer): ClassDefinition | string {
  const frame = readFrame(record);
  if (typeof frame === 'string') return frame;
  const { superUnits, timestamp, nameReference, qualifiers, propertyTable, defaults, methodBytes } = frame;
  const heap = new Heap(frame.heap);
  const name = heap.string(nameReference);
  if (name === undefined || name === '') return 'it has no name';
  const properties: DeclaredProperty[] = [];
  for (let at = 0; at < propertyTable.length; at += 8) {
    const property = readProperty(heap, propertyTable.readUInt32LE(at), propertyTable.readUInt32LE(at + 4));
    if (property === undefined) return `its property ${at / 8} cannot be read`;
    properties.push(property);
  }
  return {
    name,
    superName: superUnits === 0 ? undefined : record.toString('utf16le', 4, 4 + 2 * superUnits),
    timestamp,
    properties,
    defaults,
    heap,
    qualifiers,
    methodBytes,
  };
}

/**
 * What a class stores beside its description, seen without reading any name: of 7,000 real classes 80 set the default of a
 * property of one of these types. Undefined when the bytes are no class definition.
 */
export function glanceAtClass(
  record: Buffer,
  isWanted: (type: CimType) => boolean,
): { readonly hasDefault: boolean; readonly heap: Buffer } | undefined {
  const frame = readFrame(record);
  if (typeof frame === 'string') return undefined;
  const { propertyTable, defaults, heap } = frame;
  for (let at = 4; at < propertyTable.length; at += 8) {
    const infoAt = propertyTable.readUInt32LE(at);
    if (infoAt + 6 > heap.length) return undefined;
    const type = cimType(heap.readUInt32LE(infoAt));
    if (type === undefined || !isWanted(type)) continue;
    if (nullBits(defaults, heap.readUInt16LE(infoAt + 4)) === 0) return { hasDefault: true, heap };
  }
  return { hasDefault: false, heap };
}

function readProperty(heap: Heap, nameReference: number, at: number): DeclaredProperty | undefined {
  const { bytes } = heap;
  if (at + 18 > bytes.length) return undefined;
  const name = heap.string(nameReference);
  const type = cimType(bytes.readUInt32LE(at));
  const qualifierBytes = bytes.readUInt32LE(at + 14);
  if (name === undefined || type === undefined) return undefined;
  if (qualifierBytes < 4 || at + 14 + qualifierBytes > bytes.length) return undefined;
  return {
    name,
    type,
    index: bytes.readUInt16LE(at + 4),
    offset: bytes.readUInt32LE(at + 6),
    qualifiers: bytes.subarray(at + 14, at + 14 + qualifierBytes),
  };
}

/** The qualifiers of a set (CIM 6.4), up to the first that cannot be read. */
export function readQualifiers(set: Buffer, heap: Heap): readonly Qualifier[] {
  const qualifiers: Qualifier[] = [];
  for (let at = 4; at + 9 <= set.length && qualifiers.length < MAX_QUALIFIERS; ) {
    const name = heap.string(set.readUInt32LE(at));
    const type = cimType(set.readUInt32LE(at + 5));
    if (name === undefined || type === undefined) break;
    const value = heap.value(type, set, at + 9);
    if (value === undefined) break;
    qualifiers.push({ name, flavour: set.readUInt8(at + 4), type, value });
    at += 9 + type.slotBytes;
  }
  return qualifiers;
}

/** True when a qualifier of this name is set and not false; names compare without case. */
export function hasQualifier(set: Buffer, heap: Heap, name: string): boolean {
  return readQualifiers(set, heap).some((one) => one.name.toLowerCase() === name && one.value !== false);
}
