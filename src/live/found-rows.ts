import type { Finding } from '../analytics/index.ts';
import type { Dossier } from '../subscriptions/index.ts';

/** Longest text and most names of a row: evidence may say anything, and a page holds 1,000 rows. */
const MOST_TEXT = 200;
const MOST_NAMES = 8;

/** What a list says of a finding. */
export function findingRow(finding: Finding): Readonly<Record<string, unknown>> {
  const { analytic, rule, attackTool, title, level, score, scope, host, hosts, accounts, time, count } = finding;
  return {
    ...(analytic === undefined ? {} : { analytic }),
    ...(rule === undefined
      ? {}
      : { rule: { ...(rule.id === undefined ? {} : { id: rule.id }), title: cut(rule.title) } }),
    ...(attackTool === undefined ? {} : { attackTool }),
    title: cut(title),
    level,
    score,
    scope,
    host,
    hosts: hosts.slice(0, MOST_NAMES).map(cut),
    accounts: accounts.slice(0, MOST_NAMES).map(cut),
    time,
    count,
  };
}

/** What a list says of a subscription. */
export function subscriptionRow(dossier: Dossier): Readonly<Record<string, unknown>> {
  const { host, namespace, filter, consumer, verdict, state, origin, creator, lifecycle, seenIn, baseline } = dossier;
  const { fingerprint, loosePrint, attackTool, firstSeen, lastSeen, inferred, conflicts, binding } = dossier;
  const { source, account } = origin;
  const named = { filter: filter.name, consumer: consumer.name, class: consumer.class };
  return {
    host,
    namespace: cut(namespace),
    ...Object.fromEntries(Object.entries(named).map(([key, name]) => [key, name === null ? null : cut(name)])),
    ...(consumer.payload === undefined ? {} : { payload: cut(consumer.payload) }),
    level: verdict.level,
    score: verdict.score,
    state,
    steps: [...new Set(lifecycle.map(({ step }) => step))],
    origin: {
      kind: origin.kind,
      ...(source?.host === undefined ? {} : { host: cut(source.host) }),
      ...(source?.address === undefined ? {} : { address: source.address }),
      ...(account === undefined ? {} : { account: cut(account) }),
    },
    ...(creator.account === undefined ? {} : { creator: cut(creator.account) }),
    seenIn,
    isOrphan: binding === undefined,
    isInferred: inferred,
    isKnown: baseline.known,
    conflicts: conflicts.length,
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(loosePrint === undefined ? {} : { loosePrint }),
    ...(attackTool === undefined ? {} : { attackTool }),
    firstSeen,
    lastSeen,
  };
}

function cut(text: string): string {
  return text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT - 1).toWellFormed()}…`;
}
