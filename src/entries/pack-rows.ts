import { type ArchiveEntry, ENTRY_FORMS, type EntryFacts, TRUST_CLASSES } from './entry.ts';
import { MOST_ENTRY_BYTES, MOST_STREAMS } from './limits.ts';
import { addMissingTexts } from './missing-texts.ts';
import { FIXED_BYTES, FORM_SHIFT, HAS_EVENT_ID, IDENTITY_AT, IDENTITY_BYTES, STRINGS_AT } from './row.ts';
import { TextBuffer, writeText } from './text-buffer.ts';

/** Unused number of an event id, where there is none. */
const NO_EVENT = 0xffffffff;

export type PackedRows =
  | { readonly kind: 'packed'; readonly bytes: Buffer<ArrayBuffer>; readonly count: number }
  | { readonly kind: 'invalid'; readonly message: string };

/** What is packed of an event: `joined` are the texts that words cannot be found by in its bytes, in UTF-8 with a NUL behind each (`TextBuffer`). */
export interface PackableEntry extends EntryFacts {
  readonly joined: Uint8Array;
}

/** Entries one behind the other. What an archive cannot hold is said, and then none is packed. */
export function packRows(entries: readonly ArchiveEntry[]): PackedRows {
  // All texts in one piece of memory: one for each entry would be cleared and collected for each.
  const texts = new TextBuffer();
  const ends = entries.map(({ raw, texts: values }) => {
    addMissingTexts(texts, raw, texts.size, values);
    return texts.size;
  });
  return packEntries(
    entries.map((entry, i) => ({ ...entry, joined: texts.bytes.subarray(ends[i - 1] ?? 0, ends[i]) })),
  );
}

/** The same for entries whose texts were looked for before. */
export function packEntries(entries: readonly PackableEntry[]): PackedRows {
  let bound = 0;
  for (const entry of entries) {
    const trouble = troubleOf(entry);
    if (trouble !== undefined)
      return { kind: 'invalid', message: `Event ${entry.item} of batch ${entry.position}: ${trouble}.` };
    bound += FIXED_BYTES + mostBytes(entry) + 1;
  }
  const bytes = Buffer.from(new ArrayBuffer(bound));
  let at = 0;
  for (const entry of entries) at = writeRow(bytes, at, entry);
  return { kind: 'packed', bytes: bytes.subarray(0, at), count: entries.length };
}

function stringUnits({ host, channel, provider, recordId, sender }: EntryFacts): number {
  return host.length + channel.length + provider.length + recordId.length + sender.length;
}

/** Most bytes that a row can take besides its fixed fields: a UTF-16 unit is at most three bytes. */
export function mostBytes(entry: PackableEntry): number {
  return entry.raw.length + entry.joined.length + 3 * stringUnits(entry);
}

/** Why the archive cannot hold an entry; nothing if it can. */
function troubleOf(entry: PackableEntry): string | undefined {
  const { position, item, identity, retention, eventId } = entry;
  const bytes = mostBytes(entry);
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

function writeRow(bytes: Buffer, start: number, entry: PackableEntry): number {
  const { time, raw, eventId, joined, form = 'plain' } = entry;
  const hasTime = time !== null && Number.isFinite(time.ms);
  bytes.writeUInt32LE(raw.length, start + 4);
  bytes.writeDoubleLE(hasTime ? time.ms : Number.NaN, start + 8);
  bytes.writeUInt16LE(hasTime ? Math.min(9999, Math.max(0, Math.trunc(time.ticks) || 0)) : 0, start + 16);
  bytes[start + 18] = TRUST_CLASSES.indexOf(entry.trust);
  const hasId = eventId === null ? 0 : HAS_EVENT_ID;
  bytes[start + 19] = hasId | (ENTRY_FORMS.indexOf(form) << FORM_SHIFT) | (entry.retention << 4);
  bytes.writeUInt32LE(eventId ?? 0, start + 20);
  bytes.writeDoubleLE(entry.position, start + 24);
  bytes.writeUInt32LE(entry.item, start + 32);
  bytes.set(entry.identity, start + IDENTITY_AT);
  let at = writeString(bytes, start, 0, start + FIXED_BYTES, entry.host);
  at = writeString(bytes, start, 1, at, entry.channel);
  at = writeString(bytes, start, 2, at, entry.provider);
  at = writeString(bytes, start, 3, at, entry.recordId);
  at = writeString(bytes, start, 4, at, entry.sender);
  bytes.set(raw, at);
  at += raw.length;
  bytes[at++] = 0;
  bytes.set(joined, at);
  at += joined.length;
  bytes.writeUInt32LE(at - start, start);
  return at;
}

/** One of the five texts of a row, and its length in the fixed fields; where it ends. */
function writeString(bytes: Buffer, start: number, number: number, at: number, text: string): number {
  const end = writeText(bytes, at, text);
  bytes.writeUInt32LE(end - at, start + STRINGS_AT + 4 * number);
  return end;
}
