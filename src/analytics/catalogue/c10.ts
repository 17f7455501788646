import { digestId } from '../../bytes/index.ts';
import { type Dossier, namedSubscription } from '../../subscriptions/index.ts';
import { firstRecords } from '../../windows/index.ts';
import { isBenign } from '../benign.ts';
import type { JudgedFinding } from '../finding.ts';
import { glueOfDossier, msOf } from '../subscription-finding.ts';
import type { SubscriptionAnalytic } from '../watch.ts';
import { hostWords } from '../wording.ts';

/** Creations of one campaign lie within this (DOMAIN 3.2). */
const SPREAD_MS = 7 * 86_400_000;
/** Hosts that a title names. */
const NAMED_HOSTS = 3;

/** C10: one content on several hosts (J19). */
export const C10: SubscriptionAnalytic = {
  record: {
    id: 'C10',
    rev: 1,
    title: 'Same fingerprint on several hosts',
    scope: 'wmi',
    question: 'On which other machines was the same thing planted?',
    needs: [{ kind: 'subscriptions', role: 'required' }],
    entities: ['host', 'subscription'],
    conditions: [
      'subscriptions of equal content on two hosts or more (J19)',
      'their first sights lie within seven days',
      'the content is not that of the benign table',
    ],
    joins: [{ id: 'J19', least: 'exact' }],
    windowMs: SPREAD_MS,
    lagMs: 60_000,
    level: 'high',
    modifiers: ['SP1'],
    attack: [
      { new: 'T1546.003', old: ['T1546.003'] },
      { new: 'T1570', old: ['T1570'] },
    ],
    falsePositives: [
      { what: 'a deployment to the fleet', tell: 'one management source, and half of the fleet or more' },
    ],
    blind: ['content that differs on each host (the loose print folds addresses, numbers and long runs)'],
    dedupe: { key: ['fingerprint'], periodMs: 7 * 86_400_000 },
    evidenceKept: ['every record of the subscriptions'],
    test: {
      positive: ['C10, J19: equal content on two hosts within a week is one finding that names both'],
      negative: ['C10: a month apart, or with another payload, it is none'],
    },
  },
  judge(dossiers, bench) {
    const byPrint = Map.groupBy(
      dossiers.filter((dossier) => dossier.fingerprint !== undefined && !isBenign(dossier)),
      (dossier) => dossier.fingerprint ?? '',
    );
    const found: JudgedFinding[] = [];
    for (const [fingerprint, alike] of [...byPrint].sort(([a], [b]) => (a < b ? -1 : 1))) {
      for (const group of campaigns(alike)) found.push(findingOf(fingerprint, group, bench));
    }
    return found;
  },
};

/** Runs of first sights of which each is at most seven days after the run's first; only those on several hosts. */
function campaigns(alike: readonly Dossier[]): readonly (readonly Dossier[])[] {
  const runs: Dossier[][] = [];
  for (const dossier of alike) {
    const run = runs.at(-1);
    const begin = run?.[0];
    if (run !== undefined && begin !== undefined && msOf(dossier.firstSeen) - msOf(begin.firstSeen) <= SPREAD_MS) {
      run.push(dossier);
    } else runs.push([dossier]);
  }
  return runs.filter((run) => new Set(run.map(({ host }) => host)).size >= 2);
}

function findingOf(
  fingerprint: string,
  group: readonly Dossier[],
  bench: Parameters<SubscriptionAnalytic['judge']>[1],
): JudgedFinding {
  const [first] = group;
  if (first === undefined) throw new Error('a campaign has members');
  const worst = group.reduce((best, dossier) => (dossier.verdict.score > best.verdict.score ? dossier : best));
  const hosts = [...new Set(group.map(({ host }) => host))].sort();
  const shown = hosts.slice(0, NAMED_HOSTS).map(hostWords).join(', ');
  const more = hosts.length > NAMED_HOSTS ? ` and ${hosts.length - NAMED_HOSTS} more` : '';
  const accounts = group.flatMap(({ creator }) => creator.account ?? []);
  return {
    finding: {
      id: digestId(['finding', C10.record.id, first.host, fingerprint]),
      analytic: C10.record.id,
      title: `The content of ${namedSubscription(first)} is on ${hosts.length} hosts: ${shown}${more}`,
      level: worst.verdict.level,
      score: worst.verdict.score,
      terms: worst.verdict.terms,
      scope: C10.record.scope,
      host: first.host,
      hosts,
      accounts: [...new Set(accounts)].sort(),
      subscriptions: group.map(({ id }) => id).sort(),
      candidates: [],
      attack: C10.record.attack,
      time: first.firstSeen,
      count: hosts.length,
      aliases: group
        .map(({ host }) => digestId(['finding', C10.record.id, host, fingerprint]))
        .filter((id) => id !== digestId(['finding', C10.record.id, first.host, fingerprint]))
        .sort(),
      evidence: group.flatMap(({ evidence }) => firstRecords(evidence, 4)),
    },
    joins: [
      {
        join: 'J19',
        strength: 'exact',
        text: `equal content (${fingerprint.slice(0, 12)}…) on ${hosts.map(hostWords).slice(0, NAMED_HOSTS).join(', ')}`,
        rivals: 0,
        evidence: group.flatMap(({ evidence }) => firstRecords(evidence, 1)),
      },
    ],
    glue: {
      ...glueOfDossier(first, bench),
      lastMs: group.reduce((latest, { lastSeen }) => Math.max(latest, msOf(lastSeen)), Number.NEGATIVE_INFINITY),
    },
  };
}
