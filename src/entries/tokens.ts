/** Shortest and longest token, in bytes; what is shorter or longer is found by scanning alone (DEPENDENCIES 5.1). */
export const LEAST_TOKEN = 3;
export const MOST_TOKEN = 64;

/** FNV-1a, 32 bits. */
const FNV_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** By byte: the byte itself in ASCII lower case where a token may hold it, else 0. */
const TOKEN_BYTES: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x80) return byte;
  const letter = String.fromCharCode(byte);
  return /[A-Za-z0-9_.]/.test(letter) ? letter.toLowerCase().charCodeAt(0) : 0;
});

/** Whether a token may hold a byte: letters and digits of ASCII, `_`, `.`, and everything from 0x80 on. */
export function isTokenByte(byte: number | undefined): boolean {
  return byte !== undefined && TOKEN_BYTES[byte] !== 0;
}

export interface Marks {
  /** Takes the hash of a token. */
  mark(hash: number): void;
}

/** Gives the hash of each token of a stretch of bytes, in order, with repetitions. */
export function markTokens(bytes: Uint8Array, from: number, to: number, marks: Marks): void {
  // A local table and plain locals: this loop sees every byte that is archived. A loop of its own for each token costs a quarter less than one for all bytes.
  const table = TOKEN_BYTES;
  for (let at = from; at < to; at++) {
    let byte = table[bytes[at] ?? 0] ?? 0;
    if (byte === 0) continue;
    const start = at;
    let hash = FNV_BASIS;
    do {
      hash = Math.imul(hash ^ byte, FNV_PRIME);
      at++;
      byte = at < to ? (table[bytes[at] ?? 0] ?? 0) : 0;
    } while (byte !== 0);
    const length = at - start;
    if (length >= LEAST_TOKEN && length <= MOST_TOKEN) marks.mark(hash >>> 0);
  }
}

/** What a value may be looked for as a whole by. */
export type KeyKind = 'host' | 'channel' | 'event';

/** The state of the hash behind the name of a kind. The kinds hold a byte that no token does, so no token means one. */
const KEY_BASES: Readonly<Record<KeyKind, number>> = {
  host: baseOf('host'),
  channel: baseOf('channel'),
  event: baseOf('event'),
};

function baseOf(kind: string): number {
  return hashed(FNV_BASIS, Buffer.from(`${kind}:`));
}

function hashed(basis: number, bytes: Uint8Array): number {
  let hash = basis;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, FNV_PRIME);
  return hash;
}

/** The hash of a whole value of a kind, such as a host, in small letters. */
export function keyHash(kind: KeyKind, value: string): number {
  return hashed(KEY_BASES[kind], Buffer.from(value.toLowerCase())) >>> 0;
}

/** The same for a value in UTF-8 where it lies: a text for each would cost more than its hash. */
export function keyHashIn(kind: KeyKind, bytes: Buffer, from: number, to: number): number {
  let hash = KEY_BASES[kind];
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x80) return keyHash(kind, bytes.toString('utf8', from, to));
    hash = Math.imul(hash ^ (byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte), FNV_PRIME);
  }
  return hash >>> 0;
}

/** Makes ASCII letters small where they lie; every other byte stays. */
export function lowerAscii(bytes: Buffer): void {
  const words = bytes.byteOffset % 4 === 0 ? bytes.length >> 2 : 0;
  const view = words === 0 ? new Int32Array(0) : new Int32Array(bytes.buffer, bytes.byteOffset, words);
  // Four bytes at a time: bit 7 of each byte says whether it is a large letter, and is moved to bit 5.
  for (let i = 0; i < words; i++) {
    const word = view[i] ?? 0;
    const low = word & 0x7f7f7f7f;
    view[i] = word | (((~word & 0x80808080 & ((low + 0x3f3f3f3f) ^ (low + 0x25252525))) >>> 2) & 0x20202020);
  }
  for (let at = words * 4; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x41 && byte <= 0x5a) bytes[at] = byte | 0x20;
  }
}
