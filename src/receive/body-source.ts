import type { Readable } from 'node:stream';
import type { BodyLimits } from './limits.ts';

/** Why a body cannot be read on. */
export interface BodyTrouble {
  readonly status: 400 | 408 | 411 | 413 | 415 | 429 | 503;
  readonly code: string;
  readonly reason: string;
}

/**
 * The pieces of a request's body, one at a time: the stream is paused while its reader works. It is never destroyed here, so that an
 * answer can still be sent; silence, slowness, a cut and a stop end it with a trouble.
 */
export class BodySource implements AsyncIterable<Uint8Array> {
  trouble: BodyTrouble | undefined;
  /** Bytes received, and those of them that were handed out. */
  received = 0;
  handed = 0;
  /** Largest piece that is handed out next, and ever. */
  #pieceBytes = Number.POSITIVE_INFINITY;
  #mostPieceBytes = Number.POSITIVE_INFINITY;
  readonly #stream: Readable;
  readonly #limits: BodyLimits;
  readonly #nowMs: () => number;
  readonly #startMs: number;
  #lastMs: number;
  #pending: Uint8Array | undefined;
  #hasEnded: boolean;
  #wake: (() => void) | undefined;
  readonly #release: () => void;

  constructor(stream: Readable, limits: BodyLimits, nowMs: () => number, signal: AbortSignal | undefined) {
    this.#stream = stream;
    this.#limits = limits;
    this.#nowMs = nowMs;
    this.#startMs = nowMs();
    this.#lastMs = this.#startMs;
    this.#hasEnded = stream.readableEnded;
    const onReadable = (): void => {
      this.#lastMs = this.#nowMs();
      this.#wake?.();
    };
    const onEnd = (): void => {
      this.#hasEnded = true;
      this.#wake?.();
    };
    const onClose = (): void => {
      if (!this.#hasEnded)
        this.fail({ status: 400, code: 'cut_off', reason: 'The connection ended before the body did.' });
    };
    const onStop = (): void =>
      this.fail({ status: 503, code: 'stopping', reason: 'The server is stopping. Send the batch again.' });
    stream.on('end', onEnd).on('close', onClose).on('error', onClose).on('readable', onReadable);
    const timer = setInterval(() => this.#checkTime(), limits.checkEveryMs);
    signal?.addEventListener('abort', onStop);
    this.#release = () => {
      clearInterval(timer);
      signal?.removeEventListener('abort', onStop);
      stream.off('end', onEnd).off('close', onClose).off('readable', onReadable);
    };
    if (signal?.aborted === true) onStop();
    else if (stream.destroyed) onClose();
  }

  get hasEnded(): boolean {
    return this.#hasEnded && this.#pending === undefined;
  }

  /** Pieces are cut: the first one to so many bytes, each next to twice as many, up to a bound. */
  growPieces(first: number, most: number): void {
    this.#pieceBytes = first;
    this.#mostPieceBytes = most;
  }

  /** Ends the body for the first trouble. */
  fail(trouble: BodyTrouble): void {
    this.trouble ??= trouble;
    this.#pending = undefined;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    while (this.trouble === undefined) {
      const bytes = this.#pending;
      if (bytes !== undefined) {
        const piece = bytes.subarray(0, this.#pieceBytes);
        this.#pending = piece.length === bytes.length ? undefined : bytes.subarray(piece.length);
        this.#pieceBytes = Math.min(2 * this.#pieceBytes, this.#mostPieceBytes);
        this.handed += piece.length;
        yield piece;
      } else if (this.#hasEnded) return;
      else if (!this.#take()) await this.#more();
    }
  }

  /** Reads on and forgets, so many bytes and for as long as the limits allow; true when the body came to its end. */
  async drain(mostBytes: number): Promise<boolean> {
    this.#pending = undefined;
    const { drainMs } = this.#limits;
    const most = this.received + mostBytes;
    const untilMs = this.#nowMs() + drainMs;
    while (!this.#hasEnded && !this.#stream.destroyed && this.received <= most && this.#nowMs() < untilMs) {
      if (!this.#take()) await this.#more();
      this.#pending = undefined;
    }
    return this.#hasEnded;
  }

  /** Lets go of the stream and the clock. A late error of the stream is no concern of anybody's. */
  close(): void {
    this.#pending = undefined;
    this.#release();
  }

  async #more(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
    this.#wake = undefined;
  }

  /** Takes everything that has come, as one: chunks of a byte would each cost as much as a large one. False when nothing has. */
  #take(): boolean {
    const bytes = this.#stream.read() as Uint8Array | null;
    if (bytes === null) return false;
    this.received += bytes.length;
    this.#pending = bytes;
    return true;
  }

  #checkTime(): void {
    const nowMs = this.#nowMs();
    const { idleMs, graceMs, bytesPerSecond } = this.#limits;
    // Time that is spent on decoding is not the sender's.
    if (this.#wake === undefined || this.#hasEnded) return;
    const late = nowMs - this.#startMs - graceMs;
    if (nowMs - this.#lastMs >= idleMs) {
      this.fail({ status: 408, code: 'idle', reason: `Nothing of the body came for ${idleMs / 1000} s.` });
    } else if (late > 0 && this.received * 1000 < late * bytesPerSecond) {
      this.fail({
        status: 408,
        code: 'too_slow',
        reason: `The body came at less than ${bytesPerSecond} bytes a second.`,
      });
    } else this.#wake?.();
  }
}
