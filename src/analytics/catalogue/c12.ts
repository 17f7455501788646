import { scoreOf } from '../scoring.ts';
import {
  byWords,
  evidenceOfSteps,
  judgeDossiers,
  sentenceOf,
  stepMs,
  stepsOf,
  stepTimeText,
} from '../subscription-finding.ts';
import type { SubscriptionAnalytic } from '../watch.ts';

const HOUR_MS = 3_600_000;

/** C12: a subscription was taken away. */
export const C12: SubscriptionAnalytic = {
  record: {
    id: 'C12',
    rev: 1,
    title: 'Subscription removed',
    scope: 'wmi',
    question: 'Who took a subscription away?',
    needs: [{ kind: 'subscriptions', role: 'required' }],
    entities: ['host', 'account', 'subscription'],
    conditions: [
      'records of its deletion, or a later look at the repository or the live host that lacks it',
      'medium where it follows a firing within an hour',
    ],
    joins: [],
    windowMs: 3600000,
    lagMs: 60000,
    level: 'low',
    modifiers: [],
    attack: [{ new: 'T1070', old: ['T1070'] }],
    falsePositives: [{ what: 'uninstallers and responders', tell: 'the writer is a listed responder or an installer' }],
    blind: ['without Sysmon and without a look at what is stored now, a removal is not seen'],
    dedupe: { key: ['host', 'names'], periodMs: 86400000 },
    evidenceKept: ['every record of the subscription'],
    test: {
      positive: ['C12: a removal is low, and medium within an hour of a firing'],
      negative: ['C12: a subscription that stands is no removal'],
    },
  },
  judge(dossiers, bench) {
    return judgeDossiers(C12.record, dossiers, bench, (dossier) => {
      const deleted = stepsOf(dossier, 'deleted');
      const [last] = deleted.slice(-1);
      if (last === undefined) return undefined;
      const after = stepsOf(dossier, 'fired').find((step) => {
        const sinceMs = stepMs(last) - stepMs(step);
        return sinceMs >= 0 && sinceMs <= HOUR_MS;
      });
      const evidence = evidenceOfSteps(deleted);
      const text =
        after === undefined ? 'a subscription was removed' : 'a subscription was removed within an hour of its firing';
      return {
        title: `${sentenceOf(dossier)} was removed${byWords(last.account)}${after === undefined ? '' : ' after it had fired'}`,
        score: scoreOf(after === undefined ? 'low' : 'medium', text, [], [], evidence),
        evidence: [...evidence, ...(after?.evidence ?? [])],
        accounts: last.account === undefined ? [] : [last.account],
        time: stepTimeText(last),
      };
    });
  },
};
