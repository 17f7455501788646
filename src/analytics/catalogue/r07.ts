import {
  type Act,
  type Caller,
  type CandidateLogon,
  type Connection,
  canonicalAddress,
  FairTable,
  isJoinable,
  keyOfStart,
  logonIdOf,
  numberOf,
  type ProcessNode,
  type ProcessStart,
} from '../../entities/index.ts';
import { type Event, imageTail, programClassOf } from '../../windows/index.ts';
import { actsEvidence, sameProcessJoin } from '../act-words.ts';
import { type DcomCall, dcomHop, dcomTitle } from '../dcom-call.ts';
import type { JudgedFinding } from '../finding.ts';
import { cited, nodeFinding } from '../node-finding.ts';
import { strongestFeatures } from '../payload-reader.ts';
import { scoreOf } from '../scoring.ts';
import { statedSource } from '../stated-source.ts';
import type { Bench, Watch, WatchAnalytic } from '../watch.ts';
import { programName } from '../wording.ts';

/** A call, and what it makes its host start, lie within this time (DOMAIN 3.2). */
const WINDOW_MS = 60_000;
/** A child of explorer is judged when the record of the connection can be there: Sysmon 3 lags (SETTLED C1). */
const LAG_MS = 10_000;
/** A logon lies between the connection and what it led to, give or take this (J2). */
const SAME_CALL_MS = 5000;
/** First port of those that RPC hands out, and before Windows Vista. */
const isDynamic = (port: number): boolean => port >= 49152 || (port >= 1025 && port <= 5000);
/** Groups are hosts. */
const HOST_BOUNDS = { max: 4096, quota: 256 };
const LOGON_BOUNDS = { max: 16_384, quota: 512 };
const LOGON_KEPT_MS = 600_000;
const SWEEP_MS = 300_000;
/** Children of one host that a finding cites. */
const MAX_CHILDREN = 16;
/** Programs that answer by a window of their own: a connection in is enough, for they have no other use for one. */
const LISTENERS: ReadonlySet<string> = new Set(['mmc.exe']);

type Inbound = Extract<Act, { kind: 'connection' }>;

/** R07: a COM server that a remote caller activated was used to run commands. */
export const R07: WatchAnalytic = {
  record: {
    id: 'R07',
    rev: 1,
    title: 'DCOM siblings',
    scope: 'lateral',
    question: 'Who ran commands on this host through DCOM, past WMI?',
    needs: [
      { kind: 'process starts', role: 'required' },
      { kind: 'logons', role: 'helps' },
      { kind: 'connections', role: 'helps' },
    ],
    entities: ['host', 'source host', 'account', 'process'],
    conditions: [
      'mmc.exe, EXCEL.EXE or iexplore.exe -Embedding below svchost.exe (DcomLaunch) under the LogonId of a type 3 logon (J1), with a child, or with a connection from another machine: high with a child, and for mmc.exe also without; medium else',
      'where no 4624 of that LogonId is in evidence, a connection from another machine to the process itself (J22) stands for it, at most medium',
      'explorer.exe with a connection from another machine at a dynamic port whose client end is that of a type 3 logon, and within 60 s a child that is an interpreter, LOLBin or discovery program',
    ],
    joins: [
      { id: 'J1', least: 'strong' },
      { id: 'J22', least: 'strong' },
    ],
    windowMs: WINDOW_MS,
    lagMs: LAG_MS,
    level: 'high',
    modifiers: ['P01..P18 of its children'],
    attack: [{ new: 'T1021.003', old: ['T1021.003'] }],
    falsePositives: [{ what: 'a helpdesk that uses MMC on other machines', tell: 'the set of its children' }],
    blind: [
      'no process starts logged',
      'other COM servers (Outlook, Visio, dllhost surrogates)',
      'explorer.exe without Sysmon 3 or 5156, or with a child of another kind',
    ],
    dedupe: { key: ['host', 'process'], periodMs: 0 },
    evidenceKept: ['the start of the COM server', 'its logon', 'its connections', 'the starts of its children'],
    test: {
      positive: [
        'R07: mmc.exe -Embedding under the logon of a remote caller, with children, is high and a hop over DCOM',
        'R07: a child of explorer.exe just after a connection from a logged-on machine is high',
      ],
      negative: ['R07: mmc.exe of a person at the machine, and explorer.exe without a call, are none'],
    },
  },
  open: (bench) => new DcomWatch(bench),
};

/** A COM server that was started for a caller, and who that was. */
interface ComServer {
  readonly key: string;
  readonly caller: Caller | undefined;
  readonly callKey: string | undefined;
}

/** A child of explorer that waits for the connection that may have led to it. */
interface Waiting {
  readonly start: ProcessStart;
  readonly key: string;
}

/** A child of explorer whose caller was found. */
interface ExplorerCall {
  readonly key: string;
  /** Kept here: what has ended long before the run does is in the tree no more. */
  readonly node: ProcessNode;
  readonly logon: CandidateLogon;
  readonly connection: Connection;
  readonly callKey: string;
}

class DcomWatch implements Watch {
  readonly #bench: Bench;
  readonly #servers = new FairTable<ComServer>(HOST_BOUNDS);
  readonly #waiting = new FairTable<Waiting>(HOST_BOUNDS);
  readonly #calls = new FairTable<ExplorerCall>(HOST_BOUNDS);
  /** LogonId of type 3 logons by their client's end. */
  readonly #logons = new FairTable<{ readonly logonId: string; readonly timeMs: number }>(LOGON_BOUNDS);
  /** When the first of `#waiting` is to be judged. */
  #nextDueMs = Number.POSITIVE_INFINITY;
  #nextSweepMs = Number.NEGATIVE_INFINITY;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  get evicted(): Readonly<Record<string, number>> {
    return {
      comServers: this.#servers.evicted,
      explorerChildren: this.#waiting.evicted + this.#calls.evicted,
      clientEnds: this.#logons.evicted,
    };
  }

  readonly takes = { security: [4624] };

  accept(host: string, event: Event): void {
    if (event.get('LogonType') !== '3') return;
    const address = canonicalAddress(event.get('IpAddress'));
    const port = numberOf(event.get('IpPort'));
    const logonId = logonIdOf(event.get('TargetLogonId'));
    if (address === undefined || !isJoinable(address) || !port || logonId === undefined) return;
    this.#logons.set(host, `${address} ${port}`, { logonId, timeMs: event.timeMs });
  }

  started(start: ProcessStart): void {
    const { entities } = this.#bench;
    const key = keyOfStart(start);
    const node = key === undefined ? undefined : entities.processTree.node(key);
    if (key === undefined || node === undefined) return;
    if (node.watch?.kind === 'dcomHost' && node.watch.root === key) this.#serverStarted(start, key);
    else if (imageTail(start.parentImage) === 'explorer.exe' && programClassOf(start.image) !== undefined) {
      this.#waiting.set(start.host, key, { start, key });
      this.#nextDueMs = Math.min(this.#nextDueMs, start.startMs + LAG_MS);
    }
  }

  settle(nowMs: number): void {
    if (nowMs > this.#nextDueMs) this.#judgeWaiting(nowMs);
    if (nowMs < this.#nextSweepMs || nowMs === Number.POSITIVE_INFINITY) return;
    this.#nextSweepMs = nowMs + SWEEP_MS;
    this.#logons.expireOldest(({ timeMs }) => timeMs + LOGON_KEPT_MS < nowMs);
  }

  finish(): readonly JudgedFinding[] {
    const tree = this.#bench.entities.processTree;
    const servers = [...this.#servers.values()].flatMap((server) => {
      const node = tree.node(server.key);
      return node === undefined ? [] : { server, node };
    });
    const calls = [...this.#calls.values()].map((call) => ({ call, node: call.node }));
    return [
      ...servers.sort(byNode).flatMap(({ server, node }) => this.#serverFinding(server, node) ?? []),
      ...calls.sort(byNode).map(({ call, node }) => this.#explorerFinding(call, node)),
    ];
  }

  #serverStarted(start: ProcessStart, key: string): void {
    const { host, logonId, isOwnLogon, startMs } = start;
    const caller =
      isOwnLogon && logonId !== undefined ? this.#bench.entities.callerOf(host, logonId, startMs) : undefined;
    if (caller !== undefined && caller.candidate === undefined) return;
    const callKey = this.#open(start, key, caller?.candidate);
    this.#servers.set(host, key, { key, caller, callKey });
  }

  #open(start: ProcessStart, key: string, logon: CandidateLogon | undefined): string {
    const { host, startMs, startTicks, pid, logonId, commandLine, user, isOwnLogon } = start;
    const account = logon?.account ?? (isOwnLogon ? user : undefined);
    const callKey = `dcom\u0000${key}`;
    this.#bench.joins.open({
      key: callKey,
      host,
      ...(account === undefined ? {} : { account }),
      timeMs: startMs,
      timeTicks: startTicks,
      ...(logon === undefined ? {} : { logon }),
      via: 'dcom',
      process: {
        key,
        ...(pid === undefined ? {} : { pid }),
        ...(logonId === undefined || !isOwnLogon ? {} : { logonId }),
        ...(commandLine === undefined ? {} : { commandLine }),
      },
    });
    return callKey;
  }

  /** Explorer runs as whoever sits there: only the client end of the connection tells who called. */
  #judgeWaiting(nowMs: number): void {
    const waiting = [...this.#waiting.values()].sort(
      (a, b) => a.start.startMs - b.start.startMs || (a.key < b.key ? -1 : 1),
    );
    const due = waiting.filter(({ start }) => start.startMs + LAG_MS < nowMs);
    this.#nextDueMs = (waiting[due.length]?.start.startMs ?? Number.POSITIVE_INFINITY) + LAG_MS;
    for (const { start, key } of due) {
      this.#waiting.delete(start.host, key);
      const found = this.#callOf(start);
      const node = this.#bench.entities.processTree.node(key);
      if (found === undefined || node === undefined) continue;
      const callKey = this.#open(start, key, found.logon);
      this.#calls.set(start.host, key, { key, node, ...found, callKey });
    }
  }

  #callOf({
    host,
    parentGuid,
    parentPid,
    startMs,
  }: ProcessStart): { readonly logon: CandidateLogon; readonly connection: Connection } | undefined {
    const { entities } = this.#bench;
    const explorer = {
      ...(parentGuid === undefined ? {} : { processGuid: parentGuid }),
      ...(parentPid === undefined ? {} : { pid: parentPid }),
    };
    const rows = entities.connections.ofProcess(host, explorer, startMs - WINDOW_MS, startMs + LAG_MS);
    for (const connection of rows.toReversed()) {
      const { seenBy, isTcp, initiator, responder, fromMs, image } = connection;
      if (seenBy !== 'responder' || !isTcp || fromMs > startMs || !isDynamic(responder.port)) continue;
      if (image !== undefined && imageTail(image) !== 'explorer.exe') continue;
      if (!isJoinable(initiator.address) || entities.addresses.isOfAt(host, initiator.address, fromMs)) continue;
      const known = this.#logons.get(host, `${initiator.address} ${initiator.port}`);
      // The same port may have been another connection's before.
      if (known === undefined || known.timeMs < fromMs - SAME_CALL_MS || known.timeMs > startMs + SAME_CALL_MS)
        continue;
      const logon = entities.logonOf(host, known.logonId, known.timeMs);
      if (logon !== undefined) return { logon, connection };
    }
    return undefined;
  }

  #serverFinding({ caller, callKey }: ComServer, node: ProcessNode): JudgedFinding | undefined {
    const { entities } = this.#bench;
    const acts = entities.activities
      .of(node)
      .filter((act): act is Inbound => act.kind === 'connection' && !act.isOutbound && isJoinable(act.address));
    const inbound = acts.filter(({ address, timeMs }) => !entities.addresses.isOfAt(node.host, address, timeMs));
    const children = entities.processTree.childrenOf(node.key);
    const isListener = LISTENERS.has(imageTail(node.image));
    if (children.length === 0 && inbound.length === 0) return undefined;
    if (caller === undefined && inbound.length === 0) return undefined;
    const isWhole = caller !== undefined && (children.length > 0 || isListener);
    const didEvidence = actsEvidence(inbound, this.#bench);
    const childEvidence = children.slice(0, MAX_CHILDREN).flatMap((child) => cited(child.events, this.#bench));
    const logon = caller?.candidate;
    const joins = inbound.length === 0 ? [] : [sameProcessJoin(node, inbound, didEvidence)];
    const address = logon?.address ?? inbound[0]?.address;
    const program = programName(node.image);
    return this.#finding(node, {
      callKey,
      logon,
      address,
      children,
      program,
      through: program,
      base: isWhole ? 'high' : 'medium',
      baseText: `${program} -Embedding ${logon === undefined ? 'was called from another machine; its logon is not in evidence' : 'ran under the logon of a remote caller'}${children.length === 0 ? '' : ' and started a process'}`,
      evidence: [...(caller?.evidence ?? []), ...didEvidence, ...childEvidence],
      joins,
      caller:
        logon === undefined
          ? joins
          : [
              {
                join: 'J1',
                strength: logon.strength,
                text: `LogonId ${logon.logonId} of ${program} is that of the logon`,
                rivals: 0,
                evidence: logon.evidence,
              },
            ],
    });
  }

  #explorerFinding({ logon, connection, callKey }: ExplorerCall, node: ProcessNode): JudgedFinding {
    const evidence = cited([connection.event], this.#bench);
    const { address, port } = connection.initiator;
    const join = {
      join: 'J1',
      // By the connection and its time: explorer runs under the logon of whoever sits there.
      strength: 'strong',
      text: `the logon came from ${address}, port ${port}, as the connection to explorer.exe just before`,
      rivals: 0,
      evidence: [...logon.evidence, ...evidence],
    } as const;
    return this.#finding(node, {
      callKey,
      logon,
      address,
      children: [node],
      program: programName(node.image),
      through: 'explorer.exe',
      base: 'high',
      baseText: 'explorer.exe was called from another machine and started a process',
      evidence: [...logon.evidence, ...evidence],
      joins: [],
      caller: [join],
    });
  }

  #finding(node: ProcessNode, told: DcomCall): JudgedFinding {
    const { payloads, joins } = this.#bench;
    const features = strongestFeatures(told.children.map(({ commandLine }) => payloads.read(commandLine).features));
    const sources = told.callKey === undefined ? [] : joins.sourcesOf(told.callKey);
    const known = sources.length > 0 ? sources : statedSource(told.address, node.startMs, this.#bench);
    const named = known.find(({ isNamed }) => isNamed);
    const source = named?.host ?? named?.address ?? told.address;
    const account = told.logon?.account ?? node.user;
    return nodeFinding(
      R07.record,
      node,
      {
        title: dcomTitle(node, told, source, account),
        score: scoreOf(told.base, told.baseText, [], features, told.evidence),
        evidence: told.evidence,
        accounts: account === undefined ? [] : [account],
        candidates: told.logon === undefined ? [] : [told.logon],
        ...(source === undefined ? {} : { hosts: [source] }),
        count: Math.max(1, told.children.length),
        nodes: told.children,
        ...(told.logon === undefined ? {} : { logonIds: [told.logon.logonId] }),
        joins: told.joins,
        hop: () => dcomHop(node, told, account, known),
      },
      this.#bench,
    );
  }
}

function byNode({ node: a }: { node: ProcessNode }, { node: b }: { node: ProcessNode }): number {
  return a.startMs - b.startMs || a.startTicks - b.startTicks || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}
