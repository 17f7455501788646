import {
  evidenceOfSteps,
  judgeDossiers,
  quickLife,
  sentenceOf,
  spanWords,
  stepTimeText,
} from '../subscription-finding.ts';
import type { SubscriptionAnalytic } from '../watch.ts';

/** C05: used once and wiped away. */
export const C05: SubscriptionAnalytic = {
  record: {
    id: 'C05',
    rev: 1,
    title: 'Created, fired and deleted',
    scope: 'wmi',
    question: 'Was a subscription used once and wiped away?',
    needs: [
      { kind: 'subscriptions', role: 'required' },
      { kind: 'process starts', role: 'helps' },
    ],
    entities: ['host', 'account', 'subscription'],
    conditions: ['created, fired and deleted within 10 minutes'],
    joins: [{ id: 'J15', least: 'inferred' }],
    windowMs: 600000,
    lagMs: 60000,
    level: 'high',
    modifiers: ['CT1..CT6', 'TR1..TR10', 'OR1..OR6', 'P01..P18', 'LF1..LF4', 'SP1', 'MQ1'],
    attack: [
      { new: 'T1546.003', old: ['T1546.003'] },
      { new: 'T1070', old: ['T1070'] },
    ],
    falsePositives: [{ what: 'test scripts', tell: 'a lab host and account, every time the same' }],
    blind: ['deletions stand in Sysmon only'],
    dedupe: { key: ['host', 'names'], periodMs: 86400000 },
    evidenceKept: ['every record of the subscription'],
    test: {
      positive: ['C05: created, fired and deleted within ten minutes'],
      negative: ['C05: with eleven minutes between it is none'],
    },
  },
  judge(dossiers, bench) {
    return judgeDossiers(C05.record, dossiers, bench, (dossier) => {
      const life = quickLife(dossier);
      if (life === undefined || life.fired.length === 0) return undefined;
      const { created, fired, deleted, spanMs } = life;
      return {
        title: `${sentenceOf(dossier)} fired and was removed ${spanWords(spanMs)} after it was created`,
        evidence: evidenceOfSteps([created, ...fired, deleted]),
        time: stepTimeText(created),
      };
    });
  },
};
