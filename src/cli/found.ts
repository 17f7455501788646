import type { Finding } from '../analytics/index.ts';
import type {
  FindingRowDocument,
  FoundColumns,
  HostDocument,
  HostRowDocument,
  Page,
  SubscriptionRowDocument,
} from '../api/index.ts';
import { escapeTerminal, renderDossier, renderFinding } from '../report/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import { flagValue, type Invocation } from './arguments.ts';
import type { Environment } from './environment.ts';
import { hostTable, shownHost } from './host-text.ts';
import { askServer } from './server-client.ts';
import { listQuery, shortTime, table, tellAnswer, timeColumn } from './server-rows.ts';

/** What is listed and shown: where it is asked for, by which flags, and how it reads. */
interface Subject {
  readonly path: string;
  /** Names of the query by the flags that give them. */
  readonly query: Readonly<Record<string, string>>;
  list(json: unknown): string;
  show(json: unknown): string;
}

const COMMON = { 'min-level': 'level', host: 'host', incident: 'incident', standing: 'standing' };

const SUBJECTS: Readonly<Record<string, Subject>> = {
  findings: {
    path: '/v1/findings',
    query: { ...COMMON, analytic: 'analytic', rule: 'rule' },
    list: (json) => findingTable((json as Page<FindingRowDocument>).items),
    show: (json) => {
      const { finding, ...columns } = json as FoundColumns & { readonly finding: Finding };
      return `${headOf(columns)}${renderFinding(finding)}`;
    },
  },
  subscriptions: {
    path: '/v1/subscriptions',
    query: { ...COMMON, state: 'state', fingerprint: 'fingerprint' },
    list: (json) => subscriptionTable((json as Page<SubscriptionRowDocument>).items),
    show: (json) => {
      const { subscription, hostsOfFingerprint, ...columns } = json as FoundColumns & {
        readonly subscription: Dossier;
        readonly hostsOfFingerprint: number;
      };
      const same = hostsOfFingerprint > 1 ? `The same content is on ${hostsOfFingerprint} hosts.\n` : '';
      return `${headOf(columns)}${same}${renderDossier(subscription)}`;
    },
  },
  hosts: {
    path: '/v1/hosts',
    query: { named: 'named', 'silent-since': 'silentSince' },
    list: (json) => hostTable((json as Page<HostRowDocument>).items),
    show: (json) => shownHost(json as HostDocument),
  },
};

/** `triad findings|subscriptions|hosts list|show`: what the server's detection knows, through its API. */
export async function runFound(invocation: Invocation, environment: Environment): Promise<number> {
  const [noun = '', verb] = invocation.command.verb.split(' ');
  const subject = SUBJECTS[noun];
  if (subject === undefined) throw new Error(`nothing is known of ${noun}`);
  const { path, query, list, show } = subject;
  if (verb === 'show') {
    const one = `${path}/${encodeURIComponent(invocation.operands[0] ?? '')}`;
    return await tellAnswer(invocation, environment, () => askServer(invocation, environment, 'GET', one), show);
  }
  const asked = Object.entries(query).map(([flag, name]) => [name, flagValue(invocation, flag)] as const);
  const all = `${path}${listQuery(invocation, Object.fromEntries(asked))}`;
  return await tellAnswer(invocation, environment, () => askServer(invocation, environment, 'GET', all), list);
}

/** What the server knows beside what a hunt prints. */
function headOf({ standing, version, incident, changed }: FoundColumns): string {
  const part = incident === undefined ? 'of no incident' : `of incident ${incident}`;
  return `${standing}, version ${version}, ${part}, changed ${shortTime(changed)}\n\n`;
}

function findingTable(rows: readonly FindingRowDocument[]): string {
  return table(
    rows,
    [
      { title: 'ID', of: ({ id }) => id },
      { title: 'LEVEL', of: ({ level }) => level },
      timeColumn('TIME', ({ time }) => time),
      { title: 'HOST', of: ({ host }) => host },
      { title: 'BY', of: ({ analytic, rule }) => analytic ?? rule?.id?.slice(0, 8) ?? 'rule' },
      { title: 'WHAT', of: ({ title, standing }) => `${title}${marked(standing)}` },
    ],
    'There are no such findings.',
  );
}

function subscriptionTable(rows: readonly SubscriptionRowDocument[]): string {
  return table(
    rows,
    [
      { title: 'ID', of: ({ id }) => id },
      { title: 'LEVEL', of: ({ level }) => level },
      { title: 'STATE', of: ({ state }) => state },
      timeColumn('FIRST', ({ firstSeen }) => firstSeen),
      { title: 'HOST', of: ({ host }) => host },
      { title: 'CONSUMER', of: ({ class: kind }) => kind ?? '-' },
      {
        title: 'NAMES',
        of: ({ filter, consumer, standing }) => `${filter ?? '-'} / ${consumer ?? '-'}${marked(standing)}`,
      },
    ],
    'There are no such subscriptions.',
  );
}

/** One that is told as it is now needs no word. */
function marked(standing: FoundColumns['standing']): string {
  return standing === 'told' ? '' : escapeTerminal(` (${standing})`);
}
