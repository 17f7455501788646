import { ENTRY_FORMS, type EntryForm } from '../entries/index.ts';
import { type Framed, type FramedItem, type RefusedBatch, refusedBatch } from './framing.ts';
import { MAX_ITEMS } from './limits.ts';
import { asBuffer } from './lines.ts';

/** An event in the bytes that it was received in, with how they are read again. */
export interface KeptEvent {
  readonly raw: Uint8Array;
  readonly form: EntryForm;
}

/** A batch that is made of kept events: what the archive holds of one, or a dead letter that can be read now. */
export interface FramedEntries extends Framed<KeptItem> {
  /** What stands before rows: the names of their columns. */
  readonly head: string | undefined;
}

export interface KeptItem extends FramedItem {
  readonly form: EntryForm;
}

const LENGTH_BYTES = 4;
const MAX_HEAD_BYTES: number = 4 << 20;

/** The body of a batch of kept events: length of the head (4 bytes, little endian), head (JSON), the bytes of the events one after another. */
export function packKeptEntries(events: readonly KeptEvent[], head?: string): Uint8Array {
  const lengths = events.map(({ raw }) => raw.length);
  const forms = events.map(({ form }) => ENTRY_FORMS.indexOf(form));
  const json = Buffer.from(JSON.stringify({ format: 1, lengths, forms, ...(head === undefined ? {} : { head }) }));
  if (json.length > MAX_HEAD_BYTES) throw new RangeError(`a batch of kept events with a head of ${json.length} bytes`);
  const length = Buffer.allocUnsafe(LENGTH_BYTES);
  length.writeUInt32LE(json.length, 0);
  return Buffer.concat([length, json, ...events.map(({ raw }) => raw)]);
}

/** The events of a body that `packKeptEntries` made. */
export function frameKeptEntries(body: Uint8Array): FramedEntries | RefusedBatch {
  const bytes = asBuffer(body);
  const length = bytes.length < LENGTH_BYTES ? MAX_HEAD_BYTES + 1 : bytes.readUInt32LE(0);
  if (length > MAX_HEAD_BYTES || length > bytes.length - LENGTH_BYTES) return bad('its head does not fit in');
  let at = LENGTH_BYTES + length;
  const told = headOf(bytes.toString('utf8', LENGTH_BYTES, at));
  if (told === undefined) return bad('its head cannot be read');
  if (told.lengths.length > MAX_ITEMS) return bad(`it has more than ${MAX_ITEMS} events`);
  const items = told.lengths.map((one, number): KeptItem => {
    const start = at;
    at += one;
    return { start, end: at, line: number + 1, form: ENTRY_FORMS[told.forms[number] ?? 0] ?? 'plain' };
  });
  if (at !== bytes.length) return bad('its events are not as long as it says');
  return { kind: 'framed', items, accepted: items.length, head: told.head };
}

function bad(what: string): RefusedBatch {
  return refusedBatch(400, 'bad_encoding', `A batch of kept events: ${what}.`);
}

function headOf(
  text: string,
):
  | { readonly lengths: readonly number[]; readonly forms: readonly number[]; readonly head: string | undefined }
  | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { format, lengths, forms, head } = value as Readonly<Record<string, unknown>>;
  const isFit = format === 1 && isNumbers(lengths) && isNumbers(forms) && lengths.length === forms.length;
  return isFit && (head === undefined || typeof head === 'string') ? { lengths, forms, head } : undefined;
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'number' && Number.isSafeInteger(one) && one >= 0);
}
