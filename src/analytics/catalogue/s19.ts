import { judgeDossiers, sentenceOf } from '../subscription-finding.ts';
import type { SubscriptionAnalytic } from '../watch.ts';

/** S19: a known name on something else. */
export const S19: SubscriptionAnalytic = {
  record: {
    id: 'S19',
    rev: 1,
    title: 'Benign name, other content',
    scope: 'wmi',
    question: 'Does it hide behind the name of something that belongs here?',
    needs: [{ kind: 'subscriptions', role: 'required' }],
    entities: ['host', 'account', 'subscription'],
    conditions: [
      'a name equals, or resembles within two letters, that of a benign entry',
      'the content differs from it',
    ],
    joins: [],
    windowMs: 0,
    lagMs: 60000,
    level: 'high',
    modifiers: ['MQ1', 'CT1..CT6', 'TR1..TR10', 'OR1..OR6', 'P01..P18', 'LF1..LF4', 'SP1'],
    attack: [{ new: 'T1036.005', old: ['T1036.005'] }],
    falsePositives: [{ what: 'an update of the vendor', tell: 'the new content in the benign list' }],
    blind: ['names that no table has'],
    dedupe: { key: ['host', 'name'], periodMs: 86400000 },
    evidenceKept: ['every record of the subscription'],
    test: {
      positive: ['S19: the name of the SCM subscription with a command is a masquerade'],
      negative: ['S19: the SCM subscription itself is none'],
    },
  },
  judge(dossiers, bench) {
    return judgeDossiers(S19.record, dossiers, bench, (dossier) => {
      const term = dossier.verdict.terms.find(({ code }) => code === 'MQ1');
      if (term === undefined) return undefined;
      return {
        title: `${sentenceOf(dossier)} ${term.text}`,
        evidence: term.evidence.length > 0 ? term.evidence : dossier.evidence,
      };
    });
  },
};
