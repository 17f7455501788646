import { createCipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';

/** How a member of a zip is encrypted. */
export type ZipEncryption =
  /** APPNOTE 6.1; `check` is what the last byte of the header must decrypt to. */
  | { readonly kind: 'zipCrypto'; readonly check: number }
  /** WinZip AES, method 99: AE-2 leaves the checksum out. */
  | { readonly kind: 'aes'; readonly version: 1 | 2; readonly strength: 1 | 2 | 3 }
  | { readonly kind: 'unknown' };

/** A password that fits the start of a member. */
export interface MemberKey {
  /** The packed bytes of the member, out of all the bytes it has. */
  decrypt(encrypted: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void>;
  /** Whether nothing was changed since it was encrypted; undefined where only what comes out can tell. */
  isSealed(encrypted: AsyncIterable<Uint8Array>): Promise<boolean | undefined>;
}

const ZIP_CRYPTO_HEADER = 12;
const AES_KEY_BYTES = { 1: 16, 2: 24, 3: 32 } as const;
const AES_SALT_BYTES = { 1: 8, 2: 12, 3: 16 } as const;
const AES_VERIFIER_BYTES = 2;
const AES_MAC_BYTES = 10;
const AES_ROUNDS = 1000;

/** Bytes of a member that `keyOf` needs. */
export const ENCRYPTION_HEAD_BYTES = 18;

/** The field of a member with method 99 (WinZip's "AES encryption information", 1.04). */
export function aesFieldOf(bytes: Uint8Array): { encryption: ZipEncryption; method: number } | undefined {
  if (bytes.length < 7) return undefined;
  const field = Buffer.from(bytes);
  const version = field.readUInt16LE(0);
  const strength = field[4];
  const method = field.readUInt16LE(5);
  const isKnown = (version === 1 || version === 2) && (strength === 1 || strength === 2 || strength === 3);
  return { encryption: isKnown ? { kind: 'aes', version, strength } : { kind: 'unknown' }, method };
}

/**
 * The key that a password makes, when the start of the member agrees: it passes by chance in 1 of 256 (ZipCrypto) or 65,536
 * (AES) cases, so what comes out is checked as well.
 */
export function keyOf(head: Uint8Array, encryption: ZipEncryption, password: string): MemberKey | undefined {
  if (encryption.kind === 'zipCrypto') return zipCryptoKey(head, encryption.check, password);
  if (encryption.kind === 'aes') return aesKey(head, encryption.strength, password);
  return undefined;
}

/** The CRC-32 step of one byte on a register that is not inverted (APPNOTE 6.1.5). */
const CRC_STEPS: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 0 ? value >>> 1 : (value >>> 1) ^ 0xedb88320;
  return value >>> 0;
});

/** The three keys of APPNOTE 6.1.5. */
class ZipCryptoKeys {
  #a = 0x12345678;
  #b = 0x23456789;
  #c = 0x34567890;

  constructor(password: Uint8Array) {
    for (const byte of password) this.#update(byte);
  }

  decrypt(bytes: Uint8Array): Uint8Array {
    const plain = Buffer.allocUnsafeSlow(bytes.length);
    for (let i = 0; i < bytes.length; i++) {
      const word = (this.#c & 0xffff) | 2;
      const byte = ((bytes[i] ?? 0) ^ (Math.imul(word, word ^ 1) >>> 8)) & 0xff;
      plain[i] = byte;
      this.#update(byte);
    }
    return plain;
  }

  #update(byte: number): void {
    this.#a = (CRC_STEPS[(this.#a ^ byte) & 0xff] ?? 0) ^ (this.#a >>> 8);
    this.#b = (Math.imul(this.#b + (this.#a & 0xff), 134_775_813) + 1) | 0;
    this.#c = (CRC_STEPS[(this.#c ^ (this.#b >>> 24)) & 0xff] ?? 0) ^ (this.#c >>> 8);
  }
}

function zipCryptoKey(head: Uint8Array, check: number, text: string): MemberKey | undefined {
  if (head.length < ZIP_CRYPTO_HEADER) return undefined;
  const password = Buffer.from(text, 'utf8');
  const header = new ZipCryptoKeys(password).decrypt(head.subarray(0, ZIP_CRYPTO_HEADER));
  if (header[ZIP_CRYPTO_HEADER - 1] !== check) return undefined;
  return {
    isSealed: async () => undefined,
    decrypt: async function* (encrypted) {
      const keys = new ZipCryptoKeys(password);
      let header = ZIP_CRYPTO_HEADER;
      for await (const piece of encrypted) {
        const plain = keys.decrypt(piece);
        const rest = plain.subarray(Math.min(header, plain.length));
        header -= plain.length - rest.length;
        if (rest.length > 0) yield rest;
      }
    },
  };
}

function aesKey(head: Uint8Array, strength: 1 | 2 | 3, text: string): MemberKey | undefined {
  const keyBytes = AES_KEY_BYTES[strength];
  const saltBytes = AES_SALT_BYTES[strength];
  const headBytes = saltBytes + AES_VERIFIER_BYTES;
  if (head.length < headBytes) return undefined;
  const salt = head.subarray(0, saltBytes);
  const derived = pbkdf2Sync(Buffer.from(text, 'utf8'), salt, AES_ROUNDS, 2 * keyBytes + AES_VERIFIER_BYTES, 'sha1');
  if (!timingSafeEqual(derived.subarray(2 * keyBytes), head.subarray(saltBytes, headBytes))) return undefined;
  const key = derived.subarray(0, keyBytes);
  const macKey = derived.subarray(keyBytes, 2 * keyBytes);
  return {
    isSealed: async (encrypted) => {
      const mac = createHmac('sha1', macKey);
      let tail: Uint8Array = Buffer.alloc(0);
      for await (const step of aesBody(encrypted, headBytes)) {
        if (step.isTail) tail = step.bytes;
        else mac.update(step.bytes);
      }
      const expected = mac.digest().subarray(0, AES_MAC_BYTES);
      return tail.length === AES_MAC_BYTES && timingSafeEqual(tail, expected);
    },
    decrypt: async function* (encrypted) {
      const counter = new LittleEndianCounter(key);
      for await (const { bytes, isTail } of aesBody(encrypted, headBytes)) if (!isTail) yield counter.decrypt(bytes);
    },
  };
}

/** What stands between salt and seal, in pieces, and the seal last: only the end tells which bytes are the seal. */
async function* aesBody(
  encrypted: AsyncIterable<Uint8Array>,
  headBytes: number,
): AsyncGenerator<{ readonly bytes: Uint8Array; readonly isTail: boolean }, void> {
  let skip = headBytes;
  let tail: Buffer = Buffer.alloc(0);
  for await (const piece of encrypted) {
    const fresh = piece.subarray(Math.min(skip, piece.length));
    skip -= piece.length - fresh.length;
    const held = Buffer.concat([tail, fresh]);
    const bytes = held.subarray(0, Math.max(0, held.length - AES_MAC_BYTES));
    tail = held.subarray(bytes.length);
    if (bytes.length > 0) yield { bytes, isTail: false };
  }
  yield { bytes: tail, isTail: true };
}

/** AES in counter mode as WinZip does it: the counter is little-endian and starts at 1, while Node's is big-endian. */
class LittleEndianCounter {
  readonly #cipher: ReturnType<typeof createCipheriv>;
  #block = 1;
  #stream: Buffer = Buffer.alloc(0);

  constructor(key: Uint8Array) {
    this.#cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false);
  }

  decrypt(bytes: Uint8Array): Uint8Array {
    if (this.#stream.length < bytes.length) this.#grow(bytes.length - this.#stream.length);
    const plain = Buffer.allocUnsafeSlow(bytes.length);
    for (let i = 0; i < bytes.length; i++) plain[i] = (bytes[i] ?? 0) ^ (this.#stream[i] ?? 0);
    this.#stream = this.#stream.subarray(bytes.length);
    return plain;
  }

  #grow(bytes: number): void {
    const counters = Buffer.alloc(Math.ceil(bytes / 16) * 16);
    for (let at = 0; at < counters.length; at += 16) {
      counters.writeUInt32LE(this.#block % 0x100000000, at);
      counters.writeUInt32LE(Math.floor(this.#block / 0x100000000), at + 4);
      this.#block++;
    }
    this.#stream = Buffer.concat([this.#stream, this.#cipher.update(counters)]);
  }
}
