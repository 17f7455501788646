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
import { valueEnd } from './json-values.ts';
import { MAX_ITEM_BYTES, MAX_ITEM_DEPTH, MAX_ITEMS } from './limits.ts';
import { asBuffer, LineOf, LineWalk, skipBlanks } from './lines.ts';
import { frameXml } from './xml-events.ts';

/**
 * How the events of a body follow one another: a line each; elements of one JSON array; objects over several lines; `Event`
 * elements. The bytes alone tell, so that the reader behind the answer finds the same (ADR 0017).
 */
export type NdjsonForm = 'lines' | 'array' | 'objects' | 'xml';

export interface NdjsonFraming extends Framed {
  readonly form: NdjsonForm;
}

const MEDIA_TYPES: ReadonlySet<string> = new Set([
  'application/x-ndjson',
  'application/ndjson',
  'application/json',
  'application/jsonl',
  'application/json-lines',
  'text/plain',
  'application/xml',
  'text/xml',
]);

/** Why a body of this `Content-Type` is not taken; undefined when it is. A body without a type is, and so is any parameter. */
export function ndjsonTypeRefusal(contentType: string | undefined): RefusedBatch | undefined {
  const name = mediaType(contentType);
  if (name === '' || MEDIA_TYPES.has(name)) return undefined;
  const known = [...MEDIA_TYPES].join(', ');
  return refusedBatch(
    415,
    'unsupported_media_type',
    `Bodies may be ${known}; ${JSON.stringify(name.slice(0, 80))} is not.`,
  );
}

/** The type and subtype of a `Content-Type`, in lower case, without parameters. */
export function mediaType(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/**
 * The events of a body in NDJSON, a JSON array, JSON objects one after another, or Event XML (SERVE 1.4). A body that is none of them
 * has lines all the same: what they are is found out when they are read.
 */
export function frameNdjson(body: Uint8Array): NdjsonFraming | RefusedBatch {
  const bytes = asBuffer(body);
  const encoding = otherEncoding(bytes);
  if (encoding !== undefined) return refusedBatch(400, 'bad_encoding', `The body is ${encoding}; UTF-8 is taken.`);
  const from = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const first = skipBlanks(bytes, from, bytes.length);
  if (bytes[first] === 0x5b) return frameArray(bytes, first);
  if (bytes[first] === 0x3c) {
    const framed = frameXml(bytes, first);
    return framed.kind === 'refused' ? framed : { ...framed, form: 'xml' };
  }
  return frameObjects(bytes, first) ?? frameLines(bytes, from);
}

/** UTF-16 and UTF-32 by their mark or by the zeros of ASCII (as a JSON text they were legal once). */
function otherEncoding(bytes: Buffer): string | undefined {
  const [a, b] = bytes;
  if (bytes.length < 2) return undefined;
  if ((a === 0xff && b === 0xfe) || (a !== 0 && b === 0)) return 'UTF-16 or UTF-32, little endian';
  if ((a === 0xfe && b === 0xff) || a === 0) return 'UTF-16 or UTF-32, big endian';
  return undefined;
}

function framed(form: NdjsonForm, items: readonly FramedItem[]): NdjsonFraming {
  return { ...framedItems(items), form };
}

function frameLines(bytes: Buffer, from: number): NdjsonFraming | RefusedBatch {
  const items: FramedItem[] = [];
  const walk = new LineWalk(bytes, from);
  for (let line = walk.nextFilled(); line !== undefined; line = walk.nextFilled()) {
    if (items.length === MAX_ITEMS) return tooManyItems(MAX_ITEMS);
    items.push(itemOf(line, sizeRefusal(line.end - line.start, MAX_ITEM_BYTES)));
  }
  return framed('lines', items);
}

function itemOf({ start, end, line }: Omit<FramedItem, 'refused'>, refused: ItemRefusal | undefined): FramedItem {
  return refused === undefined ? { start, end, line } : { start, end, line, refused };
}

/** The item of a JSON value that begins at `at`; undefined when it does not end. */
function valueItem(bytes: Buffer, at: number, lines: LineOf): FramedItem | undefined {
  const value = valueEnd(bytes, at, bytes.length);
  if (value === undefined) return undefined;
  const { end, depth, breaksString } = value;
  let refused = sizeRefusal(end - at, MAX_ITEM_BYTES);
  if (breaksString) refused ??= { code: 'bad_json', reason: 'A line ends inside a string.' };
  if (depth > MAX_ITEM_DEPTH) {
    refused ??= { code: 'too_deep', reason: `The values of the event nest deeper than ${MAX_ITEM_DEPTH}.` };
  }
  return itemOf({ start: at, end, line: lines.at(at) }, refused);
}

function frameArray(bytes: Buffer, open: number): NdjsonFraming | RefusedBatch {
  const items: FramedItem[] = [];
  const lines = new LineOf(bytes);
  const to = bytes.length;
  let at = skipBlanks(bytes, open + 1, to);
  if (bytes[at] === 0x5d) return afterArray(bytes, at, items);
  while (true) {
    if (items.length === MAX_ITEMS) return tooManyItems(MAX_ITEMS);
    const item = valueItem(bytes, at, lines);
    if (item === undefined) return badArray(items.length, lines.at(at));
    items.push(item);
    at = skipBlanks(bytes, item.end, to);
    if (bytes[at] === 0x5d) return afterArray(bytes, at, items);
    if (bytes[at] !== 0x2c) return badArray(items.length - 1, lines.at(at));
    at = skipBlanks(bytes, at + 1, to);
  }
}

function afterArray(bytes: Buffer, close: number, items: readonly FramedItem[]): NdjsonFraming | RefusedBatch {
  const after = skipBlanks(bytes, close + 1, bytes.length);
  if (after === bytes.length) return framed('array', items);
  return refusedBatch(400, 'bad_json', 'Something follows the end of the array.');
}

function badArray(element: number, line: number): RefusedBatch {
  const reason = `The array cannot be followed past its element ${element} (from 0), line ${line}. Nothing of it was taken.`;
  return refusedBatch(400, 'bad_json', reason);
}

/**
 * Objects that are laid out over several lines. Asked only where the first line does not end its object; undefined when anything but
 * such objects is found, and then the lines are the events.
 */
function frameObjects(bytes: Buffer, first: number): NdjsonFraming | RefusedBatch | undefined {
  if (bytes[first] !== 0x7b) return undefined;
  const feed = bytes.indexOf(0x0a, first);
  if (feed < 0 || lastByte(bytes, first, feed) === 0x7d) return undefined;
  const items: FramedItem[] = [];
  const lines = new LineOf(bytes);
  for (let at = first; at < bytes.length; ) {
    if (bytes[at] !== 0x7b) return undefined;
    if (items.length === MAX_ITEMS) return tooManyItems(MAX_ITEMS);
    const item = valueItem(bytes, at, lines);
    if (item === undefined || item.refused?.code === 'bad_json') return undefined;
    items.push(item);
    at = skipBlanks(bytes, item.end, bytes.length);
  }
  return framed('objects', items);
}

/** The last byte before `to` that is no blank. */
function lastByte(bytes: Buffer, from: number, to: number): number {
  let index = to - 1;
  while (index > from && (bytes[index] ?? 0) <= 0x20) index--;
  return bytes[index] ?? 0;
}
