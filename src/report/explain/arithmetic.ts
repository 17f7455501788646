import { type Link, WEIGHTS } from '../../incidents/index.ts';
import { plural } from '../terminal.ts';

/** Confidence is rounded to four digits; this is half of the last one, and what floats leave. */
const NEAR = 0.000_06;
/** So many joins are tried in every combination; a link has a handful. */
const MAX_TRIED = 12;

/**
 * The sum of one link, so that a reader can redo it (PRODUCT 8.1). Joins that rest on the same records count once, by the
 * highest: which ones counted is told by their number.
 */
export function arithmeticOf(link: Link): string {
  const result = link.confidence.toFixed(2);
  const weights = link.joins.map(({ w }) => w).toSorted((a, b) => b - a);
  if (weights.length === 0) return `no join: ${result}`;
  const counted = countedOf(weights, link);
  if (counted === undefined) {
    return `held to ${result}; the weights alone give ${confidenceOf(weights, link.missing.length).toFixed(2)}`;
  }
  const missing = link.missing.map(() => ` x ${WEIGHTS.missing.toFixed(2)}`).join('');
  const base =
    counted.length === 1
      ? (counted[0] ?? 0).toFixed(2)
      : `1 - ${counted.map((w) => `(1 - ${w.toFixed(2)})`).join(' x ')}`;
  const isBare = counted.length === 1 && missing === '';
  const sum = isBare ? base : `${missing !== '' && counted.length > 1 ? `(${base})` : base}${missing} = ${result}`;
  const capped = leftOpen(counted) < 1 - WEIGHTS.most ? `, at most ${WEIGHTS.most.toFixed(2)}` : '';
  const others = weights.length - counted.length;
  const together = others === 0 ? '' : `; ${plural(others, 'join')} more on the same records, which count once`;
  return `${sum}${capped}${together}`;
}

function leftOpen(weights: readonly number[]): number {
  return weights.reduce((open, w) => open * (1 - w), 1);
}

function confidenceOf(weights: readonly number[], missing: number): number {
  return Math.min(WEIGHTS.most, 1 - leftOpen(weights)) * WEIGHTS.missing ** missing;
}

/** The most joins, the highest among them, that give the printed confidence; undefined where none do. */
export function countedOf(
  weights: readonly number[],
  link: Pick<Link, 'confidence' | 'missing'>,
): readonly number[] | undefined {
  const [highest = 0, ...others] = weights.slice(0, MAX_TRIED);
  let best: readonly number[] | undefined;
  for (let chosen = 0; chosen < 1 << others.length; chosen++) {
    const counted = [highest, ...others.filter((_w, index) => (chosen & (1 << index)) !== 0)];
    if (Math.abs(confidenceOf(counted, link.missing.length) - link.confidence) > NEAR) continue;
    if (best === undefined || counted.length > best.length) best = counted;
  }
  return best;
}
