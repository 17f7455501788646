import { SLOT_BYTES, UNIT_SLOTS } from './slot-units.ts';

/** Buffers smaller than a full unit are not worth keeping. */
const KEPT_BYTES = UNIT_SLOTS * SLOT_BYTES;

/**
 * Buffers that go to another thread with a unit and come back: fresh ones for each unit wait for the collectors of two threads
 * ([M] 100 MB more for two decoders).
 */
export class BufferPool {
  readonly #most: number;
  readonly #free: ArrayBuffer[] = [];

  /** Keeps at most so many. */
  constructor(most: number) {
    this.#most = most;
  }

  /** A buffer of so many bytes whose ArrayBuffer nobody else looks at; what it holds is old. */
  take(bytes: number): Buffer {
    const known = bytes > KEPT_BYTES / 4 && bytes <= KEPT_BYTES ? this.#free.pop() : undefined;
    return known === undefined ? Buffer.allocUnsafeSlow(bytes) : Buffer.from(known, 0, bytes);
  }

  give(buffer: ArrayBuffer): void {
    if (buffer.byteLength === KEPT_BYTES && this.#free.length < this.#most) this.#free.push(buffer);
  }
}
