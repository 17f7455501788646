import type { Dossier } from '../../subscriptions/index.ts';
import { firstRecords } from '../../windows/index.ts';
import { scoreOf } from '../scoring.ts';
import { judgeDossiers, msOf, sentenceOf } from '../subscription-finding.ts';
import type { Bench, SubscriptionAnalytic } from '../watch.ts';

/** A part without a binding counts as left over when the logs go on for this long (DOMAIN 3.2). */
const UNBOUND_MS = 86_400_000;
const SYSMON = 'microsoft-windows-sysmon/operational';

/** C11: a binding without an end, or an end that nobody bound. */
export const C11: SubscriptionAnalytic = {
  record: {
    id: 'C11',
    rev: 1,
    title: 'Orphan parts',
    scope: 'wmi',
    question: 'What is left over of a subscription?',
    needs: [{ kind: 'subscriptions', role: 'required' }],
    entities: ['host', 'subscription'],
    conditions: [
      'the binding was removed and an end still stands, or an end was removed and the binding still stands',
      'or a filter or consumer without a binding, while the logs that would show one go on for a day',
    ],
    joins: [],
    windowMs: UNBOUND_MS,
    lagMs: 60_000,
    level: 'low',
    modifiers: [],
    attack: [{ new: 'T1546.003', old: ['T1546.003'] }],
    falsePositives: [{ what: 'a removal that failed half way', tell: 'C12 of the same names' }],
    blind: ['logs that end within a day', 'what only the repository shows'],
    dedupe: { key: ['host', 'namespace', 'names'], periodMs: 86_400_000 },
    evidenceKept: ['every record of the part'],
    test: {
      positive: ['C11: a consumer that nobody binds for a day is an orphan, and so is one whose binding went'],
      negative: ['C11: an hour after it was written it is not yet one'],
    },
  },
  judge(dossiers, bench) {
    return judgeDossiers(C11.record, dossiers, bench, (dossier) => {
      const what = orphanWords(dossier, bench);
      if (what === undefined) return undefined;
      return {
        title: `${sentenceOf(dossier)} ${what}`,
        score: scoreOf('low', what, [], [], firstRecords(dossier.evidence, 4)),
        evidence: dossier.evidence,
        time: dossier.lastSeen,
      };
    });
  },
};

function orphanWords(dossier: Dossier, bench: Bench): string | undefined {
  if (dossier.inferred || dossier.state === 'deleted') return undefined;
  if (dossier.binding === undefined) {
    const end = bench.sight.channel(dossier.host, SYSMON)?.last;
    if (end === undefined || end.ms - msOf(dossier.lastSeen) < UNBOUND_MS) return undefined;
    return 'is bound to nothing, and the Sysmon log goes on for more than a day';
  }
  return dossier.state === 'disarmed'
    ? 'is disarmed: its binding or one of its ends is gone, the rest is left'
    : undefined;
}
