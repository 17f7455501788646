import type { Finding } from '../analytics/index.ts';
import type { Incident } from '../incidents/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import { levelRank } from '../windows/index.ts';
import { compareText } from './record-line.ts';

/** True for what the baseline knows by content and nothing speaks against: counted, shown on request (SETTLED A14). */
export function isKnown(dossier: Dossier): boolean {
  return dossier.baseline.known && dossier.verdict.level === 'informational';
}

/** Worst first: level, score, time, id. */
export function worstFirst(dossiers: readonly Dossier[]): Dossier[] {
  return [...dossiers].sort(
    (a, b) =>
      levelRank(b.verdict.level) - levelRank(a.verdict.level) ||
      b.verdict.score - a.verdict.score ||
      compareText(a.firstSeen, b.firstSeen) ||
      compareText(a.id, b.id),
  );
}

export function worstFindingsFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) =>
      levelRank(b.level) - levelRank(a.level) ||
      b.score - a.score ||
      compareText(a.time, b.time) ||
      compareText(a.id, b.id),
  );
}

/** Worst first: level, score, confidence, time, id (PRODUCT 8.2, what only the queue knows left out). */
export function worstIncidentsFirst(incidents: readonly Incident[]): Incident[] {
  return [...incidents].sort(
    (a, b) =>
      levelRank(b.level) - levelRank(a.level) ||
      b.score - a.score ||
      (b.confidence ?? 1) - (a.confidence ?? 1) ||
      compareText(a.first, b.first) ||
      compareText(a.id, b.id),
  );
}
