import type { TextCoverage } from '../../intake/index.ts';
import { LAYOUTS, type RecordId } from '../../windows/index.ts';

/** Logs of hosts that are remembered; beyond it the sender of the most loses the one that it brought longest ago (L15). */
const MOST_LOGS = 100_000;
/** Channels that are told by name; there are as many others as senders make up. */
const CHANNELS: ReadonlyMap<string, string> = new Map(LAYOUTS.map(({ channel }) => [channel.toLowerCase(), channel]));

interface Span {
  readonly channel: string;
  lowest: number;
  highest: number;
  records: number;
}

/** How far the record ids of a log go, by the log. */
type Newest = Map<string, number>;

/**
 * Looks whether record ids go on without a hole, log by log, as each sender brings them. A shipper that leaves records out leaves holes as well: a hole says that
 * records are not here, not that they were lost. An id that comes late closes none that was told.
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

  /** Takes what was counted of a batch; gives, for each of its logs that skips ids, the channel: `other` where no analytic reads it. */
  note(
    sender: string,
    rows: readonly Pick<TextCoverage, 'computer' | 'channel' | 'count' | 'lowestId' | 'highestId'>[],
  ): readonly string[] {
    const skipping: string[] = [];
    for (const [log, { channel, lowest, highest, records }] of spansOf(rows)) {
      const before = this.#bySender.get(sender)?.get(log);
      const isBehind = before !== undefined && lowest > before + 1;
      if (isBehind || highest - lowest >= records) skipping.push(CHANNELS.get(channel) ?? 'other');
      this.#remember(sender, log, Math.max(highest, before ?? 0));
    }
    return skipping;
  }

  #remember(sender: string, log: string, highest: number): void {
    const own = this.#bySender.get(sender) ?? new Map<string, number>();
    this.#bySender.set(sender, own);
    if (!own.delete(log)) this.#logs++;
    own.set(log, highest);
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

function spansOf(rows: Parameters<RecordGaps['note']>[1]): ReadonlyMap<string, Span> {
  const spans = new Map<string, Span>();
  for (const { computer, channel, count, lowestId, highestId } of rows) {
    if (!isNumber(lowestId) || !isNumber(highestId)) continue;
    const log = `${computer.slice(0, MOST_NAME)}\u0000${channel.slice(0, MOST_NAME)}`.toLowerCase();
    const span = spans.get(log);
    if (span === undefined) {
      spans.set(log, { channel: channel.toLowerCase(), lowest: lowestId, highest: highestId, records: count });
      continue;
    }
    span.lowest = Math.min(span.lowest, lowestId);
    span.highest = Math.max(span.highest, highestId);
    span.records += count;
  }
  return spans;
}

/** An id that is no exact number is none that a log counted. */
function isNumber(id: RecordId | undefined): id is number {
  return typeof id === 'number';
}
