import type { Instant } from '../windows/index.ts';
import { instantOfSeconds } from './member-time.ts';

/** Bytes of a header, and what members are filled up to (POSIX.1-2017 pax, "ustar Interchange Format"). */
export const TAR_BLOCK = 512;

/** What a header says, before longer names are put in. */
export interface TarHeader {
  readonly name: string;
  /** Of what follows, as far as the header can say. */
  readonly bytes: number;
  /** `0` file, `5` folder, `x` and `g` attributes, `L` a long name, `S` with holes; the rest of POSIX and GNU. */
  readonly type: string;
  /** True of GNU's sparse members whose map goes on in the next block. */
  readonly isMapLonger: boolean;
  /** When it was last written; absent where no time is told. */
  readonly modified?: Instant;
}

/** The header in a block; undefined when its checksum is wrong or it names no size. */
export function tarHeaderOf(block: Uint8Array): TarHeader | undefined {
  if (block.length < TAR_BLOCK || !hasRightChecksum(block)) return undefined;
  const bytes = numberOf(block.subarray(124, 136));
  if (bytes === undefined) return undefined;
  const type = block[156] === 0 ? '0' : String.fromCharCode(block[156] ?? 0);
  const magic = textOf(block.subarray(257, 263));
  const isPosix = magic === 'ustar';
  const prefix = isPosix ? textOf(block.subarray(345, 500)) : '';
  const name = textOf(block.subarray(0, 100));
  const seconds = numberOf(block.subarray(136, 148)) ?? 0;
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    bytes,
    type,
    isMapLonger: block[482] === 1,
    // Writers that know no time write 0.
    ...(seconds === 0 ? {} : { modified: { ms: seconds * 1000, ticks: 0 } }),
  };
}

/** True for a block that says ustar and whose checksum is right: a header that nothing else looks like. */
export function isTarHeader(block: Uint8Array): boolean {
  return Buffer.from(block.subarray(257, 262)).toString('latin1') === 'ustar' && hasRightChecksum(block);
}

export function isZeroBlock(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

/** The sum of all bytes with blanks for the checksum itself; some writers took the bytes as signed. */
function hasRightChecksum(block: Uint8Array): boolean {
  let unsigned = 0;
  let signed = 0;
  for (let i = 0; i < TAR_BLOCK; i++) {
    const byte = i >= 148 && i < 156 ? 0x20 : (block[i] ?? 0);
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  const written = numberOf(block.subarray(148, 156));
  return written === unsigned || written === signed;
}

/** Octal digits, or GNU's binary form for what they cannot hold; undefined for what is no number. */
function numberOf(bytes: Uint8Array): number | undefined {
  if (((bytes[0] ?? 0) & 0x80) !== 0) {
    let value = (bytes[0] ?? 0) & 0x7f;
    for (const byte of bytes.subarray(1)) value = value * 256 + byte;
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const text = textOf(bytes).trim();
  if (text === '') return 0;
  return /^[0-7]{1,12}$/.test(text) ? Number.parseInt(text, 8) : undefined;
}

/** The bytes up to the first NUL, as UTF-8. */
function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('utf8');
}

/** Attributes of a pax header that bear on reading; later ones win. */
export interface PaxAttributes {
  readonly path?: string;
  readonly size?: number;
  readonly isSparse?: boolean;
  readonly modified?: Instant;
}

/** The attributes in a pax header: `LENGTH KEY=VALUE\n`, one behind the other. What is not of this form ends them. */
export function paxAttributesOf(bytes: Uint8Array): PaxAttributes {
  const text = Buffer.from(bytes);
  let attributes: PaxAttributes = {};
  for (let at = 0; at < text.length; ) {
    const blank = text.indexOf(0x20, at);
    const digits = blank < 0 || blank - at > 10 ? '' : text.toString('latin1', at, blank);
    const length = /^\d+$/.test(digits) ? Number(digits) : 0;
    const equals = text.indexOf(0x3d, blank);
    const end = at + length;
    if (length < 5 || end > text.length || equals < 0 || equals >= end || text[end - 1] !== 0x0a) break;
    const key = text.toString('utf8', blank + 1, equals);
    const value = text.toString('utf8', equals + 1, end - 1);
    if (key === 'path') attributes = { ...attributes, path: value };
    else if (key === 'size' && /^\d{1,15}$/.test(value)) attributes = { ...attributes, size: Number(value) };
    else if (key === 'mtime') {
      const modified = instantOfSeconds(value);
      if (modified !== undefined) attributes = { ...attributes, modified };
    } else if (key.startsWith('GNU.sparse.')) {
      attributes = { ...attributes, isSparse: true, ...(key === 'GNU.sparse.name' ? { path: value } : {}) };
    }
    at = end;
  }
  return attributes;
}
