import type { Strength } from '../entities/index.ts';

/** From the surest to the least sure (L9), with what a candidate weighs (DOMAIN 2.3, picking a winner). */
export const STRENGTH_POINTS: Readonly<Record<Strength, number>> = { exact: 100, strong: 60, weak: 25, inferred: 10 };

const ONE_LOWER: Readonly<Record<Strength, Strength>> = {
  exact: 'strong',
  strong: 'weak',
  weak: 'inferred',
  inferred: 'inferred',
};

export function oneLower(strength: Strength): Strength {
  return ONE_LOWER[strength];
}
