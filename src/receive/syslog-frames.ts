import { type Framed, type FramedItem, type RefusedBatch, tooManyItems } from './framing.ts';
import { MAX_ITEM_BYTES, MAX_ITEMS } from './limits.ts';
import { asBuffer } from './lines.ts';

/** Digits of a length and the blank behind them: a message has at most 7 digits of bytes (SERVE 1.5). */
const MAX_LENGTH_DIGITS = 7;
const FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BLANK = 0x20;
/** Bytes in which the end of a line is looked for one by one, and the first stretch behind them. */
const NEAR_BYTES = 32;
const FIRST_SPAN = 256;

/** What stands at a place of a stream of syslog. */
export type SyslogStep =
  /** A whole message; the next one begins at `next`. */
  | { readonly kind: 'message'; readonly start: number; readonly end: number; readonly next: number }
  /** The message is not whole yet; of a line, the bytes before `searched` hold no end. */
  | { readonly kind: 'more'; readonly searched: number }
  /** A line that is longer than any event may be: what follows its end can be read. */
  | { readonly kind: 'endless' }
  /** A length that nothing can be found behind. */
  | { readonly kind: 'broken'; readonly reason: string };

/**
 * The message at a place, framed as RFC 6587 says, each by its own first byte: a digit from 1 to 9 begins a length, a blank and so many bytes;
 * anything else a line that ends in LF or NUL. `isEnd`: no more bytes come, and a last line needs no end. `from` is where the search for the end of a
 * line goes on.
 */
export function syslogMessage(bytes: Buffer, at: number, isEnd: boolean, from: number = at): SyslogStep {
  const first = bytes[at] ?? 0;
  return first >= 0x31 && first <= 0x39 ? counted(bytes, at) : line(bytes, at, isEnd, from);
}

function counted(bytes: Buffer, at: number): SyslogStep {
  let length = 0;
  for (let digits = 0; digits <= MAX_LENGTH_DIGITS; digits++) {
    const byte = bytes[at + digits];
    if (byte === undefined) return { kind: 'more', searched: at };
    if (byte === BLANK) {
      if (length > MAX_ITEM_BYTES) return broken(`a message of ${length} bytes; at most ${MAX_ITEM_BYTES} are taken`);
      const start = at + digits + 1;
      const next = start + length;
      return next > bytes.length ? { kind: 'more', searched: at } : { kind: 'message', start, end: next, next };
    }
    if (byte < 0x30 || byte > 0x39) return broken('a message begins with a digit and has no length');
    length = length * 10 + byte - 0x30;
  }
  return broken(`a length of more than ${MAX_LENGTH_DIGITS} digits`);
}

function broken(reason: string): SyslogStep {
  return { kind: 'broken', reason };
}

function line(bytes: Buffer, at: number, isEnd: boolean, from: number): SyslogStep {
  const end = lineEnd(bytes, from);
  if (end === undefined && !isEnd) {
    return bytes.length - at > MAX_ITEM_BYTES ? { kind: 'endless' } : { kind: 'more', searched: bytes.length };
  }
  const stop = end ?? bytes.length;
  if (stop - at > MAX_ITEM_BYTES) return { kind: 'endless' };
  const last = stop > at && bytes[stop - 1] === CARRIAGE_RETURN ? stop - 1 : stop;
  return { kind: 'message', start: at, end: last, next: Math.min(stop + 1, bytes.length) };
}

/** Where a line ends from a place on: at the first LF or NUL; undefined where there is none. */
export function lineEnd(bytes: Buffer, from: number): number | undefined {
  // In growing stretches: a search for the one to the end of what is held, for each line that ends in the other, would grow with the square.
  const near = Math.min(from + NEAR_BYTES, bytes.length);
  for (let at = from; at < near; at++) {
    if (bytes[at] === FEED || bytes[at] === 0) return at;
  }
  let at = near;
  for (let span = FIRST_SPAN; at < bytes.length; span *= 2) {
    const part = bytes.subarray(at, at + span);
    const feed = part.indexOf(FEED);
    const zero = (feed < 0 ? part : part.subarray(0, feed)).indexOf(0);
    const end = zero < 0 ? feed : zero;
    if (end >= 0) return at + end;
    at += span;
  }
  return undefined;
}

/**
 * The messages of a batch, which is a stretch of a connection that was cut between messages. What cannot be framed is never put into a batch; should it
 * be there, what stands before it is read.
 */
export function frameSyslog(body: Uint8Array): Framed | RefusedBatch {
  const bytes = asBuffer(body);
  const items: FramedItem[] = [];
  let number = 1;
  for (let at = 0; at < bytes.length; ) {
    const step = syslogMessage(bytes, at, true);
    if (step.kind !== 'message') break;
    if (step.end > step.start) {
      if (items.length === MAX_ITEMS) return tooManyItems(MAX_ITEMS);
      items.push({ start: step.start, end: step.end, line: number });
    }
    number++;
    at = step.next;
  }
  return { kind: 'framed', items, accepted: items.length };
}
