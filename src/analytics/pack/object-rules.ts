import type { Dossier } from '../../subscriptions/index.ts';
import type { ObjectMatcher } from '../../taxonomy/index.ts';
import { levelRank } from '../../windows/index.ts';
import type { JudgedFinding } from '../finding.ts';
import { objectHits } from '../object-hits.ts';
import { creditOf, DEFAULT_LEVEL, techniquesOf } from '../rule-words.ts';
import { judgeDossiers, sentenceOf } from '../subscription-finding.ts';
import type { Bench } from '../watch.ts';
import { inSentence } from '../wording.ts';
import type { PackMark } from './pack-mark.ts';

/** Findings of rules over dossiers: one an analytic and dossier, which prints the dossier's own sum (SETTLED E1). */
export function objectFindings(
  matcher: ObjectMatcher,
  marks: ReadonlyMap<number, PackMark>,
  dossiers: readonly Dossier[],
  bench: Bench,
): readonly JudgedFinding[] {
  if (matcher.isEmpty) return [];
  return dossiers.flatMap((dossier) => {
    const hits = objectHits(matcher, dossier).filter(({ rule }) => !rule.isMuted);
    const byAnalytic = Map.groupBy(hits, ({ rule }) => marks.get(rule.index)?.analytic);
    return [...byAnalytic].flatMap(([analytic, ofAnalytic]) => {
      const [head] = ofAnalytic.toSorted(
        (a, b) => levelOf(b.rule.metadata.level) - levelOf(a.rule.metadata.level) || a.rule.index - b.rule.index,
      );
      const mark = head === undefined ? undefined : marks.get(head.rule.index);
      if (head === undefined || mark === undefined || analytic === undefined) return [];
      const { metadata } = head.rule;
      const record = { id: analytic, scope: mark.scope, attack: techniquesOf(metadata) };
      return judgeDossiers(record, [dossier], bench, () => ({
        title: `${sentenceOf(dossier)}: ${inSentence(metadata.title)}`,
        evidence: dossier.evidence,
        rule: creditOf(metadata),
      }));
    });
  });
}

function levelOf(level: Parameters<typeof levelRank>[0] | undefined): number {
  return levelRank(level ?? DEFAULT_LEVEL);
}
