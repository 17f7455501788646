import type { ObjectSight } from '../../windows/index.ts';
import { isStockConsumerClass } from '../../wmi/index.ts';
import { type ObjectJudgement, ObjectWatch } from '../object-watch.ts';
import { judgeDossiers, sentenceOf } from '../subscription-finding.ts';
import type { SubscriptionAnalytic, WatchAnalytic } from '../watch.ts';
import { hostWords, inSentence } from '../wording.ts';

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
    conditions: [
      'stored in another namespace than root\\subscription, as a record states',
      'or a consumer class that Windows did not bring',
    ],
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
      positive: [
        'C15: a binding in root\\default is told by its namespace',
        'C15: a consumer class that Windows did not bring is told',
      ],
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

/** The same analytic over class definitions: code of its own behind a consumer class that nobody knows. */
export const C15_CLASSES: WatchAnalytic = {
  record: C15.record,
  open: (bench) => new ObjectWatch(C15.record, bench, judgeClass),
};

function judgeClass({ object, act, hidden }: ObjectSight, host: string): ObjectJudgement | undefined {
  if (object.kind !== 'class' || hidden !== undefined || isStockConsumerClass(object.className)) return undefined;
  if (!object.superclasses.some((name) => name.toLowerCase() === '__eventconsumer')) return undefined;
  const where = object.namespace === undefined ? '' : ` in ${inSentence(object.namespace)}`;
  return {
    title: `${hostWords(host)} ${act === 'deleted' ? 'had' : 'has'} a consumer class of its own: ${inSentence(object.className)}${where}`,
    why: 'a consumer class that Windows did not bring: what it does is up to the provider behind it',
  };
}
