import type { Finding } from '../analytics/index.ts';
import { isBuiltInAccount, isMachineAccount } from '../entities/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import { type Level, levelRank } from '../windows/index.ts';
import { labelsOf } from './cited-rows.ts';
import type { Found } from './lookup.ts';
import { membershipOf, membersOf } from './members.ts';
import { compareText } from './record-line.ts';
import type { HuntResult } from './result.ts';
import { indexOf } from './result-index.ts';
import { dossierSentence } from './sentence.ts';

/** What two things have in common (PRODUCT 4: `--like`). */
export type Shared = 'content' | 'loose content' | 'payload' | 'trigger' | 'command' | 'account' | 'source';

/** Something elsewhere that shares a payload, a trigger, an account or a source with what was asked about. */
export interface Alike {
  readonly kind: 'subscription' | 'finding';
  readonly id: string;
  readonly host: string;
  readonly level: Level;
  readonly title: string;
  readonly time: string;
  /** Incident that holds it, where one does. */
  readonly incident?: string;
  /** Most telling first, each with the value. */
  readonly shared: readonly { readonly what: Shared; readonly value: string }[];
}

export interface Likeness {
  readonly schemaVersion: 1;
  /** Id that was asked about, and what it is. */
  readonly id: string;
  readonly kind: Found['kind'];
  readonly title: string;
  /** What was looked for, by kind. */
  readonly traits: readonly { readonly what: Shared; readonly values: readonly string[] }[];
  /** By what they share, then level, time, id. */
  readonly alike: readonly Alike[];
}

/** Most telling first: the same content says more than the same account. */
const ORDER: readonly Shared[] = ['content', 'payload', 'command', 'loose content', 'trigger', 'source', 'account'];

type Traits = Record<Shared, Map<string, string>>;

/** Compares by folded text, shows as written. */
function put(traits: Traits, what: Shared, value: string | undefined): void {
  if (value === undefined || value === '') return;
  const key = value.replace(/\s+/g, ' ').trim().toLowerCase();
  if (!traits[what].has(key)) traits[what].set(key, value);
}

function nothing(): Traits {
  return {
    content: new Map(),
    'loose content': new Map(),
    payload: new Map(),
    trigger: new Map(),
    command: new Map(),
    account: new Map(),
    source: new Map(),
  };
}

/** Accounts that every machine has tell nothing (DOMAIN 3.4). */
function isTelling(account: string): boolean {
  return !isBuiltInAccount(account) && !isMachineAccount(account);
}

function addDossier(traits: Traits, dossier: Dossier): void {
  put(traits, 'content', dossier.fingerprint);
  put(traits, 'loose content', dossier.loosePrint);
  put(traits, 'payload', dossier.consumer.payload);
  put(traits, 'trigger', dossier.filter.query);
  for (const account of [dossier.creator.account, dossier.origin.account]) {
    if (account !== undefined && isTelling(account)) put(traits, 'account', account);
  }
  put(traits, 'source', dossier.origin.source?.host);
  put(traits, 'source', dossier.origin.source?.address);
}

/** Programs that only host what others call: started like this they are alike on every machine. */
const BARE_HOSTS: ReadonlySet<string> = new Set([
  'scrcons.exe',
  'wmiprvse.exe',
  'mmc.exe',
  'dllhost.exe',
  'wsmprovhost.exe',
]);

/** `C:\\Windows\\System32\\wbem\\scrcons.exe -Embedding`: what COM starts, with nothing of what it was started for. */
function isBareHost(command: string): boolean {
  const text = command.trim();
  const close = text.startsWith('"') ? text.indexOf('"', 1) : -1;
  const program = close > 0 ? text.slice(1, close) : (text.split(/\s/, 1)[0] ?? '');
  const name = program.slice(program.lastIndexOf('\\') + 1).toLowerCase();
  if (!BARE_HOSTS.has(name)) return false;
  const words = text.slice(close > 0 ? close + 1 : program.length).split(/\s+/);
  return words.every((word) => word === '' || /^[-/](?:embedding|secured)$/i.test(word));
}

function addFinding(traits: Traits, finding: Finding): void {
  const command = finding.process?.commandLine;
  if (command !== undefined && !isBareHost(command)) put(traits, 'command', command);
  for (const account of finding.accounts) if (isTelling(account)) put(traits, 'account', account);
  for (const { address } of finding.candidates) put(traits, 'source', address);
}

/** Adds where a hop of the incident came from, for the members that it tells of. */
function addHops(traits: Traits, result: HuntResult, ids: readonly string[]): void {
  const { hops } = indexOf(result);
  for (const hop of ids.flatMap((id) => hops.get(id) ?? [])) {
    put(traits, 'source', hop.source.host);
    put(traits, 'source', hop.source.address);
    for (const account of [hop.account, hop.source.account]) {
      if (account !== undefined && isTelling(account)) put(traits, 'account', account);
    }
  }
}

/**
 * Subscriptions and findings of `searched` that share a payload, trigger, account or source with what `found` names in
 * `asked`; the members of the same incident are not elsewhere and are left out. The two results may be one.
 */
export function likeness(asked: HuntResult, found: Found, searched: HuntResult): Likeness | undefined {
  const subject = subjectOf(asked, found);
  if (subject === undefined) return undefined;
  const traits = nothing();
  for (const dossier of subject.dossiers) addDossier(traits, dossier);
  for (const finding of subject.findings) addFinding(traits, finding);
  const own = new Set([...subject.dossiers, ...subject.findings].map(({ id }) => id));
  addHops(traits, asked, [...own]);
  const label = labelsOf(searched);
  const { incidentOf } = membershipOf(searched);
  const alike: Alike[] = [];
  const take = (item: Omit<Alike, 'shared' | 'incident'>, its: Traits): void => {
    addHops(its, searched, [item.id]);
    const shared = ORDER.flatMap((what) =>
      [...its[what]].filter(([key]) => traits[what].has(key)).map(([, value]) => ({ what, value })),
    );
    if (shared.length === 0) return;
    const incident = incidentOf.get(item.id)?.id;
    alike.push({ ...item, ...(incident === undefined ? {} : { incident }), shared });
  };
  for (const dossier of searched.subscriptions) {
    if (own.has(dossier.id)) continue;
    const its = nothing();
    addDossier(its, dossier);
    const { id, host, verdict, firstSeen: time } = dossier;
    take({ kind: 'subscription', id, host, level: verdict.level, title: dossierSentence(dossier, label), time }, its);
  }
  for (const finding of searched.findings) {
    if (own.has(finding.id)) continue;
    const its = nothing();
    addFinding(its, finding);
    const { id, host, level, title, time } = finding;
    take({ kind: 'finding', id, host, level, title, time }, its);
  }
  return {
    schemaVersion: 1,
    id: subject.id,
    kind: found.kind,
    title: subject.title,
    traits: ORDER.flatMap((what) => {
      const values = [...traits[what].values()].sort(compareText);
      return values.length === 0 ? [] : [{ what, values }];
    }),
    alike: alike.sort(compareAlike),
  };
}

function compareAlike(a: Alike, b: Alike): number {
  const rank = ({ shared: [first] }: Alike): number => (first === undefined ? ORDER.length : ORDER.indexOf(first.what));
  return (
    rank(a) - rank(b) ||
    levelRank(b.level) - levelRank(a.level) ||
    compareText(a.time, b.time) ||
    compareText(a.id, b.id)
  );
}

interface LikeSubject {
  readonly id: string;
  readonly title: string;
  readonly dossiers: readonly Dossier[];
  readonly findings: readonly Finding[];
}

function subjectOf(result: HuntResult, found: Found): LikeSubject | undefined {
  const label = labelsOf(result);
  switch (found.kind) {
    case 'incident':
      return { id: found.incident.id, title: found.incident.title, ...membersOf(found.incident, result) };
    case 'subscription':
      return {
        id: found.dossier.id,
        title: dossierSentence(found.dossier, label),
        dossiers: [found.dossier],
        findings: [],
      };
    case 'finding':
      return { id: found.finding.id, title: found.finding.title, dossiers: [], findings: [found.finding] };
    default:
      return undefined;
  }
}
