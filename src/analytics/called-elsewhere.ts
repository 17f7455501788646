import {
  type Entities,
  type ExplicitLogon,
  FairTable,
  type ProcessStart,
  type RemoteCall,
  splitAccount,
} from '../entities/index.ts';
import { type Event, heldBytesOf, imageTail } from '../windows/index.ts';

/** Calls of one source, account and target within this are one (DOMAIN 3.2, R19). */
export const CASE_MS = 60_000;
/** A group is one source. */
const BOUNDS = { max: 20_000, quota: 1024 };
/** A group is one host, a row a process id. */
const CLIENT_BOUNDS = {
  max: 8192,
  quota: 512,
  bytesOf: ({ events }: ProcessStart): number => events.reduce((sum, event) => sum + heldBytesOf(event), 256),
  maxBytes: 12 << 20,
};
/** Whole-second times put a start up to a second behind what it did (SETTLED C2). */
const START_SLACK_MS = 1000;
/** Records of one case that are kept: the first of each kind. */
const MAX_RECORDS = 8;
/** A 4648 of RPC and one of the client belong to one call when they are this near (DOMAIN 2.2 #47). */
const PAIR_MS = 2000;

/** Programs that call WMI for a person: their 4648 beside one of RPC tells of a call (DOMAIN 3.2, R19). */
const CLIENTS: ReadonlySet<string> = new Set([
  'wmic.exe',
  'powershell.exe',
  'powershell_ise.exe',
  'pwsh.exe',
  'mofcomp.exe',
  'wbemtest.exe',
  'cscript.exe',
  'wscript.exe',
]);

/** What one source says about its calls to one target within a minute. */
export interface CalledElsewhere {
  readonly source: string;
  /** Host key, else name or address in lower case. */
  readonly target: string;
  /** Of the first record by its own time: a start of a process settles after others were read. */
  startMs: number;
  startTicks: number;
  lastMs: number;
  readonly calls: RemoteCall[];
  readonly credentials: ExplicitLogon[];
  /** Of the start of the program that used the credentials. */
  start: readonly Event[];
  /** Records of the logon of the target that it came in by, where one fits: the call has arrived. */
  arrival: readonly Event[] | undefined;
}

const NONE: readonly never[] = [];

/** Collects calls, and credentials used for calls, by source, account and target. */
export class CallsElsewhere {
  readonly #entities: Entities;
  readonly #cases = new FairTable<CalledElsewhere>(BOUNDS);
  readonly #open = new FairTable<CalledElsewhere>(BOUNDS);
  readonly #clients = new FairTable<ProcessStart>(CLIENT_BOUNDS);
  #waiting: CalledElsewhere[] = [];
  #head = 0;
  #count = 0;

  constructor(entities: Entities) {
    this.#entities = entities;
  }

  get evicted(): Readonly<Record<string, number>> {
    return { callsElsewhere: this.#cases.evicted, wmiClients: this.#clients.evicted };
  }

  stated(call: RemoteCall): void {
    const found = this.#caseOf(call, call.target, this.#nameOf(call.host, call));
    if (found.calls.length < MAX_RECORDS) found.calls.push(call);
  }

  /** The start of a program that calls WMI is evidence of the call, also where its command line was not logged. */
  started(start: ProcessStart): void {
    if (start.pid === undefined || !CLIENTS.has(imageTail(start.image))) return;
    this.#clients.set(start.host, String(start.pid), start);
  }

  /** The records of the start of the program that used these credentials. */
  #startOf({ host, pid, image, timeMs }: ExplicitLogon): readonly Event[] {
    const start = pid === undefined ? undefined : this.#clients.get(host, String(pid));
    if (start === undefined || start.startMs > timeMs + START_SLACK_MS) return [];
    return imageTail(start.image) === imageTail(image) ? start.events : [];
  }

  used(credentials: ExplicitLogon): void {
    const isOfRpc = credentials.isOfService && credentials.protocol === 'rpc';
    if (!isOfRpc && !CLIENTS.has(imageTail(credentials.image))) return;
    const found = this.#caseOf(credentials, credentials.server, this.#nameOf(credentials.host, credentials));
    if (found.credentials.length >= MAX_RECORDS) return;
    found.credentials.push(credentials);
    if (found.start.length === 0) found.start = this.#startOf(credentials);
  }

  /** Cases that began before this time and were not given yet, in order of time. */
  begunBefore(ms: number): readonly CalledElsewhere[] {
    const first = this.#head;
    while ((this.#waiting[this.#head]?.startMs ?? Number.POSITIVE_INFINITY) < ms) this.#head++;
    // Asked for every record: mostly there is none, and nothing is made for it.
    if (this.#head === first) return NONE;
    const begun = this.#waiting.slice(first, this.#head);
    if (this.#head > 1024 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    return begun;
  }

  /** Cases that tell of a call, in order of time within a source. */
  *told(): Iterable<CalledElsewhere> {
    for (const source of [...this.#cases.groups()].sort()) {
      for (const one of this.#cases.valuesOf(source)) if (isCall(one)) yield one;
    }
  }

  #caseOf(
    { host, timeMs, timeTicks }: { readonly host: string; readonly timeMs: number; readonly timeTicks: number },
    target: string,
    account: string,
  ): CalledElsewhere {
    // A record without account belongs to whoever called last.
    const keys = [`${target}\u0000${account}`, ...(account === '' ? [] : [`${target}\u0000`])];
    for (const key of keys) {
      const known = this.#open.get(host, key);
      if (known === undefined || timeMs - known.startMs > CASE_MS) continue;
      known.lastMs = Math.max(known.lastMs, timeMs);
      if (timeMs < known.startMs || (timeMs === known.startMs && timeTicks < known.startTicks)) {
        known.startMs = timeMs;
        known.startTicks = timeTicks;
      }
      this.#open.set(host, `${target}\u0000${account}`, known);
      return known;
    }
    const fresh: CalledElsewhere = {
      source: host,
      target,
      startMs: timeMs,
      startTicks: timeTicks,
      lastMs: timeMs,
      calls: [],
      credentials: [],
      start: [],
      arrival: undefined,
    };
    for (const key of new Set([`${target}\u0000${account}`, `${target}\u0000`])) this.#open.set(host, key, fresh);
    this.#cases.set(host, String(this.#count++), fresh);
    this.#waiting.push(fresh);
    return fresh;
  }

  /** Folded name without domain: records of one account spell it in several ways. */
  #nameOf(host: string, who: { readonly account: string | undefined; readonly sid: string | undefined }): string {
    const account = who.account ?? (who.sid === undefined ? undefined : this.#entities.accountOfSid(host, who.sid));
    return account === undefined ? '' : splitAccount(account).name.toLowerCase();
  }
}

/** A call that is written out, or the pair of 4648 of trap 47. */
export function isCall({ calls, credentials }: CalledElsewhere): boolean {
  return calls.length > 0 || hasPair(credentials);
}

/** RPC's 4648 within 2 s of one by a client of WMI, of one session (DOMAIN 2.2 #47). */
function hasPair(credentials: readonly ExplicitLogon[]): boolean {
  return credentials.some(
    (rpc) =>
      rpc.isOfService &&
      credentials.some(
        (client) =>
          !client.isOfService && client.logonId === rpc.logonId && Math.abs(client.timeMs - rpc.timeMs) <= PAIR_MS,
      ),
  );
}
