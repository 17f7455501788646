import type { Entities } from '../entities/index.ts';
import { channelKey, type Event, formatTime, type Instant, isPrintableMs, REPEATED_NAMES } from '../windows/index.ts';
import { type LogSign, MAX_PLACES } from './log-finding.ts';

/** Logs whose signs are kept; of more hosts and channels they are only counted as lost. */
const MAX_LOGS = 20_000;

interface OfLog {
  readonly first: readonly LogSign[];
  more: number;
  last: Instant;
}

/** Collects records in which a name stands twice (T13): the earlier value may be what a tool shows, and the later what another does. */
export class RepeatedNames {
  readonly #entities: Entities;
  readonly #byLog = new Map<string, OfLog & { readonly first: LogSign[] }>();
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
    const key = `${host}\u0000${channelKey(event)}`;
    const last: Instant = { ms: event.timeMs, ticks: event.timeTicks };
    const log = this.#byLog.get(key);
    if (log === undefined && this.#byLog.size >= MAX_LOGS) {
      this.#evicted++;
      return;
    }
    if (log === undefined) this.#byLog.set(key, { first: [this.#signOf(host, event, last)], more: 0, last });
    else {
      log.last = last;
      if (log.first.length < MAX_PLACES) log.first.push(this.#signOf(host, event, last));
      else log.more++;
    }
  }

  /** One for each record; of a log that has more than a finding cites, one for all others. */
  signs(): readonly LogSign[] {
    return [...this.#byLog.values()].flatMap(({ first, more, last }) => {
      const [sample] = first;
      if (more === 0 || sample === undefined) return first;
      const { host, channel, anomaly } = sample;
      return [...first, { host, channel, until: last, anomaly: { ...anomaly, count: more }, evidence: [] }];
    });
  }

  #signOf(host: string, event: Event, until: Instant): LogSign {
    const { channel, eventId, recordId, place } = event;
    const record = recordId === undefined ? `a record of ${formatTime(until.ms, until.ticks)}` : `record ${recordId}`;
    return {
      host,
      channel,
      until,
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
