import type { Threshold } from '../check/check-correlation.ts';
import type { CompiledCorrelation } from '../compile/compile-rules.ts';
import type { ConditionNode } from '../parse/condition.ts';
import { holds } from '../values/number.ts';
import type { Entry } from './entry.ts';

/** A value of the entries in a window, kept up to date as they come and go. */
export interface Measure {
  /** False for an entry that has nothing to be measured: it takes no part. */
  takes(entry: Entry): boolean;
  add(entry: Entry): void;
  remove(entry: Entry): void;
  value(): number | undefined;
}

export function measureOf(correlation: CompiledCorrelation): Measure {
  const { type, threshold } = correlation.body;
  switch (type) {
    case 'event_count':
      return new Count();
    case 'value_count':
      return new Distinct((entry) => (entry.tuple === undefined ? [] : [entry.tuple]));
    case 'value_sum':
      return new Sum((sum) => sum);
    case 'value_avg':
      return new Sum((sum, count) => (count === 0 ? undefined : sum / count));
    case 'value_median':
      return new Ranked(50);
    case 'value_percentile':
      return threshold?.percentile === undefined
        ? new Distinct((entry) => (entry.tuple === undefined ? [] : [entry.tuple]))
        : new Ranked(threshold.percentile);
    case 'temporal':
    case 'temporal_ordered':
      return new Distinct((entry) => entry.positions.map(String));
  }
}

class Count implements Measure {
  #count = 0;

  takes(): boolean {
    return true;
  }

  add(): void {
    this.#count++;
  }

  remove(): void {
    this.#count--;
  }

  value(): number {
    return this.#count;
  }
}

/** Numbers of distinct keys, and of entries with each. */
export class Distinct implements Measure {
  readonly counts: Map<string, number> = new Map();
  readonly #keysOf: (entry: Entry) => readonly string[];

  constructor(keysOf: (entry: Entry) => readonly string[]) {
    this.#keysOf = keysOf;
  }

  takes(entry: Entry): boolean {
    return this.#keysOf(entry).length > 0;
  }

  add(entry: Entry): void {
    for (const key of this.#keysOf(entry)) this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  remove(entry: Entry): void {
    for (const key of this.#keysOf(entry)) {
      const left = (this.counts.get(key) ?? 1) - 1;
      if (left > 0) this.counts.set(key, left);
      else this.counts.delete(key);
    }
  }

  value(): number {
    return this.counts.size;
  }
}

/** Sums of floats drift when parts are taken out again: what was lost is carried along (Neumaier's summation). */
class Sum implements Measure {
  readonly #read: (sum: number, count: number) => number | undefined;
  #sum = 0;
  #lost = 0;
  #count = 0;

  constructor(read: (sum: number, count: number) => number | undefined) {
    this.#read = read;
  }

  takes(entry: Entry): boolean {
    return entry.number !== undefined && Number.isFinite(entry.number);
  }

  add(entry: Entry): void {
    this.#change(entry.number ?? 0);
    this.#count++;
  }

  remove(entry: Entry): void {
    this.#change(-(entry.number ?? 0));
    if (--this.#count > 0) return;
    this.#sum = 0;
    this.#lost = 0;
  }

  #change(by: number): void {
    const next = this.#sum + by;
    this.#lost += Math.abs(this.#sum) >= Math.abs(by) ? this.#sum - next + by : by - next + this.#sum;
    this.#sum = next;
  }

  value(): number | undefined {
    return this.#read(this.#sum + this.#lost, this.#count);
  }
}

/** A percentile by linear interpolation between the two nearest of the sorted values (SIGMA 5). */
class Ranked implements Measure {
  readonly #percentile: number;
  readonly #sorted: number[] = [];

  constructor(percentile: number) {
    this.#percentile = percentile;
  }

  takes(entry: Entry): boolean {
    return entry.number !== undefined && Number.isFinite(entry.number);
  }

  #place(number: number): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  add(entry: Entry): void {
    const number = entry.number ?? 0;
    this.#sorted.splice(this.#place(number), 0, number);
  }

  remove(entry: Entry): void {
    this.#sorted.splice(this.#place(entry.number ?? 0), 1);
  }

  value(): number | undefined {
    const rank = (this.#percentile / 100) * (this.#sorted.length - 1);
    const below = this.#sorted[Math.floor(rank)];
    const above = this.#sorted[Math.ceil(rank)];
    if (below === undefined || above === undefined) return undefined;
    return below + (above - below) * (rank - Math.floor(rank));
  }
}

/** Every comparison holds; a value that is not there passes none. */
export function passes(threshold: Threshold, value: number | undefined): boolean {
  return value !== undefined && threshold.predicates.every(({ comparison, bound }) => holds(comparison, value, bound));
}

/** Whether an expression of rule names holds for the members that were seen. */
export function expressionHolds(node: ConditionNode, seen: ReadonlySet<string>): boolean {
  switch (node.kind) {
    case 'and':
      return node.of.every((part) => expressionHolds(part, seen));
    case 'or':
      return node.of.some((part) => expressionHolds(part, seen));
    case 'not':
      return !expressionHolds(node.of, seen);
    case 'identifier':
      return seen.has(node.name);
    case 'selector':
      return false;
  }
}

function hasNegation(node: ConditionNode): boolean {
  if (node.kind === 'not') return true;
  return (node.kind === 'and' || node.kind === 'or') && node.of.some(hasNegation);
}

/** True when more events can make the condition false again: it is decided when its window closes (SIGMA 5.1). */
export function isDecidedAtClose({ body }: CompiledCorrelation): boolean {
  if (body.expression !== undefined) return hasNegation(body.expression);
  if (isRarity(body)) return true;
  return body.threshold?.predicates.some(({ comparison }) => comparison !== 'gt' && comparison !== 'gte') ?? false;
}

/** A percentile without a rank asks how rare each value is (SIGMA 5). */
export function isRarity({ type, threshold }: CompiledCorrelation['body']): boolean {
  return type === 'value_percentile' && threshold?.percentile === undefined;
}
