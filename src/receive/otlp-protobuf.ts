import {
  type Framed,
  type FramedItem,
  framedItems,
  type ItemRefusal,
  type RefusedBatch,
  refusedBatch,
  sizeRefusal,
} from './framing.ts';
import { JsonMeasure, JsonWriter } from './json-sink.ts';
import { MAX_ITEM_BYTES, MAX_ITEMS, MAX_TEXT_BYTES } from './limits.ts';
import { asBuffer } from './lines.ts';
import { tooDeep } from './otlp-json.ts';
import { tellRecord } from './otlp-record.ts';
import { WireFault, WireType, WireWalk, walked } from './wire-walk.ts';

/** A record with the bytes of the JSON that is made of it; 0 where it is refused. */
export interface ProtobufItem extends FramedItem {
  readonly textBytes: number;
}

/** Numbers of the lists of a request, from the outside in: resource_logs, scope_logs, log_records (SERVE 1.3). */
const LISTS: readonly number[] = [1, 2, 2];

/**
 * The log records of an OTLP request in protobuf, each with its place in the body. A record that is broken inside its bounds costs that record; what is
 * broken around records refuses the whole. A record may be as long and as deep as it may be in JSON: it is measured as its JSON, which is not made.
 */
export function frameOtlpProtobuf(body: Uint8Array): Framed<ProtobufItem> | RefusedBatch {
  const walk = new WireWalk(asBuffer(body));
  const places: { readonly start: number; readonly end: number }[] = [];
  const found = walked(() => takeList(walk, walk.bytes.length, 0, places));
  if (places.length > MAX_ITEMS) return tooMuch(`more than ${MAX_ITEMS} records`);
  if (found.kind === 'fault') {
    return refusedBatch(400, 'bad_protobuf', `The request is no ExportLogsServiceRequest: ${found.reason}.`);
  }
  const items: ProtobufItem[] = [];
  let textBytes = 0;
  for (const place of places) {
    const item = itemOf(walk, place.start, place.end);
    textBytes += item.textBytes;
    if (textBytes > MAX_TEXT_BYTES) return tooMuch(`more than ${MAX_TEXT_BYTES} bytes as JSON`);
    items.push(item);
  }
  return framedItems(items);
}

/** The JSON of a record that framing took. */
export function recordText(body: Uint8Array, { start, end, textBytes }: ProtobufItem): Uint8Array {
  const writer = new JsonWriter(textBytes);
  tellRecord(new WireWalk(asBuffer(body)), writer, start, end);
  return writer.bytes;
}

/** The same of a record that stands alone; empty where framing would not have taken it. */
export function recordAlone(bytes: Uint8Array): Uint8Array {
  const item = itemOf(new WireWalk(asBuffer(bytes)), 0, bytes.length);
  return item.refused === undefined ? recordText(bytes, item) : new Uint8Array(0);
}

function itemOf(walk: WireWalk, start: number, end: number): ProtobufItem {
  const measure = new JsonMeasure();
  const told = walked(() => tellRecord(walk, measure, start, end));
  const refused = sizeRefusal(end - start, MAX_ITEM_BYTES) ?? refusalOf(told, measure.length);
  return refused === undefined
    ? { start, end, line: 1, textBytes: measure.length }
    : { start, end, line: 1, textBytes: 0, refused };
}

function refusalOf(told: ReturnType<typeof walked<boolean>>, textBytes: number): ItemRefusal | undefined {
  if (told.kind === 'fault') return { code: 'bad_protobuf', reason: `The record is no LogRecord: ${told.reason}.` };
  return told.value ? sizeRefusal(textBytes, MAX_ITEM_BYTES) : tooDeep();
}

function tooMuch(what: string): RefusedBatch {
  return refusedBatch(413, 'too_many_items', `The request has ${what}. Send it in parts.`);
}

/** Finds the records of a message that ends at `end`; one more than a request may have ends the search. */
function takeList(
  walk: WireWalk,
  end: number,
  level: number,
  places: { readonly start: number; readonly end: number }[],
): void {
  while (walk.at < end) {
    const tag = walk.tag();
    if (tag >>> 3 !== LISTS[level]) {
      walk.passOver(tag, end);
      continue;
    }
    if ((tag & 7) !== WireType.LengthDelimited) throw new WireFault(`field ${tag >>> 3} is no message`);
    const innerEnd = walk.lengthEnd(end);
    if (level < LISTS.length - 1) takeList(walk, innerEnd, level + 1, places);
    else {
      places.push({ start: walk.at, end: innerEnd });
      if (places.length > MAX_ITEMS) throw new WireFault('it has too many records');
      walk.at = innerEnd;
    }
  }
}
