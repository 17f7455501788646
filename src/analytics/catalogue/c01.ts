import type { Join, Who } from '../../entities/index.ts';
import { confirmedCreation } from '../../joins/index.ts';
import { type Dossier, type LifecycleStep, namedSubscription } from '../../subscriptions/index.ts';
import { parseTime } from '../../windows/index.ts';
import {
  bindingJoin,
  byWords,
  evidenceOfSteps,
  isWhole,
  judgeDossiers,
  stepsOf,
  stepTimeText,
} from '../subscription-finding.ts';
import type { Bench, SubscriptionAnalytic } from '../watch.ts';
import { hostWords } from '../wording.ts';

/** C01: filter, consumer and binding, and records of their creation. */
export const C01: SubscriptionAnalytic = {
  record: {
    id: 'C01',
    rev: 1,
    title: 'Complete subscription created',
    scope: 'wmi',
    question: 'Was a whole WMI subscription planted here?',
    needs: [
      { kind: 'subscriptions', role: 'required' },
      { kind: 'logons', role: 'helps' },
    ],
    entities: ['host', 'account', 'subscription'],
    conditions: [
      'a filter, a consumer and the binding of both are in evidence, and records witness the creation',
      'or they appeared between two generations of a repository, or between two looks at the live host',
      'its content is not that of the benign table',
    ],
    joins: [
      { id: 'J14', least: 'strong' },
      { id: 'J23', least: 'exact' },
    ],
    windowMs: 120000,
    lagMs: 60000,
    level: 'medium',
    modifiers: ['CT1..CT6', 'TR1..TR10', 'OR1..OR6', 'P01..P18', 'LF1..LF4', 'SP1', 'MQ1'],
    attack: [{ new: 'T1546.003', old: ['T1546.003'] }],
    falsePositives: [
      { what: 'a vendor installer', tell: 'the content fingerprint; a signed installer as parent of the writer' },
    ],
    blind: [
      'no Sysmon 19 to 21 and no 5861',
      'a 5861 that a start of Winmgmt may have logged again says registered only: C07',
    ],
    dedupe: { key: ['host', 'namespace', 'names'], periodMs: 86400000 },
    evidenceKept: ['every record of the subscription'],
    test: {
      positive: [
        'C01: a filter, a consumer and a binding that records show being created are one finding with the sum of the dossier',
      ],
      negative: ['C01: a benign subscription, or one without a binding, is none'],
    },
  },
  judge(dossiers, bench) {
    return judgeDossiers(C01.record, dossiers, bench, (dossier) => {
      const created = stepsOf(dossier, 'created');
      const appeared = stepsOf(dossier, 'appeared');
      const [first] = created.length > 0 ? created : appeared;
      if (!isWhole(dossier) || first === undefined) return undefined;
      const by = byWords(first.account ?? dossier.creator.account);
      if (created.length === 0) {
        const evidence = evidenceOfSteps(appeared);
        return {
          title: `A whole ${namedSubscription(dossier)} appeared on ${hostWords(dossier.host)}${by} ${bracketWords(first)}`,
          evidence,
          time: stepTimeText(first),
          joins: bindingJoin(dossier, evidence),
        };
      }
      return {
        title: `A whole ${namedSubscription(dossier)} was created on ${hostWords(dossier.host)}${by}`,
        evidence: evidenceOfSteps(created),
        time: stepTimeText(first),
        joins: [...bindingJoin(dossier, evidenceOfSteps(created)), ...confirmationsOf(dossier, created, bench)],
      };
    });
  },
};

/** Between which looks it appeared, where nobody watched. */
function bracketWords({ time, generations }: LifecycleStep): string {
  const between =
    generations === undefined ? '' : `generations ${generations[0]} and ${generations[1]} of its repository`;
  if (typeof time === 'string') return between === '' ? 'between two looks' : `between ${between}`;
  return `between ${minuteOf(time[0])} and ${minuteOf(time[1])}${between === '' ? '' : ` (${between})`}`;
}

/** `2026-03-12 09:44` of RFC 3339. */
function minuteOf(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

/** J14: sign-ins by Authz within 2 s of a step that records witness; the first step that has them speaks. */
function confirmationsOf(
  { host, creator }: Dossier,
  created: readonly LifecycleStep[],
  { entities }: Bench,
): readonly Join[] {
  for (const { time, account } of created) {
    const at = typeof time === 'string' ? parseTime(time) : undefined;
    if (at === undefined) continue;
    const name = account ?? creator.account;
    const who: Who = {
      ...(creator.sid === undefined ? {} : { sid: creator.sid }),
      ...(name === undefined ? {} : { account: name }),
    };
    const join = confirmedCreation(entities, host, who, at.ms, at.ticks);
    if (join !== undefined) return [join];
  }
  return [];
}
