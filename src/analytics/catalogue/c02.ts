import { namedSubscription } from '../../subscriptions/index.ts';
import { evidenceOfSteps, isWhole, judgeDossiers, stepsOf, stepTimeText } from '../subscription-finding.ts';
import type { SubscriptionAnalytic } from '../watch.ts';
import { hostWords, inSentence } from '../wording.ts';

/** C02: C01 by a caller on another machine. */
export const C02: SubscriptionAnalytic = {
  record: {
    id: 'C02',
    rev: 1,
    title: 'Subscription created over the network',
    scope: 'wmi',
    question: 'Did someone plant this subscription from another machine?',
    needs: [
      { kind: 'subscriptions', role: 'required' },
      { kind: 'logons', role: 'required' },
    ],
    entities: ['host', 'account', 'subscription'],
    conditions: ['C01 holds', 'a join leads from the write to a logon from another machine, or to the machine itself'],
    joins: [
      { id: 'J12', least: 'weak' },
      { id: 'J13', least: 'strong' },
      { id: 'J10', least: 'strong' },
      { id: 'J2', least: 'strong' },
    ],
    windowMs: 30000,
    lagMs: 60000,
    level: 'high',
    modifiers: ['CT1..CT6', 'TR1..TR10', 'OR1..OR6', 'P01..P18', 'LF1..LF4', 'SP1', 'MQ1'],
    attack: [
      { new: 'T1546.003', old: ['T1546.003'] },
      { new: 'T1047', old: ['T1047'] },
      { new: 'T1021.003', old: ['T1021.003'] },
    ],
    falsePositives: [
      { what: 'SCCM or a monitoring server', tell: 'a listed source and account, and content of its vendor' },
    ],
    blind: ['no logons audited on the target', 'the writer shares its account with a person who is signed in there'],
    dedupe: { key: ['host', 'namespace', 'names', 'account'], periodMs: 86400000 },
    evidenceKept: ['every record of the subscription'],
    test: {
      positive: [
        'C02: a subscription that a remote logon of its creator carried is created over the network, and names the source',
      ],
      negative: ['C02: with a writer on the machine itself it is not'],
    },
  },
  judge(dossiers, bench) {
    return judgeDossiers(C02.record, dossiers, bench, (dossier) => {
      const created = stepsOf(dossier, 'created');
      const [first] = created;
      const { origin, host } = dossier;
      if (!isWhole(dossier) || first === undefined || origin.kind !== 'remote') return undefined;
      const account = dossier.creator.account ?? origin.account;
      const from = origin.source?.host ?? origin.source?.address;
      const who = account === undefined ? 'Someone' : inSentence(account);
      const where = from === undefined ? '' : ` from ${hostWords(from)}`;
      return {
        title: `${who}${where} created ${namedSubscription(dossier)} on ${hostWords(host)} over the network`,
        evidence: [...evidenceOfSteps(created), ...origin.candidates.flatMap((candidate) => candidate.evidence)],
        time: stepTimeText(first),
      };
    });
  },
};
