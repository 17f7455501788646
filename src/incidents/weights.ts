import type { JoinId, Strength } from '../entities/index.ts';
import { compareText } from './order.ts';

/** The figures of confidence (PRODUCT 8.1): proposals, to be calibrated. A change of one is a new version. */
export const WEIGHTS: Weights = {
  version: 1,
  strength: { exact: 0.95, strong: 0.7, weak: 0.35, inferred: 0.15 },
  most: 0.99,
  rival: 0.7,
  missing: 0.8,
  stated: 0.9,
  likely: 0.7,
  possible: 0.3,
};

export interface Weights {
  readonly version: number;
  readonly strength: Readonly<Record<Strength, number>>;
  /** No link is surer than this. */
  readonly most: number;
  /** For each other candidate of equal strength. */
  readonly rival: number;
  /** For each record that should be there and is not, though its log spoke. */
  readonly missing: number;
  /** Words by confidence: from here it is stated, then "likely", then "possible"; below that it is listed only. */
  readonly stated: number;
  readonly likely: number;
  readonly possible: number;
}

const ORDER: Readonly<Record<Strength, number>> = { exact: 3, strong: 2, weak: 1, inferred: 0 };

/** Positive when the first is stronger. */
export function compareStrength(a: Strength, b: Strength): number {
  return ORDER[a] - ORDER[b];
}

/** What confidence needs to know of a join. */
export interface WeighedJoin {
  readonly join: JoinId;
  readonly w: number;
  /** Keys of the records that it cites. */
  readonly records: readonly string[];
}

/** A join's weight: of its strength, less for each rival. */
export function joinWeight(strength: Strength, rivals: number): number {
  return rounded(WEIGHTS.strength[strength] * WEIGHTS.rival ** rivals);
}

/**
 * 0..0.99: one minus what each join leaves open (PRODUCT 8.1). Joins that cite the same record fail together and count
 * once, the highest (SETTLED C18). `subject` are records of the thing that is joined, which every join cites (the logon
 * whose source is asked for): citing them in common is no dependence, else no two joins would ever count.
 */
export function linkConfidence(joins: readonly WeighedJoin[], missing: number, subject: ReadonlySet<string>): number {
  const counted = new Set<string>();
  let open = 1;
  const weighed = joins.map((join) => ({ ...join, own: ownRecords(join, subject) }));
  weighed.sort((a, b) => b.w - a.w || a.own.length - b.own.length || compareText(a.own.join(), b.own.join()));
  for (const { w, own } of weighed) {
    if (own.some((record) => counted.has(record))) continue;
    for (const record of own) counted.add(record);
    open *= 1 - w;
  }
  return rounded(Math.min(WEIGHTS.most, 1 - open) * WEIGHTS.missing ** missing);
}

function ownRecords({ records }: WeighedJoin, subject: ReadonlySet<string>): readonly string[] {
  const own = [...new Set(records)].filter((record) => !subject.has(record)).sort();
  return own.length > 0 ? own : [...new Set(records)].sort();
}

/** Four digits: what floats leave behind them is not printed. */
function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
