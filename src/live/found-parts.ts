import type { Finding } from '../analytics/index.ts';
import type { Judgement } from '../judgement/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import { type Level, type Pieces, parseTime } from '../windows/index.ts';
import { contentDigest } from './content.ts';
import { findingRow, subscriptionRow } from './found-rows.ts';

/** A finding or a subscription of a judgement, as it is compared with what was told of it. */
export interface FoundPart {
  readonly of: 'finding' | 'subscription';
  readonly id: string;
  /** SHA-256 of its content, without places and aliases. */
  readonly digest: string;
  /** How much it says, a whole number: the count of a finding, the last time of a subscription in Unix milliseconds. */
  readonly extent: number;
  /** Host keys of all that it concerns. */
  readonly hosts: readonly string[];
  /** Unix milliseconds; 0 where the time of evidence is none. */
  readonly firstMs: number;
  /** The incident that it is part of. */
  readonly incident: string | undefined;
  readonly part: Finding | Dossier;
}

/** What is stored of one, beside the columns that it is compared by. */
export interface FoundTexts {
  readonly level: Level;
  readonly host: string;
  /** Analytic or rule of a finding; state of a subscription. */
  readonly label: string;
  /** Scope of a finding. */
  readonly word: string;
  /** Rule of a finding, fingerprint of a subscription. */
  readonly print: string | undefined;
  readonly last: string;
  /** JSON of what a list shows, and of the whole. */
  readonly row: string;
  readonly document: string;
}

/** Findings of which parts are made in one piece: some ten milliseconds. */
const FINDINGS_A_PIECE = 256;

/** Every finding and subscription of a judgement, in its order; made in pieces. */
export function* makingFound({ findings, subscriptions, incidents }: Judgement): Pieces<readonly FoundPart[]> {
  const incidentOf = new Map(
    incidents.flatMap(({ id, ...of }) => [...of.findings, ...of.subscriptions].map((part) => [part, id] as const)),
  );
  const found: FoundPart[] = [];
  for (const part of subscriptions) {
    if (found.length % FINDINGS_A_PIECE === 0) yield;
    const { id, host, firstSeen, lastSeen } = part;
    const times = { firstMs: msOf(firstSeen), extent: msOf(lastSeen) };
    const digest = contentDigest(part);
    found.push({ of: 'subscription', id, digest, ...times, hosts: [host], incident: incidentOf.get(id), part });
  }
  for (const part of findings) {
    if (found.length % FINDINGS_A_PIECE === 0) yield;
    const { id, host, hosts, time, count } = part;
    const all = [...new Set([host, ...hosts])];
    const times = { firstMs: msOf(time), extent: count };
    const digest = contentDigest(part);
    found.push({ of: 'finding', id, digest, ...times, hosts: all, incident: incidentOf.get(id), part });
  }
  return found;
}

/** Made only of what changed: a document is much larger than its digest. */
export function textsOf({ part }: FoundPart): FoundTexts {
  const document = JSON.stringify(part);
  if ('lifecycle' in part) {
    const { verdict, host, state, fingerprint: print, lastSeen: last } = part;
    const row = JSON.stringify(subscriptionRow(part));
    return { level: verdict.level, host, label: state, word: '', print, last, row, document };
  }
  const { level, host, scope: word, time: last } = part;
  return {
    level,
    host,
    label: labelOf(part),
    word,
    print: ruleOf(part),
    last,
    row: JSON.stringify(findingRow(part)),
    document,
  };
}

/** What a finding is counted by: its analytic, else its rule. */
function labelOf(finding: Finding): string {
  return finding.analytic ?? ruleOf(finding) ?? '';
}

function ruleOf({ rule }: Finding): string | undefined {
  return rule === undefined ? undefined : ruleKey(rule);
}

/** What the hits of a rule are counted by: its id, else its title. */
export function ruleKey({ id, title }: { readonly id?: string | undefined; readonly title: string }): string {
  return id ?? title;
}

function msOf(time: string): number {
  const ms = parseTime(time)?.ms ?? 0;
  return Number.isSafeInteger(ms) ? ms : 0;
}
