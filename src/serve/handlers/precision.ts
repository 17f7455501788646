/** Incidents by how people decided them. */
export interface DecidedCounts {
  readonly malicious: number;
  readonly authorised: number;
  readonly false: number;
}

/** A share from 0 to 1 with the bounds of its 95 % interval, each to four digits after the point. */
export interface Share {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

/** How often a rule was right (PRODUCT 13); without shares where too few incidents were decided. */
export interface Precision extends DecidedCounts {
  readonly decided: number;
  /** Found what it says, allowed or not: (malicious + authorised) / decided. */
  readonly rule?: Share;
  /** Found an attack: malicious / decided. */
  readonly security?: Share;
}

/** Below that no share is told: its interval would say next to nothing. */
export const FEWEST_DECIDED = 10;
/** Quantile of the standard normal distribution that leaves 2.5 % above it. */
const Z_95 = 1.959964;

/** `undefined` where nothing was decided. */
export function precisionOf({ malicious, authorised, false: wrong }: DecidedCounts): Precision | undefined {
  const decided = malicious + authorised + wrong;
  if (decided === 0) return undefined;
  const counts = { decided, malicious, authorised, false: wrong };
  if (decided < FEWEST_DECIDED) return counts;
  return {
    ...counts,
    rule: wilsonShare(malicious + authorised, decided),
    security: wilsonShare(malicious, decided),
  };
}

/**
 * A share of `n` (1 or more) with its Wilson score interval at 95 %, without continuity correction (E. B. Wilson, Journal of the American Statistical
 * Association 22, 1927, 209–212).
 */
export function wilsonShare(count: number, n: number): Share {
  const ratio = count / n;
  const z2 = Z_95 ** 2 / n;
  const middle = (ratio + z2 / 2) / (1 + z2);
  const half = (Z_95 / (1 + z2)) * Math.sqrt((ratio * (1 - ratio)) / n + z2 / (4 * n));
  return { ratio: told(ratio), low: told(Math.max(0, middle - half)), high: told(Math.min(1, middle + half)) };
}

function told(share: number): number {
  return Math.round(share * 10_000) / 10_000;
}
