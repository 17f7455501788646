import { type ClosingMark, findEventEnd } from '../shapes/index.ts';
import {
  type Framed,
  type FramedItem,
  type ItemRefusal,
  type RefusedBatch,
  refusedBatch,
  sizeRefusal,
  tooManyItems,
} from './framing.ts';
import { MAX_ITEM_BYTES, MAX_ITEMS } from './limits.ts';
import { LineOf, skipBlanks } from './lines.ts';

/** Longest tag outside of an Event, bytes. */
const MAX_TAG_BYTES = 65536;
/** Tags, comments and declarations around Events: a few for each event that a batch may have. */
const MAX_MARKS: number = 4 * MAX_ITEMS;

/**
 * The `Event` elements of a body: alone, one after another, inside `<Events>` or any other root, with declarations, comments and prefixes
 * between and around them. What lies between them and is no markup is a refused item, so that nothing is lost in silence.
 */
export function frameXml(bytes: Buffer, first: number): Framed | RefusedBatch {
  const walk = new XmlWalk(bytes, first);
  const refusal = walk.run();
  if (refusal !== undefined) return refusal;
  if (walk.items.length === 0) return refusedBatch(400, 'bad_xml', 'The XML holds no Event.');
  return { kind: 'framed', items: walk.items, accepted: walk.accepted };
}

const TOO_MANY_MARKS: RefusedBatch = refusedBatch(
  400,
  'bad_xml',
  `More than ${MAX_MARKS} tags stand around the Events.`,
);

class XmlWalk {
  readonly items: FramedItem[] = [];
  accepted = 0;
  readonly #bytes: Buffer;
  readonly #lines: LineOf;
  readonly #closings: (mark: ClosingMark, from: number) => number;
  #at: number;
  #marks = 0;

  constructor(bytes: Buffer, first: number) {
    this.#bytes = bytes;
    this.#lines = new LineOf(bytes);
    this.#closings = rememberingFinder(bytes);
    this.#at = first;
  }

  /** Walks to the end; a refusal of the whole body, or nothing. */
  run(): RefusedBatch | undefined {
    const { length } = this.#bytes;
    while (this.#at < length) {
      this.#at = skipBlanks(this.#bytes, this.#at, length);
      if (this.#at === length) break;
      if (this.items.length === MAX_ITEMS) return tooManyItems(MAX_ITEMS);
      const refusal = this.#bytes[this.#at] === 0x3c ? this.#markup() : this.#text();
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  #text(): undefined {
    const tag = this.#bytes.indexOf(0x3c, this.#at);
    const end = tag < 0 ? this.#bytes.length : tag;
    this.#item(end, { code: 'bad_xml', reason: 'Text stands outside of an Event.' });
  }

  #markup(): RefusedBatch | undefined {
    const head = this.#bytes.toString('latin1', this.#at, this.#at + 4);
    if (head === '<!--') return this.#pass('-->', 4, 'A comment does not end.');
    if (head.startsWith('<?')) return this.#pass('?>', 2, 'A declaration does not end.');
    if (head.startsWith('<!')) return refusedBatch(400, 'bad_xml', 'XML with a document type is not read.');
    const name = this.#tagName();
    if (name === 'Event' || name?.endsWith(':Event') === true) return this.#event(name);
    if (this.#isOverMarked()) return TOO_MANY_MARKS;
    const end = name === undefined ? -1 : tagEnd(this.#bytes, this.#at);
    if (end < 0) this.#rest('A tag is broken.');
    else this.#at = end;
    return undefined;
  }

  /** The name of the tag that begins here; `/name` for one that closes. */
  #tagName(): string | undefined {
    const text = this.#bytes.toString('latin1', this.#at + 1, this.#at + 257);
    return /^(\/?[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)(?=[\s/>])/.exec(text)?.[1];
  }

  #event(name: string): undefined {
    const bytes = this.#bytes;
    const start = this.#at;
    const tag = tagEnd(bytes, start);
    if (tag > 0 && bytes[tag - 2] === 0x2f) return this.#whole(tag);
    const found = findEventEnd(bytes, start, start, bytes.length, name, this.#closings);
    if (found.kind === 'end') return this.#whole(found.end);
    if (found.kind === 'open') return this.#rest('An Event does not end.');
    const next = nextOpening(bytes, start + 1, name);
    this.#item(next, { code: 'bad_xml', reason: 'Another Event begins before this one ends.' });
  }

  #whole(end: number): undefined {
    const refused = sizeRefusal(end - this.#at, MAX_ITEM_BYTES);
    if (refused === undefined) this.accepted++;
    this.#item(end, refused);
  }

  /** What is left cannot be followed. */
  #rest(reason: string): undefined {
    this.#item(this.#bytes.length, { code: 'bad_xml', reason });
  }

  #item(end: number, refused: ItemRefusal | undefined): void {
    const item = { start: this.#at, end, line: this.#lines.at(this.#at) };
    this.items.push(refused === undefined ? item : { ...item, refused });
    this.#at = end;
  }

  #isOverMarked(): boolean {
    return ++this.#marks > MAX_MARKS;
  }

  #pass(mark: string, opening: number, reason: string): RefusedBatch | undefined {
    if (this.#isOverMarked()) return TOO_MANY_MARKS;
    const end = this.#bytes.indexOf(mark, this.#at + opening, 'latin1');
    if (end < 0) this.#rest(reason);
    else this.#at = end + mark.length;
    return undefined;
  }
}

/**
 * Finds marks and remembers where: thousands of sections that are opened and never closed ask for the same one, and the search for it
 * would be quadratic.
 */
function rememberingFinder(bytes: Buffer): (mark: ClosingMark, from: number) => number {
  const known = new Map<ClosingMark, { readonly from: number; readonly found: number }>();
  return (mark, from) => {
    const last = known.get(mark);
    if (last !== undefined && from >= last.from && (last.found < 0 || last.found >= from)) return last.found;
    const found = bytes.indexOf(mark, from, 'latin1');
    known.set(mark, { from, found });
    return found;
  };
}

/** Index after the tag that begins at `at`; values in quotes may hold `>`. -1 when it does not end. */
function tagEnd(bytes: Buffer, at: number): number {
  const to = Math.min(bytes.length, at + MAX_TAG_BYTES);
  let quote = 0;
  for (let index = at + 1; index < to; index++) {
    const byte = bytes[index] ?? 0;
    if (quote !== 0) {
      if (byte === quote) quote = 0;
    } else if (byte === 0x22 || byte === 0x27) quote = byte;
    else if (byte === 0x3e) return index + 1;
    else if (byte === 0x3c) return -1;
  }
  return -1;
}

/** Where the next tag of this name opens; the end of the body when none does. */
function nextOpening(bytes: Buffer, from: number, name: string): number {
  const mark = `<${name}`;
  for (let at = bytes.indexOf(mark, from, 'latin1'); at >= 0; at = bytes.indexOf(mark, at + 1, 'latin1')) {
    const after = bytes[at + mark.length] ?? 0;
    if (after <= 0x20 || after === 0x3e || after === 0x2f) return at;
  }
  return bytes.length;
}
