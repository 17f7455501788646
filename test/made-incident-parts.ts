import type { Finding, Glue, HopFacts, JudgedFinding } from '../src/analytics/index.ts';
import type { CallSource, CandidateLogon, Join, JoinId, Strength } from '../src/entities/index.ts';
import type { IncidentFacts, IncidentInput } from '../src/incidents/index.ts';
import type { Dossier, LifecycleStep } from '../src/subscriptions/index.ts';
import { type Evidence, levelOfScore } from '../src/windows/index.ts';

/** Hand-made findings, dossiers and facts: what `incidents` takes. */

/** "09:00:01" of one day, as results write it. */
export function at(clock: string): string {
  return `2026-03-12T${clock}.0000000Z`;
}

/** A cited record: `record` names it. */
export function cited(record: string, more: Partial<Evidence> = {}): Evidence {
  return { file: 'Security.evtx', channel: 'Security', eventId: 4624, record, ...more };
}

export function join(id: JoinId, strength: Strength, records: readonly string[], rivals = 0): Join {
  return { join: id, strength, text: `${id} holds`, rivals, evidence: records.map((record) => cited(record)) };
}

export interface FindingParts extends Partial<Omit<Finding, 'id' | 'analytic'>> {
  readonly glue?: Partial<Glue>;
  readonly hop?: HopFacts;
  readonly joins?: readonly Join[];
}

export function finding(id: string, analytic: string, parts: FindingParts = {}): JudgedFinding {
  const { glue, hop, joins, ...of } = parts;
  const host = of.host ?? 'srv-02.corp.example';
  const time = of.time ?? at('09:00:00');
  const score = of.score ?? 65;
  const ms = Date.parse(`${time.slice(0, 23)}Z`);
  return {
    finding: {
      id,
      analytic,
      title: `${analytic} holds`,
      level: levelOfScore(score),
      score,
      terms: [],
      scope: analytic.startsWith('T') ? 'tamper' : /^[NM]/.test(analytic) ? 'lateral' : 'wmi',
      host,
      hosts: [host],
      accounts: [],
      subscriptions: [],
      candidates: [],
      attack: [],
      time,
      count: 1,
      aliases: [],
      evidence: [],
      ...of,
    },
    ...(hop === undefined ? {} : { hop }),
    joins: joins ?? [],
    glue: { processes: [], logons: [], accounts: [], firstMs: ms, lastMs: ms, ...glue },
  };
}

export function step(name: LifecycleStep['step'], clock: string, more: Partial<LifecycleStep> = {}): LifecycleStep {
  return { step: name, time: at(clock), strength: 'witnessed', evidence: [], ...more };
}

export function dossier(id: string, parts: Partial<Dossier> & { readonly score?: number } = {}): Dossier {
  const { score = 66, ...of } = parts;
  return {
    id,
    host: 'srv-02.corp.example',
    namespace: 'root\\subscription',
    namespaceBasis: 'stated',
    filter: { name: 'Updater', query: "SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName='a.exe'" },
    consumer: {
      class: 'CommandLineEventConsumer',
      name: 'Updater',
      payload: 'powershell.exe -NoP',
      properties: { CommandLineTemplate: 'powershell.exe -NoP' },
      decoded: [],
      features: [],
      indicators: [],
    },
    binding: { inferred: false },
    creator: { account: 'CORP\\alice' },
    origin: { kind: 'unknown', candidates: [] },
    lifecycle: [step('created', '09:00:00')],
    state: 'armed',
    seenIn: [],
    inferred: false,
    firstSeen: at('09:00:00'),
    lastSeen: at('09:00:00'),
    otherContents: [],
    conflicts: [],
    baseline: { known: false },
    verdict: { level: levelOfScore(score), score, terms: [] },
    notes: [],
    aliases: [],
    evidence: [],
    ...of,
  };
}

export function candidate(parts: Partial<CandidateLogon> = {}): CandidateLogon {
  return {
    join: 'J12',
    strength: 'strong',
    account: 'CORP\\alice',
    address: '10.0.0.7',
    ports: [50412],
    logonId: '0x4a9c2e1',
    time: at('08:59:58'),
    evidence: [cited('logon')],
    ...parts,
  };
}

export function source(parts: Partial<CallSource> = {}): CallSource {
  return {
    host: 'ws-07.corp.example',
    address: '10.0.0.7',
    strength: 'exact',
    points: 100,
    joins: [join('J2', 'exact', ['connect', 'logon'])],
    ...(parts.joins === undefined ? { transport: 'dcom' as const } : {}),
    isNamed: true,
    ...parts,
  };
}

export function hop(object: HopFacts['object'], parts: Partial<HopFacts> = {}): HopFacts {
  return {
    object,
    target: { host: 'srv-02.corp.example', logonId: '0x4a9c2e1' },
    account: 'CORP\\alice',
    method: 'wmi-dcom',
    time: at('09:00:00'),
    caller: [join('J1', 'exact', ['logon', 'start'])],
    sources: [source()],
    isSeenAtTarget: true,
    ...parts,
  };
}

/** Facts about nothing: a dossier's glue is its creator's account. */
export const NO_FACTS: IncidentFacts = {
  glueOf: ({ creator, firstSeen, lastSeen }) => ({
    processes: [],
    logons: [],
    accounts: creator.account === undefined ? [] : [creator.account.toLowerCase()],
    firstMs: Date.parse(firstSeen.slice(0, 19)),
    lastMs: Date.parse(lastSeen.slice(0, 19)),
  }),
  sourcesOf: () => [],
  ancestorsOf: () => [],
  clockOffset: () => undefined,
  hostOfRecord: () => 'ws-07.corp.example',
  isHeard: () => false,
  logState: () => 'given',
};

export function input(
  findings: readonly JudgedFinding[],
  dossiers: readonly Dossier[] = [],
  facts: Partial<IncidentFacts> = {},
): IncidentInput {
  return { findings, dossiers, gaps: [], facts: { ...NO_FACTS, ...facts } };
}
