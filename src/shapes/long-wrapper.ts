/** Paths of the lists of events in what exports and shippers wrap them in (SETTLED B2). */
const LISTS: readonly (readonly string[])[] = [['hits', 'hits'], ['records']];
/** A name that is longer leads to no list. */
const MAX_NAME_BYTES = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;

/** An object that is too long to be one unit, and is a list of events with something around it: where in it the cutting stands. */
export class LongWrapper {
  /** Objects around the list, whose items are being cut; 0 outside of one. */
  #open = 0;
  #rest: NestingWalk | undefined;

  get isInList(): boolean {
    return this.#open > 0;
  }

  /** True until what stands behind the list was passed over. */
  get isBehindList(): boolean {
    return this.#rest !== undefined;
  }

  /** From the first bytes of an object, JSON as far as they go: how far its list is; undefined where it has none, and in a list already. */
  enter(bytes: Uint8Array): number | undefined {
    const list = this.#open > 0 ? undefined : listStartOf(bytes);
    this.#open = list?.open ?? this.#open;
    return list?.offset;
  }

  /** The bracket of the list closes. */
  endList(): void {
    this.#rest = new NestingWalk(this.#open);
    this.#open = 0;
  }

  /** Passes over what stands behind the list: the index behind its last brace, or `to` where that lies further on. */
  pass(bytes: Uint8Array, from: number, to: number): number {
    const end = this.#rest?.endOf(bytes, from, to) ?? from;
    if (this.#rest?.isDone === true) this.#rest = undefined;
    return end;
  }

  /** Something in it is broken: what follows is read as if it stood by itself. */
  leave(): void {
    this.#open = 0;
  }
}

/** Where the list of a wrapper begins, in bytes from its brace, and how many objects are around it. */
interface ListStart {
  readonly offset: number;
  readonly open: number;
}

function listStartOf(bytes: Uint8Array): ListStart | undefined {
  const head = new Head(bytes);
  const path: string[] = [];
  if (!head.take(0x7b)) return undefined;
  for (;;) {
    const name = head.name();
    if (name === undefined) return undefined;
    const here = [...path, name];
    const isFirst = head.isFirstName;
    const list = LISTS.find((one) => here.every((part, at) => part === one[at]));
    // Of `records` the wrapper is the list and nothing else.
    if (list?.length === here.length && (list.length > 1 || isFirst) && head.take(0x5b)) {
      return head.peek() === 0x7b ? { offset: head.at, open: here.length } : undefined;
    }
    if (list !== undefined && list.length > here.length && head.take(0x7b)) path.push(name);
    else if (!head.skipValue() || !head.take(COMMA)) return undefined;
  }
}

/** Walks over the members of an object. */
class Head {
  readonly #bytes: Uint8Array;
  at = 0;
  #names = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether the name that was given last was the first of all. */
  get isFirstName(): boolean {
    return this.#names === 1;
  }

  /** The next byte that is no space, -1 at the end. */
  peek(): number {
    while (isSpace(this.#bytes[this.at] ?? -1)) this.at++;
    return this.#bytes[this.at] ?? -1;
  }

  /** Passes over a byte if it is the next. */
  take(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.at++;
    return true;
  }

  /** The name of the next member, its colon with it; undefined where none is. */
  name(): string | undefined {
    if (this.peek() !== QUOTE) return undefined;
    const from = this.at + 1;
    if (!this.skipValue()) return undefined;
    const to = this.at - 1;
    this.#names++;
    if (!this.take(COLON)) return undefined;
    return to - from > MAX_NAME_BYTES ? '' : Buffer.from(this.#bytes.subarray(from, to)).toString('latin1');
  }

  /** Passes over a value; false where it does not end. */
  skipValue(): boolean {
    const walk = new NestingWalk();
    const first = this.peek();
    if (first === QUOTE || first === 0x7b || first === 0x5b) {
      this.at = walk.endOf(this.#bytes, this.at, this.#bytes.length);
      return walk.isDone;
    }
    for (; this.at < this.#bytes.length; this.at++) {
      const byte = this.#bytes[this.at] ?? 0;
      if (byte === COMMA || byte === 0x7d || byte === 0x5d || isSpace(byte)) return true;
    }
    return false;
  }
}

/** Finds where strings and brackets close, in bytes that come piece by piece. */
class NestingWalk {
  #depth: number;
  #isInString = false;
  #isEscaped = false;
  isDone = false;

  /** @param depth - Brackets that are open already. */
  constructor(depth = 0) {
    this.#depth = depth;
  }

  /** Index behind what closes the last of them, or `to` where that lies further on. */
  endOf(bytes: Uint8Array, from: number, to: number): number {
    for (let at = from; at < to; at++) {
      this.#step(bytes[at] ?? 0);
      if (this.isDone) return at + 1;
    }
    return to;
  }

  #step(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (this.#isInString) {
      if (byte === BACKSLASH) this.#isEscaped = true;
      else if (byte === QUOTE) {
        this.#isInString = false;
        this.isDone = this.#depth === 0;
      }
    } else if (byte === QUOTE) this.#isInString = true;
    else if (byte === 0x7b || byte === 0x5b) this.#depth++;
    else if (byte === 0x7d || byte === 0x5d) this.isDone = --this.#depth <= 0;
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
