import { digestId } from '../../bytes/index.ts';
import { type CallSource, canonicalAddress, FairTable, secondOf, ZEEK_CLOCK } from '../../entities/index.ts';
import {
  type Event,
  type Evidence,
  firstRecords,
  formatTime,
  isPrintableMs,
  type Level,
  type WbemCall,
  wbemCallOf,
  ZEEK_DCE_RPC,
} from '../../windows/index.ts';
import type { JudgedFinding } from '../finding.ts';
import { scoreOf } from '../scoring.ts';
import type { Bench, Watch, WatchAnalytic } from '../watch.ts';
import { hostWords } from '../wording.ts';

/** Calls of one client on one server within this are one finding (SETTLED C12). */
const WINDOW_MS = 60_000;
/** A group is one client. */
const BOUNDS = { max: 20_000, quota: 2_000 };
/** Records of one window that are cited: the first of each operation, and the objects written. */
const MAX_CITED = 24;
/** Objects of a triad: three instances put within seconds are the mark of one on the wire (CORPUS 4.5). */
const TRIAD_OBJECTS = 3;
const TRIAD_MS = 10_000;
const MAX_PORTS = 64;
/** Windows whose sources are still to be asked for; of more the oldest are asked early. */
const MAX_WAITING = 20_000;

/** What the names of operations say, worst last. */
type Kind = 'login' | 'read' | 'execute' | 'change' | 'write';
const RANK: readonly Kind[] = ['login', 'read', 'execute', 'change', 'write'];
/** DOMAIN 3.2 has high for an instance that is put; what is deleted, and a class, plants nothing by itself. */
const LEVEL: Readonly<Record<Kind, Level>> = {
  login: 'low',
  read: 'low',
  execute: 'medium',
  change: 'medium',
  write: 'high',
};

interface Window {
  readonly client: string;
  /** As the sensor writes it: an address, seldom a name. */
  readonly server: string;
  readonly startMs: number;
  lastMs: number;
  kind: Kind;
  /** The first call of the worst kind: when it happened. */
  worst: Event;
  calls: number;
  /** Instances put, and when the last two were. */
  puts: number;
  readonly lastPuts: number[];
  isTriad: boolean;
  classes: number;
  deletes: number;
  readonly ports: Set<number>;
  readonly operations: Map<string, number>;
  readonly cited: Event[];
  /** Of the call whose sources are asked for, once the window has closed. */
  callKey: string | undefined;
}

/** N01: calls on WMI's interfaces, as a sensor on the network saw them. */
export const N01: WatchAnalytic = {
  record: {
    id: 'N01',
    rev: 1,
    title: 'WMI calls on the wire',
    scope: 'wmi',
    question: 'Which machines called WMI on which, as the network saw it?',
    needs: [{ kind: 'calls on the wire', role: 'required' }],
    entities: ['source host', 'host'],
    conditions: [
      'calls on IWbemServices or IWbemLevel1Login of one client on one server within 60 s',
      'low for a login or a query, medium for ExecMethod, for what is deleted and for a class that is put, high for PutInstance; three instances put within 10 s are a triad',
      'not raised without names of interfaces',
    ],
    joins: [{ id: 'J4', least: 'strong' }],
    windowMs: WINDOW_MS,
    lagMs: WINDOW_MS,
    level: 'medium',
    modifiers: [],
    attack: [
      { new: 'T1047', old: ['T1047'] },
      { new: 'T1021.003', old: ['T1021.003'] },
    ],
    falsePositives: [{ what: 'monitoring and inventory', tell: 'one source, the same queries at a fixed period' }],
    blind: [
      'no sensor on the path',
      'a bind that the sensor did not see',
      'arguments are encrypted: no names of objects',
    ],
    dedupe: { key: ['source host', 'host'], periodMs: WINDOW_MS },
    evidenceKept: ['the first call of each operation, and each object written'],
    test: {
      positive: ['N01: three instances put on a server within seconds are a remote triad, and a hop from its client'],
      negative: ['N01: calls on other interfaces are none'],
    },
  },
  open: (bench) => new WireWatch(bench),
};

class WireWatch implements Watch {
  readonly #bench: Bench;
  readonly #windows = new FairTable<Window>(BOUNDS);
  /** The open window of a client and server. */
  readonly #open = new FairTable<Window>(BOUNDS);
  /** In order of their start; asked about from `#head` on. */
  #waiting: Window[] = [];
  #head = 0;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  get evicted(): Readonly<Record<string, number>> {
    return { wireCalls: this.#windows.evicted };
  }

  readonly takes = { [ZEEK_DCE_RPC]: 'all' } as const;

  accept(_host: string, event: Event): void {
    const call = wbemCallOf(event);
    if (call === undefined || !isPrintableMs(event.timeMs)) return;
    const client = canonicalAddress(event.get('id.orig_h'));
    const server = canonicalAddress(event.get('id.resp_h'));
    if (client === undefined || server === undefined) return;
    const known = this.#open.get(client, server);
    const isOpen = known !== undefined && event.timeMs - known.startMs <= WINDOW_MS;
    const window = isOpen ? known : newWindow(client, server, event);
    if (!isOpen) {
      this.#open.set(client, server, window);
      this.#windows.set(client, `${server}\u0000${event.timeMs}.${event.timeTicks}`, window);
      this.#wait(window);
    }
    note(window, call, event);
  }

  /** The connections of a window are held for a day: it is asked where they came from when it closes. */
  settle(nowMs: number): void {
    for (let next = this.#waiting[this.#head]; next !== undefined; next = this.#waiting[this.#head]) {
      if (next.startMs + WINDOW_MS >= nowMs) break;
      this.#openCall(next);
      this.#head++;
    }
    if (this.#head > 1024 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
  }

  #wait(window: Window): void {
    const oldest = this.#waiting[this.#head];
    if (oldest !== undefined && this.#waiting.length - this.#head >= MAX_WAITING) {
      this.#openCall(oldest);
      this.#head++;
    }
    this.#waiting.push(window);
  }

  #openCall(window: Window): void {
    const { client, server, startMs, lastMs, ports } = window;
    const host = this.#bench.entities.hostOfAddress(server, startMs);
    const key = ['N01', client, server, startMs, host].join('\u0000');
    if (window.callKey === key) return;
    const ends = [...ports].map((port) => ({ address: client, port, fromMs: startMs, toMs: lastMs, isCarrier: true }));
    this.#bench.joins.open({ key, host, timeMs: startMs, timeTicks: 0, observer: ZEEK_CLOCK, via: 'wmi', ends });
    // A server whose name is known by now is asked about under it; what was found before stays where that finds nothing.
    const hasFound = window.callKey !== undefined && this.#bench.joins.sourcesOf(window.callKey).length > 0;
    if (!hasFound || this.#bench.joins.sourcesOf(key).length > 0) window.callKey = key;
  }

  finish(): readonly JudgedFinding[] {
    return [...this.#windows.groups()]
      .sort()
      .flatMap((client) => [...this.#windows.valuesOf(client)].map((window) => this.#finding(window)));
  }

  #finding(window: Window): JudgedFinding {
    const { entities } = this.#bench;
    const { client, server, startMs, worst, kind } = window;
    const target = entities.hostOfAddress(server, startMs);
    const source = entities.hostOfAddress(client, startMs);
    // The target's own records of the same connection stand by the target's clock.
    const shiftMs = entities.clocks.between(target, ZEEK_CLOCK)?.offsetMs ?? 0;
    const evidence = window.cited.flatMap((event) => entities.cite(event));
    const { isTriad } = window;
    const { level, score, terms } = scoreOf(LEVEL[kind], baseText(kind, isTriad), [], [], evidence);
    const time = formatTime(worst.timeMs, worst.timeTicks);
    const id = findingId(target, client, startMs);
    return {
      finding: {
        id,
        analytic: N01.record.id,
        title: `${hostWords(source)} ${verbOf(window)} on ${hostWords(target)}, seen on the wire`,
        level,
        score,
        terms,
        scope: N01.record.scope,
        host: target,
        hosts: [target, source],
        accounts: [],
        subscriptions: [],
        candidates: [],
        attack: N01.record.attack,
        time,
        count: window.calls,
        aliases: target === server ? [] : [findingId(server, client, startMs)],
        evidence,
      },
      hop: {
        object: [id],
        target: { host: target, address: server },
        method: 'wmi-dcom',
        time,
        caller: [],
        sources: this.#sourcesOf(window, source, evidence),
        isSeenAtTarget: true,
      },
      joins: [],
      glue: {
        processes: [],
        logons: [],
        accounts: [],
        connections: [...window.ports]
          .sort((a, b) => a - b)
          .map((port) => ({ key: `${client}:${port}>${target}`, atMs: startMs - shiftMs })),
        firstMs: startMs,
        lastMs: window.lastMs,
      },
    };
  }

  /** The client itself, and the program that opened its connections where the client's own records tell (J4). */
  #sourcesOf(window: Window, source: string, evidence: readonly Evidence[]): readonly CallSource[] {
    const { client, server } = window;
    this.#openCall(window);
    const joined = window.callKey === undefined ? [] : this.#bench.joins.sourcesOf(window.callKey);
    if (joined.length > 0) return joined;
    return [
      {
        ...(source === client ? {} : { host: source }),
        address: client,
        strength: 'exact',
        points: 100,
        joins: [
          {
            join: 'J4',
            strength: 'exact',
            text: `a sensor saw ${client} call ${server}`,
            rivals: 0,
            evidence: firstRecords(evidence, 4),
          },
        ],
        isNamed: true,
      },
    ];
  }
}

/** SETTLED C16: target, client and the start of its minute. */
function findingId(target: string, client: string, startMs: number): string {
  return digestId(['finding', N01.record.id, target, client, secondOf(startMs)]);
}

function newWindow(client: string, server: string, event: Event): Window {
  return {
    client,
    server,
    startMs: event.timeMs,
    lastMs: event.timeMs,
    kind: 'login',
    worst: event.detach(),
    calls: 0,
    puts: 0,
    lastPuts: [],
    isTriad: false,
    classes: 0,
    deletes: 0,
    ports: new Set(),
    operations: new Map(),
    cited: [],
    callKey: undefined,
  };
}

function note(window: Window, call: WbemCall, event: Event): void {
  const kind = kindOf(call);
  const name = `${call.interface}::${call.operation}`;
  const isFirst = !window.operations.has(name);
  window.operations.set(name, (window.operations.get(name) ?? 0) + 1);
  window.calls++;
  window.lastMs = Math.max(window.lastMs, event.timeMs);
  const port = Number(event.get('id.orig_p'));
  if (Number.isInteger(port) && port > 0 && window.ports.size < MAX_PORTS) window.ports.add(port);
  if ((isFirst || kind === 'write' || kind === 'change') && window.cited.length < MAX_CITED)
    window.cited.push(event.detach());
  if (kind === 'write') notePut(window, event.timeMs);
  else if (kind === 'change' && call.operation.startsWith('PutClass')) window.classes++;
  else if (kind === 'change') window.deletes++;
  if (RANK.indexOf(kind) > RANK.indexOf(window.kind) || (window.calls === 1 && kind === window.kind)) {
    window.kind = kind;
    window.worst = event.detach();
  }
}

function kindOf({ interface: of, operation }: WbemCall): Kind {
  if (of !== 'IWbemServices') return of === 'IWbemLevel1Login' || of === 'IWbemLoginClientID' ? 'login' : 'read';
  if (operation.startsWith('PutInstance')) return 'write';
  if (/^(?:PutClass|DeleteInstance|DeleteClass)/.test(operation)) return 'change';
  return operation.startsWith('ExecMethod') ? 'execute' : 'read';
}

/** Events come in order of time: only the last puts can be of one triad with this one. */
function notePut(window: Window, ms: number): void {
  const { lastPuts } = window;
  const [oldest] = lastPuts;
  window.puts++;
  if (lastPuts.length === TRIAD_OBJECTS - 1 && oldest !== undefined && ms - oldest <= TRIAD_MS) window.isTriad = true;
  lastPuts.push(ms);
  if (lastPuts.length >= TRIAD_OBJECTS) lastPuts.shift();
}

function baseText(kind: Kind, isTriad: boolean): string {
  if (isTriad) return 'three objects written over WMI within seconds: the mark of a remote subscription';
  if (kind === 'write') return 'objects written over WMI';
  if (kind === 'change') return 'objects deleted, or a class written, over WMI';
  return kind === 'execute' ? 'a method called over WMI' : 'a login or a query over WMI';
}

function verbOf({ kind, puts, classes, deletes, isTriad, operations }: Window): string {
  if (isTriad) {
    const gone = deletes > 0 ? `, and deleted ${deletes}` : '';
    return `wrote ${puts} objects within seconds, as a remote subscription does${gone},`;
  }
  if (kind === 'write' || kind === 'change') {
    const written = [counted(puts, 'object', 'objects'), counted(classes, 'class', 'classes')].flat().join(' and ');
    const deleted = deletes === 0 ? [] : [`deleted ${counted(deletes, 'object', 'objects').join('')}`];
    return `${[...(written === '' ? [] : [`wrote ${written}`]), ...deleted].join(' and ')} over WMI`;
  }
  if (kind === 'execute') {
    const calls =
      (operations.get('IWbemServices::ExecMethod') ?? 0) + (operations.get('IWbemServices::ExecMethodAsync') ?? 0);
    return calls === 1 ? 'called a WMI method' : `called ${calls} WMI methods`;
  }
  return kind === 'read' ? 'queried WMI' : 'logged in to WMI';
}

function counted(n: number, one: string, more: string): readonly string[] {
  return n === 0 ? [] : [`${n} ${n === 1 ? one : more}`];
}
