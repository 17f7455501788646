import type { Instant } from '../windows/index.ts';
import type { ExtraField } from './member-time.ts';
import { aesFieldOf, type ZipEncryption } from './zip-crypto.ts';

export const STORED = 0;
export const DEFLATED = 8;
export const ZSTD = 93;
const IS_ENCRYPTED = 1;
const SIZES_FOLLOW = 8;
const IS_STRONGLY_ENCRYPTED = 0x40;
const AES_METHOD = 99;
const AES_FIELD = 0x9901;

/** One file in a zip, as the central directory tells it. */
export interface ZipMember {
  /** A label, never a path: written as it stands in the archive, made unique among its members. */
  readonly name: string;
  /** The name as it stands in the archive, where the label differs from it: what the member is depends on it. */
  readonly written?: string;
  /** What is odd about the name; the member is read all the same. */
  readonly nameTrouble?: string;
  /** Of packing, below any encryption: 0 stored, 8 deflated, 93 zstd. */
  readonly method: number;
  /** Absent where it is not encrypted. */
  readonly encryption?: ZipEncryption;
  /** When it was last written, where the archive tells it in UTC (SETTLED D1). */
  readonly modified?: Instant;
  readonly compressedBytes: number;
  /** What the archive claims comes out; absent where only the bytes themselves can tell. */
  readonly claim?: { readonly bytes: number; readonly crc32: number };
  /** Of the local header, from the start of the archive. */
  readonly headerOffset: number;
  /** Smallest length of the local header. */
  readonly headerBytes: number;
}

const METHOD_NAMES: Readonly<Record<number, string>> = {
  1: 'Shrink',
  6: 'Implode',
  9: 'Deflate64',
  12: 'bzip2',
  14: 'LZMA',
  93: 'zstd',
  95: 'xz',
  96: 'JPEG',
  97: 'WavPack',
  98: 'PPMd',
};

/** True for the methods of packing that are unpacked here. */
export function isUnpacked(method: number): boolean {
  return method === STORED || method === DEFLATED || method === ZSTD;
}

/** The name of a method of packing, as people who unpack it know it. */
export function methodName(method: number): string {
  const name = METHOD_NAMES[method];
  return name === undefined ? `method ${method}` : `${name} (method ${method})`;
}

/** What bit 0 of the flags and the method of a member say about its encryption (APPNOTE 4.4.4, 6.1, WinZip's AES). */
export function encryptionOf(
  header: { readonly flags: number; readonly method: number; readonly crc32: number; readonly dosTime: number },
  fields: readonly ExtraField[],
): Pick<ZipMember, 'method' | 'encryption'> {
  const { flags, method, crc32, dosTime } = header;
  if ((flags & IS_ENCRYPTED) === 0) return { method };
  const aes = fields.find(({ id }) => id === AES_FIELD);
  if (method === AES_METHOD) {
    const told = aes === undefined ? undefined : aesFieldOf(aes.data);
    return told ?? { method, encryption: { kind: 'unknown' } };
  }
  if ((flags & IS_STRONGLY_ENCRYPTED) !== 0) return { method, encryption: { kind: 'unknown' } };
  // Where the sizes follow the member, the checksum was not known when its header was encrypted (APPNOTE 6.1.6).
  const check = (flags & SIZES_FOLLOW) === 0 ? crc32 >>> 24 : (dosTime >>> 8) & 0xff;
  return { method, encryption: { kind: 'zipCrypto', check } };
}

/** Characters of a name that are kept. */
export const MAX_NAME_CHARS = 1024;

/** The label of a member, with what is odd about its name. */
export function labelOf(
  written: string,
  names: Map<string, number>,
): Pick<ZipMember, 'name' | 'written' | 'nameTrouble'> {
  const name = uniqueLabel(written, names);
  const nameTrouble = troubleOfName(written, name);
  return {
    name,
    ...(name === written ? {} : { written: written.slice(-MAX_NAME_CHARS) }),
    ...(nameTrouble === undefined ? {} : { nameTrouble }),
  };
}

/** Two members of one name would share an address; the later one gets a number behind it. */
function uniqueLabel(written: string, names: Map<string, number>): string {
  const base = written.slice(0, MAX_NAME_CHARS);
  let label = base;
  let times = names.get(base) ?? 0;
  while (names.has(label)) label = `${base} (${++times + 1})`;
  names.set(base, times);
  if (label !== base) names.set(label, 0);
  return label;
}

/** Names that Windows keeps for devices, with any ending. */
const RESERVED_NAME = /^(?:CON|PRN|AUX|NUL|COM[1-9]|LPT[1-9])(?:\..*)?$/i;

function troubleOfName(written: string, label: string): string | undefined {
  if (written.includes('\0')) return 'it holds a NUL';
  if (written.split(/[\\/]/).includes('..')) return 'it climbs out of its folder';
  if (/^(?:[\\/]|[A-Za-z]:)/.test(written)) return 'it is absolute';
  if (written.split(/[\\/]/).some((segment) => RESERVED_NAME.test(segment)))
    return 'it is the name of a device on Windows';
  if (written.length > MAX_NAME_CHARS) return `it has ${written.length} characters`;
  if (label !== written) return 'another member has the same name';
  return undefined;
}
