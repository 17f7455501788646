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
  readonly #marks = new Map<string, Marks>();
  #evicted = 0;

  /** Keys that found no room. */
  get evicted(): number {
    return this.#evicted;
  }

  accept(host: string, event: Event): void {
    if (!isPrintableMs(event.timeMs)) return;
    const key = `${host}\u0000${channelKey(event)}\u0000${event.eventId}`;
    let marks = this.#marks.get(key);
    if (marks === undefined) {
      if (this.#marks.size >= MAX_KEYS) {
        this.#evicted++;
        return;
      }
      marks = { times: [], spacingMs: MARK_MS };
      this.#marks.set(key, marks);
    }
    const last = marks.times.at(-1);
    if (last !== undefined && Math.abs(event.timeMs - last) < marks.spacingMs) return;
    marks.times.push(event.timeMs);
    if (marks.times.length <= MAX_MARKS) return;
    marks.times = marks.times.filter((_ms, at) => at % 2 === 0);
    marks.spacingMs *= 2;
  }

  /** True when records of this id of this host stand within an hour before the time and within an hour after it. */
  isHeard(host: string, channel: string, eventId: number, atMs: number): boolean {
    const marks = this.#marks.get(`${host}\u0000${channel.toLowerCase()}\u0000${eventId}`);
    if (marks === undefined) return false;
    const slack = marks.spacingMs;
    const isBefore = marks.times.some((ms) => ms <= atMs && ms >= atMs - HOUR_MS - slack);
    return isBefore && marks.times.some((ms) => ms >= atMs - slack && ms <= atMs + HOUR_MS);
  }
}
