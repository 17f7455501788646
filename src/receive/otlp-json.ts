import {
  type FramedItem,
  framedItems,
  type ItemRefusal,
  type RefusedBatch,
  refusedBatch,
  sizeRefusal,
} from './framing.ts';
import { eachElement, eachMember } from './json-members.ts';
import { valueEnd } from './json-values.ts';
import { MAX_ITEM_BYTES, MAX_ITEMS, MAX_RECORD_DEPTH } from './limits.ts';
import { asBuffer, LineOf, skipBlanks } from './lines.ts';
import type { OtlpFraming } from './otlp.ts';

/** Names of the lists of a request, from the outside in. */
const LISTS: readonly string[] = ['resourceLogs', 'scopeLogs', 'logRecords'];

/**
 * The log records of an OTLP request in JSON, each with its place in the body. What stands around them is followed and passed over; a list that stands twice
 * is taken twice, so that no record can hide. A request that cannot be followed is refused whole: its end tells nothing of what
 * comes behind.
 */
export function frameOtlpJson(body: Uint8Array): OtlpFraming | RefusedBatch {
  const bytes = asBuffer(body);
  const to = bytes.length;
  const start = skipBlanks(bytes, 0, to);
  const records = new Records(bytes);
  const end = bytes[start] === 0x7b ? records.object(start, 0) : -1;
  if (records.isFull) {
    return refusedBatch(413, 'too_many_items', `The request has more than ${MAX_ITEMS} records. Send it in parts.`);
  }
  if (end < 0 || skipBlanks(bytes, end, to) !== to) {
    return refusedBatch(400, 'bad_json', 'The request is no JSON object of OTLP, or cannot be followed to its end.');
  }
  return framedItems(records.items);
}

class Records {
  readonly items: FramedItem[] = [];
  isFull = false;
  readonly #bytes: Buffer;
  readonly #lines: LineOf;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#lines = new LineOf(bytes);
  }

  /** Takes the object at `at`, whose list is that of a level; the index behind it, -1 where it cannot be followed. */
  object(at: number, level: number): number {
    const bytes = this.#bytes;
    return eachMember(bytes, at, bytes.length, (name, from) => {
      if (name === LISTS[level] && bytes[from] === 0x5b) return this.#list(from, level);
      // A list of nothing may be null; anything else in its place is no request.
      if (name === LISTS[level] && bytes[from] !== 0x6e) return -1;
      return this.#passed(from);
    });
  }

  #list(at: number, level: number): number {
    const bytes = this.#bytes;
    return eachElement(bytes, at, bytes.length, (from) => {
      if (level === LISTS.length - 1) return this.#record(from);
      return bytes[from] === 0x7b ? this.object(from, level + 1) : this.#passed(from);
    });
  }

  #passed(from: number): number {
    return valueEnd(this.#bytes, from, this.#bytes.length)?.end ?? -1;
  }

  #record(start: number): number {
    const value = valueEnd(this.#bytes, start, this.#bytes.length);
    if (value === undefined) return -1;
    if (this.items.length === MAX_ITEMS) {
      this.isFull = true;
      return -1;
    }
    const { end, depth, breaksString } = value;
    let refused: ItemRefusal | undefined = sizeRefusal(end - start, MAX_ITEM_BYTES);
    if (breaksString) refused ??= { code: 'bad_json', reason: 'A line ends inside a string.' };
    if (depth > MAX_RECORD_DEPTH) refused ??= tooDeep();
    const item = { start, end, line: this.#lines.at(start) };
    this.items.push(refused === undefined ? item : { ...item, refused });
    return end;
  }
}

/** The refusal of a record whose values nest too deeply, in either encoding. */
export function tooDeep(): ItemRefusal {
  return { code: 'too_deep', reason: `The values of the record nest deeper than ${MAX_RECORD_DEPTH} levels of JSON.` };
}
