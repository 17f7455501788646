import { ENTRY_FORMS, type EntryFacts, type EntryForm, TRUST_CLASSES } from './entry.ts';

/**
 * An entry as bytes (docs/archive-format.md, Row): fixed fields, five texts, the bytes as received and a NUL, then those texts that do not stand in the bytes
 * themselves, a NUL behind each.
 */
export const FIXED_BYTES = 72;
export const STRINGS_AT = 52;
export const HAS_EVENT_ID = 1;
/** The form stands in three bits above that. */
export const FORM_SHIFT = 1;
const FORM_BITS = 7;
export const IDENTITY_AT = 36;
export const IDENTITY_BYTES = 16;
/** Where the parts of a row lie in the bytes that hold it. */
export interface RowSpan {
  readonly start: number;
  /** First byte as received; texts begin behind the last, with a NUL. */
  readonly rawAt: number;
  readonly rawEnd: number;
  /** Behind the last NUL. */
  readonly end: number;
}

/** The rows in a stretch of bytes, in order; nothing if they do not fill it exactly. */
export function rowSpans(bytes: Buffer): readonly RowSpan[] | undefined {
  const spans: RowSpan[] = [];
  for (let start = 0; start < bytes.length; ) {
    if (start + FIXED_BYTES > bytes.length) return undefined;
    const end = start + bytes.readUInt32LE(start);
    let rawAt = start + FIXED_BYTES;
    for (let i = 0; i < 5; i++) rawAt += bytes.readUInt32LE(start + STRINGS_AT + 4 * i);
    const rawEnd = rawAt + bytes.readUInt32LE(start + 4);
    if (end > bytes.length || rawEnd >= end) return undefined;
    spans.push({ start, rawAt, rawEnd, end });
    start = end;
  }
  return spans;
}

/** Milliseconds of a row's time; NaN where it has none. */
export function rowMs(bytes: Buffer, start: number): number {
  return bytes.readDoubleLE(start + 8);
}

export function rowTicks(bytes: Buffer, start: number): number {
  return bytes.readUInt16LE(start + 16);
}

export function rowStream(bytes: Buffer, start: number): number {
  return (bytes[start + 19] ?? 0) >> 4;
}

export function rowEventId(bytes: Buffer, start: number): number | null {
  return ((bytes[start + 19] ?? 0) & HAS_EVENT_ID) === 0 ? null : bytes.readUInt32LE(start + 20);
}

export function rowPlace(bytes: Buffer, start: number): { readonly position: number; readonly item: number } {
  return { position: bytes.readDoubleLE(start + 24), item: bytes.readUInt32LE(start + 32) };
}

/** How the bytes of a row are read again; one that a later version knows is taken for plain. */
function rowForm(bytes: Buffer, start: number): EntryForm {
  return ENTRY_FORMS[((bytes[start + 19] ?? 0) >> FORM_SHIFT) & FORM_BITS] ?? 'plain';
}

/** The first text behind the bytes as received: of a row of a table its head. Empty where there is none. */
function rowFirstText(bytes: Buffer, { rawEnd, end }: RowSpan): string {
  const from = rawEnd + 1;
  const nul = bytes.indexOf(0, from);
  return nul < 0 || nul >= end ? '' : bytes.toString('utf8', from, nul);
}

/** One of the five texts of a row: 0 host, 1 channel, 2 provider, 3 record id, 4 sender. */
export function rowString(bytes: Buffer, start: number, number: number): string {
  let at = start + FIXED_BYTES;
  for (let i = 0; i < number; i++) at += bytes.readUInt32LE(start + STRINGS_AT + 4 * i);
  return bytes.toString('utf8', at, rowStringEnd(bytes, start, number, at));
}

/** Where one of the first texts of a row ends that begins at `at`. */
export function rowStringEnd(bytes: Buffer, start: number, number: number, at: number): number {
  return at + bytes.readUInt32LE(start + STRINGS_AT + 4 * number);
}

/** The entry of a row, in bytes of its own. */
export function readRow(bytes: Buffer, span: RowSpan): EntryFacts {
  const { start, rawAt, rawEnd } = span;
  const ms = rowMs(bytes, start);
  const form = rowForm(bytes, start);
  const [host, channel, provider, recordId, sender] = [0, 1, 2, 3, 4].map((number) => rowString(bytes, start, number));
  return {
    time: Number.isNaN(ms) ? null : { ms, ticks: rowTicks(bytes, start) },
    host: host ?? '',
    channel: channel ?? '',
    provider: provider ?? '',
    eventId: rowEventId(bytes, start),
    recordId: recordId ?? '',
    identity: Uint8Array.from(bytes.subarray(start + IDENTITY_AT, start + IDENTITY_AT + IDENTITY_BYTES)),
    ...rowPlace(bytes, start),
    sender: sender ?? '',
    trust: TRUST_CLASSES[bytes[start + 18] ?? 0] ?? 'unauthenticated',
    retention: rowStream(bytes, start),
    raw: Uint8Array.from(bytes.subarray(rawAt, rawEnd)),
    ...(form === 'plain' ? {} : { form }),
    ...(form === 'row' ? { head: rowFirstText(bytes, span) } : {}),
  };
}
