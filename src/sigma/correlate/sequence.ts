import { compareInstants, compareRecordIds, type Instant } from '../../windows/index.ts';
import type { Entry } from './entry.ts';

/** A run of distinct events, one for each member up to some position. */
interface Chain {
  /** Of its first event: the later it is, the longer the chain fits into a window. */
  readonly start: Instant;
  /** Its events of the newest tick. */
  readonly newest: readonly Entry[];
}

/** Events of one tick whose order across sources is tried out; of more, the order is that of their sources. */
const MAX_TICK = 64;
/** Chains that are kept for a member while their tick lasts. */
const MAX_CHAINS = 16;

/**
 * Follows `temporal_ordered`: for each member the chain that started last. Work for an event is bounded by the number of
 * members, whatever the window holds. Within one tick several chains are kept for each member, because it is open which
 * event came first where their sources differ; once the tick is over only their starts count.
 */
export class Sequence {
  readonly #length: number;
  #settled: (Instant | undefined)[] = [];
  #fresh: Chain[][] = [];
  #tick: Entry[] = [];

  constructor(length: number) {
    this.#length = length;
  }

  clear(): void {
    this.#settled = [];
    this.#fresh = [];
    this.#tick = [];
  }

  /** Entries come in order. */
  add(entry: Entry): void {
    const [older] = this.#tick;
    if (older !== undefined && compareInstants(older, entry) !== 0) this.#settle();
    if (this.#tick.length < MAX_TICK) this.#tick.push(entry);
    if (!this.#extend(entry)) return;
    for (let changed = true; changed; ) {
      changed = false;
      for (const one of this.#tick) if (this.#extend(one)) changed = true;
    }
  }

  /** The tick is over: of the chains of a member the one with the latest start stays. */
  #settle(): void {
    for (const [position, chains] of this.#fresh.entries()) {
      for (const { start } of chains ?? []) this.#settled[position] = laterOf(this.#settled[position], start);
    }
    this.#fresh = [];
    this.#tick = [];
  }

  #extend(entry: Entry): boolean {
    let changed = false;
    for (const position of entry.positions) {
      if (position === 0) {
        changed = this.#keep(0, { start: { ms: entry.ms, ticks: entry.ticks }, newest: [entry] }) || changed;
        continue;
      }
      const settled = this.#settled[position - 1];
      if (settled !== undefined) changed = this.#keep(position, { start: settled, newest: [entry] }) || changed;
      for (const { start, newest } of [...(this.#fresh[position - 1] ?? [])]) {
        if (!newest.every((one) => mayPrecede(one, entry))) continue;
        changed = this.#keep(position, { start, newest: [...newest, entry] }) || changed;
      }
    }
    return changed;
  }

  #keep(position: number, chain: Chain): boolean {
    const chains = this.#fresh[position] ?? [];
    this.#fresh[position] = chains;
    const isKnown = chains.some(
      ({ start, newest }) =>
        compareInstants(start, chain.start) >= 0 &&
        newest.length === chain.newest.length &&
        newest.every((one) => chain.newest.includes(one)),
    );
    if (isKnown || chains.length >= MAX_CHAINS) return false;
    chains.push(chain);
    return true;
  }

  /** How many members are seen in order within the window that ends with this entry. */
  seen(end: Entry, spanMs: number): number {
    for (let position = this.#length - 1; position >= 0; position--) {
      const starts = [this.#settled[position], ...(this.#fresh[position] ?? []).map(({ start }) => start)];
      if (starts.some((start) => start !== undefined && isWithin(start.ms, start.ticks, end, spanMs)))
        return position + 1;
    }
    return 0;
  }
}

export function isWithin(startMs: number, startTicks: number, end: Instant, spanMs: number): boolean {
  return compareInstants({ ms: startMs + spanMs, ticks: startTicks }, end) >= 0;
}

function laterOf(a: Instant | undefined, b: Instant): Instant {
  return a !== undefined && compareInstants(a, b) >= 0 ? a : b;
}

/** At one tick: by record id on one source; across sources nobody can tell, so it may. */
function mayPrecede(a: Entry, b: Entry): boolean {
  if (a === b) return false;
  if (a.source !== b.source || a.recordId === undefined || b.recordId === undefined) return a.reference !== b.reference;
  return compareRecordIds(a.recordId, b.recordId) < 0;
}
