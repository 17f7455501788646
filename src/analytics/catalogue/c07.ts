import {
  bindingJoin,
  evidenceOfSteps,
  isWhole,
  judgeDossiers,
  sentenceOf,
  stepsOf,
  stepTimeText,
} from '../subscription-finding.ts';
import type { SubscriptionAnalytic } from '../watch.ts';

/** C07: it stands, and its creation is in no log. */
export const C07: SubscriptionAnalytic = {
  record: {
    id: 'C07',
    rev: 1,
    title: 'Unknown subscription discovered',
    scope: 'wmi',
    question: 'Which subscriptions stand here that nobody saw being planted?',
    needs: [{ kind: 'subscriptions', role: 'required' }],
    entities: ['host', 'account', 'subscription'],
    conditions: [
      'a record shows it standing (5861 of a start of Winmgmt, repository, audit)',
      'its creation is in no record',
      'its content is not that of the benign table',
    ],
    joins: [{ id: 'J23', least: 'exact' }],
    windowMs: 0,
    lagMs: 60000,
    level: 'medium',
    modifiers: ['CT1..CT6', 'TR1..TR10', 'OR1..OR6', 'P01..P18', 'LF1..LF4', 'SP1', 'MQ1'],
    attack: [{ new: 'T1546.003', old: ['T1546.003'] }],
    falsePositives: [
      { what: 'old content of a vendor', tell: 'it is on half of the fleet and older than the telemetry' },
    ],
    blind: ['only the repository and audits show what never was logged'],
    dedupe: { key: ['host', 'fingerprint'], periodMs: 86400000 },
    evidenceKept: ['every record of the subscription'],
    test: {
      positive: ['C07: a subscription that only a start of Winmgmt logs is discovered, not created'],
      negative: ['C07: one whose creation is witnessed is C01'],
    },
  },
  judge(dossiers, bench) {
    return judgeDossiers(C07.record, dossiers, bench, (dossier) => {
      const stands = stepsOf(dossier, 'registered', 'present', 'activated');
      const [first] = stands;
      if (!isWhole(dossier) || first === undefined || stepsOf(dossier, 'created', 'appeared').length > 0)
        return undefined;
      return {
        title: `${sentenceOf(dossier)} stands; no record shows who created it, or when`,
        evidence: evidenceOfSteps(stands),
        time: stepTimeText(first),
        joins: bindingJoin(dossier, evidenceOfSteps(stands)),
      };
    });
  },
};
