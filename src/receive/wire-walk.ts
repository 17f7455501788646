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

/**
 * Goes over the fields of one message after another in the same bytes, without copying: `@bufbuild/protobuf` reads tags and numbers, this keeps to the bounds
 * of each message. Groups are refused: OTLP has none, and their nesting would cost a call a level.
 */
export class WireWalk {
  readonly #reader: BinaryReader;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#reader = new BinaryReader(bytes);
  }

  get at(): number {
    return this.#reader.pos;
  }

  /** Goes over the fields from here to `end`; `field` reads the value, or returns false for one that is passed over. */
  fields(end: number, field: (number: number, type: WireType) => boolean): void {
    const reader = this.#reader;
    while (reader.pos < end) {
      const [number, type] = reader.tag();
      if (type === WireType.StartGroup || type === WireType.EndGroup) throw new WireFault('it has a group');
      if (!field(number, type)) reader.skip(type);
      if (reader.pos > end) throw new WireFault('a field is longer than its message');
    }
  }

  /** Where the message, text or bytes that begin here end; its length is read. */
  lengthEnd(end: number): number {
    const length = this.#reader.uint32();
    const found = this.#reader.pos + length;
    if (found > end) throw new WireFault('a field is longer than its message');
    return found;
  }

  /** Goes to a place that `lengthEnd` gave. */
  jump(to: number): void {
    this.#reader.pos = to;
  }

  /** Bytes up to a place that `lengthEnd` gave, as a text; what is no UTF-8 becomes U+FFFD. */
  text(end: number): string {
    const text = this.#bytes.toString('utf8', this.#reader.pos, end);
    this.#reader.pos = end;
    return text;
  }

  encoded(end: number, encoding: 'hex' | 'base64'): string {
    const text = this.#bytes.toString(encoding, this.#reader.pos, end);
    this.#reader.pos = end;
    return text;
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

export { WireType };
