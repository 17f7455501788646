import { digestId } from '../bytes/index.ts';
import { type Entities, secondOf } from '../entities/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import { type Evidence, imageTail } from '../windows/index.ts';
import { PROCESS_ANALYTICS } from './catalogue/index.ts';
import type { Finding, FindingProcess } from './finding.ts';
import type { FiredBy, Judgement, ProcessAnalytic } from './judgement.ts';
import type { ProcessCase } from './process-case.ts';

/** Dossiers by the records that their `fired` steps cite: how C03 and C04 find what fired (SETTLED A5). */
export function firedByRecord(dossiers: readonly Dossier[]): ReadonlyMap<string, readonly FiredBy[]> {
  const fired = new Map<string, FiredBy[]>();
  for (const dossier of dossiers) {
    const seen = new Set<string>();
    for (const step of dossier.lifecycle) {
      if (step.step !== 'fired') continue;
      for (const { record } of step.evidence) {
        if (record === undefined || seen.has(record)) continue;
        seen.add(record);
        const by: FiredBy = { dossier, strength: step.strength };
        const known = fired.get(record);
        if (known === undefined) fired.set(record, [by]);
        else known.push(by);
      }
    }
  }
  return fired;
}

/** The finding about a process, by the first analytic that holds; undefined where none does. */
export function judgeProcess(
  process: ProcessCase,
  fired: ReadonlyMap<string, readonly FiredBy[]>,
  entities: Entities,
): Finding | undefined {
  const judged = {
    process,
    fired: firingsOf(process, fired),
    evidence: process.events.flatMap((event) => entities.cite(event)),
    childEvidence: process.children.flatMap((child) => child.events.flatMap((event) => entities.cite(event))),
    signEvidence: process.localSign?.events.flatMap((event) => entities.cite(event)) ?? [],
  };
  for (const [at, analytic] of PROCESS_ANALYTICS.entries()) {
    const judgement = analytic.judge(judged);
    if (judgement !== undefined) return findingOf(process, analytic, judgement, PROCESS_ANALYTICS.slice(at + 1));
  }
  return undefined;
}

function firingsOf(process: ProcessCase, fired: ReadonlyMap<string, readonly FiredBy[]>): readonly FiredBy[] {
  const byDossier = new Map<string, FiredBy>();
  for (const id of process.recordIds) for (const by of fired.get(id) ?? []) byDossier.set(by.dossier.id, by);
  return [...byDossier.values()].sort((a, b) => (a.dossier.id < b.dossier.id ? -1 : 1));
}

function findingOf(
  process: ProcessCase,
  { record }: ProcessAnalytic,
  judgement: Judgement,
  superseded: readonly ProcessAnalytic[],
): Finding {
  const id = processFindingId(record.id, process, 0);
  const kindred = superseded.filter((other) => isOfKind(other.record.id, process));
  const aliases = new Set<string>();
  for (const [at] of process.identities.entries()) {
    for (const analytic of [record.id, ...kindred.map((other) => other.record.id)]) {
      aliases.add(processFindingId(analytic, process, at));
    }
  }
  aliases.delete(id);
  const addresses = new Set(judgement.candidates.flatMap((candidate) => candidate.address ?? []));
  return {
    id,
    analytic: record.id,
    title: judgement.title,
    level: judgement.score.level,
    score: judgement.score.score,
    terms: judgement.score.terms,
    scope: record.scope,
    host: process.host,
    hosts: [process.host, ...(addresses.size === 1 ? addresses : [])],
    accounts: [...new Set(judgement.accounts)].sort(),
    subscriptions: [...new Set(judgement.subscriptions)].sort(),
    process: findingProcess(process),
    candidates: judgement.candidates,
    attack: record.attack,
    time: process.time,
    count: 1,
    aliases: [...aliases].sort(),
    evidence: distinct(judgement.evidence),
  };
}

/** C03, R01, S05 speak of children of the provider host; C04 and S06 of script hosts. */
function isOfKind(analytic: string, process: ProcessCase): boolean {
  const isScript = analytic === 'C04' || analytic === 'S06';
  return isScript === (process.kind === 'scriptHost');
}

function processFindingId(analytic: string, process: ProcessCase, at: number): string {
  const identity = process.identities[at];
  const start = identity?.startMs === undefined ? null : secondOf(identity.startMs);
  return digestId(['finding', analytic, process.host, identity?.pid ?? null, imageTail(process.image), start]);
}

function findingProcess(process: ProcessCase): FindingProcess {
  const { image, commandLine, pid, user, parentImage, parentPid, logonId } = process;
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

/** Each place once, in order of first mention. */
function distinct(evidence: readonly Evidence[]): readonly Evidence[] {
  const seen = new Set<string>();
  return evidence.filter((item) => {
    const key = `${item.file}\u0000${item.container?.join('\u0000') ?? ''}\u0000${item.offset ?? ''}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

export function compareFindings(a: Finding, b: Finding): number {
  return compareText(a.time, b.time) || compareText(a.host, b.host) || compareText(a.id, b.id);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
