import type { StreamOut } from '../../api/index.ts';
import { ChangeRing, type ChangeType, RING_LIMITS, type RingLimits } from './change-ring.ts';

export interface HubLimits {
  readonly ring: RingLimits;
  readonly streams: number;
  readonly streamsOfKey: number;
  /** Most that is handed to a connection before it has taken what it was handed. */
  readonly aheadUnits: number;
  /** How long a reader may take for that; then it is ended. */
  readonly slowMs: number;
  readonly heartbeatMs: number;
  /** A stream ends after so long, and its key is looked at again when it is opened anew. */
  readonly lifetimeMs: number;
}

export const HUB_LIMITS: HubLimits = {
  ring: RING_LIMITS,
  streams: 256,
  streamsOfKey: 16,
  aheadUnits: 256 << 10,
  slowMs: 30_000,
  heartbeatMs: 15_000,
  lifetimeMs: 3_600_000,
};

export type EndReason = 'closed' | 'slow' | 'stopping' | 'lifetime' | 'key';

export interface HubParts {
  /** How often the store was opened for a stream, this time included: numbers of an earlier one mean nothing. */
  readonly epoch: number;
  readonly version: string;
  readonly build: string;
  readonly limits: HubLimits;
  nowMs(): number;
  /** Told of each stream that ended, and why. */
  onEnd(reason: EndReason): void;
}

export interface StreamRequest {
  readonly key: string;
  /** Changes come without raw evidence (SETTLED G20). */
  readonly isWithheld: boolean;
  /** Which changes are wanted; `undefined` all. */
  readonly types: ReadonlySet<string> | undefined;
  /** The id that the reader got last; undefined where it begins. */
  readonly after: StreamPlace | undefined;
}

/** An id of the stream: the epoch, and the number of a change in it. */
export interface StreamPlace {
  readonly epoch: number;
  readonly number: number;
}

interface Reader {
  readonly key: string;
  readonly isWithheld: boolean;
  readonly types: ReadonlySet<string> | undefined;
  readonly out: StreamOut;
  readonly beganMs: number;
  /** Number of the last change that was handed over or passed over. */
  at: number;
  /** When the connection had last taken all that it was handed. */
  emptyMs: number;
  wroteMs: number;
}

/** Text of `hello`, and of a beginning anew: SSE tells the reader how long to wait before it comes again. */
const RETRY_MS = 3000;

/** `EPOCH-NUMBER` as the ids are written; undefined for anything else. */
export function streamPlace(text: string): StreamPlace | undefined {
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(text);
  return match === null ? undefined : { epoch: Number(match[1]), number: Number(match[2]) };
}

/**
 * The readers of the stream of changes. Changes stand in one ring; a reader is a place in it and what its connection has not taken yet, so that
 * a slow one costs no more memory than `aheadUnits`, and is ended when it takes too long (SERVE 6).
 */
export class StreamHub {
  readonly #parts: HubParts;
  readonly #ring: ChangeRing;
  readonly #readers = new Set<Reader>();
  #isClosed = false;

  constructor(parts: HubParts) {
    this.#parts = parts;
    this.#ring = new ChangeRing(parts.limits.ring);
  }

  get streams(): number {
    return this.#readers.size;
  }

  get held(): number {
    return this.#ring.held;
  }

  /** The id of the newest change. */
  get place(): string {
    return `${this.#parts.epoch}-${this.#ring.last}`;
  }

  /** `withheld` is what readers get who see no raw evidence. */
  publish(type: ChangeType, data: string, withheld: string = data): void {
    this.#ring.add(type, data, withheld);
  }

  /** More changes at once than are kept: readers are told to look at everything anew. */
  miss(count: number): void {
    this.#ring.miss(count);
  }

  /** Why a key gets no further stream now; undefined where it does. */
  refusal(key: string): string | undefined {
    const { streams, streamsOfKey } = this.#parts.limits;
    if (this.#isClosed) return 'The server is ending.';
    if (this.#readers.size >= streams) return `There are ${streams} streams already.`;
    const own = [...this.#readers].filter((reader) => reader.key === key).length;
    return own >= streamsOfKey ? `This key has ${streamsOfKey} streams already; let tabs share one.` : undefined;
  }

  /** Begins a stream; it lasts until either end ends it. */
  open({ key, isWithheld, types, after }: StreamRequest, out: StreamOut): void {
    const { nowMs, epoch, version, build } = this.#parts;
    const beganMs = nowMs();
    const reader: Reader = {
      key,
      isWithheld,
      types,
      out,
      beganMs,
      at: this.#ring.last,
      emptyMs: beganMs,
      wroteMs: beganMs,
    };
    this.#readers.add(reader);
    out.onClose(() => this.#end(reader, 'closed'));
    out.write(
      `retry: ${RETRY_MS}\n\n${message('hello', this.place, JSON.stringify({ version, build, place: this.place }), after === undefined)}`,
    );
    if (after !== undefined) {
      if (after.epoch === epoch && this.#ring.holdsAfter(after.number)) reader.at = after.number;
      else this.#resync(reader, after.epoch === epoch ? 'gap' : 'restart');
    }
    this.#pump(reader);
  }

  /** Hands on what there is, keeps connections open, and ends those that do not read: to be called some times a second. */
  tick(): void {
    const { heartbeatMs, slowMs, lifetimeMs } = this.#parts.limits;
    const now = this.#parts.nowMs();
    for (const reader of [...this.#readers]) {
      if (reader.out.waitingBytes === 0) reader.emptyMs = now;
      if (now - reader.emptyMs > slowMs) this.#end(reader, 'slow');
      else if (now - reader.beganMs > lifetimeMs) this.#end(reader, 'lifetime');
      else {
        this.#pump(reader);
        if (now - reader.wroteMs >= heartbeatMs) this.#beat(reader, now);
      }
    }
  }

  /** Ends the streams of a key that is good no more, or all where it is not known which are: good ones come again. */
  endOf(key: string | undefined): void {
    for (const reader of [...this.#readers]) if (key === undefined || reader.key === key) this.#end(reader, 'key');
  }

  close(): void {
    this.#isClosed = true;
    for (const reader of [...this.#readers]) this.#end(reader, 'stopping');
  }

  /** Fills a connection that has taken all that it was handed. */
  #pump(reader: Reader): void {
    if (reader.out.waitingBytes > 0) return;
    if (!this.#ring.holdsAfter(reader.at)) this.#resync(reader, 'gap');
    const parts: string[] = [];
    let units = 0;
    for (let change = this.#ring.after(reader.at); change !== undefined && units < this.#parts.limits.aheadUnits; ) {
      reader.at = change.number;
      if (reader.types === undefined || reader.types.has(change.type)) {
        const text = message(
          change.type,
          `${this.#parts.epoch}-${change.number}`,
          change[reader.isWithheld ? 'withheld' : 'data'],
        );
        units += text.length;
        parts.push(text);
      }
      change = this.#ring.after(reader.at);
    }
    if (parts.length === 0) return;
    reader.wroteMs = this.#parts.nowMs();
    reader.out.write(parts.join(''));
  }

  #resync(reader: Reader, reason: 'gap' | 'restart'): void {
    reader.at = this.#ring.last;
    reader.out.write(message('resync', this.place, JSON.stringify({ reason, place: this.place })));
  }

  /** An id without data moves the reader on past changes that it did not ask for, and tells it nothing. */
  #beat(reader: Reader, now: number): void {
    reader.wroteMs = now;
    reader.out.write(`:\nid: ${this.#parts.epoch}-${reader.at}\n\n`);
  }

  #end(reader: Reader, reason: EndReason): void {
    if (!this.#readers.delete(reader)) return;
    if (reason === 'slow') reader.out.destroy();
    else if (reason !== 'closed') reader.out.end();
    this.#parts.onEnd(reason);
  }
}

/** One event; data is JSON, which has no line ends. */
function message(type: string, id: string, data: string, hasId = true): string {
  return `${hasId ? `id: ${id}\n` : ''}event: ${type}\ndata: ${data}\n\n`;
}
