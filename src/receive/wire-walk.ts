import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** Why bytes are no message of protocol buffers. Thrown inside of a walk, and caught by `walked`. */
export class WireFault extends Error {}

/** What a walk gave, or why the bytes cannot be followed. */
export type Walked<Value> =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'fault'; readonly reason: string };

/** Runs a walk over bytes of others: what its reader throws at broken ones is a value for the caller (SERVE 8; STYLE 4). */
export function walked<Value>(walk: () => Value): Walked<Value> {
  try {
    return { kind: 'value', value: walk() };
  } catch (cause) {
    if (!(cause instanceof Error) || !isFault(cause)) throw cause;
    return { kind: 'fault', reason: cause.message };
  }
}

/** Errors of the library are `Error` and `RangeError` themselves; anything else is a bug. */
function isFault(cause: Error): boolean {
  return cause instanceof WireFault || cause instanceof RangeError || cause.constructor === Error;
}

/** Bytes of the longest tag, and the most that its last byte may hold: a tag has 32 bits. */
const TAG_BYTES = 5;
const LAST_OF_TAG = 0x0f;

/**
 * Goes over the fields of one message after another in the same bytes, without copying: `@bufbuild/protobuf` reads numbers, this keeps to the bounds of each
 * message. Groups are refused: OTLP has none, and their nesting would cost a call a level.
 */
export class WireWalk {
  readonly bytes: Buffer;
  readonly #reader: BinaryReader;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.#reader = new BinaryReader(bytes);
  }

  /** Where the next byte is read. */
  get at(): number {
    return this.#reader.pos;
  }

  set at(place: number) {
    this.#reader.pos = place;
  }

  /** The next tag: its field's number times 8, plus its wire type. One number, as the library's pair would be a list for each field. */
  tag(): number {
    const reader = this.#reader;
    const start = reader.pos;
    const tag = reader.uint32();
    const length = reader.pos - start;
    const type = tag & 7;
    if (length > TAG_BYTES || (length === TAG_BYTES && (this.bytes[reader.pos - 1] ?? 0) > LAST_OF_TAG) || tag < 8) {
      throw new WireFault('a tag has no number');
    }
    if (type === WireType.StartGroup || type === WireType.EndGroup || type > WireType.Bit32) {
      throw new WireFault('it has a group, or a field of no type');
    }
    return tag;
  }

  /** Passes over the value of a tag, which has to end within its message. */
  passOver(tag: number, end: number): void {
    // `skip` of the library moves behind a value; no test is left out here.
    this.#reader.skip(tag & 7);
    if (this.#reader.pos > end) throw new WireFault(TOO_LONG);
  }

  /** Where the message, text or bytes that begin here end; its length is read. */
  lengthEnd(end: number): number {
    const length = this.#reader.uint32();
    const found = this.#reader.pos + length;
    if (found > end) throw new WireFault(TOO_LONG);
    return found;
  }

  fixed64(): string {
    return String(this.#reader.fixed64());
  }

  fixed32(): number {
    return this.#reader.fixed32();
  }

  uint32(): number {
    return this.#reader.uint32();
  }

  int64(): string {
    return String(this.#reader.int64());
  }

  bool(): boolean {
    return this.#reader.bool();
  }

  double(): number {
    return this.#reader.double();
  }
}

const TOO_LONG = 'a field is longer than its message';

export { WireType };
