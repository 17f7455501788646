import type { Taken } from './batch-taker.ts';
import { RateWindow } from './rate-window.ts';

/** What became of what a sender brought. `heldBack`: it has to come again, or waits, because more comes in than is read. */
export type Brought = 'taken' | 'again' | 'conflict' | 'heldBack';

/** How often something happened, and when last, Unix milliseconds. */
export interface Times {
  readonly count: number;
  readonly lastMs: number | undefined;
}

/** What one sender brought since `sinceMs`. */
export interface Traffic extends Readonly<Record<Exclude<Brought, 'taken'>, Times>> {
  /** Since when this is counted, Unix milliseconds: the start of the server, or later of a sender that was let go of meanwhile. */
  readonly sinceMs: number;
  /** Events that were taken. */
  readonly events: number;
  /** The same, a second, over the last minute and the last hour; since `sinceMs` where that is less. */
  readonly perSecond: { readonly minute: number; readonly hour: number };
}

export interface TrafficClocks {
  nowMs(): number;
  /** A clock that never goes back: rates do not leap when the other one is set. */
  steadyMs(): number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const NEVER: Times = { count: 0, lastMs: undefined };

class Counted {
  readonly since: Since;
  readonly minute = new RateWindow(MINUTE_MS);
  readonly hour = new RateWindow(HOUR_MS);
  readonly times = { again: NEVER, conflict: NEVER, heldBack: NEVER };
  events = 0;

  constructor(since: Since) {
    this.since = since;
  }
}

interface Since {
  readonly ms: number;
  readonly steadyMs: number;
}

/**
 * What each sender brought since the server started, batch by batch. Only what was let in is noted, so no stranger has a row; beyond the most that are held goes
 * who brought something longest ago (L15).
 */
export class SenderTraffic {
  readonly #clocks: TrafficClocks;
  readonly #most: number;
  readonly #started: Since;
  readonly #bySender = new Map<string, Counted>();
  #evicted = 0;

  constructor(clocks: TrafficClocks, most = 10_000) {
    this.#clocks = clocks;
    this.#most = most;
    this.#started = this.#now();
  }

  /** Senders that are held, and how many were let go of for want of room. */
  get held(): number {
    return this.#bySender.size;
  }

  get evicted(): number {
    return this.#evicted;
  }

  /** Who brought something, and is held. */
  get senders(): readonly string[] {
    return [...this.#bySender.keys()];
  }

  /** A batch of a known sender came to this; `events` are those that it holds. */
  note(sender: string, brought: Brought, events = 0): void {
    const counted = this.#counted(sender);
    if (brought !== 'taken') {
      counted.times[brought] = { count: counted.times[brought].count + 1, lastMs: this.#clocks.nowMs() };
      return;
    }
    const atMs = this.#clocks.steadyMs();
    counted.minute.add(atMs, events);
    counted.hour.add(atMs, events);
    counted.events += events;
  }

  /** Of one sender; undefined where it may have been let go of, so that nothing is known. */
  of(sender: string): Traffic | undefined {
    const found = this.#bySender.get(sender);
    if (found === undefined && this.#evicted > 0) return undefined;
    const { since, events, minute, hour, times } = found ?? new Counted(this.#started);
    const atMs = this.#clocks.steadyMs();
    const perSecond = { minute: minute.perSecond(atMs, since.steadyMs), hour: hour.perSecond(atMs, since.steadyMs) };
    return { sinceMs: since.ms, events, perSecond, ...times };
  }

  #counted(sender: string): Counted {
    const counted = this.#bySender.get(sender) ?? new Counted(this.#evicted === 0 ? this.#started : this.#now());
    this.#bySender.delete(sender);
    this.#bySender.set(sender, counted);
    const [oldest] = this.#bySender.keys();
    if (this.#bySender.size > this.#most && oldest !== undefined) {
      this.#bySender.delete(oldest);
      this.#evicted++;
    }
    return counted;
  }

  #now(): Since {
    return { ms: this.#clocks.nowMs(), steadyMs: this.#clocks.steadyMs() };
  }
}

/** What an answer of the journal is among what a sender brought; undefined where the disk or the state is the reason, and not how much comes. */
export function broughtBy(taken: Taken): Brought | undefined {
  if (taken.kind !== 'refused') return taken.kind;
  return isTooMuch(taken) ? 'heldBack' : undefined;
}

/** Whether a batch was refused because more comes in than is read. */
export function isTooMuch({ reason }: Extract<Taken, { readonly kind: 'refused' }>): boolean {
  return reason === 'busy' || reason === 'lag';
}
