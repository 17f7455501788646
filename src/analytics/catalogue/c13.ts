import { namedSubscription } from '../../subscriptions/index.ts';
import { evidenceOfSteps, judgeDossiers, stepsOf, stepTimeText } from '../subscription-finding.ts';
import type { SubscriptionAnalytic } from '../watch.ts';
import { hostWords } from '../wording.ts';

/** C13: known names, another content. */
export const C13: SubscriptionAnalytic = {
  record: {
    id: 'C13',
    rev: 1,
    title: 'Subscription modified in place',
    scope: 'wmi',
    question: 'Did a known name get another content?',
    needs: [{ kind: 'subscriptions', role: 'required' }],
    entities: ['host', 'account', 'subscription'],
    conditions: ['a filter or consumer of the same names holds another content than before'],
    joins: [],
    windowMs: 0,
    lagMs: 60000,
    level: 'medium',
    modifiers: ['CT1..CT6', 'TR1..TR10', 'OR1..OR6', 'P01..P18', 'LF1..LF4', 'SP1', 'MQ1'],
    attack: [
      { new: 'T1546.003', old: ['T1546.003'] },
      { new: 'T1036.005', old: ['T1036.005'] },
    ],
    falsePositives: [{ what: 'a vendor update', tell: 'the new content is in the benign list too' }],
    blind: ['a change that only the repository shows'],
    dedupe: { key: ['host', 'namespace', 'name'], periodMs: 86400000 },
    evidenceKept: ['every record of the subscription'],
    test: {
      positive: ['C13: a consumer whose payload changes is modified; from benign content it earns LF4'],
      negative: ['C13: the same content written again is no change'],
    },
  },
  judge(dossiers, bench) {
    return judgeDossiers(C13.record, dossiers, bench, (dossier) => {
      const earlier = dossier.otherContents.filter(({ kind }) => kind === 'earlier');
      const [first] = earlier;
      if (first === undefined) return undefined;
      const modified = stepsOf(dossier, 'modified');
      const parts = [...new Set(earlier.map(({ part }) => part))].sort().join(' and ');
      const was = earlier.some(({ benign }) => benign) ? '; it held benign content before' : '';
      const [change] = modified;
      return {
        title: `The ${parts} of ${namedSubscription(dossier)} on ${hostWords(dossier.host)} got another content${was}`,
        evidence: [...evidenceOfSteps(modified), ...earlier.flatMap(({ evidence }) => evidence)],
        ...(change === undefined ? { time: first.lastSeen } : { time: stepTimeText(change) }),
      };
    });
  },
};
