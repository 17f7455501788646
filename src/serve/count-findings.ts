import type { Step, StepResult } from '../state/index.ts';
import type { Metrics } from './metrics.ts';

/**
 * Counts findings that were told for the first time, by the analytic or rule and the level that each had then. What becomes of one later (another level,
 * later evidence that speaks against it) takes nothing back: a counter counts what was told.
 */
export function countFindings(metrics: Metrics, { writes }: Step, { found }: Pick<StepResult, 'found'>): void {
  const fresh = new Set(found.flatMap(({ of, id, verdict }) => (of === 'finding' && verdict === 'new' ? [id] : [])));
  if (fresh.size === 0) return;
  for (const write of writes) {
    // Of one id the first write is the one that was new.
    if (write.kind !== 'found' || write.of !== 'finding' || !fresh.delete(write.id)) continue;
    metrics.count('triad_findings_total', [write.label, write.level]);
  }
}
