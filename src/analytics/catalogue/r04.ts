import { namedSubscription } from '../../subscriptions/index.ts';
import { scoreOf } from '../scoring.ts';
import { evidenceOfSteps, isWhole, judgeDossiers, stepsOf, stepTimeText } from '../subscription-finding.ts';
import type { SubscriptionAnalytic } from '../watch.ts';
import { hostWords, inSentence } from '../wording.ts';

/** R04: the names and references of wmipersist. */
export const R04: SubscriptionAnalytic = {
  record: {
    id: 'R04',
    rev: 1,
    title: 'wmipersist shape',
    scope: 'wmi',
    question: 'Was this planted with wmipersist?',
    needs: [
      { kind: 'subscriptions', role: 'required' },
      { kind: 'logons', role: 'required' },
    ],
    entities: ['host', 'account', 'subscription'],
    conditions: [
      'C02 holds',
      'a script consumer owned by Administrators, bound by relative references',
      'the filter is named EF_ and the name of the consumer, or the timer TI_ and that name',
    ],
    joins: [
      { id: 'J12', least: 'weak' },
      { id: 'J2', least: 'strong' },
    ],
    windowMs: 30000,
    lagMs: 60000,
    level: 'critical',
    modifiers: ['P01..P18'],
    attack: [
      { new: 'T1546.003', old: ['T1546.003'] },
      { new: 'T1047', old: ['T1047'] },
    ],
    falsePositives: [{ what: 'none known', tell: '-' }],
    blind: ['other names than the defaults of the tool'],
    dedupe: { key: ['host', 'names'], periodMs: 86400000 },
    evidenceKept: ['every record of the subscription'],
    test: {
      positive: ['R04: names, owner and references of wmipersist over the network are critical'],
      negative: ['R04: the same written by a process on the machine is none'],
    },
  },
  judge(dossiers, bench) {
    return judgeDossiers(R04.record, dossiers, bench, (dossier) => {
      const shape = dossier.verdict.terms.find(({ code }) => code === 'OR4');
      const created = stepsOf(dossier, 'created');
      const [first] = created;
      const { origin, host } = dossier;
      if (shape === undefined || !isWhole(dossier) || first === undefined || origin.kind !== 'remote') return undefined;
      const from = origin.source?.host ?? origin.source?.address;
      const evidence = evidenceOfSteps(created);
      const account = dossier.creator.account ?? origin.account;
      return {
        title: `${account === undefined ? 'Someone' : inSentence(account)}${from === undefined ? '' : ` from ${hostWords(from)}`} planted ${namedSubscription(dossier)} on ${hostWords(host)}, as wmipersist does`,
        score: scoreOf(
          'critical',
          'written over the network in the shape of wmipersist',
          [],
          dossier.consumer.features,
          evidence,
        ),
        evidence: [...evidence, ...origin.candidates.flatMap((candidate) => candidate.evidence)],
        time: stepTimeText(first),
      };
    });
  },
};
