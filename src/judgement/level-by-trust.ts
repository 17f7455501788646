import type { JudgedFinding, TiedFinding } from '../analytics/index.ts';
import type { Dossier, Term } from '../subscriptions/index.ts';
import {
  type Evidence,
  isProven,
  isUnproven,
  type Level,
  levelOfScore,
  UNPROVEN_SCORE,
  unprovenTerm,
} from '../windows/index.ts';

/** What the engine found, before pins and incidents. */
export interface Found {
  readonly dossiers: readonly Dossier[];
  readonly judged: readonly JudgedFinding[];
  readonly ruleFindings: readonly TiedFinding[];
}

interface Sum {
  readonly level: Level;
  readonly score: number;
  readonly terms: readonly Term[];
}

/**
 * The same at the levels that they may have (L18, TRUST 9). What came by senders that prove nothing, or that are not bound to the host, raises a
 * sum to `medium` at most, and takes nothing from what the other evidence comes to. A line of the sum says so.
 */
export function levelByTrust({ dossiers, judged, ruleFindings }: Found): Found {
  return {
    dossiers: dossiers.map((dossier) => {
      const sum = levelled(dossier.verdict, dossier.evidence);
      return sum === undefined ? dossier : { ...dossier, verdict: sum };
    }),
    judged: judged.map((one) => {
      const sum = levelled(one.finding, one.finding.evidence);
      return sum === undefined ? one : { ...one, finding: { ...one.finding, ...sum } };
    }),
    ruleFindings: ruleFindings.map((one) => {
      const sum = levelled(one.finding, one.finding.evidence);
      return sum === undefined ? one : { ...one, finding: { ...one.finding, ...sum } };
    }),
  };
}

/** The sum as it may count; undefined where it stands as it is. */
function levelled({ score: before, terms }: Sum, evidence: readonly Evidence[]): Sum | undefined {
  const all = [...evidence, ...terms.flatMap((term) => term.evidence)];
  if (all.every(isProven)) return undefined;
  const proven = isUnproven(evidence) ? [] : terms.filter((term) => counts(term, evidence));
  if (proven.length === terms.length) return undefined;
  const score = Math.max(clamped(proven), Math.min(before, UNPROVEN_SCORE));
  if (score === before) return undefined;
  const term: Term = { ...unprovenTerm(all), points: score - total(terms), evidence: [] };
  return { level: levelOfScore(score), score, terms: [...terms, term] };
}

/** A term is as good as the best of what it cites; the base, and one that cites nothing, as all of it. */
function counts({ code, evidence }: Term, ofAll: readonly Evidence[]): boolean {
  return evidence.length === 0 || evidence.some(isProven) || (code === 'BASE' && ofAll.some(isProven));
}

function clamped(terms: readonly Term[]): number {
  return Math.max(0, Math.min(100, total(terms)));
}

function total(terms: readonly Term[]): number {
  return terms.reduce((sum, { points }) => sum + points, 0);
}
