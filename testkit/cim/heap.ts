import { ByteWriter } from './byte-writer.ts';
import { CIM_TYPES, type CimScalar, type CimType, type CimValue } from './model.ts';

/** Names with a number instead of a place in the heap (CIM 6.3). */
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
] as const;

export const NULL_REFERENCE = 0xffffffff;
export const ARRAY_FLAG = 0x2000;
export const OVERRIDE_FLAG = 0x4000;

/** The heap at the end of a class or an instance: strings, arrays and what refers to them (CIM 6.3). */
export class Heap {
  readonly #out = new ByteWriter();

  get length(): number {
    return this.#out.length;
  }

  /** Latin-1 where each unit fits a byte, else UTF-16; a NUL would end it and cannot be stored. */
  string(text: string): number {
    if (text.includes('\0')) throw new Error('a heap string ends at its NUL');
    const at = this.#out.length;
    let isWide = false;
    for (let i = 0; i < text.length; i++) isWide ||= text.charCodeAt(i) > 0xff;
    if (isWide) this.#out.u8(1).utf16(text).u16(0);
    else this.#out.u8(0).raw(Buffer.from(text, 'latin1')).u8(0);
    return at;
  }

  /** The number of a dictionary word, else a string of the heap. */
  name(text: string): number {
    const lower = text.toLowerCase();
    const index = DICTIONARY.findIndex((word) => word.toLowerCase() === lower);
    return index < 0 ? this.string(text) : (0x80000000 | index) >>> 0;
  }

  bytes(content: Uint8Array): number {
    const at = this.#out.length;
    this.#out.raw(content);
    return at;
  }

  /** Writes over room that was taken before. */
  patch(at: number, content: Uint8Array): void {
    this.#out.patch(at, content);
  }

  /** Slot bytes of a value (CIM 6.2); what is referred to goes into the heap. */
  slot(type: CimType, isArray: boolean, value: CimValue): Uint8Array {
    const out = new ByteWriter();
    if (value === null) return new Uint8Array(slotBytes(type, isArray)).fill(0xff);
    if (isArray) out.u32(this.#array(type, value));
    else this.#scalar(out, type, asScalar(value));
    return out.finish();
  }

  finish(): Uint8Array {
    return this.#out.finish();
  }

  #array(type: CimType, value: CimScalar | readonly (CimScalar | null)[]): number {
    const items =
      value instanceof Uint8Array ? [...value] : Array.isArray(value) ? (value as (CimScalar | null)[]) : undefined;
    if (items === undefined) throw new Error('an array property needs a list');
    // The list comes before its strings, as real arrays of strings have it.
    const at = this.#out.length;
    this.#out.u32(items.length);
    if (!isText(type) && type !== 'object') {
      for (const item of items) this.#scalar(this.#out, type, item ?? 0);
      return at;
    }
    const first = this.#out.length;
    for (let i = 0; i < items.length; i++) this.#out.u32(NULL_REFERENCE);
    items.forEach((item, i) => {
      if (item === null) return;
      this.#out.setU32(first + 4 * i, item instanceof Uint8Array ? this.#object(item) : this.string(String(item)));
    });
    return at;
  }

  #object(content: Uint8Array): number {
    return this.bytes(new ByteWriter().u32(content.length).raw(content).finish());
  }

  #scalar(out: ByteWriter, type: CimType, value: CimScalar): void {
    switch (type) {
      case 'string':
      case 'datetime':
      case 'reference':
        out.u32(this.string(String(value)));
        return;
      case 'object': {
        if (!(value instanceof Uint8Array)) throw new Error('an embedded object is given as bytes');
        out.u32(this.#object(value));
        return;
      }
      case 'boolean':
        out.u16(value === true ? 0xffff : 0);
        return;
      case 'real32':
        out.f32(Number(value));
        return;
      case 'real64':
        out.f64(Number(value));
        return;
      case 'sint64':
      case 'uint64':
        out.u64(BigInt(value as number | bigint));
        return;
      default:
        integer(out, CIM_TYPES[type].slotBytes, Number(value));
    }
  }
}

function integer(out: ByteWriter, bytes: number, value: number): void {
  if (bytes === 1) out.u8(value);
  else if (bytes === 2) out.u16(value);
  else out.u32(value);
}

function isText(type: CimType): boolean {
  return type === 'string' || type === 'datetime' || type === 'reference';
}

function asScalar(value: CimScalar | readonly (CimScalar | null)[]): CimScalar {
  if (Array.isArray(value)) throw new Error('a list for a property that is no array');
  return value as CimScalar;
}

/** Bytes of a slot: of an array always the four of a reference. */
export function slotBytes(type: CimType, isArray: boolean): number {
  return isArray ? 4 : CIM_TYPES[type].slotBytes;
}

/** Type code with the flag of arrays. */
export function typeCode(type: CimType, isArray: boolean): number {
  return CIM_TYPES[type].code | (isArray ? ARRAY_FLAG : 0);
}
