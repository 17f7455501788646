import type { ClassRule } from '../entries/index.ts';
import {
  mapShape,
  type SettledClock,
  SHAPES,
  type Shape,
  type ShapedEvent,
  type ShapeMap,
  type SkippedLine,
  TextReader,
  type TextResult,
  type UnreadUnit,
} from '../shapes/index.ts';
import {
  channelKey,
  EventPacker,
  isChannelWanted,
  layoutOf,
  type PackedRows,
  type Source,
  type Zone,
} from '../windows/index.ts';
import { countRecord } from './coverage-rows.ts';
import { type ArchivedText, type ArchiveRows, EntryKeeper } from './entry-keeper.ts';
import { RuleKeeper, type RuleSets } from './rule-keeper.ts';
import { type TextCoverage, TextCoverageRows, type TimeNote, timeNoteByte } from './text-coverage.ts';

/** What a block of a text source gives. Times are as stated until the source ends. */
export interface TextAnswer {
  readonly rows: PackedRows;
  readonly coverage: readonly TextCoverage[];
  /** Events read so far in this block, for the progress line. */
  readonly events: number;
  /** Number of the rules of which rows have marks where none of them matches; absent where they have none. */
  readonly missesOf?: number;
  /** Units of this block that gave no event, where they are asked for; at most 10,000. */
  readonly unread?: readonly UnreadUnit[];
  /** Every event of the text for the archive, where it is asked for; only with the last block. */
  readonly archive?: readonly ArchiveRows[];
  /** Only with the last block. */
  readonly end?: TextResult & { readonly clock: SettledClock };
}

export interface TextBlockOptions {
  readonly runStartMs: number;
  /** `--assume-zone` */
  readonly assumedZone?: Zone;
  /** The same for the texts of some senders, by their ids. */
  readonly senderZones?: ReadonlyMap<string, Zone>;
  /** Mappings of the user's own: they stand before the table of shapes. */
  readonly maps?: readonly ShapeMap[];
  /** Reads every line, also those of channels that no layout wants. */
  readonly readAll?: boolean;
  /** Tells of every unit that gave no event. */
  readonly tellUnread?: boolean;
  /** Events that these rules match are kept too. */
  readonly rules?: RuleSets;
  /** Has rows marked that no rule of a set matches: the mark of each set, and a number that tells these rules from others. */
  readonly misses?: { readonly marks: readonly number[]; readonly rulesNumber: number };
  /** Retention classes of events that are archived. */
  readonly classes?: readonly ClassRule[];
}

/** Unread units that one answer lists: the others are counted. */
const MAX_UNREAD = 10_000;

/** Events of a day of a log in one block that are packed though only a sign asks for them. */
const MAX_SIGNS = 256;
const DAY_MS = 86_400_000;

/** What is known of a text besides its bytes. */
interface AboutText {
  /** Records of later times have a wrong clock, Unix milliseconds. */
  readonly notAfterMs?: number;
  readonly archived?: ArchivedText;
  readonly sender?: string;
}

/** Reads the blocks of text sources, each source in order; several may be under way. One for each thread. */
export class TextBlockReader {
  readonly #options: TextBlockOptions;
  readonly #shapes: readonly Shape[] | undefined;
  readonly #packer = new EventPacker();
  readonly #keeper: RuleKeeper | undefined;
  readonly #open = new Map<number, TextReader>();
  #rows = new TextCoverageRows();
  #events = 0;
  #source = 0;
  #unread: UnreadUnit[] = [];
  /** Signs of each log in this block. */
  readonly #signs = new Map<string, number>();
  #notAfterMs = 0;
  readonly #archive: EntryKeeper;
  /** Set while the text under way is archived. */
  #isArchived = false;

  constructor(options: TextBlockOptions, keeper?: RuleKeeper) {
    this.#options = options;
    this.#keeper = keeper ?? (options.rules === undefined ? undefined : new RuleKeeper(options.rules));
    const { maps, classes = [] } = options;
    this.#archive = new EntryKeeper(classes);
    if (maps !== undefined && maps.length > 0) this.#shapes = [...maps.map(mapShape), ...SHAPES];
  }

  /** The next block of a source; `isLast` ends it. A text that is archived is one block. */
  read(
    source: Source,
    number: number,
    block: Uint8Array,
    isLast: boolean,
    { notAfterMs, archived, sender }: AboutText = {},
  ): TextAnswer {
    this.#notAfterMs = notAfterMs ?? this.#options.runStartMs;
    this.#isArchived = archived !== undefined;
    this.#archive.begin(archived, block);
    this.#rows = new TextCoverageRows();
    this.#events = 0;
    this.#unread = [];
    this.#signs.clear();
    this.#source = number;
    const known = this.#open.get(number);
    const reader = known ?? this.#newReader(source, sender);
    let end: (TextResult & { readonly clock: SettledClock }) | undefined;
    if (isLast && known === undefined) end = reader.read(block, this);
    else {
      if (block.length > 0) reader.push(block, this);
      if (isLast) end = reader.end(this);
      else this.#open.set(number, reader);
    }
    if (isLast) this.#open.delete(number);
    return {
      rows: this.#packer.take(),
      coverage: this.#rows.rows,
      events: this.#events,
      ...(this.#options.misses === undefined ? {} : { missesOf: this.#options.misses.rulesNumber }),
      ...(this.#options.tellUnread === true ? { unread: this.#unread } : {}),
      ...(end === undefined ? {} : { end }),
      ...(archived === undefined || end === undefined ? {} : { archive: this.#archive.end(end.clock) }),
    };
  }

  #newReader(source: Source, sender: string | undefined): TextReader {
    const { readAll, tellUnread, senderZones } = this.#options;
    const assumedZone = (sender === undefined ? undefined : senderZones?.get(sender)) ?? this.#options.assumedZone;
    return new TextReader({
      source,
      // A line is passed over by the names that the table knows: a mapping may give them another sense.
      ...(readAll === true || this.#shapes !== undefined
        ? {}
        : { isWanted: (channel: string, eventId: number) => this.#isWanted(channel, eventId) }),
      isAsked: (channel: string, eventId: number) => this.#isWanted(channel, eventId),
      ...(this.#shapes === undefined ? {} : { shapes: this.#shapes }),
      ...(assumedZone === undefined ? {} : { assumedZone }),
      ...(tellUnread === true ? { onUnread: (unit: UnreadUnit) => this.#tellUnread(unit) } : {}),
    });
  }

  #tellUnread(unit: UnreadUnit): void {
    if (this.#unread.length < MAX_UNREAD) this.#unread.push(unit);
  }

  #isWanted(channel: string, eventId: number): boolean {
    return isChannelWanted(channel, eventId) || this.#keeper?.asksFor(channel, eventId) === true;
  }

  /** What was read of JSON that names a thing twice is a sign whatever it says (T13): some of each day of a log, for a finding cites few. */
  #isSign(event: ShapedEvent): boolean {
    if (event.repeatsNames !== true) return false;
    const day = Math.floor(event.timeMs / DAY_MS);
    const log = `${event.computer.toLowerCase()}\u0000${channelKey(event)}\u0000${day}`;
    const signs = (this.#signs.get(log) ?? 0) + 1;
    this.#signs.set(log, signs);
    return signs <= MAX_SIGNS;
  }

  onEvent(event: ShapedEvent): void {
    this.#events++;
    const { zone, precision, ms, ticks } = event.stated;
    const note = { zone, precision };
    const row = this.#rows.of(event, note, event.place.offset);
    countRecord(row, ms, ticks, event.recordId, this.#notAfterMs);
    const isKept = layoutOf(event.provider, event.channel, event.eventId)?.keep(event) === true;
    const isPacked = isKept || this.#keeper?.keeps(event) === true || this.#isSign(event);
    const marks = this.#options.misses?.marks;
    // What a layout holds is asked of here, where its texts are at hand; what no layout holds is there for a rule that hits or a sign.
    const misses = isKept && marks !== undefined ? (this.#keeper?.misses(event, marks) ?? 0) : 0;
    if (isPacked) this.#packer.add(event, this.#source, timeNoteByte(note), misses);
    if (!this.#isArchived) return;
    // An event without a record id is known by its values.
    const values = isPacked || event.recordId === undefined ? valuesOf(event) : [];
    this.#archive.take(
      event,
      event.place.offset,
      { computer: event.computer, offset: event.place.offset, stated: event.stated, utcTime: event.utcTime },
      values,
    );
  }

  onSkipped(line: SkippedLine): void {
    this.#events++;
    const { stated } = line;
    const note: TimeNote = stated === undefined ? { zone: 'utc', precision: 's' } : stated;
    const row = this.#rows.of(line, { zone: note.zone, precision: note.precision }, line.offset);
    countRecord(row, stated?.ms ?? Number.NEGATIVE_INFINITY, stated?.ticks ?? 0, line.recordId, this.#notAfterMs);
    if (stated === undefined) row.misdated--;
    if (!this.#isArchived) return;
    this.#archive.take(line, line.offset, stated && { computer: line.computer, offset: line.offset, stated }, []);
  }
}

function valuesOf(event: ShapedEvent): readonly string[] {
  return event.entries().map(([, value]) => value);
}
