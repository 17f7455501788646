import { MAX_ITEM_BYTES, MAX_ITEMS } from './limits.ts';
import { asBuffer } from './lines.ts';
import { lineEnd, syslogMessage } from './syslog-frames.ts';

/** Bytes that a connection may hold without asking for more. */
export const SYSLOG_SMALL_BYTES: number = 128 << 10;
/** Bytes that it may ever hold: one message of the largest size, its length, and what one read brings. */
export const SYSLOG_LARGE_BYTES: number = MAX_ITEM_BYTES + SYSLOG_SMALL_BYTES;

/** A stretch of whole messages as they came. */
export interface SyslogStretch {
  /** A copy: it may be kept while more comes. */
  readonly body: Buffer;
  readonly messages: number;
}

/** What a connection has brought besides messages. */
export interface SyslogTrouble {
  /** Lines over the bound of an event: each was passed over up to its end. */
  readonly tooLong: number;
  /** Why nothing more of the connection can be read; undefined while it can. */
  readonly broken: string | undefined;
}

/**
 * The bytes of one connection that were not taken yet, cut into stretches of whole messages. Memory holds what is not whole, and what
 * was not taken; whoever pushes looks at `room` first.
 */
export class SyslogStream {
  #bytes: Buffer = Buffer.alloc(0);
  #length = 0;
  /** Bytes before this place are whole messages. */
  #whole = 0;
  #messages = 0;
  #searched = 0;
  #isSkipping = false;
  #isEnded = false;
  #tooLong = 0;
  #broken: string | undefined;

  /** Bytes that are held. */
  get length(): number {
    return this.#length;
  }

  /** Bytes of whole messages that wait to be taken. */
  get wholeBytes(): number {
    return this.#whole;
  }

  /** True while a message has begun and not ended. */
  get hasPart(): boolean {
    return this.#isSkipping || this.#length > this.#whole;
  }

  get trouble(): SyslogTrouble {
    return { tooLong: this.#tooLong, broken: this.#broken };
  }

  /** Takes the next bytes in. */
  push(piece: Uint8Array): void {
    if (this.#broken !== undefined) return;
    const bytes = this.#isSkipping ? this.#behindLine(asBuffer(piece)) : asBuffer(piece);
    this.#append(bytes);
    this.#cut();
  }

  /** No more bytes come: a last line without an end is a message; a last message that is shorter than its length is not. */
  end(): void {
    this.#isEnded = true;
    if (this.#broken === undefined && !this.#isSkipping) this.#cut();
  }

  /** The whole messages, at most as many as a batch has; undefined where there are none. */
  take(): SyslogStretch | undefined {
    if (this.#whole === 0) return undefined;
    const stretch = { body: Buffer.from(this.#bytes.subarray(0, this.#whole)), messages: this.#messages };
    this.#drop(this.#whole);
    this.#whole = 0;
    this.#messages = 0;
    if (this.#broken === undefined) this.#cut();
    return stretch;
  }

  #append(bytes: Buffer): void {
    const length = this.#length + bytes.length;
    if (length > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(
        length > SYSLOG_SMALL_BYTES ? Math.max(length, SYSLOG_LARGE_BYTES) : length,
      );
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    bytes.copy(this.#bytes, this.#length);
    this.#length = length;
  }

  #drop(count: number): void {
    const rest = this.#bytes.subarray(count, this.#length);
    // A large buffer is let go of as soon as a small one will do.
    if (rest.length <= SYSLOG_SMALL_BYTES) this.#bytes = Buffer.from(rest);
    else this.#bytes.copyWithin(0, count, this.#length);
    this.#length -= count;
    this.#searched = Math.max(0, this.#searched - count);
  }

  /** Finds the messages that are whole now. */
  #cut(): void {
    const held = this.#bytes.subarray(0, this.#length);
    while (this.#whole < held.length && this.#messages < MAX_ITEMS) {
      const step = syslogMessage(held, this.#whole, this.#isEnded, Math.max(this.#searched, this.#whole));
      if (step.kind === 'message') {
        this.#whole = step.next;
        this.#searched = step.next;
        if (step.end > step.start) this.#messages++;
        continue;
      }
      if (step.kind === 'more') this.#searched = step.searched;
      if (step.kind === 'broken') this.#broken = step.reason;
      if (step.kind === 'endless') {
        this.#passOver();
        if (!this.#isSkipping && this.#length > this.#whole) this.#cut();
      }
      return;
    }
  }

  /** Lets go of a line that is too long: up to its end, where that is there. */
  #passOver(): void {
    this.#tooLong++;
    const held = this.#bytes.subarray(0, this.#length);
    const end = lineEnd(held, this.#whole);
    const next = end === undefined ? held.length : end + 1;
    held.copyWithin(this.#whole, next);
    this.#length -= next - this.#whole;
    this.#searched = this.#whole;
    this.#isSkipping = end === undefined && !this.#isEnded;
  }

  /** What stands behind the end of the line that is passed over. */
  #behindLine(piece: Buffer): Buffer {
    const end = lineEnd(piece, 0);
    if (end === undefined) return piece.subarray(piece.length);
    this.#isSkipping = false;
    return piece.subarray(end + 1);
  }
}
