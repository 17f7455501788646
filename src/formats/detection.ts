import type { Finding, RuleCredit } from '../analytics/index.ts';
import type { Hop, Incident } from '../incidents/index.ts';
import type { Dossier, Pinned } from '../subscriptions/index.ts';
import { type Evidence, type Level, techniqueIds, techniqueOf } from '../windows/index.ts';
import { type ProcessFacts, processFacts } from './facts.ts';
import { distinct, MOST_ITEMS } from './text.ts';
import type { FormatOptions, FormatParts, HuntFormatOptions, IncidentParts, RecordFacts } from './told.ts';

/** ATT&CK: event triggered execution by a WMI event subscription (PRODUCT 1), the same in every version. */
const SUBSCRIPTION_TECHNIQUE = 'T1546.003';

/** What one document tells, in no vocabulary yet: ECS, OCSF and STIX are made of this alone. */
export interface Detection {
  readonly kind: 'finding' | 'subscription' | 'incident';
  readonly id: string;
  readonly title: string;
  readonly level: Level;
  readonly score: number;
  /** 0..1; absent where nothing was joined to another machine. */
  readonly confidence?: number;
  /** The analytic's id; of a dossier and an incident none. */
  readonly analytic?: string;
  readonly rule?: RuleCredit;
  /** RFC 3339, of what is told. */
  readonly time: string;
  /** It was at `time` or later. */
  readonly timeIsBound: boolean;
  readonly first?: string;
  readonly last?: string;
  /** Host key where it was seen; of an incident the first of `hosts`. */
  readonly host: string;
  readonly hosts: readonly string[];
  readonly accounts: readonly string[];
  /** Ids of techniques, in the version asked for. */
  readonly techniques: readonly string[];
  readonly count: number;
  readonly processes: readonly ProcessFacts[];
  readonly hops: readonly Hop[];
  readonly dossiers: readonly Dossier[];
  readonly records: readonly RecordFacts[];
  /** How many of processes, hops, dossiers and records were left out for the bound. */
  readonly leftOut: number;
  /** Id of the incident that it is part of. */
  readonly incident?: string;
  readonly pinned?: Pinned;
}

/** Every dossier, then every finding, each in the order of the parts. */
export function* detectionsOf(parts: FormatParts, options: HuntFormatOptions): Generator<Detection> {
  const look = lookOf(parts);
  for (const dossier of parts.subscriptions) yield ofDossier(dossier, look, options);
  for (const finding of parts.findings) yield ofFinding(finding, look, options);
}

/** The incident as one document, with its members' processes, hops and dossiers as far as the bound goes. */
export function detectionOfIncident(parts: IncidentParts, { attackVersion }: FormatOptions): Detection {
  const { incident, findings, subscriptions, records } = parts;
  const processes = distinctProcesses(findings.flatMap(({ process }) => process ?? [])).map((process) =>
    processFacts(process, records),
  );
  const { id, title, level, score, confidence, first, last, hosts, accounts, attack, edges, firstIsBound } = incident;
  return {
    kind: 'incident',
    id,
    title,
    level,
    score,
    ...(confidence === undefined ? {} : { confidence }),
    time: first,
    timeIsBound: firstIsBound === true,
    first,
    last,
    host: hosts[0] ?? '',
    hosts,
    accounts,
    techniques: techniqueIds(attack, attackVersion),
    count: incident.findings.length + incident.subscriptions.length,
    ...bounded({ processes, hops: edges, dossiers: subscriptions, records }),
  };
}

interface Look {
  readonly records: ReadonlyMap<string, RecordFacts>;
  readonly dossiers: ReadonlyMap<string, Dossier>;
  readonly incidentOf: ReadonlyMap<string, Incident>;
  readonly hopsOf: ReadonlyMap<string, readonly Hop[]>;
}

function lookOf({ incidents, subscriptions, records }: FormatParts): Look {
  const incidentOf = new Map<string, Incident>();
  const hopsOf = new Map<string, Hop[]>();
  for (const incident of incidents) {
    for (const id of [...incident.subscriptions, ...incident.findings]) incidentOf.set(id, incident);
    for (const hop of incident.edges) {
      for (const id of hop.tells) {
        const hops = hopsOf.get(id);
        if (hops === undefined) hopsOf.set(id, [hop]);
        else hops.push(hop);
      }
    }
  }
  return {
    records: new Map(records.map((record) => [record.id, record])),
    dossiers: new Map(subscriptions.map((dossier) => [dossier.id, dossier])),
    incidentOf,
    hopsOf,
  };
}

function ofFinding(finding: Finding, look: Look, { attackVersion }: FormatOptions): Detection {
  const { id, title, level, score, time, timeIsBound, host, hosts, accounts, attack, count, process } = finding;
  const records = recordsOf(finding.evidence, look);
  const processes = process === undefined ? [] : [processFacts(process, records)];
  const dossiers = finding.subscriptions.flatMap((one) => look.dossiers.get(one) ?? []);
  return {
    kind: 'finding',
    id,
    title,
    level,
    score,
    ...confidenceOf(id, look),
    ...(finding.analytic === undefined ? {} : { analytic: finding.analytic }),
    ...(finding.rule === undefined ? {} : { rule: finding.rule }),
    time,
    timeIsBound: timeIsBound === true,
    ...spanOf(finding.evidence),
    host,
    hosts,
    accounts,
    techniques: techniqueIds(attack, attackVersion),
    count,
    ...bounded({ processes, hops: look.hopsOf.get(id) ?? [], dossiers, records }),
    ...membership(id, look),
    ...(finding.pinned === undefined ? {} : { pinned: finding.pinned }),
  };
}

function ofDossier(dossier: Dossier, look: Look, { attackVersion, sentenceOf }: HuntFormatOptions): Detection {
  const { id, host, verdict, firstSeen, firstSeenIsBound, origin, creator } = dossier;
  const hops = look.hopsOf.get(id) ?? [];
  const ends = hops.flatMap(({ source }) => source.host ?? []);
  return {
    kind: 'subscription',
    id,
    title: sentenceOf(dossier),
    level: verdict.level,
    score: verdict.score,
    ...confidenceOf(id, look),
    time: firstSeen,
    timeIsBound: firstSeenIsBound === true,
    ...spanOf(dossier.evidence),
    host,
    hosts: distinct([host, origin.source?.host, ...ends]),
    accounts: distinct([origin.account, creator.account ?? creator.sid]),
    techniques: techniqueIds([techniqueOf(SUBSCRIPTION_TECHNIQUE)], attackVersion),
    count: 1,
    ...bounded({ processes: [], hops, dossiers: [dossier], records: recordsOf(dossier.evidence, look) }),
    ...membership(id, look),
    ...(dossier.pinned === undefined ? {} : { pinned: dossier.pinned }),
  };
}

type Lists = Pick<Detection, 'processes' | 'hops' | 'dossiers' | 'records'>;

function bounded({ processes, hops, dossiers, records }: Lists): Lists & Pick<Detection, 'leftOut'> {
  const beyond = (list: readonly unknown[]): number => Math.max(0, list.length - MOST_ITEMS);
  return {
    processes: processes.slice(0, MOST_ITEMS),
    hops: hops.slice(0, MOST_ITEMS),
    dossiers: dossiers.slice(0, MOST_ITEMS),
    records: records.slice(0, MOST_ITEMS),
    leftOut: beyond(processes) + beyond(hops) + beyond(dossiers) + beyond(records),
  };
}

/** First and last time that cited records state; a record without one adds none. */
function spanOf(evidence: readonly Evidence[]): Pick<Detection, 'first' | 'last'> {
  const times = evidence.flatMap(({ time }) => time ?? []).sort();
  const [first] = times;
  const last = times.at(-1);
  return { ...(first === undefined ? {} : { first }), ...(last === undefined ? {} : { last }) };
}

function recordsOf(evidence: readonly Evidence[], { records }: Look): readonly RecordFacts[] {
  const ids = new Set(evidence.flatMap(({ record }) => record ?? []));
  return [...ids].flatMap((id) => records.get(id) ?? []);
}

function confidenceOf(id: string, { hopsOf }: Look): Pick<Detection, 'confidence'> {
  const hops = hopsOf.get(id) ?? [];
  return hops.length === 0 ? {} : { confidence: Math.max(...hops.map(({ confidence }) => confidence)) };
}

function membership(id: string, { incidentOf }: Look): Pick<Detection, 'incident'> {
  const incident = incidentOf.get(id)?.id;
  return incident === undefined ? {} : { incident };
}

type Process = NonNullable<Finding['process']>;

function distinctProcesses(processes: readonly Process[]): readonly Process[] {
  const byText = new Map(processes.map((process) => [JSON.stringify(process), process]));
  return [...byText.values()];
}
