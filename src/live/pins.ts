import type { Event, RecordId } from '../windows/index.ts';

/** What tells a record that is cited among those that are held. */
export interface RecordKey {
  readonly computer: string;
  readonly channel: string;
  readonly eventId: number;
  readonly recordId: RecordId | undefined;
  readonly timeMs: number;
  readonly timeTicks: number;
}

/** The records that open incidents rest on: they outlive the span of the window and a flood (L15). */
export class Pins {
  readonly #keys: ReadonlySet<string>;
  /** Most rows are of no time that is pinned: making the text of a key for each of them costs a second a million. */
  readonly #times: ReadonlySet<number>;

  constructor(records: Iterable<RecordKey> = []) {
    const keys = new Set<string>();
    const times = new Set<number>();
    for (const record of records) {
      keys.add(textOf(record));
      times.add(record.timeMs);
    }
    this.#keys = keys;
    this.#times = times;
  }

  has(event: Event): boolean {
    return this.#times.has(event.timeMs) && this.#keys.has(textOf(event));
  }
}

function textOf({ computer, channel, eventId, recordId, timeMs, timeTicks }: RecordKey): string {
  return [computer.toLowerCase(), channel.toLowerCase(), eventId, recordId ?? '', timeMs, timeTicks].join('\u0000');
}
