import type { TextCoverage } from '../../intake/index.ts';
import { LAYOUTS, type RecordId } from '../../windows/index.ts';

/** Logs of hosts that are remembered; beyond it the sender of the most loses the one that it brought longest ago (L15). */
const MOST_LOGS = 100_000;
/** Channels that are told by name; there are as many others as senders make up. */
const CHANNELS: ReadonlyMap<string, string> = new Map(LAYOUTS.map(({ channel }) => [channel.toLowerCase(), channel]));

/** What is looked at of the counts of a batch. */
type CountedRow = Pick<
  TextCoverage,
  'computer' | 'channel' | 'count' | 'lowestId' | 'highestId' | 'firstMs' | 'lastMs'
>;

/** What a batch has of one log. Times are infinite where no record is dated. */
interface Span {
  readonly channel: string;
  lowest: number;
  highest: number;
  records: number;
  firstMs: number;
  lastMs: number;
}

/** How far the record ids of a log go, and the time of the batch that brought them so far. */
interface Reach {
  readonly highest: number;
  readonly lastMs: number;
}
type Newest = Map<string, Reach>;

/** How far the logs of each sender go. */
export type RecordGapsImage = readonly (readonly [string, readonly (readonly [string, Reach])[]])[];

/** Ids that fall back are of a log that was made anew where they are that much newer than what was known: records of one log are seconds out of order at most. */
const ANEW_MS = 60_000;
/** And where they begin so low: two machines of one name have logs of any length. */
const ANEW_ID = 1000;

/**
 * Looks whether record ids go on without a hole, log by log, as each sender brings them. A shipper that leaves records out leaves holes as well: a hole says that
 * records are not here, not that they were lost. An id that comes late closes none that was told. A log that is cleared goes on counting; one whose file was
 * made anew begins at 1 (DOMAIN trap 37), and so does this.
 */
export class RecordGaps {
  readonly #mostLogs: number;
  readonly #bySender = new Map<string, Newest>();
  #logs = 0;
  #evicted = 0;

  constructor(mostLogs: number = MOST_LOGS) {
    this.#mostLogs = mostLogs;
  }

  get logs(): number {
    return this.#logs;
  }

  /** Logs that were forgotten for want of room. */
  get evicted(): number {
    return this.#evicted;
  }

  image(): RecordGapsImage {
    return [...this.#bySender].map(([sender, own]) => [sender, [...own]]);
  }

  /** Goes on behind what another knew, where nothing was noted yet. */
  adopt(image: RecordGapsImage): void {
    for (const [sender, own] of image) for (const [log, reach] of own) this.#remember(sender, log, reach);
  }

  /** Takes what was counted of a batch; gives, for each of its logs that skips ids, the channel: `other` where no analytic reads it. */
  note(sender: string, rows: readonly CountedRow[]): readonly string[] {
    const skipping: string[] = [];
    for (const [log, span] of spansOf(rows)) {
      const known = this.#bySender.get(sender)?.get(log);
      const before = known === undefined || isAnew(span, known) ? undefined : known;
      const { channel, lowest, highest, records, lastMs } = span;
      // What is behind may be there again, whole or not: of it nothing is missing.
      const next = before === undefined ? lowest : before.highest + 1;
      if (lowest > next || highest - next >= records) skipping.push(CHANNELS.get(channel) ?? 'other');
      this.#remember(sender, log, before !== undefined && before.highest >= highest ? before : { highest, lastMs });
    }
    return skipping;
  }

  #remember(sender: string, log: string, reach: Reach): void {
    const own: Newest = this.#bySender.get(sender) ?? new Map();
    this.#bySender.set(sender, own);
    if (!own.delete(log)) this.#logs++;
    own.set(log, reach);
    if (this.#logs > this.#mostLogs) this.#forgetOne(own);
  }

  #forgetOne(own: Newest): void {
    const isLarge = own.size > this.#mostLogs / this.#bySender.size;
    const from = isLarge
      ? own
      : [...this.#bySender.values()].reduce((most, one) => (one.size > most.size ? one : most));
    const [oldest] = from.keys();
    if (oldest === undefined || !from.delete(oldest)) return;
    this.#logs--;
    this.#evicted++;
  }
}

/** Names are the sender's words: of longer ones the rest tells nothing apart. */
const MOST_NAME = 255;

function spansOf(rows: readonly CountedRow[]): ReadonlyMap<string, Span> {
  const spans = new Map<string, Span>();
  for (const { computer, channel, count, lowestId, highestId, firstMs, lastMs } of rows) {
    if (!isNumber(lowestId) || !isNumber(highestId)) continue;
    const log = `${computer.slice(0, MOST_NAME)}\u0000${channel.slice(0, MOST_NAME)}`.toLowerCase();
    const span = spans.get(log);
    if (span === undefined) {
      const [lowest, highest] = [lowestId, highestId];
      spans.set(log, { channel: channel.toLowerCase(), lowest, highest, records: count, firstMs, lastMs });
      continue;
    }
    span.lowest = Math.min(span.lowest, lowestId);
    span.highest = Math.max(span.highest, highestId);
    span.records += count;
    span.firstMs = Math.min(span.firstMs, firstMs);
    span.lastMs = Math.max(span.lastMs, lastMs);
  }
  return spans;
}

/** Ids that are known already, in records that are newer: those of another file. */
function isAnew({ lowest, highest, firstMs }: Span, known: Reach): boolean {
  const laterMs = firstMs - known.lastMs;
  return lowest <= ANEW_ID && highest <= known.highest && laterMs > ANEW_MS && Number.isFinite(laterMs);
}

/** An id that is no exact number is none that a log counted. */
function isNumber(id: RecordId | undefined): id is number {
  return typeof id === 'number';
}
