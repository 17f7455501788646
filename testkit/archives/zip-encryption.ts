import { createCipheriv, createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Bytes that look like chance and are always the same. */
function salt(seed: string, bytes: number): Buffer {
  return createHash('sha256').update(seed).digest().subarray(0, bytes);
}

/** The step of CRC-32 that PKWARE's cipher takes: the register is not turned over, as the library's is. */
function crcStep(register: number, byte: number): number {
  return ~crc32(Buffer.from([byte]), ~register >>> 0) >>> 0;
}

/** PKWARE's old cipher (APPNOTE 6.1), with its twelve bytes before the packed ones. */
export function encryptZipCrypto(packed: Uint8Array, password: string, crc: number): Buffer {
  const keys = [305_419_896, 591_751_049, 878_082_192];
  const update = (byte: number): void => {
    keys[0] = crcStep(keys[0] ?? 0, byte);
    const sum = (BigInt(keys[1] ?? 0) + BigInt((keys[0] ?? 0) & 0xff)) & 0xffffffffn;
    keys[1] = Number((sum * 134_775_813n + 1n) & 0xffffffffn);
    keys[2] = crcStep(keys[2] ?? 0, (keys[1] ?? 0) >>> 24);
  };
  for (const byte of Buffer.from(password)) update(byte);
  const plain = Buffer.concat([salt(`${password}${crc}`, 11), Buffer.from([crc >>> 24]), packed]);
  return Buffer.from(
    plain.map((byte) => {
      const word = ((keys[2] ?? 0) | 2) & 0xffff;
      const key = Number((BigInt(word) * BigInt(word ^ 1)) >> 8n) & 0xff;
      update(byte);
      return byte ^ key;
    }),
  );
}

/** WinZip's AES: salt, two bytes to check the password by, the packed bytes, ten bytes of seal. */
export function encryptAes(packed: Uint8Array, password: string, bits: 128 | 192 | 256): Buffer {
  const keyBytes = bits / 8;
  const start = salt(`${password}${packed.length}`, keyBytes / 2);
  const derived = pbkdf2Sync(password, start, 1000, 2 * keyBytes + 2, 'sha1');
  const body = Buffer.from(packed);
  for (let block = 0; block * 16 < body.length; block++) {
    const counter = Buffer.alloc(16);
    counter.writeBigUInt64LE(BigInt(block + 1));
    const cipher = createCipheriv(`aes-${bits}-ecb`, derived.subarray(0, keyBytes), null).setAutoPadding(false);
    const stream = cipher.update(counter);
    for (let i = 0; i < 16 && block * 16 + i < body.length; i++) {
      body[block * 16 + i] = (body[block * 16 + i] ?? 0) ^ (stream[i] ?? 0);
    }
  }
  const seal = createHmac('sha1', derived.subarray(keyBytes, 2 * keyBytes))
    .update(body)
    .digest()
    .subarray(0, 10);
  return Buffer.concat([start, derived.subarray(2 * keyBytes), body, seal]);
}
