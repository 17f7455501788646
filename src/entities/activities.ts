import { type Event, heldBytesOf, imageTail, readsMemory, SCRIPT_HOST } from '../windows/index.ts';
import { isLoopback } from './address.ts';
import { FairTable } from './bounded.ts';
import { type Connection, ownEnd } from './connection.ts';
import type { Connections } from './connections.ts';
import { numberOf, sysmonText, textOf } from './field-values.ts';
import type { ProcessClue } from './process-key.ts';
import type { ProcessNode, ProcessTree } from './process-tree.ts';
import { Queue } from './queue.ts';

/** A group is one followed process: what it does a thousand times pushes out its own (L15). */
const RECORD_BOUNDS = { max: 32_768, quota: 128, bytesOf: bytesOfAct, maxBytes: 32 << 20 };
/** Records that wait until the start of their process would have settled; of one process, and of all. */
const MAX_WAITING_OF_PROCESS = 128;
const MAX_WAITING = 65_536;
const RECORD_WAITS_MS = 6000;
/** What watched processes did, to the end of the run. A group is one host. */
const DONE_BOUNDS = { max: 16_384, quota: 2048, bytesOf: bytesOfActs, maxBytes: 64 << 20 };
/** Acts of one process that are kept. */
const MAX_ACTS = 128;
/** Records of one act. */
const MAX_EVENTS = 4;
/** Records of Sysmon that tell what a process did, beside its connections. */
const ACTS: ReadonlySet<number> = new Set([7, 10, 11, 17, 18, 22]);
/** A process is followed for an hour (DOMAIN 3.2, M). */
const FOLLOWED_MS = 3_600_000;
/** Records of what it did come at most this much later: a Sysmon 3 of a minute before has its UtcTime (SETTLED C1). */
const LAG_MS = 90_000;
/** A record may be stamped this much before the start that it belongs to, and after its end. */
const SLACK_MS = 2000;
/** Sysmon 3 and 5156 of one connection (SETTLED C1, C2). */
const SAME_CONNECTION_MS = 5000;
/** Processes that are followed at a time; beyond it the first of them are closed early. */
const MAX_OPEN = 16_384;
/** Script hosts that no start is known of yet. A group is one host. */
const SIGHTED_BOUNDS = { max: 4096, quota: 256 };
/** By then a start would have settled. */
const START_SETTLES_MS = 5000;

interface ActBase {
  /** Unix milliseconds; of a connection when its record was made. */
  readonly timeMs: number;
  readonly timeTicks: number;
  readonly events: readonly Event[];
}

/** One thing that a process did, by records of its own. */
export type Act =
  | (ActBase & {
      readonly kind: 'connection';
      /** True where the process opened it. */
      readonly isOutbound: boolean;
      readonly isTcp: boolean;
      readonly address: string;
      readonly port: number;
      readonly ownAddress: string;
      readonly ownPort: number;
    })
  | (ActBase & { readonly kind: 'lookup'; readonly name: string; readonly results: string | undefined })
  | (ActBase & { readonly kind: 'file' | 'load'; readonly path: string })
  | (ActBase & { readonly kind: 'pipe'; readonly path: string; readonly isCreated: boolean })
  | (ActBase & {
      /** Opened lsass to read its memory. */
      readonly kind: 'access';
      readonly target: string;
      readonly rights: string;
      /** True where the call came from memory that no module holds. */
      readonly isUnbacked: boolean;
    });

/** The first record of a script host. */
interface Sighting {
  readonly host: string;
  readonly clue: ProcessClue;
  /** Of the earlier of its two times (SETTLED C1). */
  readonly ms: number;
  readonly ticks: number;
  readonly createdMs: number;
}

interface Waiting {
  readonly host: string;
  readonly clue: ProcessClue;
  readonly act: Act;
}

/** What processes that WMI or DCOM started, and what is below them, did in their first hour: one bounded list for each. */
export class Activities {
  readonly #tree: ProcessTree;
  readonly #connections: Connections;
  readonly #waiting = new Queue<Waiting>();
  readonly #waitingOf = new Map<string, number>();
  readonly #records = new FairTable<Act>(RECORD_BOUNDS);
  readonly #sighted = new FairTable<Sighting>(SIGHTED_BOUNDS);
  readonly #done = new FairTable<readonly Act[]>(DONE_BOUNDS);
  /** Followed processes, in order of their start. */
  readonly #open = new Queue<ProcessNode>();
  #dropped = 0;
  #count = 0;
  #cut = 0;
  /** When the first script host that was sighted is to be looked at. */
  #nextSightMs = Number.POSITIVE_INFINITY;

  constructor(tree: ProcessTree, connections: Connections) {
    this.#tree = tree;
    this.#connections = connections;
  }

  get evicted(): Readonly<Record<string, number>> {
    return {
      processRecords: this.#records.evicted + this.#dropped,
      processActs: this.#done.evicted + this.#cut,
      scriptHostsSighted: this.#sighted.evicted,
    };
  }

  /** Takes in a record of Sysmon. */
  accept(host: string, event: Event): void {
    const waiting = readAct(host, event);
    if (waiting === undefined) return;
    const process = processOf(waiting);
    const count = this.#waitingOf.get(process) ?? 0;
    if (count >= MAX_WAITING_OF_PROCESS || this.#waiting.size >= MAX_WAITING) {
      this.#dropped++;
      return;
    }
    this.#waitingOf.set(process, count + 1);
    this.#waiting.push(waiting);
  }

  /** Takes in what a Sysmon 3 or 5156 tells: the connection itself stands in the table of connections. */
  connected(connection: Connection): void {
    const { observer, pid, image, event } = connection;
    if (image === undefined || !mayBeScriptHost(image) || imageTail(image) !== SCRIPT_HOST) return;
    this.#sight(observer, { guid: connection.processGuid, pid, image }, event);
  }

  /** A script consumer that acts is told also where its start is in no log. */
  #sight(host: string, clue: ProcessClue, event: Event): void {
    if (!isScriptHost(clue)) return;
    const key = recordKey(clue);
    if (this.#sighted.get(host, key) !== undefined) return;
    const isLate = event.createdMs < event.timeMs;
    this.#sighted.set(host, key, {
      host,
      clue,
      ms: isLate ? event.createdMs : event.timeMs,
      ticks: isLate ? event.createdTicks : event.timeTicks,
      createdMs: event.createdMs,
    });
    this.#nextSightMs = Math.min(this.#nextSightMs, event.createdMs + START_SETTLES_MS);
  }

  #adopt(nowMs: number): void {
    if (nowMs <= this.#nextSightMs) return;
    const sighted = [...this.#sighted.values()];
    const due = sighted.filter(({ createdMs }) => createdMs + START_SETTLES_MS < nowMs);
    const later = sighted.filter(({ createdMs }) => createdMs + START_SETTLES_MS >= nowMs);
    this.#nextSightMs =
      later.reduce((ms, { createdMs }) => Math.min(ms, createdMs), Number.POSITIVE_INFINITY) + START_SETTLES_MS;
    for (const { host, clue, ms, ticks, createdMs } of due.sort(compareSightings)) {
      this.#sighted.delete(host, recordKey(clue));
      if (this.#tree.at(host, clue, createdMs) !== undefined) continue;
      const node = this.#tree.adopt(host, clue, clue.image ?? SCRIPT_HOST, ms, ticks);
      if (node !== undefined) this.follow([node]);
    }
  }

  /** Follows these processes. */
  follow(nodes: readonly ProcessNode[]): void {
    for (const node of nodes) this.#open.push(node);
  }

  /** Places what waited, and closes what was followed for an hour. */
  settle(nowMs: number): void {
    this.#adopt(nowMs);
    for (let next = this.#waiting.peek(); next !== undefined; next = this.#waiting.peek()) {
      if (next.act.timeMs + RECORD_WAITS_MS >= nowMs) break;
      this.#waiting.shift();
      this.#place(next);
    }
    for (let node = this.#open.peek(); node !== undefined; node = this.#open.peek()) {
      const isFull = this.#open.size > MAX_OPEN;
      if (!isFull && node.startMs + FOLLOWED_MS + LAG_MS > nowMs) break;
      if (isFull) this.#cut++;
      this.#open.shift();
      this.#done.set(node.host, node.key, this.#collect(node));
      this.#records.deleteGroup(node.key);
    }
  }

  /** Gives a record to its process, if that one is followed (J22). */
  #place(waiting: Waiting): void {
    const { host, clue, act } = waiting;
    const process = processOf(waiting);
    const count = (this.#waitingOf.get(process) ?? 1) - 1;
    if (count === 0) this.#waitingOf.delete(process);
    else this.#waitingOf.set(process, count);
    if (!this.#tree.hasWatched(host) && !isScriptHost(clue)) return;
    const node = this.#tree.at(host, clue, act.timeMs) ?? this.#adoptFor(waiting);
    if (node?.watch === undefined || act.timeMs - node.startMs > FOLLOWED_MS) return;
    this.#records.set(node.key, String(this.#count++), act);
  }

  #adoptFor({ host, clue, act }: Waiting): ProcessNode | undefined {
    if (!isScriptHost(clue)) return undefined;
    const node = this.#tree.adopt(host, clue, clue.image ?? SCRIPT_HOST, act.timeMs, act.timeTicks);
    if (node !== undefined) this.follow([node]);
    return node;
  }

  /** What the process did, in order of time. */
  of(node: ProcessNode): readonly Act[] {
    return this.#done.get(node.host, node.key) ?? this.#collect(node);
  }

  #collect(node: ProcessNode): readonly Act[] {
    const acts = [...this.#records.valuesOf(node.key), ...this.#connected(node)].sort(compareActs);
    if (acts.length > MAX_ACTS) this.#cut += acts.length - MAX_ACTS;
    return acts.slice(0, MAX_ACTS);
  }

  #connected(node: ProcessNode): readonly Act[] {
    const { host, guid, pid, startMs } = node;
    const untilMs = Math.min(startMs + FOLLOWED_MS, (node.endMs ?? Number.POSITIVE_INFINITY) + LAG_MS);
    const rows = this.#connections.ofProcess(
      host,
      { ...(guid === undefined ? {} : { processGuid: guid }), ...(pid === undefined ? {} : { pid }) },
      startMs - SLACK_MS,
      untilMs,
    );
    const folded = new Map<string, Extract<Act, { kind: 'connection' }> & { readonly events: Event[] }>();
    for (const row of rows) {
      if (!this.#isOf(node, row)) continue;
      const own = ownEnd(row);
      const peer = row.seenBy === 'initiator' ? row.responder : row.initiator;
      const key = `${row.isTcp}|${own.port}|${peer.address}|${peer.port}`;
      const known = folded.get(key);
      if (known !== undefined && row.toMs - known.timeMs <= SAME_CONNECTION_MS) {
        if (known.events.length < MAX_EVENTS) known.events.push(row.event);
        continue;
      }
      folded.set(known === undefined ? key : `${key}|${row.toMs}`, {
        kind: 'connection',
        isOutbound: row.seenBy === 'initiator',
        isTcp: row.isTcp,
        address: peer.address,
        port: peer.port,
        ownAddress: own.address,
        ownPort: own.port,
        timeMs: row.event.createdMs,
        timeTicks: row.event.createdTicks,
        events: [row.event],
      });
    }
    return [...folded.values()];
  }

  #isOf(node: ProcessNode, row: Connection): boolean {
    const clue = { guid: row.processGuid, pid: row.pid, image: row.image };
    return !isLoopback(ownEnd(row).address) && this.#tree.at(node.host, clue, row.toMs) === node;
  }
}

function compareSightings(a: Sighting, b: Sighting): number {
  return (
    a.ms - b.ms || a.ticks - b.ticks || compareText(a.host, b.host) || compareText(recordKey(a.clue), recordKey(b.clue))
  );
}

function isScriptHost({ guid, pid, image }: ProcessClue): boolean {
  return imageTail(image) === SCRIPT_HOST && (guid !== undefined || pid !== undefined);
}

/** False for nearly every image: told by one character, for each record of a connection. */
function mayBeScriptHost(image: string): boolean {
  const end = image.length - (image.endsWith('"') ? 1 : 0);
  return image.charAt(end - SCRIPT_HOST.length).toLowerCase() === SCRIPT_HOST.charAt(0);
}

function processOf({ host, clue }: Waiting): string {
  return `${host}\u0000${recordKey(clue)}`;
}

function recordKey({ guid, pid }: ProcessClue): string {
  return guid ?? `pid ${pid ?? '-'}`;
}

function readAct(host: string, event: Event): Waiting | undefined {
  if (!ACTS.has(event.eventId)) return undefined;
  const clue = event.eventId === 10 ? clueOf(event, 'Source', 'GUID') : clueOf(event, '', 'Guid');
  // What comes over the network is written by System: R15 reads it, and no process did it.
  if (imageTail(clue.image) === 'system') return undefined;
  const base = { timeMs: event.timeMs, timeTicks: event.timeTicks };
  const path = (field: string): string | undefined => sysmonText(event, field);
  const made = (act: Act | undefined): Waiting | undefined => (act === undefined ? undefined : { host, clue, act });
  switch (event.eventId) {
    case 7: {
      const loaded = path('ImageLoaded');
      return made(loaded === undefined ? undefined : { ...base, kind: 'load', path: loaded, events: [event.detach()] });
    }
    case 10: {
      const target = path('TargetImage');
      const rights = textOf(event, 'GrantedAccess') ?? '';
      const isUnbacked = event.get('CallTrace')?.includes('UNKNOWN(') === true;
      if (target === undefined || imageTail(target) !== 'lsass.exe') return undefined;
      if (!readsMemory(rights, () => event.get('CallTrace'))) return undefined;
      return made({ ...base, kind: 'access', target, rights, isUnbacked, events: [event.detach()] });
    }
    case 11: {
      const file = path('TargetFilename');
      return made(file === undefined ? undefined : { ...base, kind: 'file', path: file, events: [event.detach()] });
    }
    case 17:
    case 18: {
      const pipe = path('PipeName');
      if (pipe === undefined) return undefined;
      return made({ ...base, kind: 'pipe', path: pipe, isCreated: event.eventId === 17, events: [event.detach()] });
    }
    case 22: {
      const name = path('QueryName');
      if (name === undefined) return undefined;
      return made({ ...base, kind: 'lookup', name, results: textOf(event, 'QueryResults'), events: [event.detach()] });
    }
    default:
      return undefined;
  }
}

/** The process that a record is about, by the fields with this prefix; `guid` is how the field's name ends. */
export function clueOf(event: Event, prefix: string, guid: 'Guid' | 'GUID' = 'Guid'): ProcessClue {
  return {
    guid: textOf(event, `${prefix}Process${guid}`)?.toLowerCase(),
    pid: numberOf(event.get(`${prefix}ProcessId`)),
    image: sysmonText(event, `${prefix}Image`),
  };
}

function bytesOfAct(act: Act): number {
  return act.events.reduce((sum, event) => sum + heldBytesOf(event), 256);
}

function bytesOfActs(acts: readonly Act[]): number {
  return acts.reduce((sum, act) => sum + bytesOfAct(act), 64);
}

function compareActs(a: Act, b: Act): number {
  return (
    a.timeMs - b.timeMs ||
    a.timeTicks - b.timeTicks ||
    compareText(a.kind, b.kind) ||
    compareText(textOfAct(a), textOfAct(b))
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function textOfAct(act: Act): string {
  switch (act.kind) {
    case 'connection':
      return `${act.address} ${act.port} ${act.ownPort}`;
    case 'lookup':
      return act.name;
    case 'access':
      return `${act.target} ${act.rights}`;
    default:
      return act.path;
  }
}
