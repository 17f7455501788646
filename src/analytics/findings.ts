import { digestId } from '../bytes/index.ts';
import { type Entities, type ProcessStart, type Strength, secondOf } from '../entities/index.ts';
import type { Dossier, Term } from '../subscriptions/index.ts';
import { type Evidence, imageTail } from '../windows/index.ts';
import { PROCESS_ANALYTICS } from './catalogue/index.ts';
import type { Finding, FindingProcess } from './finding.ts';
import type { FiredBy, Judgement, ProcessAnalytic } from './judgement.ts';
import type { ProcessCase } from './process-case.ts';

/** The firing join of `subscriptions` (SETTLED A5): which dossiers a start fired. */
export interface Firings {
  firingOf(start: ProcessStart): { readonly strength: Strength; readonly subscriptions: readonly string[] } | undefined;
}

/** The finding about a process, by the first analytic that holds; undefined where none does. */
export function judgeProcess(
  process: ProcessCase,
  dossiers: ReadonlyMap<string, Dossier>,
  firings: Firings,
  entities: Entities,
): Finding | undefined {
  const judged = {
    process,
    fired: firedBy(process, dossiers, firings),
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

function firedBy({ start }: ProcessCase, dossiers: ReadonlyMap<string, Dossier>, firings: Firings): readonly FiredBy[] {
  const firing = start === undefined ? undefined : firings.firingOf(start);
  if (firing === undefined) return [];
  return firing.subscriptions.flatMap((id) => {
    const dossier = dossiers.get(id);
    return dossier === undefined ? [] : { dossier, strength: firing.strength };
  });
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
    terms: markInferred(process, judgement.score.terms),
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

/** Says in the base term that no record of the start was decoded by its own template (SETTLED A16). */
function markInferred(process: ProcessCase, terms: readonly Term[]): readonly Term[] {
  const [base, ...others] = terms;
  if (base === undefined || !process.events.every((event) => event.isForeignTemplate)) return terms;
  return [{ ...base, text: `${base.text}; inferred: decoded by a template of another chunk` }, ...others];
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
