import { JsonScan, type JsonValue, readJsonObject } from '../shapes/index.ts';
import type { AuditReading } from './reading.ts';
import type { RowPlace, SourceBytes } from './source-bytes.ts';
import { isList, isObject, type JsonObject, own } from './wmi-values.ts';

/** One object of a document, at whatever place it stands: alone, in an array, in a line, or behind another document. */
export interface JsonRow {
  readonly value: JsonObject;
  readonly place: RowPlace;
  /** Position of its first byte in the document. */
  readonly from: number;
  readonly text: string;
}

/** A document may be scanned so many times its length before it is given up: broken rows begin again at the next line. */
const MOST_SCANS = 8;
const OPEN = 0x7b;
const LF = 0x0a;

/**
 * The objects of a JSON text: a single one, an array, lines, or documents one behind the other (people append). A broken object
 * costs itself: reading goes on at the next line that begins with a brace.
 */
export function* jsonRows(source: SourceBytes, reading: AuditReading): Generator<JsonRow> {
  const { bytes } = source;
  let budget = bytes.length * MOST_SCANS;
  let at = 0;
  for (;;) {
    at = skipBetween(bytes, at);
    if (at >= bytes.length || reading.isFull) return;
    if (budget < 0) {
      reading.note('cut', source.place(at, bytes.length).offset);
      return;
    }
    if (bytes[at] !== OPEN) {
      const end = nextObject(bytes, at);
      reading.reject(source.place(at, end), 'no JSON object begins where one should');
      at = end;
      continue;
    }
    const scan = new JsonScan();
    scan.scan(bytes, at, bytes.length);
    budget -= scan.length;
    const end = at + scan.length;
    const read = scan.isComplete ? readJsonObject(bytes, at, end) : undefined;
    if (read?.kind === 'object') {
      yield { value: read.value, place: source.place(at, end), from: at, text: read.text };
      at = end;
      continue;
    }
    const next = scan.isComplete ? end : nextObject(bytes, at + 1);
    const why = read?.reason ?? scan.problem ?? 'it does not end';
    reading.reject(source.place(at, next), `not valid JSON (${why})`);
    at = next;
  }
}

/** The objects of a list that stands in the place of one: `{"value":[…],"Count":n}` of Windows PowerShell 5.1. */
export function innerObjects(row: JsonObject): readonly JsonObject[] | undefined {
  const items = own(row, 'value');
  if (!isList(items) || !Object.hasOwn(row, 'Count') || Object.keys(row).length !== 2) return undefined;
  return items.filter((item: JsonValue) => isObject(item));
}

/** Position of what is no blank, comma or bracket of a list. */
function skipBetween(bytes: Buffer, from: number): number {
  let at = from;
  for (; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    // Byte order marks of documents that were appended stand between them.
    if (byte === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) at += 2;
    else if (byte > 0x20 && byte !== 0x2c && byte !== 0x5b && byte !== 0x5d) break;
  }
  return at;
}

/** Position of the brace that begins the next line which begins with one; the end when there is none. */
function nextObject(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(LF, from); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    let first = at + 1;
    while (first < bytes.length && (bytes[first] === 0x20 || bytes[first] === 0x09 || bytes[first] === 0x0d)) first++;
    if (bytes[first] === OPEN) return first;
    at = Math.max(at, first - 1);
  }
  return bytes.length;
}
