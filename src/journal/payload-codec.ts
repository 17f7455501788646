import { constants, type ZstdOptions, zstdCompress, zstdDecompress } from 'node:zlib';
import { FLAG_ZSTD } from './frame.ts';

const LENGTH_BYTES = 4;
/** Below this a frame gains less than the call costs. */
const LEAST_COMPRESSED = 256;
const LEVEL = 1;

/** A payload as its frame holds it. */
export interface StoredPayload {
  readonly flags: number;
  readonly bytes: Uint8Array;
}

/**
 * Packs payloads on the thread pool, at most `atOnce` of them: the syncs of the committer need threads of the same pool, and four busy ones
 * hold a sync up for a second (SERVE 0.1, point 22).
 */
export class Packer {
  readonly #atOnce: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** The payload packed where that makes it smaller, else as it is. Starts in the order of calls. */
  async pack(payload: Buffer): Promise<StoredPayload> {
    if (payload.length < LEAST_COMPRESSED) return { flags: 0, bytes: payload };
    if (this.#running >= this.#atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      return await packed(payload);
    } finally {
      // A slot is handed on rather than freed, so that a later call cannot overtake one that waits.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}

function packed(payload: Buffer): Promise<StoredPayload> {
  const options: ZstdOptions = {
    params: { [constants.ZSTD_c_compressionLevel]: LEVEL, [constants.ZSTD_c_contentSizeFlag]: 1 },
    pledgedSrcSize: payload.length,
  };
  return new Promise((resolve) => {
    zstdCompress(payload, options, (error, bytes) => {
      // What cannot be packed is kept as it came: a batch is never lost to its packing.
      if (error !== null || bytes.length + LENGTH_BYTES >= payload.length) resolve({ flags: 0, bytes: payload });
      else resolve({ flags: FLAG_ZSTD, bytes: withLength(bytes, payload.length) });
    });
  });
}

function withLength(bytes: Buffer, length: number): Buffer {
  const whole = Buffer.allocUnsafe(LENGTH_BYTES + bytes.length);
  whole.writeUInt32LE(length, 0);
  bytes.copy(whole, LENGTH_BYTES);
  return whole;
}

/** The payload that a frame holds, in bytes of its own; nothing if it cannot be unpacked. */
export async function unpack({
  flags,
  payload,
}: {
  flags: number;
  payload: Uint8Array;
}): Promise<Uint8Array | undefined> {
  if (flags === 0) return Uint8Array.from(payload);
  if (flags !== FLAG_ZSTD || payload.length < LENGTH_BYTES) return undefined;
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  const length = bytes.readUInt32LE(0);
  return new Promise((resolve) => {
    zstdDecompress(bytes.subarray(LENGTH_BYTES), { maxOutputLength: Math.max(1, length) }, (error, whole) => {
      resolve(error === null && whole.length === length ? whole : undefined);
    });
  });
}
