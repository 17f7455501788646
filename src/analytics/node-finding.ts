import { digestId } from '../bytes/index.ts';
import { type Join, type ProcessNode, pidOfStart, secondOf } from '../entities/index.ts';
import { distinctEvidence, type Event, type Evidence, formatTime, imageTail } from '../windows/index.ts';
import type { Analytic } from './analytic.ts';
import type { Finding, FindingProcess, HopFacts, JudgedFinding } from './finding.ts';
import { glueOf } from './glue.ts';
import { markInferred, type Score } from './scoring.ts';
import type { Bench, Found } from './watch.ts';

/** What an analytic says of a process of the tree. */
export interface NodeJudgement {
  readonly title: string;
  readonly score: Score;
  /** Beside the records of the start. */
  readonly evidence: readonly Evidence[];
  readonly accounts?: readonly string[];
  readonly candidates?: Finding['candidates'];
  /** Also the finding's hosts. */
  readonly hosts?: readonly string[];
  readonly count?: number;
  /** Unix milliseconds. */
  readonly lastMs?: number;
  /** Processes that it is also about. */
  readonly nodes?: readonly ProcessNode[];
  readonly logonIds?: readonly string[];
  readonly joins?: readonly Join[];
  /** Where not all techniques of the record hold. */
  readonly attack?: Analytic['attack'];
  /** Of the finding's id, which may be what the hop's id is made of (SETTLED C16). */
  readonly hop?: (id: string) => HopFacts | undefined;
}

/** A finding about one process of the tree. Its id is that of a process finding (SETTLED A4). */
export function nodeFinding(record: Analytic, node: ProcessNode, said: NodeJudgement, bench: Bench): JudgedFinding {
  const { entities } = bench;
  const accounts = [...new Set(said.accounts ?? (node.user === undefined ? [] : [node.user]))].sort();
  const [id = '', ...aliases] = new Set(
    identitiesOf(node).map((identity) => processFindingId(record.id, node, identity)),
  );
  const hop = said.hop?.(id);
  return {
    finding: {
      id,
      analytic: record.id,
      title: said.title,
      level: said.score.level,
      score: said.score.score,
      terms: markInferred(node.events, said.score.terms),
      scope: record.scope,
      host: node.host,
      hosts: [...new Set([node.host, ...(said.hosts ?? [])])],
      accounts,
      subscriptions: [],
      process: processOf(node),
      candidates: said.candidates ?? [],
      attack: said.attack ?? record.attack,
      time: formatTime(node.startMs, node.startTicks),
      count: said.count ?? 1,
      aliases: aliases.sort(),
      evidence: distinctEvidence([...startEvidence(node, bench), ...said.evidence]),
    },
    ...(hop === undefined ? {} : { hop }),
    joins: said.joins ?? [],
    glue: glueOf(entities, {
      host: node.host,
      guid: node.guid,
      pid: node.pid,
      atMs: node.startMs,
      ...(said.lastMs === undefined ? {} : { lastMs: said.lastMs }),
      nodes: [node, ...(said.nodes ?? [])],
      logonId: node.logonId,
      ...(said.logonIds === undefined ? {} : { logonIds: said.logonIds }),
      accounts,
      ...(node.sid === undefined ? {} : { sids: [node.sid] }),
    }),
  };
}

interface Identity {
  readonly pid: number | null;
  readonly startMs: number | undefined;
}

/** The merged start first, then what each record alone would have given (SETTLED A4). */
function identitiesOf(node: ProcessNode): readonly Identity[] {
  const own = { pid: node.pid ?? null, startMs: node.isStartSeen ? node.startMs : undefined };
  return [own, ...node.events.map((event) => ({ pid: pidOfStart(event) ?? null, startMs: event.timeMs }))];
}

function processFindingId(analytic: string, { host, image }: ProcessNode, { pid, startMs }: Identity): string {
  const start = startMs === undefined ? null : secondOf(startMs);
  return digestId(['finding', analytic, host, pid, imageTail(image), start]);
}

/** The X of the hop that ends in this process (SETTLED C16). */
export function hopObjectOf(node: ProcessNode): HopFacts['object'] {
  const start = node.isStartSeen ? secondOf(node.startMs) : null;
  return ['process', node.host, node.pid ?? null, imageTail(node.image), start];
}

export function processOf(node: ProcessNode): FindingProcess {
  const { image, commandLine, pid, parentImage, parentPid, user, logonId } = node;
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

export function startEvidence(node: ProcessNode, bench: Bench): readonly Evidence[] {
  return cited(node.events, bench);
}

export function cited(events: readonly Event[], { entities }: Bench): readonly Evidence[] {
  return events.flatMap((event) => entities.cite(event));
}

/** Processes that only subscriptions with known benign content started (C03, C04 at informational). */
export function clearedProcesses(found: Found): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { finding, glue } of found.findings) {
    if (finding.level !== 'informational' || (finding.analytic !== 'C03' && finding.analytic !== 'C04')) continue;
    for (const { key } of glue.processes) keys.add(key);
  }
  return keys;
}

/** Processes that WMI started and what is below them, less those that benign subscriptions started; in order of time. */
export function wmiProcesses(found: Found, { entities }: Bench): readonly ProcessNode[] {
  const cleared = clearedProcesses(found);
  return entities.processTree
    .watched()
    .filter(({ watch }) => watch !== undefined && watch.kind !== 'dcomHost' && !cleared.has(watch.root));
}
