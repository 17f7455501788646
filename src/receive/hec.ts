import {
  type Framed,
  type FramedItem,
  framedItems,
  type ItemRefusal,
  type RefusedBatch,
  refusedBatch,
  sizeRefusal,
  tooManyItems,
} from './framing.ts';
import { eachElement, eachMember } from './json-members.ts';
import { valueEnd } from './json-values.ts';
import { MAX_ITEM_BYTES, MAX_ITEM_DEPTH, MAX_ITEMS } from './limits.ts';
import { asBuffer, LineOf, skipBlanks } from './lines.ts';

export type HecFraming = Framed;

/** Bytes of the name of an index; Splunk's own bound on names. */
const MAX_INDEX_BYTES = 255;
/** Of the whole envelope: its own level is one of them. */
const MAX_VALUE_DEPTH = MAX_ITEM_DEPTH - 1;

/**
 * The events of a body of Splunk's HTTP Event Collector: JSON objects one after another, with or without line feeds between (SERVE 1.2). What is wrong with
 * one event costs that event; where an object cannot be followed, everything from it on is one refused item. Values are not looked at but
 * for what the protocol has a code for.
 */
export function frameHec(body: Uint8Array): HecFraming | RefusedBatch {
  const bytes = asBuffer(body);
  const to = bytes.length;
  const items: FramedItem[] = [];
  const lines = new LineOf(bytes);
  const from = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  for (let at = skipBlanks(bytes, from, to); at < to; ) {
    if (items.length === MAX_ITEMS) return tooManyItems(MAX_ITEMS);
    const line = lines.at(at);
    const { end, refused } = envelopeAt(bytes, at);
    if (end < 0) {
      items.push({ start: at, end: to, line, refused: NOT_FOLLOWED });
      break;
    }
    items.push(refused === undefined ? { start: at, end, line } : { start: at, end, line, refused });
    at = skipBlanks(bytes, end, to);
  }
  return items.length === 0 ? refusedBatch(400, 'empty', 'The body holds no event.') : framedItems(items);
}

const NOT_FOLLOWED: ItemRefusal = {
  code: 'bad_json',
  reason: 'This is no JSON object, or does not end; nothing from here on was taken.',
};

interface EnvelopeEnd {
  /** -1 where the object cannot be followed. */
  readonly end: number;
  readonly refused?: ItemRefusal | undefined;
}

/** Where the object at `at` ends, and what is wrong with it. */
function envelopeAt(bytes: Buffer, at: number): EnvelopeEnd {
  if (bytes[at] !== 0x7b) return { end: -1 };
  const to = bytes.length;
  let event: ItemRefusal | undefined = { code: 'no_event', reason: 'The object has no event.' };
  let refused: ItemRefusal | undefined;
  const end = eachMember(bytes, at, to, (name, from) => {
    const value = valueEnd(bytes, from, to);
    if (value === undefined) return -1;
    if (value.breaksString) refused ??= { code: 'bad_json', reason: 'A line ends inside a string.' };
    if (value.depth > MAX_VALUE_DEPTH) {
      refused ??= { code: 'too_deep', reason: `The event nests deeper than ${MAX_ITEM_DEPTH}.` };
    }
    // Of keys that stand twice the last counts, as in JSON.
    if (name === 'event') event = eventRefusal(bytes, from, value.end);
    else if (name === 'fields') refused ??= fieldsRefusal(bytes, from, value.end);
    else if (name === 'index') refused ??= indexRefusal(bytes, from, value.end);
    return value.end;
  });
  return end < 0 ? { end } : { end, refused: sizeRefusal(end - at, MAX_ITEM_BYTES) ?? refused ?? event };
}

function eventRefusal(bytes: Buffer, from: number, end: number): ItemRefusal | undefined {
  if (end - from === 4 && bytes.toString('latin1', from, end) === 'null') {
    return { code: 'no_event', reason: 'The event is null.' };
  }
  const isBlank = bytes[from] === 0x22 && skipBlanks(bytes, from + 1, end) === end - 1;
  return isBlank ? { code: 'blank_event', reason: 'The event is blank.' } : undefined;
}

/** Indexed fields are one level of names with words, numbers, or lists of them. */
function fieldsRefusal(bytes: Buffer, from: number, end: number): ItemRefusal | undefined {
  if (bytes[from] === 0x6e) return undefined;
  const refused: ItemRefusal = { code: 'bad_fields', reason: 'fields is no flat object.' };
  if (bytes[from] !== 0x7b) return refused;
  const flatEnd = (at: number): number => (bytes[at] === 0x7b ? -1 : (valueEnd(bytes, at, end)?.end ?? -1));
  const found = eachMember(bytes, from, end, (_, at) =>
    bytes[at] === 0x5b ? eachElement(bytes, at, end, (one) => (bytes[one] === 0x5b ? -1 : flatEnd(one))) : flatEnd(at),
  );
  return found < 0 ? refused : undefined;
}

function indexRefusal(bytes: Buffer, from: number, end: number): ItemRefusal | undefined {
  if (bytes[from] === 0x6e) return undefined;
  const isName = bytes[from] === 0x22 && end - from > 2 && end - from - 2 <= MAX_INDEX_BYTES;
  return isName ? undefined : { code: 'bad_index', reason: `index is no name of 1 to ${MAX_INDEX_BYTES} bytes.` };
}
