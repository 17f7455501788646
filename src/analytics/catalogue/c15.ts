import { judgeDossiers, sentenceOf } from '../subscription-finding.ts';
import type { SubscriptionAnalytic } from '../watch.ts';
import { inSentence } from '../wording.ts';

/** C15: stored in another namespace. */
export const C15: SubscriptionAnalytic = {
  record: {
    id: 'C15',
    rev: 1,
    title: 'Subscription outside root\\subscription',
    scope: 'wmi',
    question: 'What is planted where hardly anybody looks?',
    needs: [{ kind: 'subscriptions', role: 'required' }],
    entities: ['host', 'account', 'subscription'],
    conditions: ['stored in another namespace than root\\subscription, as a record states'],
    joins: [],
    windowMs: 0,
    lagMs: 60000,
    level: 'high',
    modifiers: ['CT1..CT6', 'TR1..TR10', 'OR1..OR6', 'P01..P18', 'LF1..LF4', 'SP1', 'MQ1'],
    attack: [{ new: 'T1546.003', old: ['T1546.003'] }],
    falsePositives: [{ what: 'old vendor content in root\\default', tell: 'its fingerprint' }],
    blind: ['Sysmon 19 to 21 watch root\\subscription only'],
    dedupe: { key: ['host', 'namespace'], periodMs: 86400000 },
    evidenceKept: ['every record of the subscription'],
    test: {
      positive: ['C15: a binding in root\\default is told by its namespace'],
      negative: ['C15: root\\subscription, stated or assumed, is none'],
    },
  },
  judge(dossiers, bench) {
    return judgeDossiers(C15.record, dossiers, bench, (dossier) => {
      if (dossier.namespace === 'root\\subscription' || dossier.namespaceBasis !== 'stated') return undefined;
      return {
        title: `${sentenceOf(dossier)} lives in ${inSentence(dossier.namespace)}`,
        evidence: dossier.evidence,
      };
    });
  },
};
