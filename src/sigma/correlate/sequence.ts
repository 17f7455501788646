import { compareInstants, compareRecordIds } from '../../windows/index.ts';
import type { Entry } from './entry.ts';

interface Chain {
  /** Of its first event: the later it is, the longer the chain fits into a window. */
  readonly startMs: number;
  readonly startTicks: number;
  /** Events of the newest tick that are part of it. */
  readonly newest: readonly Entry[];
}

/**
 * Follows `temporal_ordered`: for each member the chain of distinct events, in the order of the members, that started last.
 * Cost is the number of members for each event, whatever the window holds.
 */
export class Sequence {
  readonly #length: number;
  #chains: (Chain | undefined)[] = [];
  #tick: Entry[] = [];

  constructor(length: number) {
    this.#length = length;
  }

  clear(): void {
    this.#chains = [];
    this.#tick = [];
  }

  /** Entries come in order. Those of one tick are looked at again with each: across sources their order is not known. */
  add(entry: Entry): void {
    const [older] = this.#tick;
    if (older === undefined || compareInstants(older, entry) !== 0) this.#tick = [];
    this.#tick.push(entry);
    for (let changed = true; changed; ) {
      changed = false;
      for (const one of this.#tick) if (this.#extend(one)) changed = true;
    }
  }

  #extend(entry: Entry): boolean {
    let changed = false;
    for (const position of [...entry.positions].sort((a, b) => b - a)) {
      const before = this.#chains[position - 1];
      const chain =
        position === 0 ? { startMs: entry.ms, startTicks: entry.ticks, newest: [entry] } : extended(before, entry);
      const known = this.#chains[position];
      if (chain === undefined || (known !== undefined && !isLater(chain, known))) continue;
      this.#chains[position] = chain;
      changed = true;
    }
    return changed;
  }

  /** How many members are seen in order within the window that ends with this entry. */
  seen(end: Entry, spanMs: number): number {
    for (let position = this.#length - 1; position >= 0; position--) {
      const chain = this.#chains[position];
      if (chain !== undefined && isWithin(chain.startMs, chain.startTicks, end, spanMs)) return position + 1;
    }
    return 0;
  }
}

export function isWithin(
  startMs: number,
  startTicks: number,
  end: { ms: number; ticks: number },
  spanMs: number,
): boolean {
  return compareInstants({ ms: startMs + spanMs, ticks: startTicks }, end) >= 0;
}

function isLater(a: Chain, b: Chain): boolean {
  return compareInstants({ ms: a.startMs, ticks: a.startTicks }, { ms: b.startMs, ticks: b.startTicks }) > 0;
}

function extended(before: Chain | undefined, entry: Entry): Chain | undefined {
  const [sample] = before?.newest ?? [];
  if (before === undefined || sample === undefined) return undefined;
  const { startMs, startTicks, newest } = before;
  const order = compareInstants(sample, entry);
  if (order < 0) return { startMs, startTicks, newest: [entry] };
  if (order > 0 || !newest.every((one) => mayPrecede(one, entry))) return undefined;
  return { startMs, startTicks, newest: [...newest, entry] };
}

/** At one tick: by record id on one source; across sources nobody can tell, so it may. */
function mayPrecede(a: Entry, b: Entry): boolean {
  if (a === b) return false;
  if (a.source !== b.source || a.recordId === undefined || b.recordId === undefined) return a.reference !== b.reference;
  return compareRecordIds(a.recordId, b.recordId) < 0;
}
