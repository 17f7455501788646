import type { Entities } from '../entities/index.ts';
import { channelKey, type Event, formatTime, type Instant, isPrintableMs, REPEATED_NAMES } from '../windows/index.ts';
import { type LogSign, MAX_PLACES } from './log-finding.ts';

/** Logs and days whose signs are kept; of more they are only counted as lost. A source has as many as are free, alone half of all (L15). */
const MAX_LOGS = 20_000;
/** Signs of so long are one finding: an edit of the next day is news. */
const DAY_MS = 86_400_000;

/**
 * Collects records in which a name stands twice (T13), log by log and day by day: the earlier value may be what one tool shows, and the later what another does. Of a day of a log the first
 * are kept, which are as many as a finding cites: a shipper that always does it tells no more with each record.
 */
export class RepeatedNames {
  readonly #entities: Entities;
  readonly #byLog = new Map<string, LogSign[]>();
  readonly #ofSource = new Map<string, number>();
  #evicted = 0;

  constructor(entities: Entities) {
    this.#entities = entities;
  }

  /** Signs that its bound let go of. */
  get evicted(): number {
    return this.#evicted;
  }

  /** Takes any record, in order of time; one without a sign costs a look at a bit. */
  accept(host: string, event: Event): void {
    if (event.repeatsNames !== true || !isPrintableMs(event.timeMs)) return;
    const day = Math.floor(event.timeMs / DAY_MS);
    const key = `${host}\u0000${channelKey(event)}\u0000${day}`;
    const known = this.#byLog.get(key);
    if (known !== undefined) {
      if (known.length < MAX_PLACES) known.push(this.#signOf(host, event, day));
      return;
    }
    const { file } = event.place.source;
    const own = this.#ofSource.get(file) ?? 0;
    if (own >= MAX_LOGS - this.#byLog.size) {
      this.#evicted++;
      return;
    }
    this.#ofSource.set(file, own + 1);
    this.#byLog.set(key, [this.#signOf(host, event, day)]);
  }

  /** One for each record. */
  signs(): readonly LogSign[] {
    return [...this.#byLog.values()].flat();
  }

  #signOf(host: string, event: Event, day: number): LogSign {
    const { channel, eventId, recordId, place } = event;
    const until: Instant = { ms: event.timeMs, ticks: event.timeTicks };
    const record = recordId === undefined ? `a record of ${formatTime(until.ms, until.ticks)}` : `record ${recordId}`;
    return {
      host,
      channel,
      until,
      day: formatTime(day * DAY_MS, 0).slice(0, 10),
      anomaly: {
        code: REPEATED_NAMES,
        level: 'warn',
        file: place.source.file,
        message: `${record} (${eventId}) has a name twice in one object`,
        count: 1,
        tamper: true,
      },
      evidence: this.#entities.cite(event),
    };
  }
}
