import { hasNotBound } from '../windows/index.ts';
import type { CallSource } from './join.ts';
import type { Strength } from './types.ts';

/** From the surest to the least sure (L9), with what a candidate weighs (DOMAIN 2.3, picking a winner). */
export const STRENGTH_POINTS: Readonly<Record<Strength, number>> = { exact: 100, strong: 60, weak: 25, inferred: 10 };

/** What each rival of equal strength takes, and by how much a source must lead to be named (SETTLED C8). */
const RIVAL_POINTS = 30;
const LEAD_TO_NAME = 30;

const ONE_LOWER: Readonly<Record<Strength, Strength>> = {
  exact: 'strong',
  strong: 'weak',
  weak: 'inferred',
  inferred: 'inferred',
};

export function oneLower(strength: Strength): Strength {
  return ONE_LOWER[strength];
}

/** The surest of them; undefined of none. */
export function strongestOf(strengths: readonly Strength[]): Strength | undefined {
  let best: Strength | undefined;
  for (const strength of strengths) {
    if (best === undefined || STRENGTH_POINTS[strength] > STRENGTH_POINTS[best]) best = strength;
  }
  return best;
}

/** A source before it is weighed against the others. */
export type UnrankedSource = Omit<CallSource, 'points' | 'isNamed'>;

/**
 * The sources of one call weighed against each other, best first (DOMAIN 2.3, SETTLED C8): each rival of equal strength
 * takes 30 points, and a sole one, or one that leads by 30, is named. What only senders say that are not bound to the host is no rival of
 * the others, stands behind them, and weighs as if it were inferred (L18).
 */
export function rankSources(sources: readonly UnrankedSource[]): readonly CallSource[] {
  const doubtful = sources.filter(isDoubtful);
  const behind = (source: UnrankedSource): boolean => doubtful.length > 0 && isDoubtful(source);
  const scored = sources.map((source) => {
    const others = sources.filter((other) => other !== source && (behind(source) || !behind(other)));
    const rivalsOf = (strength: Strength): number => others.filter((other) => other.strength === strength).length;
    return {
      ...source,
      points: STRENGTH_POINTS[behind(source) ? 'inferred' : source.strength] - RIVAL_POINTS * rivalsOf(source.strength),
      joins: source.joins.map((join) => ({ ...join, rivals: rivalsOf(join.strength) })),
    };
  });
  scored.sort(
    (a, b) =>
      Number(behind(a)) - Number(behind(b)) ||
      b.points - a.points ||
      b.joins.length - a.joins.length ||
      compareText(a.host, b.host) ||
      compareText(a.address, b.address),
  );
  const [first, second] = scored;
  const isAlone = first !== undefined && (second === undefined || (behind(second) && !behind(first)));
  const isClear = isAlone || (first !== undefined && first.points - (second?.points ?? 0) >= LEAD_TO_NAME);
  return scored.map((source) => ({ ...source, isNamed: isClear && source === first }));
}

function isDoubtful({ joins }: UnrankedSource): boolean {
  return joins.length > 0 && joins.every(({ evidence }) => hasNotBound(evidence));
}

function compareText(a: string | undefined, b: string | undefined): number {
  const x = a ?? '';
  const y = b ?? '';
  return x < y ? -1 : x > y ? 1 : 0;
}
