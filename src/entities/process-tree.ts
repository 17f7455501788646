import {
  type Event,
  type Evidence,
  excludedWmiChild,
  heldBytesOf,
  imageTail,
  isDcomHost,
  isEmbedding,
  PROVIDER_HOST,
  SCRIPT_HOST,
} from '../windows/index.ts';
import { FairQueue, type Queued } from './fair-queue.ts';
import { spreadOf } from './field-values.ts';
import type { Join } from './join.ts';
import { compareNodes, NodesByPid, startedBy } from './nodes-by-pid.ts';
import { foldGuid, guidKey, isBarrier, keyOfStart, type ProcessClue, programOf } from './process-key.ts';
import { Queue } from './queue.ts';
import { RowIndex } from './row-index.ts';
import type { ProcessStart } from './types.ts';

/** A group is one host: its own flood of starts pushes out its own (L15). */
const NODE_BOUNDS = { max: 65_536, quota: 8192, maxBytes: 48 << 20 };
/** Processes that WMI or DCOM started, and what is below them: no flood of other starts touches them. */
const WATCHED_BOUNDS = { max: 32_768, quota: 8192, maxBytes: 64 << 20 };
/** Ends that wait until the start of their process would have settled: it may have lived for less. */
const MAX_ENDS = 16_384;
const END_WAITS_MS = 5000;
/** An ended process is asked for by records that are logged after it, and by the windows of joins. */
const AFTER_END_MS = 3_600_000;
/** What is below a process that WMI started is followed for this long (DOMAIN 3.2, M). */
const FOLLOWED_MS = 3_600_000;
/** Records of a process may be stamped this much after its end. */
const LATE_MS = 2000;
/** Ancestors that are walked. */
const MAX_DEPTH = 32;
/** Records that one node holds. */
const MAX_EVENTS = 4;

/** What leads to the watch: a child of the provider host, the script host, a COM server that was started for a caller. */
export type WatchKind = 'providerChild' | 'scriptHost' | 'dcomHost';

/** One process of one host, from its start to its end. */
export interface ProcessNode {
  readonly key: string;
  readonly host: string;
  /** Lower case, as its records write it. */
  readonly guid: string | undefined;
  readonly pid: number | undefined;
  readonly image: string;
  readonly commandLine: string | undefined;
  readonly parentImage: string | undefined;
  readonly parentPid: number | undefined;
  readonly user: string | undefined;
  readonly sid: string | undefined;
  /** Undefined where only its creator's is known (DOMAIN 2.2 #52). */
  readonly logonId: string | undefined;
  /** Of its first record where its start is in no log. */
  readonly startMs: number;
  readonly startTicks: number;
  readonly isStartSeen: boolean;
  /** Unix milliseconds, by Sysmon 5 or 4689. */
  readonly endMs: number | undefined;
  /** Of its parent; also where only the parent's ProcessGuid is known. */
  readonly parentKey: string | undefined;
  /** The process at the head of its line that WMI or DCOM started; its own key where it is that. */
  readonly watch: { readonly root: string; readonly kind: WatchKind; readonly rootMs: number } | undefined;
  /** Of its start; kept for watched ones only. */
  readonly events: readonly Event[];
}

interface GrowingNode extends ProcessNode, Queued {
  weight: number;
  endMs: number | undefined;
  parentKey: string | undefined;
  isStartSeen: boolean;
  watch: ProcessNode['watch'];
  events: readonly Event[];
}

interface End {
  readonly host: string;
  readonly clue: ProcessClue;
  readonly ms: number;
}

/**
 * Processes of every host as trees: one node for the records of one start, by ProcessGuid (and host, for cloned machines
 * share GUIDs: DOMAIN 2.2 #21), else by host, process id and second of start; ends close the interval in which a process
 * id means it (#19).
 */
export class ProcessTree {
  readonly #nodes = new FairQueue<GrowingNode>({ ...NODE_BOUNDS, onEvict: (node) => this.#unlink(node) });
  readonly #watched = new FairQueue<GrowingNode>({ ...WATCHED_BOUNDS, onEvict: (node) => this.#unlink(node) });
  readonly #byKey = new Map<string, GrowingNode>();
  /** By host and process id. */
  readonly #byPid = new Map<string, NodesByPid<GrowingNode>>();
  #looked = 0;
  /** Watched ones. */
  readonly #byParent = new RowIndex<GrowingNode>();
  /** Nodes whose end was seen, in the order of it. */
  readonly #ended = new Queue<GrowingNode>();
  readonly #ends = new Queue<End>();
  #lostEnds = 0;
  readonly #bootAfter: (host: string, ms: number) => number | undefined;

  /** `bootAfter` gives the time of the host's next boot after a time: no process outlives it. */
  constructor(bootAfter: (host: string, ms: number) => number | undefined) {
    this.#bootAfter = bootAfter;
  }

  get evicted(): Readonly<Record<string, number>> {
    return { processNodes: this.#nodes.evicted, watchedProcesses: this.#watched.evicted, processEnds: this.#lostEnds };
  }

  get size(): number {
    return this.#byKey.size;
  }

  /** Nodes that look-ups by process id have looked at. */
  get looked(): number {
    return this.#looked;
  }

  /** Takes in settled starts; gives the nodes that are watched, in order of time. */
  add(starts: readonly ProcessStart[]): readonly ProcessNode[] {
    const fresh = new Map<GrowingNode, ProcessStart>();
    for (const start of starts) {
      const node = this.#insert(start);
      if (node !== undefined) fresh.set(node, start);
    }
    // A child may stand before its parent where both were written in whole seconds: all are known before one is linked.
    for (const [node, start] of fresh) node.parentKey = this.#parentKey(node, start);
    const watched: ProcessNode[] = [];
    for (const node of fresh.keys()) if (this.#watch(node, fresh, 0)) watched.push(node);
    return watched;
  }

  /** A script host whose start is in no log, known by what it did since this time. */
  adopt(host: string, clue: ProcessClue, image: string, ms: number, ticks: number): ProcessNode | undefined {
    const node = this.#insert({
      host,
      image,
      pid: clue.pid,
      ...(clue.guid === undefined ? {} : { processGuid: clue.guid }),
      isParentJoined: false,
      isOwnLogon: false,
      startMs: ms,
      startTicks: ticks,
      events: [],
    });
    if (node === undefined) return undefined;
    node.isStartSeen = false;
    return this.#watch(node, new Map(), 0) ? node : undefined;
  }

  /** Takes in a Sysmon 5 or 4689. */
  end(host: string, clue: ProcessClue, ms: number): void {
    if (this.#close({ host, clue, ms })) return;
    this.#ends.push({ host, clue, ms });
    if (this.#ends.size <= MAX_ENDS) return;
    this.#ends.shift();
    this.#lostEnds++;
  }

  #close({ host, clue, ms }: End): boolean {
    const node = this.at(host, clue, ms);
    const known = node === undefined ? undefined : this.#byKey.get(node.key);
    if (known === undefined) return false;
    if (known.endMs !== undefined) return true;
    known.endMs = ms;
    // Those that a flood pushed out leave this list too.
    if (this.#ended.size > 2 * NODE_BOUNDS.max) this.#ended.keep((one) => this.#nodes.has(one));
    this.#ended.push(known);
    return true;
  }

  /** Tells of ends whose start has settled by now. */
  settle(nowMs: number): void {
    for (let end = this.#ends.peek(); end !== undefined && end.ms + END_WAITS_MS < nowMs; end = this.#ends.peek()) {
      this.#ends.shift();
      this.#close(end);
    }
  }

  /** The node of this key, as long as it is kept. */
  node(key: string): ProcessNode | undefined {
    return this.#byKey.get(key);
  }

  /** The process that a record of this time is about: by ProcessGuid, else by process id within its life (J22). */
  at(host: string, clue: ProcessClue, atMs: number): ProcessNode | undefined {
    const guid = foldGuid(clue.guid);
    const known = guid === undefined ? undefined : this.#byKey.get(guidKey(host, guid));
    if (known !== undefined) return known;
    if (clue.pid === undefined) return undefined;
    const nodes = this.#byPid.get(host)?.nodesOf(clue.pid) ?? [];
    const program = programOf(clue.image);
    for (let i = startedBy(nodes, lastStartMs(atMs)) - 1; i >= 0; i--) {
      const row = nodes[i];
      if (row === undefined) break;
      this.#looked++;
      const { node, tail } = row;
      if ((guid !== undefined && node.guid !== undefined) || hasEnded(node, atMs)) continue;
      if (program !== undefined && tail !== program) continue;
      // The boot that ended this one ended all that started before it.
      return this.#isOfBoot(node, atMs) ? node : undefined;
    }
    return undefined;
  }

  /** The key of that process; by ProcessGuid also where no record of its start is kept. */
  keyAt(host: string, clue: ProcessClue, atMs: number): string | undefined {
    const guid = foldGuid(clue.guid);
    return this.at(host, clue, atMs)?.key ?? (guid === undefined ? undefined : guidKey(host, guid));
  }

  /** Keys of the ancestors, nearest first, up to one that starts what it is told to start for others (SETTLED C20). */
  ancestorsOf(key: string): readonly string[] {
    const ancestors: string[] = [];
    let node = this.#byKey.get(key);
    while (node?.parentKey !== undefined && ancestors.length < MAX_DEPTH) {
      if (isBarrier(node.parentImage) || ancestors.includes(node.parentKey) || node.parentKey === key) break;
      ancestors.push(node.parentKey);
      node = this.#byKey.get(node.parentKey);
    }
    return ancestors;
  }

  isAliveAt(key: string, atMs: number): boolean {
    const node = this.#byKey.get(key);
    return node !== undefined && this.#isAlive(node, atMs);
  }

  /** When it ended, Unix milliseconds; undefined where no record tells. */
  endOf(key: string): number | undefined {
    return this.#byKey.get(key)?.endMs;
  }

  /** Processes that WMI or DCOM started, and what is below them, in order of time. */
  watched(): readonly ProcessNode[] {
    return [...this.#watched.values()].sort(compareNodes);
  }

  /** True where some process of the host is watched. */
  hasWatched(host: string): boolean {
    return this.#watched.hasGroup(host);
  }

  /** Watched processes that this one started, in order of time; its own start may be in no log. */
  childrenOf(key: string): readonly ProcessNode[] {
    return [...this.#byParent.rowsOf(key)].sort(compareNodes);
  }

  /** J22: the record is about this process. Exact by ProcessGuid, and by process id within its life. */
  sameProcess(host: string, clue: ProcessClue, atMs: number, evidence: readonly Evidence[]): Join | undefined {
    const node = this.at(host, clue, atMs);
    if (node === undefined) return undefined;
    const guid = foldGuid(clue.guid);
    const text =
      guid !== undefined && guid === foldGuid(node.guid)
        ? `ProcessGuid {${guid}} is that of ${imageTail(node.image)}`
        : `process id ${clue.pid} within the life of ${imageTail(node.image)}`;
    return { join: 'J22', strength: 'exact', text, rivals: 0, evidence };
  }

  /** Drops what no join asks for any more. */
  expire(nowMs: number): void {
    for (let node = this.#ended.peek(); node?.endMs !== undefined; node = this.#ended.peek()) {
      if (node.endMs + AFTER_END_MS >= nowMs) return;
      this.#ended.shift();
      if (this.#nodes.remove(node)) this.#unlink(node);
    }
  }

  #insert(start: ProcessStart): GrowingNode | undefined {
    const key = keyOfStart(start);
    if (key === undefined || this.#byKey.has(key)) return undefined;
    const node: GrowingNode = {
      key,
      host: start.host,
      guid: start.processGuid,
      pid: start.pid,
      image: start.image,
      commandLine: start.commandLine,
      parentImage: start.parentImage,
      parentPid: start.parentPid,
      user: start.isOwnLogon ? start.user : undefined,
      sid: start.isOwnLogon ? start.sid : undefined,
      logonId: start.isOwnLogon ? start.logonId : undefined,
      startMs: start.startMs,
      startTicks: start.startTicks,
      isStartSeen: true,
      endMs: undefined,
      parentKey: undefined,
      watch: undefined,
      events: [],
      weight: 0,
      group: undefined,
    };
    node.weight = weightOf(node);
    this.#byKey.set(key, node);
    if (node.pid !== undefined) this.#pidsOf(node.host).add(node.pid, node);
    this.#nodes.push(node.host, node);
    return node;
  }

  #parentKey(node: GrowingNode, { parentGuid, parentPid, parentImage }: ProcessStart): string | undefined {
    const key = this.keyAt(node.host, { guid: parentGuid, pid: parentPid, image: parentImage }, node.startMs);
    return key === node.key ? undefined : key;
  }

  /** Decides whether the node is followed, its parent first; puts it out of reach of other processes' floods. */
  #watch(node: GrowingNode, fresh: ReadonlyMap<GrowingNode, ProcessStart>, depth: number): boolean {
    if (node.watch !== undefined) return true;
    const parent = node.parentKey === undefined ? undefined : this.#byKey.get(node.parentKey);
    if (parent !== undefined && fresh.has(parent) && depth < MAX_DEPTH) this.#watch(parent, fresh, depth + 1);
    const inherited = parent?.watch;
    const kind = rootKind(node);
    if (inherited !== undefined && kind !== 'scriptHost' && node.startMs - inherited.rootMs <= FOLLOWED_MS) {
      node.watch = inherited;
    } else if (kind !== undefined) {
      node.watch = { root: node.key, kind, rootMs: node.startMs };
    } else {
      return false;
    }
    this.#nodes.remove(node);
    node.events = fresh.get(node)?.events.slice(0, MAX_EVENTS) ?? [];
    node.weight = weightOf(node);
    this.#watched.push(node.host, node);
    if (node.parentKey !== undefined) this.#byParent.add(node.parentKey, node);
    return true;
  }

  #isAlive(node: ProcessNode, atMs: number): boolean {
    return node.startMs <= lastStartMs(atMs) && !hasEnded(node, atMs) && this.#isOfBoot(node, atMs);
  }

  #isOfBoot(node: ProcessNode, atMs: number): boolean {
    const bootMs = this.#bootAfter(node.host, node.startMs);
    return bootMs === undefined || bootMs > atMs;
  }

  #pidsOf(host: string): NodesByPid<GrowingNode> {
    const known = this.#byPid.get(host);
    if (known !== undefined) return known;
    const fresh = new NodesByPid<GrowingNode>();
    this.#byPid.set(host, fresh);
    return fresh;
  }

  #unlink(node: GrowingNode): void {
    if (this.#byKey.get(node.key) === node) this.#byKey.delete(node.key);
    if (node.pid !== undefined) this.#pidsOf(node.host).remove(node.pid, node);
    if (node.parentKey !== undefined) this.#byParent.remove(node.parentKey, node);
  }
}

function rootKind({ image, commandLine, parentImage }: ProcessNode): WatchKind | undefined {
  const tail = imageTail(image);
  const parent = imageTail(parentImage);
  if (tail === SCRIPT_HOST && parent !== SCRIPT_HOST) return 'scriptHost';
  if (parent === SCRIPT_HOST) return 'providerChild';
  if (parent === PROVIDER_HOST) {
    return excludedWmiChild({ image, commandLine }) === undefined ? 'providerChild' : undefined;
  }
  return parent === 'svchost.exe' && isDcomHost(image) && isEmbedding(commandLine) ? 'dcomHost' : undefined;
}

function weightOf({ image, commandLine, parentImage, events }: ProcessNode): number {
  const records = events.reduce((sum, event) => sum + heldBytesOf(event), 0);
  return 2 * (image.length + (commandLine?.length ?? 0) + (parentImage?.length ?? 0)) + records + 512;
}

/** The latest start of what lives at this time, both Unix milliseconds. */
function lastStartMs(atMs: number): number {
  return atMs + spreadOf(atMs, 0);
}

function hasEnded({ endMs }: ProcessNode, atMs: number): boolean {
  return endMs !== undefined && endMs + spreadOf(endMs, 0) + LATE_MS < atMs;
}
