import {
  type FramedItem,
  framedItems,
  type ItemRefusal,
  type RefusedBatch,
  refusedBatch,
  sizeRefusal,
} from './framing.ts';
import { MAX_ITEM_BYTES, MAX_ITEMS, MAX_TEXT_BYTES } from './limits.ts';
import { asBuffer } from './lines.ts';
import type { OtlpFraming } from './otlp.ts';
import { tooDeep } from './otlp-json.ts';
import { recordText } from './otlp-record.ts';
import { WireFault, WireType, WireWalk, walked } from './wire-walk.ts';

/** Numbers of the lists of a request, from the outside in: resource_logs, scope_logs, log_records (SERVE 1.3). */
const LISTS: readonly number[] = [1, 2, 2];

/**
 * The log records of an OTLP request in protobuf, each with its place in the body. A record that is broken inside its bounds costs that record; what is
 * broken around records refuses the whole. A record may be as long and as deep as it may be in JSON, and is measured as its JSON.
 */
export function frameOtlpProtobuf(body: Uint8Array): OtlpFraming | RefusedBatch {
  const bytes = asBuffer(body);
  const places: { readonly start: number; readonly end: number }[] = [];
  const found = walked(() => {
    const walk = new WireWalk(bytes);
    takeList(walk, bytes.length, 0, (start, end) => {
      places.push({ start, end });
      return places.length <= MAX_ITEMS;
    });
  });
  if (places.length > MAX_ITEMS) return tooMuch(`more than ${MAX_ITEMS} records`);
  if (found.kind === 'fault') {
    return refusedBatch(400, 'bad_protobuf', `The request is no ExportLogsServiceRequest: ${found.reason}.`);
  }
  const items: FramedItem[] = [];
  let textBytes = 0;
  for (const { start, end } of places) {
    const text = sizeRefusal(end - start, MAX_ITEM_BYTES) ?? recordTextAt(bytes, start, end);
    if (typeof text === 'string') textBytes += Buffer.byteLength(text);
    if (textBytes > MAX_TEXT_BYTES) return tooMuch(`more than ${MAX_TEXT_BYTES} bytes as JSON`);
    items.push(typeof text === 'string' ? { start, end, line: 1 } : { start, end, line: 1, refused: text });
  }
  return framedItems(items);
}

/** The JSON of the record between two places, or why it is not taken. */
export function recordTextAt(bytes: Buffer, start: number, end: number): string | ItemRefusal {
  const text = walked(() => recordText(bytes, start, end));
  if (text.kind === 'fault') return { code: 'bad_protobuf', reason: `The record is no LogRecord: ${text.reason}.` };
  if (text.value === undefined) return tooDeep();
  return sizeRefusal(Buffer.byteLength(text.value), MAX_ITEM_BYTES) ?? text.value;
}

function tooMuch(what: string): RefusedBatch {
  return refusedBatch(413, 'too_many_items', `The request has ${what}. Send it in parts.`);
}

/** Finds the records of a message that ends at `end`. */
function takeList(walk: WireWalk, end: number, level: number, record: (start: number, end: number) => boolean): void {
  walk.fields(end, (number, type) => {
    if (number !== LISTS[level]) return false;
    if (type !== WireType.LengthDelimited) throw new WireFault(`field ${number} is no message`);
    const innerEnd = walk.lengthEnd(end);
    if (level < LISTS.length - 1) takeList(walk, innerEnd, level + 1, record);
    else if (record(walk.at, innerEnd)) walk.jump(innerEnd);
    else throw new WireFault('it has too many records');
    return true;
  });
}
