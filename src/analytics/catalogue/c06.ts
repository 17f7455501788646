import {
  evidenceOfSteps,
  judgeDossiers,
  quickLife,
  sentenceOf,
  spanWords,
  stepTimeText,
} from '../subscription-finding.ts';
import type { SubscriptionAnalytic } from '../watch.ts';

/** C06: created and taken back. */
export const C06: SubscriptionAnalytic = {
  record: {
    id: 'C06',
    rev: 1,
    title: 'Created and deleted without firing',
    scope: 'wmi',
    question: 'Was a subscription tried and taken back?',
    needs: [
      { kind: 'subscriptions', role: 'required' },
      { kind: 'process starts', role: 'helps' },
    ],
    entities: ['host', 'account', 'subscription'],
    conditions: [
      'created (or appeared in a repository) and deleted within 10 minutes, brackets counted whole',
      'no firing of it is in evidence',
    ],
    joins: [],
    windowMs: 600000,
    lagMs: 60000,
    level: 'medium',
    modifiers: ['CT1..CT6', 'TR1..TR10', 'OR1..OR6', 'P01..P18', 'LF1..LF4', 'SP1', 'MQ1'],
    attack: [
      { new: 'T1546.003', old: ['T1546.003'] },
      { new: 'T1070', old: ['T1070'] },
    ],
    falsePositives: [{ what: 'tests of the technique', tell: 'Atomic-style names and payloads' }],
    blind: [
      'deletions stand in Sysmon, and between two generations of a repository, only',
      'a firing that leaves no process',
    ],
    dedupe: { key: ['host', 'names'], periodMs: 86400000 },
    evidenceKept: ['every record of the subscription'],
    test: {
      positive: ['C06: created and deleted within ten minutes, never fired'],
      negative: ['C06: one that fired is C05'],
    },
  },
  judge(dossiers, bench) {
    return judgeDossiers(C06.record, dossiers, bench, (dossier) => {
      const life = quickLife(dossier);
      if (life === undefined || life.fired.length > 0) return undefined;
      const { created, deleted, spanMs } = life;
      return {
        title: `${sentenceOf(dossier)} was removed ${spanWords(spanMs)} after it was created; no firing is in evidence`,
        evidence: evidenceOfSteps([created, deleted]),
        time: stepTimeText(created),
      };
    });
  },
};
