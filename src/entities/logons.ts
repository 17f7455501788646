import { type Event, heldBytesOf } from '../windows/index.ts';
import { accountKey, isBuiltInAccount, isSameAccount, joinAccount } from './account.ts';
import { canonicalAddress, isLinkLocal, isLoopback } from './address.ts';
import { FairTable } from './bounded.ts';
import { FairQueue, type Queued } from './fair-queue.ts';
import { guidOf, logonIdOf, numberOf, spreadOf, textOf } from './field-values.ts';
import { Queue } from './queue.ts';

const MEBIBYTE = 1 << 20;
/** A group is one host, account and address: a flood from one source pushes out its own (L15). */
const LOGON_BOUNDS = { max: 20_000, quota: 512, maxBytes: 48 * MEBIBYTE };
const PINNED_BOUNDS = { max: 8192, quota: 1024, maxBytes: 16 * MEBIBYTE };
/** A group is one host. */
const INTERACTIVE_BOUNDS = { max: 8192, quota: 512, bytesOf, maxBytes: 16 * MEBIBYTE };
/** A group is one host, account and address. */
const SET_BOUNDS = { max: 4096, quota: 256 };
/** Members of a connection set that are remembered: the first and the last ones. */
const MAX_MEMBERS = 8;
const MAX_PORTS = 64;
/** Neighbours of one connection set are at most this far apart (SETTLED C3). */
const SET_GAP_MS = 2000;
/** How long after its end a logon may still be asked for: later than every window and lag of a join. */
const AFTER_END_MS = 600_000;
/** A logon explains a process for a day (J1). */
const OPEN_MS = 86_400_000;
/** A 4634 closes its logon this much later than it says (SETTLED C2). */
const CLOSING_SLACK_MS = 2000;

/** Sessions of one id before the last one that are remembered: a machine boots seldom. */
const MAX_EARLIER = 8;

/** How the caller of a logon stands to the machine. */
export type LogonKind = 'remote' | 'loopback' | 'interactive' | 'local';

export interface Logon extends Queued {
  readonly host: string;
  /** Key of its host, account and address. */
  readonly source: string;
  readonly logonId: string;
  readonly linkedId: string | undefined;
  readonly type: number;
  readonly kind: LogonKind;
  readonly account: string;
  readonly sid: string | undefined;
  readonly address: string | undefined;
  readonly port: number | undefined;
  readonly workstation: string | undefined;
  /** LogonGuid of Kerberos, lower case: it relates the logons of one ticket (DOMAIN 2.2 #22, SETTLED C3). */
  readonly guid: string | undefined;
  readonly isNtlm: boolean;
  readonly startMs: number;
  readonly startTicks: number;
  /** Set when its 4634 or 4647 was seen. */
  endMs: number | undefined;
  /** The 4624, detached; undefined once a bound took it. */
  event: Event | undefined;
}

/** 4624 of type 3 of one target, account and address whose neighbours are at most 2 s apart (SETTLED C3, DOMAIN 2.2 #23). */
export interface ConnectionSet extends Queued {
  readonly host: string;
  readonly account: string;
  readonly sid: string | undefined;
  readonly address: string | undefined;
  /** At most 64, each once. */
  readonly ports: number[];
  workstation: string | undefined;
  /** First and last members, at most eight, in order of time. */
  readonly members: Logon[];
  readonly firstMs: number;
  lastMs: number;
}

function bytesOf(logon: Logon): number {
  return logon.weight;
}

/** Logons of every host: by LogonId within one boot, and folded to connection sets (L10, L15). */
export class Logons {
  readonly #logons = new FairQueue<Logon>({ ...LOGON_BOUNDS, onEvict: (logon) => this.#letGo(logon) });
  /** By host and LogonId. */
  readonly #byId = new Map<string, Map<string, Logon>>();
  /** Those of one id before the last one: pinned ones, and those of an earlier boot (DOMAIN 2.2 #20), in order of time. */
  readonly #earlier = new Map<string, Logon[]>();
  /** Logons whose end was seen, in the order of it. */
  readonly #ended = new Queue<Logon>();
  readonly #pinned = new FairQueue<Logon>({ ...PINNED_BOUNDS, onEvict: (logon) => this.#letGo(logon) });
  readonly #sets = new FairQueue<ConnectionSet>({ ...SET_BOUNDS, onEvict: (set) => this.#unlinkSet(set) });
  /** The sets of a host, for look-ups by time over all accounts. */
  readonly #setsOfHost = new Map<string, Set<ConnectionSet>>();
  readonly #newest = new Map<string, ConnectionSet>();
  readonly #interactive = new FairTable<Logon>(INTERACTIVE_BOUNDS);
  readonly #bootAfter: (host: string, ms: number) => number | undefined;

  /** `bootAfter` gives the time of the host's next boot after a time: no logon outlives it (DOMAIN 2.2 #20). */
  constructor(bootAfter: (host: string, ms: number) => number | undefined) {
    this.#bootAfter = bootAfter;
  }

  get evicted(): Readonly<Record<string, number>> {
    return {
      logons: this.#logons.evicted + this.#pinned.evicted,
      connectionSets: this.#sets.evicted,
      interactiveLogons: this.#interactive.evicted,
    };
  }

  get size(): number {
    return this.#logons.size + this.#pinned.size;
  }

  /** Takes in a 4624. */
  begin(host: string, event: Event): Logon | undefined {
    const logon = readLogon(host, event);
    if (logon === undefined) return undefined;
    if (logon.kind === 'interactive') this.#interactive.set(host, logon.logonId, logon);
    const before = this.#byId.get(host)?.get(logon.logonId);
    if (before?.logonId === logon.logonId) this.#replace(before, logon);
    const ofHost = this.#logonsOf(host);
    ofHost.set(logon.logonId, logon);
    // The two logons of one UAC sign-in are one identity (DOMAIN 2.2 #28); the other's own record speaks for it when it is there.
    if (logon.linkedId !== undefined && !ofHost.has(logon.linkedId)) ofHost.set(logon.linkedId, logon);
    this.#logons.push(logon.source, logon);
    if (logon.kind === 'remote') this.#addToSet(logon);
    return logon;
  }

  /** Takes in a 4634 or 4647. */
  end(host: string, event: Event): void {
    const logonId = logonIdOf(event.get('TargetLogonId'));
    const logon = logonId === undefined ? undefined : this.#byId.get(host)?.get(logonId);
    if (logon === undefined || logon.endMs !== undefined || logon.logonId !== logonId) return;
    if (event.timeMs + CLOSING_SLACK_MS < logon.startMs) return;
    logon.endMs = event.timeMs;
    // Those that a flood pushed out leave this list too.
    if (this.#ended.size > 2 * LOGON_BOUNDS.max) this.#ended.keep((one) => this.#logons.has(one));
    this.#ended.push(logon);
  }

  /** The logon of this id that had begun at the time, within the same boot and at most a day before (J1). */
  find(host: string, logonId: string, atMs: number): Logon | undefined {
    const logon = this.#byId.get(host)?.get(logonId);
    const until = atMs + spreadOf(atMs, 0);
    const isAsked = (one: Logon): boolean =>
      one.startMs <= until && atMs - one.startMs <= OPEN_MS && this.#isOpen(one, atMs);
    if (logon !== undefined && isAsked(logon)) return logon;
    return this.#earlier.size === 0 ? undefined : this.#earlier.get(earlierKey(host, logonId))?.findLast(isAsked);
  }

  /** The logon of this id, then those of its LogonGuid, which came by the same ticket (SETTLED C3). */
  ofTicket(host: string, logonId: string, atMs: number): readonly Logon[] {
    const logon = this.find(host, logonId, atMs);
    if (logon?.guid === undefined) return logon === undefined ? [] : [logon];
    const others: Logon[] = [];
    for (const other of this.#logons.valuesOf(logon.source)) {
      if (other !== logon && other.guid === logon.guid) others.push(other);
    }
    return [logon, ...others];
  }

  /** Keeps a logon that carries an act to the end of the run: its source's flood and its expiry do not touch it (L15). */
  pin(logon: Logon): void {
    if (this.#logons.remove(logon)) this.#pinned.push(logon.source, logon);
  }

  /** Connection sets with a member that began in [from, to] and was open at the time `atMs`, in order of time. */
  sets(host: string, fromMs: number, toMs: number, atMs: number): { set: ConnectionSet; member: Logon }[] {
    const hits: { set: ConnectionSet; member: Logon }[] = [];
    for (const set of this.#setsOfHost.get(host) ?? []) {
      const member = set.members.findLast(
        (logon) =>
          logon.startMs <= toMs &&
          logon.startMs + spreadOf(logon.startMs, logon.startTicks) >= fromMs &&
          this.#isOpen(logon, atMs),
      );
      if (member !== undefined) hits.push({ set, member });
    }
    return hits.sort(
      (a, b) =>
        a.member.startMs - b.member.startMs ||
        a.member.startTicks - b.member.startTicks ||
        (a.member.logonId < b.member.logonId ? -1 : 1),
    );
  }

  /** Connection sets with a member that began in [from, to], open or not. */
  setsAround(host: string, fromMs: number, toMs: number): readonly ConnectionSet[] {
    return [...(this.#setsOfHost.get(host) ?? [])].filter((set) =>
      set.members.some((logon) => logon.startMs <= toMs && logon.startMs >= fromMs),
    );
  }

  /** The latest interactive logon of the account that was open at the time. */
  interactive(host: string, isWanted: (logon: Logon) => boolean, atMs: number): Logon | undefined {
    let found: Logon | undefined;
    for (const logon of this.#interactive.valuesOf(host)) {
      if (logon.startMs <= atMs && this.#isOpen(logon, atMs) && isWanted(logon)) found = logon;
    }
    return found;
  }

  /** Drops what no join can ask for any more. */
  expire(nowMs: number): void {
    const isAfterEnd = ({ endMs }: Logon): boolean => endMs !== undefined && endMs + AFTER_END_MS < nowMs;
    for (let logon = this.#ended.peek(); logon !== undefined && isAfterEnd(logon); logon = this.#ended.peek()) {
      this.#ended.shift();
      if (this.#logons.remove(logon)) this.#unlink(logon);
    }
    this.#logons.expire(
      ({ startMs }) => startMs + OPEN_MS + AFTER_END_MS < nowMs,
      (logon) => this.#unlink(logon),
      (logon) => logon.endMs !== undefined && !isAfterEnd(logon),
    );
    this.#sets.expire(
      ({ firstMs }) => firstMs + AFTER_END_MS < nowMs,
      (set) => this.#unlinkSet(set),
      ({ lastMs }) => lastMs + AFTER_END_MS >= nowMs,
    );
    this.#interactive.expire((logon) => logon.endMs !== undefined && logon.endMs + AFTER_END_MS < nowMs);
  }

  #isOpen(logon: Logon, atMs: number): boolean {
    if (logon.endMs !== undefined && logon.endMs + CLOSING_SLACK_MS < atMs) return false;
    const bootMs = this.#bootAfter(logon.host, logon.startMs);
    return bootMs === undefined || bootMs > atMs;
  }

  #addToSet(logon: Logon): void {
    const key = logon.source;
    const newest = this.#newest.get(key);
    if (newest !== undefined && Math.abs(logon.startMs - newest.lastMs) <= SET_GAP_MS) {
      extend(newest, logon);
      return;
    }
    const set = setOf(logon);
    this.#newest.set(key, set);
    const ofHost = this.#setsOfHost.get(logon.host);
    if (ofHost === undefined) this.#setsOfHost.set(logon.host, new Set([set]));
    else ofHost.add(set);
    this.#sets.push(key, set);
  }

  /** The id is another session's from now on: what was asked for under it stays, and so does what a boot ended. */
  #replace(before: Logon, logon: Logon): void {
    const bootMs = this.#bootAfter(before.host, before.startMs);
    const isOfOtherBoot = bootMs !== undefined && bootMs <= logon.startMs;
    if (!isOfOtherBoot && !this.#pinned.has(before)) {
      this.#logons.remove(before);
      this.#unlink(before);
      return;
    }
    const key = earlierKey(before.host, before.logonId);
    const earlier = this.#earlier.get(key) ?? [];
    earlier.push(before);
    this.#earlier.set(key, earlier);
    if (earlier.length <= MAX_EARLIER) return;
    const gone = earlier.find((one) => !this.#pinned.has(one)) ?? earlier[0];
    if (gone === undefined) return;
    if (!this.#logons.remove(gone)) this.#pinned.remove(gone);
    this.#unlink(gone);
  }

  /** A connection set may remember the logon longer, but not its record. */
  #letGo(logon: Logon): void {
    this.#unlink(logon);
    if (logon.kind !== 'interactive') logon.event = undefined;
  }

  #unlink(logon: Logon): void {
    if (this.#earlier.size > 0) this.#unlinkEarlier(logon);
    const ofHost = this.#byId.get(logon.host);
    if (ofHost === undefined) return;
    if (ofHost.get(logon.logonId) === logon) ofHost.delete(logon.logonId);
    if (logon.linkedId !== undefined && ofHost.get(logon.linkedId) === logon) ofHost.delete(logon.linkedId);
    if (ofHost.size === 0) this.#byId.delete(logon.host);
  }

  #unlinkEarlier(logon: Logon): void {
    const key = earlierKey(logon.host, logon.logonId);
    const rest = this.#earlier.get(key)?.filter((one) => one !== logon);
    if (rest?.length === 0) this.#earlier.delete(key);
    else if (rest !== undefined) this.#earlier.set(key, rest);
  }

  #logonsOf(host: string): Map<string, Logon> {
    const known = this.#byId.get(host);
    if (known !== undefined) return known;
    const fresh = new Map<string, Logon>();
    this.#byId.set(host, fresh);
    return fresh;
  }

  #unlinkSet(set: ConnectionSet): void {
    const ofHost = this.#setsOfHost.get(set.host);
    ofHost?.delete(set);
    if (ofHost?.size === 0) this.#setsOfHost.delete(set.host);
    const first = set.members[0];
    if (first === undefined) return;
    if (this.#newest.get(first.source) === set) this.#newest.delete(first.source);
  }
}

/** A set of this logon alone. */
export function setOf(logon: Logon): ConnectionSet {
  return {
    host: logon.host,
    account: logon.account,
    sid: logon.sid,
    address: logon.address,
    ports: logon.port === undefined ? [] : [logon.port],
    workstation: logon.workstation,
    members: [logon],
    firstMs: logon.startMs,
    lastMs: logon.startMs,
    weight: 0,
    group: undefined,
  };
}

function extend(set: ConnectionSet, logon: Logon): void {
  if (set.members.length >= MAX_MEMBERS) set.members.splice(MAX_MEMBERS >> 1, 1);
  set.members.push(logon);
  set.lastMs = Math.max(set.lastMs, logon.startMs);
  set.workstation ??= logon.workstation;
  const { port } = logon;
  if (port !== undefined && set.ports.length < MAX_PORTS && !set.ports.includes(port)) set.ports.push(port);
}

function readLogon(host: string, event: Event): Logon | undefined {
  const logonId = logonIdOf(event.get('TargetLogonId'));
  const type = numberOf(event.get('LogonType'));
  const account = joinAccount(event.get('TargetDomainName'), event.get('TargetUserName'));
  if (logonId === undefined || type === undefined || account === undefined) return undefined;
  const sid = textOf(event, 'TargetUserSid');
  const stated = canonicalAddress(event.get('IpAddress'));
  const address = stated !== undefined && isLinkLocal(stated) ? undefined : stated;
  const workstation = textOf(event, 'WorkstationName');
  return {
    host,
    source: `${host}\u0000${sid ?? accountKey(account)}\u0000${address ?? '-'}`,
    logonId,
    linkedId: logonIdOf(event.get('TargetLinkedLogonId')),
    type,
    kind: kindOf(event, type, address, account, sid),
    account,
    sid,
    address,
    port: address === undefined ? undefined : numberOf(textOf(event, 'IpPort')) || undefined,
    workstation: workstation !== undefined && isHostItself(workstation, host) ? undefined : workstation,
    guid: guidOf(event.get('LogonGuid')),
    isNtlm: event.get('AuthenticationPackageName') === 'NTLM',
    startMs: event.timeMs,
    startTicks: event.timeTicks,
    endMs: undefined,
    // Its record, and as much again for what was read from it.
    weight: 2 * heldBytesOf(event) + 512,
    group: undefined,
    event: event.detach(),
  };
}

/** A short name that is this host's own: what a client claims to be says nothing then (DOMAIN 2.2 #26, SETTLED C7). */
function isHostItself(name: string, host: string): boolean {
  const dot = host.indexOf('.');
  return name.toLowerCase() === (dot < 0 ? host : host.slice(0, dot)).slice(0, 15);
}

function kindOf(
  event: Event,
  type: number,
  address: string | undefined,
  account: string,
  sid: string | undefined,
): LogonKind {
  if (type === 2 || type === 7 || type === 10 || type === 11) {
    return isBuiltInAccount(account, sid) ? 'local' : 'interactive';
  }
  if (type !== 3 && type !== 8) return 'local';
  // Authz and other logons that a local process made for itself come from no network (DOMAIN 2.2 #27).
  if (event.get('LogonProcessName')?.trim() === 'Authz') return 'local';
  if (address === undefined) return textOf(event, 'ProcessName') === undefined ? 'remote' : 'local';
  return isLoopback(address) ? 'loopback' : 'remote';
}

/** True when a logon is of the account asked for: by SID where both are known, else by name. */
export function isLogonOf(
  logon: { account: string; sid: string | undefined },
  account?: string,
  sid?: string,
): boolean {
  if (sid !== undefined && logon.sid !== undefined) return sid === logon.sid;
  return account !== undefined && isSameAccount(logon.account, account);
}

function earlierKey(host: string, logonId: string): string {
  return `${host}\u0000${logonId}`;
}
