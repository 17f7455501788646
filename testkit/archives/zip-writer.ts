import { crc32, deflateRawSync } from 'node:zlib';
import { encryptAes, encryptZipCrypto } from './zip-encryption.ts';

/** One member, with what may be odd about it. */
export interface ZipPart {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly isStored?: boolean;
  /** Written in place of the name's UTF-8 bytes. */
  readonly rawName?: Uint8Array;
  /** Packed bytes to write in place of the right ones. */
  readonly packed?: Uint8Array;
  readonly method?: number;
  /** General purpose bits besides UTF-8 names (0x800): 1 is encrypted. */
  readonly flags?: number;
  readonly crc?: number;
  /** Sizes as the directory claims them. */
  readonly declaredBytes?: number;
  readonly declaredPacked?: number;
  /** Offset of the local header as the directory claims it. */
  readonly declaredOffset?: number;
  /** Sizes and offset in the ZIP64 field of the directory, as archives above 4 GiB have them. */
  readonly isZip64?: boolean;
  /** Encrypts the packed bytes: as PKZIP did, or as WinZip does with a key of so many bits. */
  readonly password?: string;
  readonly cipher?: 'zipCrypto' | { readonly bits: 128 | 192 | 256; readonly version: 1 | 2 };
  /** Extra fields of the directory, each with its id. */
  readonly extra?: readonly (readonly [number, Uint8Array])[];
  /** Changes a byte of the encrypted bytes, counted from their end. */
  readonly flipFromEnd?: number;
  /** Leaves the member out of the directory. */
  readonly isHidden?: boolean;
}

export interface ZipOddities {
  /** Members that the end record announces. */
  readonly announced?: number;
  /** Write a ZIP64 end record and locator. */
  readonly isZip64?: boolean;
  readonly trailing?: Uint8Array;
}

/** A zip archive as its parts say, right or wrong (APPNOTE 4.3). No clock. */
export function writeZip(parts: readonly ZipPart[], oddities: ZipOddities = {}): Buffer {
  const written: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const part of parts) {
    const name = Buffer.from(part.rawName ?? Buffer.from(part.name, 'utf8'));
    const plain = Buffer.from(part.packed ?? (part.isStored === true ? part.bytes : deflateRawSync(part.bytes)));
    const packed = encrypted(part, plain);
    if (part.flipFromEnd !== undefined) {
      const at = packed.length - part.flipFromEnd;
      packed[at] = (packed[at] ?? 0) ^ 1;
    }
    const sizes = { packed: part.declaredPacked ?? packed.length, bytes: part.declaredBytes ?? part.bytes.length };
    const common = commonHeader(part, sizes, name.length);
    const local = aesField(part);
    const localBytes = Buffer.alloc(2);
    localBytes.writeUInt16LE(local.length);
    written.push(Buffer.from('PK\x03\x04', 'latin1'), common, localBytes, name, local, packed);
    if (part.isHidden !== true)
      directory.push(directoryEntry(part, common, name, sizes, part.declaredOffset ?? offset));
    offset += 30 + name.length + local.length + packed.length;
  }
  const listed = parts.filter((part) => part.isHidden !== true).length;
  const entries = Buffer.concat(directory);
  const end = endRecord(oddities.announced ?? listed, entries.length, offset, oddities.isZip64 === true);
  return Buffer.concat([...written, entries, end, Buffer.from(oddities.trailing ?? [])]);
}

function encrypted({ password, cipher, bytes }: ZipPart, packed: Buffer): Buffer {
  if (password === undefined || cipher === undefined) return packed;
  if (cipher === 'zipCrypto') return encryptZipCrypto(packed, password, crc32(bytes));
  return encryptAes(packed, password, cipher.bits);
}

/** WinZip's "AES encryption information" stands in the extra fields; method 99 is in the header. */
function extraFields(part: ZipPart): Buffer {
  return Buffer.concat([...(part.extra ?? []).map(([id, bytes]) => field(id, bytes)), aesField(part)]);
}

function aesField(part: ZipPart): Buffer {
  if (typeof part.cipher !== 'object') return Buffer.alloc(0);
  const strength = { 128: 1, 192: 2, 256: 3 }[part.cipher.bits];
  const method = part.method ?? (part.isStored === true ? 0 : 8);
  return field(0x9901, Buffer.from([part.cipher.version, 0, 0x41, 0x45, strength, method, 0]));
}

function field(id: number, bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(bytes.length, 2);
  return Buffer.concat([head, bytes]);
}

/** The 24 bytes that local header and directory entry share, from `version needed` to the length of the name. */
function commonHeader(part: ZipPart, sizes: { packed: number; bytes: number }, nameBytes: number): Buffer {
  const common = Buffer.alloc(24);
  common.writeUInt16LE(part.isZip64 === true ? 45 : 20, 0);
  const isAes = typeof part.cipher === 'object';
  common.writeUInt16LE((part.flags ?? 0) | 0x800 | (part.cipher === undefined ? 0 : 1), 2);
  common.writeUInt16LE(isAes ? 99 : (part.method ?? (part.isStored === true ? 0 : 8)), 4);
  const hasNoSum = typeof part.cipher === 'object' && part.cipher.version === 2;
  common.writeUInt32LE(part.crc ?? (hasNoSum ? 0 : crc32(part.bytes)), 10);
  common.writeUInt32LE(part.isZip64 === true ? 0xffffffff : sizes.packed, 14);
  common.writeUInt32LE(part.isZip64 === true ? 0xffffffff : sizes.bytes, 18);
  common.writeUInt16LE(nameBytes, 22);
  return common;
}

function directoryEntry(
  part: ZipPart,
  common: Buffer,
  name: Buffer,
  sizes: { packed: number; bytes: number },
  offset: number,
): Buffer {
  const zip64 = part.isZip64 === true ? Buffer.alloc(28) : Buffer.alloc(0);
  if (part.isZip64 === true) {
    zip64.writeUInt16LE(1, 0);
    zip64.writeUInt16LE(24, 2);
    zip64.writeBigUInt64LE(BigInt(sizes.bytes), 4);
    zip64.writeBigUInt64LE(BigInt(sizes.packed), 12);
    zip64.writeBigUInt64LE(BigInt(offset), 20);
  }
  const extra = Buffer.concat([zip64, extraFields(part)]);
  const tail = Buffer.alloc(16);
  tail.writeUInt16LE(extra.length, 0);
  tail.writeUInt32LE(part.isZip64 === true ? 0xffffffff : offset, 12);
  return Buffer.concat([Buffer.from('PK\x01\x02\x2d\0', 'latin1'), common, tail, name, extra]);
}

function endRecord(count: number, directoryBytes: number, directoryOffset: number, isZip64: boolean): Buffer {
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(isZip64 ? 0xffff : count, 8);
  end.writeUInt16LE(isZip64 ? 0xffff : count, 10);
  end.writeUInt32LE(isZip64 ? 0xffffffff : directoryBytes, 12);
  end.writeUInt32LE(isZip64 ? 0xffffffff : directoryOffset, 16);
  if (!isZip64) return end;
  const record = Buffer.alloc(56);
  record.write('PK\x06\x06', 0, 'latin1');
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(directoryBytes), 40);
  record.writeBigUInt64LE(BigInt(directoryOffset), 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 0, 'latin1');
  locator.writeBigUInt64LE(BigInt(directoryOffset + directoryBytes), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator, end]);
}
