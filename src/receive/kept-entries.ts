import { ENTRY_FORMS, type EntryForm } from '../entries/index.ts';
import { type Framed, type FramedItem, type RefusedBatch, refusedBatch } from './framing.ts';
import { headedBody, packHeaded } from './headed-body.ts';
import { MAX_ITEMS } from './limits.ts';

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

/** The body of a batch of kept events: length of the head (4 bytes, little endian), head (JSON), the bytes of the events one after another. */
export function packKeptEntries(events: readonly KeptEvent[], head?: string): Uint8Array {
  const lengths = events.map(({ raw }) => raw.length);
  const forms = events.map(({ form }) => ENTRY_FORMS.indexOf(form));
  const told = { format: 1, lengths, forms, ...(head === undefined ? {} : { head }) };
  return packHeaded(
    told,
    events.map(({ raw }) => raw),
  );
}

/** The events of a body that `packKeptEntries` made. */
export function frameKeptEntries(body: Uint8Array): FramedEntries | RefusedBatch {
  const headed = headedBody(body);
  if (typeof headed === 'string') return bad(headed);
  const { bytes, start: from } = headed;
  let at = from;
  const told = headOf(headed.head);
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
  value: Readonly<Record<string, unknown>>,
):
  | { readonly lengths: readonly number[]; readonly forms: readonly number[]; readonly head: string | undefined }
  | undefined {
  const { format, lengths, forms, head } = value;
  const isFit = format === 1 && isNumbers(lengths) && isNumbers(forms) && lengths.length === forms.length;
  return isFit && (head === undefined || typeof head === 'string') ? { lengths, forms, head } : undefined;
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'number' && Number.isSafeInteger(one) && one >= 0);
}
