import { digestId } from '../bytes/index.ts';
import { type CallSource, type CandidateLogon, type ProcessStart, type Strength, secondOf } from '../entities/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import { distinctEvidence, imageTail, parseTime } from '../windows/index.ts';
import { PROCESS_ANALYTICS } from './catalogue/index.ts';
import type { AnalyticFinding, Finding, FindingProcess, Glue, HopFacts, JudgedFinding } from './finding.ts';
import { glueOf } from './glue.ts';
import type { FiredBy, Judgement, ProcessAnalytic } from './judgement.ts';
import type { ProcessCase } from './process-case.ts';
import { markInferred } from './scoring.ts';
import type { Bench } from './watch.ts';

/** The firing join of `subscriptions` (SETTLED A5): which dossiers a start fired. */
export interface Firings {
  firingOf(
    start: ProcessStart,
  ): { readonly strength: Strength; readonly isByText: boolean; readonly subscriptions: readonly string[] } | undefined;
}

/** The findings about a process: each analytic that holds, less those that say less of the same (SETTLED C14). */
export function judgeProcess(
  process: ProcessCase,
  dossiers: ReadonlyMap<string, Dossier>,
  firings: Firings,
  bench: Bench,
): readonly JudgedFinding[] {
  const { entities } = bench;
  const judged = {
    process,
    fired: firedBy(process, dossiers, firings),
    evidence: process.events.flatMap((event) => entities.cite(event)),
    childEvidence: process.children.flatMap((child) => child.events.flatMap((event) => entities.cite(event))),
    signEvidence: process.localSign?.events.flatMap((event) => entities.cite(event)) ?? [],
    sources: process.callKey === undefined ? [] : bench.joins.sourcesOf(process.callKey),
    bench,
  };
  const superseded = new Set<string>();
  const found: JudgedFinding[] = [];
  for (const analytic of PROCESS_ANALYTICS) {
    if (superseded.has(analytic.record.id)) continue;
    const judgement = analytic.judge(judged);
    if (judgement === undefined) continue;
    for (const id of analytic.supersedes) superseded.add(id);
    found.push({
      finding: findingOf(process, analytic, judgement, judged.sources),
      ...hopOf(process, judgement, judged.sources),
      joins: judgement.joins ?? [],
      glue: glueOfProcess(process, judgement, bench),
    });
  }
  return found;
}

function firedBy({ start }: ProcessCase, dossiers: ReadonlyMap<string, Dossier>, firings: Firings): readonly FiredBy[] {
  const firing = start === undefined ? undefined : firings.firingOf(start);
  if (firing === undefined) return [];
  return firing.subscriptions.flatMap((id) => {
    const dossier = dossiers.get(id);
    return dossier === undefined ? [] : { dossier, strength: firing.strength, isByText: firing.isByText };
  });
}

function findingOf(
  process: ProcessCase,
  { record, supersedes }: ProcessAnalytic,
  judgement: Judgement,
  sources: readonly CallSource[],
): AnalyticFinding {
  const id = processFindingId(record.id, process, 0);
  const aliases = new Set<string>();
  for (const [at] of process.identities.entries()) {
    for (const analytic of [record.id, ...supersedes]) aliases.add(processFindingId(analytic, process, at));
  }
  aliases.delete(id);
  const named = judgement.call === undefined ? undefined : sources.find(({ isNamed }) => isNamed);
  const addresses = new Set(judgement.candidates.flatMap((candidate) => candidate.address ?? []));
  const source = named?.host ?? named?.address ?? (addresses.size === 1 ? [...addresses][0] : undefined);
  return {
    id,
    analytic: record.id,
    title: judgement.title,
    level: judgement.score.level,
    score: judgement.score.score,
    terms: markInferred(process.events, judgement.score.terms),
    scope: record.scope,
    host: process.host,
    hosts: source === undefined || source === process.host ? [process.host] : [process.host, source],
    accounts: [...new Set(judgement.accounts)].sort(),
    subscriptions: [...new Set(judgement.subscriptions)].sort(),
    process: findingProcess(process),
    candidates: judgement.candidates,
    attack: record.attack,
    time: process.time,
    count: 1,
    aliases: [...aliases].sort(),
    evidence: distinctEvidence(judgement.evidence),
  };
}

/** The hop of a process that a remote caller started (SETTLED C16: its X is the process). */
function hopOf(process: ProcessCase, { call }: Judgement, sources: readonly CallSource[]): { readonly hop?: HopFacts } {
  if (call === undefined) return {};
  const [identity] = process.identities;
  const start = identity?.startMs === undefined ? null : secondOf(identity.startMs);
  return {
    hop: {
      object: ['process', process.host, identity?.pid ?? null, imageTail(process.image), start],
      target: {
        host: process.host,
        ...(call.logonId === undefined ? {} : { logonId: call.logonId }),
      },
      ...(call.account === undefined ? {} : { account: call.account }),
      method: call.method,
      time: process.time,
      process: findingProcess(process),
      caller: call.caller,
      sources,
      isSeenAtTarget: true,
    },
  };
}

function processFindingId(analytic: string, process: ProcessCase, at: number): string {
  const identity = process.identities[at];
  const start = identity?.startMs === undefined ? null : secondOf(identity.startMs);
  return digestId(['finding', analytic, process.host, identity?.pid ?? null, imageTail(process.image), start]);
}

function findingProcess(process: ProcessCase): FindingProcess {
  const { image, commandLine, pid, parentImage, parentPid } = process;
  // A 4688 of version 0 or 1 names its creator's account and logon only (DOMAIN 2.2 #52): they are not the child's.
  const user = process.isOwnLogon ? process.user : undefined;
  const logonId = process.isOwnLogon ? process.logonId : undefined;
  return {
    image,
    ...(commandLine === undefined ? {} : { commandLine }),
    ...(pid === undefined ? {} : { pid }),
    ...(user === undefined ? {} : { user }),
    ...(parentImage === undefined ? {} : { parentImage }),
    ...(parentPid === undefined ? {} : { parentPid }),
    ...(logonId === undefined ? {} : { logonId }),
  };
}

export function compareFindings(a: Finding, b: Finding): number {
  return compareText(a.time, b.time) || compareText(a.host, b.host) || compareText(a.id, b.id);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The lineage, the session and the accounts by which a process meets other findings (DOMAIN 3.4). */
function glueOfProcess(process: ProcessCase, judgement: Judgement, bench: Bench): Glue {
  const glue = glueOf(bench.entities, {
    host: process.host,
    atMs: process.startMs,
    guid: process.guid,
    pid: process.pid,
    ...(process.isOwnLogon && process.logonId !== undefined ? { logonId: process.logonId } : {}),
    accounts: judgement.accounts,
  });
  const ends = judgement.call === undefined ? [] : judgement.candidates;
  return { ...glue, connections: ends.flatMap((logon) => connectionsOf(process.host, logon)) };
}

/** The client ends of a logon's connection set, as a sensor between the machines names them (J4). */
export function connectionsOf(
  host: string,
  { address, ports, time }: CandidateLogon,
): NonNullable<Glue['connections']> {
  if (address === undefined) return [];
  const atMs = parseTime(time)?.ms ?? 0;
  return ports.map((port) => ({ key: `${address}:${port}>${host}`, atMs }));
}
