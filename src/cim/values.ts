/** A value of a property. 64-bit integers are bigint; an embedded object is its bytes (CIM 6.2). */
export type CimScalar = boolean | number | bigint | string | Uint8Array;
export type CimValue = null | CimScalar | readonly (CimScalar | null)[];

const ARRAY = 0x2000;
/** Set when a class declares again what it inherits; it does not change how the value is stored. */
const OVERRIDDEN = 0x4000;
const NULL_REFERENCE = 0xffffffff;

interface TypeForm {
  readonly name: string;
  readonly bytes: number;
}

/** Types by code: CIM 6.2, which corrects python-cim (real64 has eight bytes). */
const TYPES: ReadonlyMap<number, TypeForm> = new Map([
  [0x02, { name: 'sint16', bytes: 2 }],
  [0x03, { name: 'sint32', bytes: 4 }],
  [0x04, { name: 'real32', bytes: 4 }],
  [0x05, { name: 'real64', bytes: 8 }],
  [0x08, { name: 'string', bytes: 4 }],
  [0x0b, { name: 'boolean', bytes: 2 }],
  [0x0d, { name: 'object', bytes: 4 }],
  [0x10, { name: 'sint8', bytes: 1 }],
  [0x11, { name: 'uint8', bytes: 1 }],
  [0x12, { name: 'uint16', bytes: 2 }],
  [0x13, { name: 'uint32', bytes: 4 }],
  [0x14, { name: 'sint64', bytes: 8 }],
  [0x15, { name: 'uint64', bytes: 8 }],
  [0x65, { name: 'datetime', bytes: 4 }],
  [0x66, { name: 'ref', bytes: 4 }],
  [0x67, { name: 'char16', bytes: 2 }],
]);

export interface CimType {
  readonly name: string;
  readonly isArray: boolean;
  /** Bytes of its slot in a value table. */
  readonly slotBytes: number;
  readonly code: number;
}

const KNOWN = new Map<number, CimType>();

/** The type of a code with its flags; undefined for a code that is not known. */
export function cimType(code: number): CimType | undefined {
  const plain = code & ~OVERRIDDEN;
  const known = KNOWN.get(plain);
  if (known !== undefined) return known;
  const isArray = (plain & ARRAY) !== 0;
  const form = TYPES.get(plain & ~ARRAY);
  if (form === undefined) return undefined;
  const type = { name: form.name, isArray, slotBytes: isArray ? 4 : form.bytes, code: plain & ~ARRAY };
  KNOWN.set(plain, type);
  return type;
}

/** Words that a reference with its top bit set means (CIM 6.3). */
const DICTIONARY = [
  '"',
  'key',
  'NADA',
  'read',
  'write',
  'volatile',
  'provider',
  'dynamic',
  'cimwin32',
  'DWORD',
  'CIMTYPE',
];

/** The heap of a class or an instance: what does not fit a slot stands here. `undefined` from a reader means corrupt. */
export class Heap {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** One byte of flag, then Latin-1 to a NUL or UTF-16LE to two (CIM 6.3). */
  string(reference: number): string | undefined {
    const { bytes } = this;
    if (reference >= 0x80000000) return DICTIONARY[reference - 0x80000000];
    const flag = bytes[reference];
    const from = reference + 1;
    if (flag === 0) {
      const end = bytes.indexOf(0, from);
      return end < 0 ? undefined : bytes.toString('latin1', from, end);
    }
    if (flag !== 1) return undefined;
    for (let end = from; end + 1 < bytes.length; end += 2) {
      if (bytes[end] === 0 && bytes[end + 1] === 0) return bytes.toString('utf16le', from, end);
    }
    return undefined;
  }

  /** The value in a slot; null for a reference to nothing. */
  value(type: CimType, slots: Buffer, offset: number): CimValue | undefined {
    if (offset + type.slotBytes > slots.length) return undefined;
    return type.isArray ? this.#array(type, slots.readUInt32LE(offset)) : this.#scalar(type, slots, offset);
  }

  #array(type: CimType, reference: number): CimValue | undefined {
    if (reference === NULL_REFERENCE) return null;
    const { bytes } = this;
    if (reference + 4 > bytes.length) return undefined;
    const count = bytes.readUInt32LE(reference);
    const itemBytes = TYPES.get(type.code)?.bytes ?? 4;
    if (count > (bytes.length - reference - 4) / itemBytes) return undefined;
    if (type.code === 0x11) return [...bytes.subarray(reference + 4, reference + 4 + count)];
    const items: (CimScalar | null)[] = [];
    for (let i = 0; i < count; i++) {
      const item = this.#scalar(type, bytes, reference + 4 + i * itemBytes);
      if (item === undefined) return undefined;
      items.push(item);
    }
    return items;
  }

  #scalar(type: CimType, at: Buffer, offset: number): CimScalar | null | undefined {
    switch (type.code) {
      case 0x02:
        return at.readInt16LE(offset);
      case 0x03:
        return at.readInt32LE(offset);
      case 0x04:
        return at.readFloatLE(offset);
      case 0x05:
        return at.readDoubleLE(offset);
      case 0x0b:
        return at.readUInt16LE(offset) !== 0;
      case 0x10:
        return at.readInt8(offset);
      case 0x11:
        return at.readUInt8(offset);
      case 0x12:
      case 0x67:
        return at.readUInt16LE(offset);
      case 0x13:
        return at.readUInt32LE(offset);
      case 0x14:
        return at.readBigInt64LE(offset);
      case 0x15:
        return at.readBigUInt64LE(offset);
      case 0x0d:
        return this.#object(at.readUInt32LE(offset));
      default: {
        const reference = at.readUInt32LE(offset);
        return reference === NULL_REFERENCE ? null : this.string(reference);
      }
    }
  }

  #object(reference: number): Uint8Array | null | undefined {
    if (reference === NULL_REFERENCE) return null;
    const { bytes } = this;
    if (reference + 4 > bytes.length) return undefined;
    const length = bytes.readUInt32LE(reference);
    if (length > bytes.length - reference - 4) return undefined;
    return Uint8Array.from(bytes.subarray(reference + 4, reference + 4 + length));
  }
}

/** What the two bits of a property say (CIM 6.5): bit 0 null, bit 1 default of the class. */
export function nullBits(table: Uint8Array, index: number): number {
  return ((table[index >> 2] ?? 0) >> (2 * (index & 3))) & 3;
}
