import { createHash } from 'node:crypto';
import { FRAME_TYPES, type Frame, frameDigest } from './frame.ts';

const SEAL_BYTES = 52;

/** What the last frame of a finished segment says. */
export interface Seal {
  /** Batches in the segment. */
  readonly batches: number;
  readonly first: number;
  readonly last: number;
  /** SHA-256 of the SHA-256 of every batch frame, in order. */
  readonly digest: Buffer;
}

/** Sums up the batches of a segment while they are written or read. */
export class SealSum {
  readonly #hash = createHash('sha256');
  readonly #first: number;
  #batches = 0;
  #last: number;

  constructor(first: number) {
    this.#first = first;
    this.#last = first - 1;
  }

  add(covered: Buffer, position: number): void {
    this.#hash.update(frameDigest(covered));
    this.#batches += 1;
    this.#last = position;
  }

  /** The sum so far; more may be added afterwards. */
  seal(): Seal {
    return { batches: this.#batches, first: this.#first, last: this.#last, digest: this.#hash.copy().digest() };
  }
}

export function sealFrame(seal: Seal): Frame {
  const payload = Buffer.alloc(SEAL_BYTES);
  payload.writeUInt32LE(seal.batches, 0);
  payload.writeBigUInt64LE(BigInt(seal.first), 4);
  payload.writeBigUInt64LE(BigInt(seal.last), 12);
  payload.set(seal.digest, 20);
  return { type: FRAME_TYPES.seal, flags: 0, index: 0, position: seal.last, payload };
}

/** What a frame seals, or nothing if it is no seal of this form. */
export function readSeal({ type, payload }: Frame): Seal | undefined {
  if (type !== FRAME_TYPES.seal || payload.length !== SEAL_BYTES) return undefined;
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  return {
    batches: bytes.readUInt32LE(0),
    first: Number(bytes.readBigUInt64LE(4)),
    last: Number(bytes.readBigUInt64LE(12)),
    digest: Buffer.from(bytes.subarray(20)),
  };
}

/** Bytes of a whole seal frame: what is read at the end of a segment to see whether it is sealed. */
export const SEAL_FRAME_BYTES: number = SEAL_BYTES + 28;
