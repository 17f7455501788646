import { filetimeOf, textOfFiletime } from './filetime.ts';
import type { Element, Instance } from './tree.ts';

/** A value whose bytes do not depend on where it stands (EVTX 5.1). */
export interface PlainValue {
  readonly kind: 'plain';
  readonly type: number;
  readonly bytes: Uint8Array;
  /** Canonical text of EVTX 5.1 (arrays: of each item); null for NULL, undefined where it is not defined. */
  readonly text?: string | null;
  readonly items?: readonly string[];
  /** The size that the descriptor claims, where it shall differ from the bytes. */
  readonly claimedSize?: number;
  /** The fourth byte of the descriptor, 0 in sound records. */
  readonly reserved?: number;
}

/** A value of type 0x21: nested BinXML in one of the forms of EVTX 3. */
export interface NestedValue {
  readonly kind: 'nested';
  /** `fragment` begins with 0F 01 01 00 and ends with 00; `bare` has neither. */
  readonly form: 'fragment' | 'bare';
  readonly content: Instance | Element;
}

export type Value = PlainValue | NestedValue;

/** Value types of EVTX 5.1; `| 0x80` makes an array. */
export const TYPE = {
  null: 0x00,
  text: 0x01,
  ansi: 0x02,
  int8: 0x03,
  uint8: 0x04,
  int16: 0x05,
  uint16: 0x06,
  int32: 0x07,
  uint32: 0x08,
  int64: 0x09,
  uint64: 0x0a,
  float32: 0x0b,
  float64: 0x0c,
  bool: 0x0d,
  binary: 0x0e,
  guid: 0x0f,
  sizeT: 0x10,
  filetime: 0x11,
  systemtime: 0x12,
  sid: 0x13,
  hex32: 0x14,
  hex64: 0x15,
  evtHandle: 0x20,
  binxml: 0x21,
  evtXml: 0x23,
} as const;

function plain(type: number, bytes: Uint8Array, text?: string | null): PlainValue {
  return { kind: 'plain', type, bytes, ...(text === undefined ? {} : { text }) };
}

function written(size: number, write: (view: DataView) => void): Uint8Array {
  const out = new Uint8Array(size);
  write(new DataView(out.buffer));
  return out;
}

export function utf16(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf16le'));
}

/** UTF-16 text as it is; trailing NULs belong to the bytes but not to the canonical text. */
export function text(value: string): PlainValue {
  return plain(TYPE.text, utf16(value), value.replace(/\0+$/, ''));
}

/** Bytes of an ANSI string. */
export function ansi(bytes: readonly number[], canonical?: string): PlainValue {
  return plain(TYPE.ansi, Uint8Array.from(bytes), canonical);
}

export function int8(value: number): PlainValue {
  return plain(
    TYPE.int8,
    written(1, (v) => v.setInt8(0, value)),
    String(value),
  );
}

export function uint8(value: number): PlainValue {
  return plain(
    TYPE.uint8,
    written(1, (v) => v.setUint8(0, value)),
    String(value),
  );
}

export function int16(value: number): PlainValue {
  return plain(
    TYPE.int16,
    written(2, (v) => v.setInt16(0, value, true)),
    String(value),
  );
}

export function uint16(value: number): PlainValue {
  return plain(
    TYPE.uint16,
    written(2, (v) => v.setUint16(0, value, true)),
    String(value),
  );
}

export function int32(value: number): PlainValue {
  return plain(
    TYPE.int32,
    written(4, (v) => v.setInt32(0, value, true)),
    String(value),
  );
}

export function uint32(value: number): PlainValue {
  return plain(
    TYPE.uint32,
    written(4, (v) => v.setUint32(0, value, true)),
    String(value),
  );
}

export function int64(value: bigint): PlainValue {
  return plain(
    TYPE.int64,
    written(8, (v) => v.setBigInt64(0, value, true)),
    String(value),
  );
}

export function uint64(value: bigint): PlainValue {
  return plain(
    TYPE.uint64,
    written(8, (v) => v.setBigUint64(0, value, true)),
    String(value),
  );
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'INF' : '-INF';
  return Object.is(value, -0) ? '-0' : String(value);
}

/** The shortest decimal that gives the same 32-bit float back. */
export function float32(value: number): PlainValue {
  const single = Math.fround(value);
  let shortest = single;
  for (let digits = 1; digits <= 9 && single !== 0; digits++) {
    shortest = Number(single.toPrecision(digits));
    if (Math.fround(shortest) === single) break;
  }
  return plain(
    TYPE.float32,
    written(4, (v) => v.setFloat32(0, value, true)),
    floatText(shortest),
  );
}

export function float64(value: number): PlainValue {
  return plain(
    TYPE.float64,
    written(8, (v) => v.setFloat64(0, value, true)),
    floatText(value),
  );
}

/** A truth value; Windows writes four bytes, and not only 0 and 1. */
export function bool(value: number, size = 4): PlainValue {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < Math.min(size, 4); i++) bytes[i] = (value >>> (8 * i)) & 0xff;
  return plain(TYPE.bool, bytes, bytes.some((byte) => byte !== 0) ? 'true' : 'false');
}

export function binary(bytes: Uint8Array): PlainValue {
  return plain(TYPE.binary, bytes, Buffer.from(bytes).toString('hex').toUpperCase());
}

/** The 16 bytes of a GUID given with or without braces. */
export function guidBytes(guid: string): Uint8Array {
  const hex = guid.replace(/[{}-]/g, '');
  if (!/^[0-9a-fA-F]{32}$/.test(hex)) throw new Error(`not a GUID: ${guid}`);
  const bytes = new Uint8Array(Buffer.from(hex, 'hex'));
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

export function guid(value: string): PlainValue {
  return plain(TYPE.guid, guidBytes(value), `{${value.replace(/[{}]/g, '').toLowerCase()}}`);
}

function hex(type: number, size: number, value: bigint): PlainValue {
  const bytes = written(8, (v) => v.setBigUint64(0, value, true)).subarray(0, size);
  return plain(type, bytes, `0x${BigInt.asUintN(8 * size, value).toString(16)}`);
}

export function hex32(value: number): PlainValue {
  return hex(TYPE.hex32, 4, BigInt(value));
}

export function hex64(value: bigint): PlainValue {
  return hex(TYPE.hex64, 8, value);
}

export function sizeT(value: bigint, size: 4 | 8): PlainValue {
  return hex(TYPE.sizeT, size, value);
}

/** A time as FILETIME number or as UTC text. */
export function filetime(value: bigint | string): PlainValue {
  const ticks = typeof value === 'string' ? filetimeOf(value) : value;
  const isPrintable = ticks < 2650467744000000000n;
  const bytes = written(8, (v) => v.setBigUint64(0, ticks, true));
  return isPrintable ? plain(TYPE.filetime, bytes, textOfFiletime(ticks)) : plain(TYPE.filetime, bytes);
}

/** The eight words of a SYSTEMTIME: year, month, day of week, day, hour, minute, second, milliseconds. */
export function systemtime(words: readonly number[], canonical?: string): PlainValue {
  const bytes = written(16, (v) => {
    words.forEach((word, i) => {
      v.setUint16(2 * i, word, true);
    });
  });
  return plain(TYPE.systemtime, bytes, canonical);
}

/** Bytes of `S-1-5-21-...`: the authority big-endian, the rest little-endian (EVTX 5.1). */
export function sidBytes(sid: string): Uint8Array {
  const parts = sid.split('-').slice(1);
  const [revision = '1', authority = '0', ...subs] = parts;
  const bytes = new Uint8Array(8 + 4 * subs.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = Number(revision);
  bytes[1] = subs.length;
  const value = BigInt(authority);
  view.setUint16(2, Number(value >> 32n));
  view.setUint32(4, Number(value & 0xffffffffn));
  subs.forEach((sub, i) => {
    view.setUint32(8 + 4 * i, Number(sub), true);
  });
  return bytes;
}

export function sid(value: string): PlainValue {
  return plain(TYPE.sid, sidBytes(value), value);
}

/** NULL, which may own bytes that mean nothing (EVTX 5.2). */
export function nothing(bytes: Uint8Array | readonly number[] = []): PlainValue {
  return plain(TYPE.null, Uint8Array.from(bytes), null);
}

/** Any type number over any bytes: the wrong types of EVTX 11. */
export function raw(type: number, bytes: Uint8Array | readonly number[]): PlainValue {
  return plain(type, Uint8Array.from(bytes));
}

export function claiming(
  value: PlainValue,
  claims: { readonly size?: number; readonly reserved?: number },
): PlainValue {
  return {
    ...value,
    ...(claims.size === undefined ? {} : { claimedSize: claims.size }),
    ...(claims.reserved === undefined ? {} : { reserved: claims.reserved }),
  };
}

/** An array of values of one fixed-size type or of SIDs (EVTX 5.4). */
export function array(type: number, values: readonly PlainValue[]): PlainValue {
  const bytes = new Uint8Array(Buffer.concat(values.map((value) => value.bytes)));
  return { kind: 'plain', type: type | 0x80, bytes, items: values.map((value) => value.text ?? '') };
}

/** A string array: each item ended by NUL, the last one too unless told otherwise. */
export function textArray(items: readonly string[], endsWithNul = true): PlainValue {
  const joined = items.map((item) => `${item}\0`).join('');
  return {
    kind: 'plain',
    type: TYPE.text | 0x80,
    bytes: utf16(endsWithNul ? joined : joined.slice(0, -1)),
    items,
  };
}

export function nested(content: Instance | Element, form: 'fragment' | 'bare' = 'fragment'): NestedValue {
  return { kind: 'nested', form, content };
}
