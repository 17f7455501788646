import {
  evidenceOfSteps,
  isExecution,
  judgeDossiers,
  sentenceOf,
  stepsOf,
  stepTimeText,
} from '../subscription-finding.ts';
import type { SubscriptionAnalytic } from '../watch.ts';

/** S02: a consumer that runs commands or scripts. */
export const S02: SubscriptionAnalytic = {
  record: {
    id: 'S02',
    rev: 1,
    title: 'Consumer that executes',
    scope: 'wmi',
    question: 'Was a consumer written that runs commands or scripts?',
    needs: [{ kind: 'subscriptions', role: 'required' }],
    entities: ['host', 'account', 'subscription'],
    conditions: [
      'a consumer of class ActiveScriptEventConsumer or CommandLineEventConsumer was written',
      'its content is not that of the benign table',
    ],
    joins: [],
    windowMs: 0,
    lagMs: 60000,
    level: 'medium',
    modifiers: ['CT1..CT6', 'TR1..TR10', 'OR1..OR6', 'P01..P18', 'LF1..LF4', 'SP1', 'MQ1'],
    attack: [{ new: 'T1546.003', old: ['T1546.003'] }],
    falsePositives: [
      { what: 'a vendor installer', tell: 'the content fingerprint; a signed installer as parent of the writer' },
    ],
    blind: ['no Sysmon 20 and no 5861'],
    dedupe: { key: ['host', 'name', 'content'], periodMs: 86400000 },
    evidenceKept: ['every record of the subscription'],
    test: {
      positive: ['S02: a consumer that runs commands is a finding with or without its binding'],
      negative: ['S02: a consumer that writes to the event log is none'],
    },
  },
  judge(dossiers, bench) {
    return judgeDossiers(S02.record, dossiers, bench, (dossier) => {
      if (!isExecution(dossier) || dossier.inferred) return undefined;
      const written = stepsOf(dossier, 'created', 'registered', 'modified');
      const what = dossier.consumer.class === 'ActiveScriptEventConsumer' ? 'a script' : 'a command';
      const [first] = written;
      return {
        title: `${sentenceOf(dossier)} runs ${what}`,
        evidence: written.length > 0 ? evidenceOfSteps(written) : dossier.evidence,
        ...(first === undefined ? {} : { time: stepTimeText(first) }),
      };
    });
  },
};
