import { type ArchiveEntry, type EntryFacts, TRUST_CLASSES } from './entry.ts';
import { MOST_ENTRY_BYTES, MOST_STREAMS } from './limits.ts';
import { isTokenByte } from './tokens.ts';

/**
 * An entry as bytes (docs/archive-format.md, Row): fixed fields, five texts, the bytes as received and a NUL, then those texts that do not stand in the bytes
 * themselves, a NUL behind each.
 */
const FIXED_BYTES = 72;
const STRINGS_AT = 52;
const HAS_EVENT_ID = 1;
const IDENTITY_AT = 36;
const IDENTITY_BYTES = 16;
/** Unused number of an event id, where there is none. */
const NO_EVENT = 0xffffffff;

export type PackedRows =
  | { readonly kind: 'packed'; readonly bytes: Buffer<ArrayBuffer>; readonly count: number }
  | { readonly kind: 'invalid'; readonly message: string };

/** Entries one behind the other. What an archive cannot hold is said, and then none is packed. */
export function packRows(entries: readonly ArchiveEntry[]): PackedRows {
  const joined = entries.map(missingTexts);
  const bounds = entries.map((entry, i) => FIXED_BYTES + mostBytes(entry, joined[i] ?? '') + 2);
  for (const [i, entry] of entries.entries()) {
    const trouble = troubleOf(entry, joined[i] ?? '');
    if (trouble !== undefined)
      return { kind: 'invalid', message: `Event ${entry.item} of batch ${entry.position}: ${trouble}.` };
  }
  const bytes = Buffer.from(new ArrayBuffer(bounds.reduce((sum, bound) => sum + bound, 0)));
  let at = 0;
  entries.forEach((entry, i) => {
    at = writeRow(bytes, at, entry, joined[i] ?? '');
  });
  return { kind: 'packed', bytes: bytes.subarray(0, at), count: entries.length };
}

function stringsOf(entry: EntryFacts): readonly string[] {
  return [entry.host, entry.channel, entry.provider, entry.recordId, entry.sender];
}

function stringUnits({ host, channel, provider, recordId, sender }: EntryFacts): number {
  return host.length + channel.length + provider.length + recordId.length + sender.length;
}

/** Most bytes that a row can take besides its fixed fields: a UTF-16 unit is at most three bytes. */
function mostBytes(entry: ArchiveEntry, joined: string): number {
  return entry.raw.length + 3 * (stringUnits(entry) + joined.length);
}

/** Why the archive cannot hold an entry; nothing if it can. */
function troubleOf(entry: ArchiveEntry, joined: string): string | undefined {
  const { position, item, identity, retention, eventId } = entry;
  const bytes = mostBytes(entry, joined);
  if (bytes > MOST_ENTRY_BYTES) return `it has up to ${bytes} bytes; the archive takes ${MOST_ENTRY_BYTES}`;
  if (!Number.isSafeInteger(position) || position < 1) return `a position is a whole number from 1`;
  if (!Number.isInteger(item) || item < 0 || item > NO_EVENT) return `an item is a whole number from 0`;
  if (identity.length !== IDENTITY_BYTES) return `an identity has 16 bytes, not ${identity.length}`;
  if (!Number.isInteger(retention) || retention < 0 || retention >= MOST_STREAMS)
    return `a retention class is 0 to ${MOST_STREAMS - 1}, not ${retention}`;
  if (eventId !== null && (!Number.isInteger(eventId) || eventId < 0 || eventId >= NO_EVENT))
    return `${eventId} is no event id`;
  return undefined;
}

function writeRow(bytes: Buffer, start: number, entry: ArchiveEntry, joined: string): number {
  const { time, raw, eventId } = entry;
  const hasTime = time !== null && Number.isFinite(time.ms);
  bytes.writeUInt32LE(raw.length, start + 4);
  bytes.writeDoubleLE(hasTime ? time.ms : Number.NaN, start + 8);
  bytes.writeUInt16LE(hasTime ? Math.min(9999, Math.max(0, Math.trunc(time.ticks) || 0)) : 0, start + 16);
  bytes[start + 18] = TRUST_CLASSES.indexOf(entry.trust);
  bytes[start + 19] = (eventId === null ? 0 : HAS_EVENT_ID) | (entry.retention << 4);
  bytes.writeUInt32LE(eventId ?? 0, start + 20);
  bytes.writeDoubleLE(entry.position, start + 24);
  bytes.writeUInt32LE(entry.item, start + 32);
  bytes.set(entry.identity, start + IDENTITY_AT);
  let at = start + FIXED_BYTES;
  stringsOf(entry).forEach((text, i) => {
    const length = bytes.write(text, at, 'utf8');
    bytes.writeUInt32LE(length, start + STRINGS_AT + 4 * i);
    at += length;
  });
  bytes.set(raw, at);
  at += raw.length;
  bytes[at++] = 0;
  if (joined !== '') {
    at += bytes.write(joined, at, 'utf8');
    bytes[at++] = 0;
  }
  bytes.writeUInt32LE(at - start, start);
  return at;
}

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

/** One of the five texts of a row: 0 host, 1 channel, 2 provider, 3 record id, 4 sender. */
export function rowString(bytes: Buffer, start: number, number: number): string {
  let at = start + FIXED_BYTES;
  for (let i = 0; i < number; i++) at += bytes.readUInt32LE(start + STRINGS_AT + 4 * i);
  return bytes.toString('utf8', at, at + bytes.readUInt32LE(start + STRINGS_AT + 4 * number));
}

/** The entry of a row, in bytes of its own. */
export function readRow(bytes: Buffer, { start, rawAt, rawEnd }: RowSpan): EntryFacts {
  const ms = rowMs(bytes, start);
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
  };
}

/** How often an occurrence that is a part of something longer is passed over before the text is kept. */
const PLACES_TRIED = 4;
/** What JSON and XML write in another way than it is, and what is more than one byte: kept without looking for it, which is always right. */
const MOSTLY_ESCAPED = /["\\&<>\u0080-\uffff]/;

/** The texts of an entry that words cannot be found by in its bytes, joined by NULs: a text that stands there whole, with no token going on beside it, is left out. */
function missingTexts({ raw, texts }: ArchiveEntry): string {
  // Searched as characters of one byte: a call on bytes costs a third of a microsecond or more, and an event has a dozen texts.
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.length).toString('latin1');
  let missing = '';
  let hint = 0;
  for (const text of texts) {
    if (text.length === 0) continue;
    const at = MOSTLY_ESCAPED.test(text) ? -1 : placeIn(bytes, text, hint);
    if (at >= 0) hint = at;
    else missing = missing === '' ? text : `${missing}\0${text}`;
  }
  return missing;
}

/** Where a text stands whole in bytes, looked for from a hint on, for values mostly come in order, and then from the beginning; -1 if it does not. */
function placeIn(bytes: string, text: string, hint: number): number {
  const startsToken = isTokenByte(text.charCodeAt(0) & 0xff);
  const endsToken = isTokenByte(text.charCodeAt(text.length - 1) & 0xff);
  let from = hint;
  for (let tried = 0; tried < PLACES_TRIED; tried++) {
    const at = bytes.indexOf(text, from);
    if (at < 0 && from === 0) return -1;
    if (at < 0) {
      from = 0;
      continue;
    }
    const end = at + text.length;
    const goesOnBefore = startsToken && at > 0 && isTokenByte(bytes.charCodeAt(at - 1));
    const goesOnBehind = endsToken && end < bytes.length && isTokenByte(bytes.charCodeAt(end));
    if (!goesOnBefore && !goesOnBehind) return at;
    from = at + 1;
  }
  return -1;
}
