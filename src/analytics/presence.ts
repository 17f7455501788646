import { channelKey, type Event, isPrintableMs } from '../windows/index.ts';

/** Records closer than this to the last mark leave none. */
const MARK_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Host, channel and id: honest evidence has some thousands. */
const MAX_KEYS = 50_000;
/** Marks of one key; then every other one is dropped and the spacing doubles. */
const MAX_MARKS = 4096;

interface Marks {
  /** Ascending. */
  times: number[];
  spacingMs: number;
}

/**
 * When which host was heard with which event id, among the records that a hunt keeps: whether a record that a join expects
 * could have been there (SETTLED C18). Events come in order of time.
 */
export class Presence {
  /** By channel, id and host: asked for every record, a text of the three would have to be made and hashed each time. */
  readonly #marks = new Map<string, Map<number, Map<string, Marks>>>();
  #keys = 0;
  #evicted = 0;

  /** Keys that found no room. */
  get evicted(): number {
    return this.#evicted;
  }

  accept(host: string, event: Event): void {
    if (!isPrintableMs(event.timeMs)) return;
    const marks =
      this.#of(channelKey(event), event.eventId, host) ?? this.#open(channelKey(event), event.eventId, host);
    if (marks === undefined) return;
    const last = marks.times[marks.times.length - 1];
    if (last !== undefined && Math.abs(event.timeMs - last) < marks.spacingMs) return;
    marks.times.push(event.timeMs);
    if (marks.times.length <= MAX_MARKS) return;
    marks.times = marks.times.filter((_ms, at) => at % 2 === 0);
    marks.spacingMs *= 2;
  }

  /** True when records of this id of this host stand within an hour before the time and within an hour after it. */
  isHeard(host: string, channel: string, eventId: number, atMs: number): boolean {
    const marks = this.#of(channel.toLowerCase(), eventId, host);
    if (marks === undefined) return false;
    const slack = marks.spacingMs;
    const isBefore = marks.times.some((ms) => ms <= atMs && ms >= atMs - HOUR_MS - slack);
    return isBefore && marks.times.some((ms) => ms >= atMs - slack && ms <= atMs + HOUR_MS);
  }

  #of(channel: string, eventId: number, host: string): Marks | undefined {
    return this.#marks.get(channel)?.get(eventId)?.get(host);
  }

  #open(channel: string, eventId: number, host: string): Marks | undefined {
    if (this.#keys >= MAX_KEYS) {
      this.#evicted++;
      return undefined;
    }
    const ids = this.#marks.get(channel) ?? new Map<number, Map<string, Marks>>();
    const hosts = ids.get(eventId) ?? new Map<string, Marks>();
    const marks = { times: [], spacingMs: MARK_MS };
    this.#marks.set(channel, ids);
    ids.set(eventId, hosts);
    hosts.set(host, marks);
    this.#keys++;
    return marks;
  }
}
