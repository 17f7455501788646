import {
  constants,
  type ZstdOptions,
  zstdCompress,
  zstdCompressSync,
  zstdDecompress,
  zstdDecompressSync,
} from 'node:zlib';
import { FLAG_ZSTD } from './frame.ts';

const LENGTH_BYTES = 4;
/** Below this a frame gains less than the call costs. */
const LEAST_PACKED = 256;
/**
 * Up to this a payload is packed where it is. Handing 100 kB of JSON to the pool costs this thread 90 µs or more, packing them 80 to 90 ([M], CPU time of
 * the thread); from here on the thread would be held up for a quarter of a millisecond.
 */
const PACKED_HERE = 1 << 18;
const LEVEL = 1;
/**
 * What is unpacked at one go. By the default of 16 KiB a batch of 1.5 MB goes to the pool and back a hundred times, and is then put together:
 * 4 to 5.6 ms of CPU time, 1.6 to 2.7 in one go ([M], least of five rounds, load 10).
 */
const MOST_AT_ONCE = 2 << 20;
const LEAST_AT_ONCE = 64;

/** A payload as its frame holds it. */
export interface StoredPayload {
  readonly flags: number;
  readonly bytes: Uint8Array;
}

/**
 * Packs payloads; large ones on the thread pool, at most `atOnce` of them: the syncs of the committer need threads of the same pool, and four busy ones
 * hold a sync up for a second (SERVE 0.1, point 22).
 */
export class Packer {
  readonly #atOnce: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** The payload packed where that makes it smaller, else as it is. What goes to the pool starts in the order of calls. */
  pack(payload: Buffer): StoredPayload | Promise<StoredPayload> {
    if (payload.length < LEAST_PACKED) return { flags: 0, bytes: payload };
    if (payload.length > PACKED_HERE) return this.#packOnPool(payload);
    return smaller(payload, zstdCompressSync(payload, optionsFor(payload)));
  }

  async #packOnPool(payload: Buffer): Promise<StoredPayload> {
    if (this.#running >= this.#atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      return await packedOnPool(payload);
    } finally {
      // A slot is handed on rather than freed, so that a later call cannot overtake one that waits.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}

function optionsFor(payload: Buffer): ZstdOptions {
  return { params: { [constants.ZSTD_c_compressionLevel]: LEVEL }, pledgedSrcSize: payload.length };
}

function packedOnPool(payload: Buffer): Promise<StoredPayload> {
  return new Promise((resolve) => {
    zstdCompress(payload, optionsFor(payload), (error, bytes) => {
      // What cannot be packed is kept as it came: a batch is never lost to its packing.
      resolve(error === null ? smaller(payload, bytes) : { flags: 0, bytes: payload });
    });
  });
}

function smaller(payload: Buffer, packed: Buffer): StoredPayload {
  if (packed.length + LENGTH_BYTES >= payload.length) return { flags: 0, bytes: payload };
  const whole = Buffer.allocUnsafe(LENGTH_BYTES + packed.length);
  whole.writeUInt32LE(payload.length, 0);
  packed.copy(whole, LENGTH_BYTES);
  return { flags: FLAG_ZSTD, bytes: whole };
}

/** The payload that a frame holds, in bytes of its own; nothing if it cannot be unpacked. */
export async function unpack(frame: {
  readonly flags: number;
  readonly payload: Uint8Array;
}): Promise<Uint8Array | undefined> {
  const { flags, payload } = frame;
  if (flags === 0) return Uint8Array.from(payload);
  if (flags !== FLAG_ZSTD || payload.length < LENGTH_BYTES) return undefined;
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  const length = bytes.readUInt32LE(0);
  const whole = await unpacked(bytes.subarray(LENGTH_BYTES), length);
  return whole?.length === length ? whole : undefined;
}

async function unpacked(bytes: Buffer, length: number): Promise<Buffer | undefined> {
  const chunkSize = Math.min(MOST_AT_ONCE, Math.max(LEAST_AT_ONCE, length));
  const options = { maxOutputLength: Math.max(1, length), chunkSize };
  if (length > PACKED_HERE) {
    return new Promise((resolve) => {
      zstdDecompress(bytes, options, (error, whole) => resolve(error === null ? whole : undefined));
    });
  }
  try {
    return zstdDecompressSync(bytes, options);
  } catch (error) {
    // What is no frame of zstd has a code; anything else is a bug.
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}
