import { crc32 } from 'node:zlib';
import type { OpenFile } from './file-port.ts';
import { type InflateEnd, inflatePieces, readRange } from './inflate.ts';
import { allowedBytes } from './limits.ts';
import type { Reading } from './reading.ts';
import { ENCRYPTION_HEAD_BYTES, keyOf, type MemberKey } from './zip-crypto.ts';
import { DEFLATED, STORED, type ZipMember } from './zip-member.ts';
import { zstdPieces } from './zstd-pieces.ts';

/** Where the packed bytes of a member lie. */
export interface MemberRange {
  readonly member: ZipMember;
  readonly start: number;
  /** Packed bytes that are there; fewer than the directory says when the archive is cut. */
  readonly length: number;
}

/** A password that opens a member. */
export interface FoundKey {
  readonly key: MemberKey;
  /** The bytes were changed or cut after they were encrypted. */
  readonly isBroken: boolean;
}

/** The passwords of a run on one archive: one that opened a member is likely to open the next. */
export class ZipKeys {
  readonly #reading: Reading;
  readonly #file: OpenFile;
  readonly #proven = new Set<string>();

  constructor(reading: Reading, file: OpenFile) {
    this.#reading = reading;
    this.#file = file;
  }

  /** The first password that opens a member; undefined when none does. */
  async find(range: MemberRange): Promise<FoundKey | undefined> {
    const { encryption } = range.member;
    if (encryption === undefined) return undefined;
    const head = Buffer.alloc(Math.min(ENCRYPTION_HEAD_BYTES, range.length));
    const start = head.subarray(0, await this.#file.read(head, range.start));
    const fitting: { readonly password: string; readonly key: MemberKey }[] = [];
    for (const password of this.#reading.passwords) {
      const key = keyOf(start, encryption, password);
      if (key !== undefined) fitting.push({ password, key });
    }
    const [only] = fitting;
    // The start fits by chance once in 256 times: a password that is proven needs no second proof where it stands alone.
    if (
      encryption.kind === 'zipCrypto' &&
      fitting.length === 1 &&
      only !== undefined &&
      this.#proven.has(only.password)
    )
      return { key: only.key, isBroken: false };
    for (const { password, key } of fitting) {
      if (!(await this.#isRight(range, key))) continue;
      this.#proven.add(password);
      return { key, isBroken: false };
    }
    // Two bytes agreed, or nothing more can be known of a member that is cut.
    const isCut = range.length < range.member.compressedBytes;
    if (only === undefined || (encryption.kind !== 'aes' && !isCut)) return undefined;
    return { key: only.key, isBroken: true };
  }

  async #isRight(range: MemberRange, key: MemberKey): Promise<boolean> {
    const sealed = await key.isSealed(readRange(this.#file, range.start, range.length));
    if (sealed !== undefined) return sealed;
    const { claim } = range.member;
    const allowed = allowedBytes(range.length, this.#reading.limits.outputBytes, this.#reading.limits);
    let crc = 0;
    let bytes = 0;
    const pieces = memberPieces(this.#file, range, key, allowed);
    for (let step = await pieces.next(); ; step = await pieces.next()) {
      if (step.done === true)
        return step.value === 'whole' && (claim === undefined || (claim.crc32 === crc && claim.bytes === bytes));
      crc = crc32(step.value, crc);
      bytes += step.value.length;
    }
  }
}

/** What a member holds, decrypted and unpacked. */
export function memberPieces(
  file: OpenFile,
  { member, start, length }: MemberRange,
  key: MemberKey | undefined,
  allowed: number,
): AsyncGenerator<Uint8Array, InflateEnd> {
  const packed = (): AsyncIterable<Uint8Array> => {
    const bytes = readRange(file, start, length);
    return key === undefined ? bytes : key.decrypt(bytes);
  };
  if (member.method === STORED) return storedPieces(packed(), allowed);
  return member.method === DEFLATED ? inflatePieces('deflate', packed, allowed) : zstdPieces(packed, allowed);
}

async function* storedPieces(
  pieces: AsyncIterable<Uint8Array>,
  allowed: number,
): AsyncGenerator<Uint8Array, InflateEnd> {
  let left = allowed;
  for await (const piece of pieces) {
    const part = piece.subarray(0, left);
    left -= part.length;
    if (part.length > 0) yield part;
    if (part.length < piece.length) return 'tooLarge';
  }
  return 'whole';
}
