import { hash } from 'node:crypto';
import {
  addHiddenTexts,
  addMissingTexts,
  ClassChooser,
  type ClassRule,
  ENTRY_FORMS,
  IDENTITY_BYTES,
  type ItemsOfText,
  mostBytes,
  numberOf,
  type PackableEntry,
  packEntries,
  TextBuffer,
} from '../entries/index.ts';
import { type SettledClock, settleTime, type UnsettledTime } from '../shapes/index.ts';
import { foldName, type RecordId, type TrustClass } from '../windows/index.ts';

/** A text whose events are archived: where its batch lies in the journal, who sent it, and its items. */
export interface ArchivedText extends ItemsOfText {
  readonly position: number;
  readonly sender: string;
  readonly trust: TrustClass;
}

/** Rows for the archive, packed in the thread that read them. */
export interface ArchiveRows {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly count: number;
}

/** What the archive finds an event by. */
export interface KeptFacts {
  readonly computer: string;
  readonly channel: string;
  readonly provider: string;
  readonly eventId: number;
  readonly recordId: RecordId | undefined;
}

interface Kept extends KeptFacts {
  readonly at: UnsettledTime | undefined;
  readonly item: number;
  /** Where its texts stand in those of the batch. */
  readonly textsFrom: number;
  readonly textsTo: number;
  /** Values of the event, where it has no record id to be told by. */
  readonly content: string | undefined;
  /** Its bytes stand with the first event of its item alone. */
  readonly isShared: boolean;
}

/** Rows that are packed together: an append of this size costs few messages and keeps little memory. */
const GROUP_BYTES = 1 << 20;
/**
 * Bytes of a text that its events may repeat: each event of an item is kept with all of the item, which may hold ten thousand. The others share the bytes of the first.
 */
export const MOST_REPEATED_BYTES: number = 64 << 20;
const NOTHING = new Uint8Array(0);
const NO_ID = 0xffffffff;
const SECOND_MS = 1000;

/**
 * Takes what was read of a batch, whether a join needs it or not, and packs it for the archive with the bytes as they were received (DEPENDENCIES 5.1).
 * Words are looked for in those bytes, in what they hide, and in the values of what joins use.
 */
export class EntryKeeper {
  readonly #classes: ClassChooser;
  #text: ArchivedText | undefined;
  #block: Uint8Array = new Uint8Array(0);
  #kept: Kept[] = [];
  readonly #texts = new TextBuffer();
  /** Index of the item that the last event lay in. */
  #at = 0;
  /** By item: whether an event of it was taken. */
  #seen: Uint8Array = NOTHING;
  #repeatedBytes = 0;

  constructor(rules: readonly ClassRule[]) {
    this.#classes = new ClassChooser(rules);
  }

  begin(text: ArchivedText | undefined, block: Uint8Array): void {
    this.#text = text;
    this.#block = block;
    this.#kept = [];
    this.#texts.size = 0;
    this.#at = 0;
    this.#seen = text === undefined ? NOTHING : new Uint8Array(text.starts.length);
    this.#repeatedBytes = 0;
  }

  /** Takes one event; `values` are its decoded ones, none where nobody else wants them: decoding costs more than all the rest. */
  take(facts: KeptFacts, offset: number, at: UnsettledTime | undefined, values: readonly string[]): void {
    const text = this.#text;
    if (text === undefined) return;
    const item = this.#itemAt(text, offset);
    const whole = this.#rawOf(text, item);
    const isFirst = this.#seen[item] === 0;
    this.#seen[item] = 1;
    const isShared = !isFirst && this.#repeatedBytes + whole.length > MOST_REPEATED_BYTES;
    const raw = isShared ? NOTHING : whole;
    const { computer, channel, provider, eventId, recordId } = facts;
    const textsFrom = this.#texts.size;
    // The head of a table is the first text of each of its rows: without it they could not be read again.
    if (text.head !== undefined) this.#texts.add(text.head);
    const hiddenFrom = this.#texts.size;
    addHiddenTexts(this.#texts, raw);
    if (values.length > 0) addMissingTexts(this.#texts, raw, hiddenFrom, values);
    if (!isFirst) this.#repeatedBytes += raw.length + this.#texts.size - textsFrom;
    this.#kept.push({
      computer,
      channel,
      provider,
      eventId,
      recordId,
      at,
      item,
      textsFrom,
      textsTo: this.#texts.size,
      content: recordId === undefined ? values.join('\0') : undefined,
      isShared,
    });
  }

  /** What was taken, packed in the order of its items, once the clock of the text is known. */
  end(clock: SettledClock): readonly ArchiveRows[] {
    const text = this.#text;
    if (text === undefined) return [];
    // Events of one item stand together, and what a form lists out of order is put in order: the archive knows an entry by its place.
    const kept = isInOrder(this.#kept) ? this.#kept : this.#kept.toSorted((a, b) => a.item - b.item);
    const groups: ArchiveRows[] = [];
    let group: PackableEntry[] = [];
    let bytes = 0;
    let event = 0;
    for (const [i, one] of kept.entries()) {
      event = one.item === kept[i - 1]?.item ? event + 1 : 0;
      const entry = this.#entryOf(text, one, event, clock);
      group.push(entry);
      bytes += mostBytes(entry);
      if (bytes < GROUP_BYTES) continue;
      groups.push(packed(group));
      group = [];
      bytes = 0;
    }
    if (group.length > 0) groups.push(packed(group));
    this.begin(undefined, new Uint8Array(0));
    return groups;
  }

  #entryOf(text: ArchivedText, kept: Kept, event: number, clock: SettledClock): PackableEntry {
    const { computer: host, channel, provider, eventId, recordId, at, item } = kept;
    const { position, sender, trust, items } = text;
    const time = at === undefined ? undefined : settleTime(clock, at);
    const form = ENTRY_FORMS[text.forms?.[item] ?? 0] ?? 'plain';
    const isTimed = time !== undefined && Number.isFinite(time.timeMs);
    const raw = kept.isShared ? NOTHING : this.#rawOf(text, item);
    const joined = this.#texts.bytes.subarray(kept.textsFrom, kept.textsTo);
    return {
      time: isTimed ? { ms: time.timeMs, ticks: time.timeTicks } : null,
      host,
      channel,
      provider,
      position,
      sender,
      trust,
      raw,
      joined,
      eventId: Number.isInteger(eventId) && eventId >= 0 && eventId < NO_ID ? eventId : null,
      recordId: recordId === undefined ? '' : String(recordId),
      identity: identityOf(kept, isTimed ? Math.floor(time.timeMs / SECOND_MS) : 0, raw, event),
      item: numberOf(items[item] ?? 0, event),
      retention: this.#classes.of({ sender, host, channel }),
      ...(form === 'plain' ? {} : { form }),
    };
  }

  /** The item in which a byte of the text lies: mostly that of the event before, or the next. */
  #itemAt({ starts }: ArchivedText, offset: number): number {
    if ((starts[this.#at] ?? 0) > offset) this.#at = 0;
    while (this.#at + 1 < starts.length && (starts[this.#at + 1] ?? 0) <= offset) this.#at++;
    return this.#at;
  }

  #rawOf({ starts, ends, received }: ArchivedText, item: number): Uint8Array {
    const bytes = received === undefined ? this.#block : received.bytes;
    return bytes.subarray((received?.starts ?? starts)[item], (received?.ends ?? ends)[item]);
  }
}

/** 16 bytes that copies of one record share: host, channel, record id and second; without a record id what the event says (L6). */
function identityOf(kept: Kept, second: number, raw: Uint8Array, event: number): Uint8Array {
  const { computer, channel, recordId, eventId } = kept;
  const own = recordId ?? `${eventId}\0${contentOf(kept, raw, event)}`;
  const text = `record\0${foldName(computer)}\0${foldName(channel)}\0${second}\0${own}`;
  // A text of one byte a letter costs a third of a buffer of its own.
  return Buffer.from(hash('sha256', text, 'binary').slice(0, IDENTITY_BYTES), 'latin1');
}

/** What an event without a record id says; of one that has no bytes of its own its place tells. */
function contentOf({ content, isShared, item }: Kept, raw: Uint8Array, event: number): string {
  return content || (isShared ? `event ${event} of item ${item}` : hash('sha256', raw));
}

function isInOrder(kept: readonly Kept[]): boolean {
  return kept.every((one, i) => i === 0 || one.item >= (kept[i - 1]?.item ?? 0));
}

function packed(group: readonly PackableEntry[]): ArchiveRows {
  const rows = packEntries(group);
  // An event has at most 1 MiB, its texts are bounded, and its facts were checked here.
  if (rows.kind === 'invalid') throw new RangeError(rows.message);
  return { bytes: rows.bytes, count: rows.count };
}
