import {
  channelKey,
  type Event,
  type Evidence,
  formatTime,
  isForgeable,
  isPrintableMs,
  ZEEK_CONN,
  ZEEK_DCE_RPC,
} from '../windows/index.ts';
import { accountKey, isAccountSid, isBuiltInAccount } from './account.ts';
import { Accounts } from './accounts.ts';
import { Activities, clueOf } from './activities.ts';
import { AddressBook } from './addresses.ts';
import { Boots } from './boots.ts';
import { CallRecords } from './call-records.ts';
import { Citations, type CitedRecord } from './citations.ts';
import { type ClientEnd, clientEndsOf } from './client-ends.ts';
import { Clocks } from './clocks.ts';
import { Connections } from './connections.ts';
import { numberOf, spreadOf, textOf } from './field-values.ts';
import type { HostTable } from './hosts.ts';
import { arrivalsOfOnly, foldCallers, foldSources } from './logon-sources.ts';
import { type ConnectionSet, isLogonOf, type Logon, type LogonKind, Logons, setOf } from './logons.ts';
import { NameLookups } from './name-lookups.ts';
import { ProcessTree } from './process-tree.ts';
import { Processes } from './processes.ts';
import type { Shares } from './shares.ts';
import type { CandidateLogon, ProcessStart, Strength, Who, WhoIsWho } from './types.ts';

/** A logon precedes the act that it carries by at most this (J12, J13). */
const BEFORE_ACT_MS = 30_000;
/** Records of one act may stand before its logon by this much. */
const AFTER_ACT_MS = 1000;
/** The fallback of DOMAIN 2.2 #52: the only caller in this time before the child. */
const FALLBACK_MS = 2000;
/** Expired logons are looked for once in this much event time, and what is kept for an hour and more. */
const SWEEP_MS = 60_000;
const LONG_SWEEP_MS = 600_000;
/** Members of a connection set that are cited. */
const MAX_CITED_MEMBERS = 4;

/** Who called: the logon whose LogonId a process carries, and how its caller stands to the machine. */
export interface Caller {
  readonly kind: LogonKind;
  readonly account: string;
  readonly type: number;
  readonly evidence: readonly Evidence[];
  /** For a remote caller. */
  readonly candidate?: CandidateLogon;
}

/** Hosts, accounts, logons and processes over time. Takes events in order of time; every table is bounded (L15). */
export class Entities implements WhoIsWho {
  readonly #hosts: HostTable;
  readonly #machineOf = (name: string, domain: string | undefined): string | undefined =>
    this.#hosts.findMachine(name, domain);
  readonly #accounts = new Accounts();
  readonly #boots = new Boots();
  readonly #logons = new Logons((host, ms) => this.#boots.bootAfter(host, ms));
  readonly #processes = new Processes();
  readonly #citations = new Citations();
  /** Which host had which address when. */
  readonly addresses: AddressBook = new AddressBook();
  readonly clocks: Clocks = new Clocks();
  readonly connections: Connections = new Connections(this.addresses, this.clocks);
  readonly nameLookups: NameLookups = new NameLookups();
  /** What clients and targets of remote calls log beside logons, processes and connections. */
  readonly callRecords: CallRecords;
  readonly processTree: ProcessTree = new ProcessTree((host, ms) => this.#boots.bootAfter(host, ms));
  /** What processes that WMI or DCOM started did. */
  readonly activities: Activities = new Activities(this.processTree, this.connections);
  #nextSweepMs = Number.NEGATIVE_INFINITY;
  #nextLongSweepMs = Number.NEGATIVE_INFINITY;

  constructor(hosts: HostTable) {
    this.#hosts = hosts;
    this.callRecords = new CallRecords({
      find: (name) => hosts.find(name),
      hostAt: (address, ms) => this.addresses.hostAt(address, ms),
    });
  }

  /** Learns from an event, of which the host key may be known already. Starts of processes come out of `settle`. */
  accept(event: Event, host: string = this.#hosts.keyOf(event.computer)): void {
    if (event.sight !== undefined || event.look !== undefined) {
      if (event.sight !== undefined) this.#accounts.learnSession(host, event.sight);
      return;
    }
    // What claims a time that no calendar has cannot be joined to anything.
    if (!isPrintableMs(event.timeMs)) return;
    if (event.timeMs >= this.#nextSweepMs) {
      this.#logons.expire(event.timeMs);
      this.#nextSweepMs = event.timeMs + SWEEP_MS;
    }
    if (event.timeMs >= this.#nextLongSweepMs) {
      this.processTree.expire(event.timeMs);
      this.callRecords.expire(event.timeMs);
      this.#nextLongSweepMs = event.timeMs + LONG_SWEEP_MS;
    }
    this.callRecords.accept(host, event);
    switch (channelKey(event)) {
      case 'security':
        this.#acceptSecurity(host, event);
        break;
      case 'microsoft-windows-sysmon/operational':
        if (event.eventId === 1) this.#processes.sysmonStart(host, event);
        else if (event.eventId === 3) this.#connect(host, event);
        else if (event.eventId === 5) this.processTree.end(host, clueOf(event, ''), event.timeMs);
        else if (event.eventId === 22) this.nameLookups.accept(host, event);
        this.activities.accept(host, event);
        break;
      case ZEEK_CONN:
      case ZEEK_DCE_RPC:
        this.connections.accept('', event);
        break;
      case 'system':
      case 'application':
        this.#acceptStart(host, event);
        break;
      default:
    }
  }

  #acceptSecurity(host: string, event: Event): void {
    switch (event.eventId) {
      case 4608:
        this.#acceptStart(host, event);
        break;
      case 4624:
        this.#learn(host, event, 'Target');
        this.addresses.learnMachine(event, this.#machineOf);
        this.#logons.begin(host, event);
        break;
      case 4634:
      case 4647:
        this.#learn(host, event, 'Target');
        this.#logons.end(host, event);
        break;
      case 4672:
        this.#learn(host, event, 'Subject');
        break;
      case 4688:
        this.#learn(host, event, 'Subject');
        this.#learn(host, event, 'Target');
        this.#processes.securityStart(host, event);
        break;
      case 4689:
        this.#processes.end(host, event);
        this.processTree.end(
          host,
          { pid: numberOf(event.get('ProcessId')), image: textOf(event, 'ProcessName') },
          event.timeMs,
        );
        break;
      case 4768:
      case 4769:
        this.addresses.learnMachine(event, this.#machineOf);
        break;
      case 5156:
        this.#connect(host, event);
        break;
      default:
    }
  }

  #connect(host: string, event: Event): void {
    const connection = this.connections.accept(host, event);
    if (connection !== undefined) this.activities.connected(connection);
  }

  #acceptStart(host: string, event: Event): void {
    if (this.#boots.accept(host, event)) this.#processes.boot(host);
  }

  #learn(host: string, event: Event, prefix: 'Subject' | 'Target'): void {
    this.#accounts.learn(
      host,
      event.get(`${prefix}UserSid`),
      event.get(`${prefix}DomainName`),
      event.get(`${prefix}UserName`),
    );
  }

  /** Starts of processes that are complete at this event time, in order of time; infinity gives all that wait. */
  settle(nowMs: number): readonly ProcessStart[] {
    const starts = this.#processes.settle(nowMs);
    if (starts.length > 0) this.activities.follow(this.processTree.add(starts));
    this.processTree.settle(nowMs);
    this.activities.settle(nowMs);
    for (const start of starts) this.callRecords.started(start);
    return starts;
  }

  hostKey(computer: string): string {
    return this.#hosts.keyOf(computer);
  }

  hostAliases(host: string): readonly string[] {
    return this.#hosts.aliasesOf(host);
  }

  isAccountInferred(host: string, sid: string): boolean {
    return this.#accounts.isInferred(host, sid);
  }

  accountOfSid(host: string, sid: string): string | undefined {
    return this.#accounts.accountOf(host, sid);
  }

  sidOfAccount(host: string, account: string): string | undefined {
    return this.#accounts.sidOf(host, account);
  }

  /** What an account is called when findings are joined by it: its SID where one is known, else its folded name (DOMAIN 2.2 #30). */
  accountKeyOf(host: string, who: Who): string | undefined {
    const sid = who.sid ?? (who.account === undefined ? undefined : this.sidOfAccount(host, who.account));
    if (isAccountSid(sid)) return sid.toUpperCase();
    return who.account === undefined ? undefined : accountKey(who.account);
  }

  /** Host key of a machine with records by any name that it is called by, its short one included; undefined for others. */
  findHost(name: string): string | undefined {
    return this.#hosts.find(name);
  }

  /** True for a short name that machines of several domains have: a call to it may be seen on any of them. */
  isAmbiguousName(name: string): boolean {
    return this.#hosts.isAmbiguous(name);
  }

  /** Host key of the machine that had the address at the time; the address itself where nothing names one (SETTLED C9). */
  hostOfAddress(address: string, atMs: number): string {
    return this.addresses.hostAt(address, atMs) ?? address;
  }

  /**
   * The client ends of a remote call: those of the logon that carried it and of the sets of its account and address that
   * began at most 30 s apart from it (SETTLED C3, DOMAIN 2.2 #49), in order of time.
   */
  clientEnds(host: string, carrier: CandidateLogon, atMs: number): readonly ClientEnd[] {
    return clientEndsOf(this.#logons, host, carrier, atMs);
  }

  /** Who logged on to the host from elsewhere in this time, a connection set once (SETTLED C3), with its first logon then. */
  remoteLogonsBetween(
    host: string,
    fromMs: number,
    toMs: number,
  ): readonly { readonly account: string; readonly address: string | undefined; readonly event: Event | undefined }[] {
    return this.#logons.setsAround(host, fromMs, toMs).map(({ account, address, members }) => ({
      account,
      address,
      event: members.find(({ startMs }) => startMs >= fromMs && startMs <= toMs)?.event,
    }));
  }

  /** What came and went through ADMIN$ and C$. */
  get shares(): Shares {
    return this.callRecords.shares;
  }

  /** A logon and those of its LogonGuid, when they began: what one ticket of Kerberos opened (SETTLED C3). */
  logonsOfTicket(
    host: string,
    logonId: string,
    atMs: number,
  ): readonly { readonly startMs: number; readonly startTicks: number; readonly isNtlm: boolean }[] {
    return this.#logons.ofTicket(host, logonId, atMs);
  }

  /** Of the boot in which a LogonId means something on the host, in Unix milliseconds; 0 where no boot is known (trap 20). */
  bootEpochOf(host: string, ms: number): number {
    return this.#boots.epochOf(host, ms);
  }

  /** The epochs that the same time had with fewer records of boots: what is named by one is an alias (L14). */
  formerBootEpochsOf(host: string, ms: number): readonly number[] {
    return this.#boots.formerEpochsOf(host, ms);
  }

  winmgmtStarts(host: string): readonly number[] {
    return this.#boots.winmgmtStarts(host);
  }

  remoteLogons(host: string, who: Who, atMs: number): readonly CandidateLogon[] {
    const sid = who.sid ?? (who.account === undefined ? undefined : this.sidOfAccount(host, who.account));
    if (isBuiltInAccount(who.account ?? '', who.sid)) return [];
    const hits = this.#logons
      .sets(host, atMs - BEFORE_ACT_MS, atMs + spreadOf(atMs, 0) + AFTER_ACT_MS, atMs)
      .filter(({ set }) => isLogonOf(set, who.account, sid));
    const sources = foldSources(hits);
    const isNamed = sources.length === 1 && sources[0]?.set.address !== undefined;
    const strength: Strength = isNamed ? 'strong' : 'weak';
    const join = who.sid === undefined ? 'J12' : 'J13';
    return sources.map(({ set, member }) => this.#candidate(set, member, join, strength));
  }

  logonOf(host: string, logonId: string, atMs: number): CandidateLogon | undefined {
    return this.callerOf(host, logonId, atMs)?.candidate;
  }

  /** The logon whose LogonId a process carries (J1), remote or not; undefined when it is not in evidence. */
  callerOf(host: string, logonId: string, atMs: number): Caller | undefined {
    const logon = this.#logons.find(host, logonId, atMs);
    if (logon === undefined) return undefined;
    this.#logons.pin(logon);
    const account = this.#accountOf(logon);
    if (logon.kind !== 'remote') {
      return { kind: logon.kind, account, type: logon.type, evidence: this.#citeLogon(logon) };
    }
    const set = this.#logons
      .sets(host, logon.startMs, logon.startMs, logon.startMs)
      .find((hit) => hit.set.members.includes(logon))?.set;
    const strength = logon.event !== undefined && isForgeable(logon.event) ? 'strong' : 'exact';
    const candidate = this.#candidate(set ?? setOf(logon), logon, 'J1', strength);
    return { kind: 'remote', account, type: logon.type, evidence: candidate.evidence, candidate };
  }

  /**
   * The callers just before a child that carries no LogonId of its own (DOMAIN 2.2 #52): weak, strong where the machine saw nobody
   * else arrive in that time. Several addresses, or one that is not told beside another, give all of them and no conclusion.
   */
  callersBefore(host: string, atMs: number, beforeMs: number = FALLBACK_MS): readonly CandidateLogon[] {
    const window = { fromMs: atMs - beforeMs, toMs: atMs + spreadOf(atMs, 0) };
    const callers = foldCallers(host, this.#logons.sets(host, window.fromMs, window.toMs, atMs));
    const [address, ...others] = new Set(callers.map(({ set }) => set.address));
    const arrivals = address === undefined || others.length > 0 ? [] : arrivalsOfOnly(this, host, address, window);
    const strength: Strength = arrivals.length > 0 ? 'strong' : 'weak';
    const seen = arrivals.slice(-MAX_CITED_MEMBERS).flatMap(({ event }) => this.cite(event));
    return callers.map(({ set, member }) => {
      const candidate = this.#candidate(set, member, 'J1', strength);
      return seen.length === 0 ? candidate : { ...candidate, evidence: [...candidate.evidence, ...seen] };
    });
  }

  interactiveLogon(host: string, who: Who, atMs: number): Evidence | undefined {
    if (isBuiltInAccount(who.account ?? '', who.sid)) return undefined;
    const sid = who.sid ?? (who.account === undefined ? undefined : this.sidOfAccount(host, who.account));
    const logon = this.#logons.interactive(host, (row) => isLogonOf(row, who.account, sid), atMs);
    return logon === undefined ? undefined : this.#citeLogon(logon)[0];
  }

  cite(event: Event): readonly Evidence[] {
    return this.#citations.cite(event, this.#hosts.keyOf(event.computer));
  }

  /** Host key of a cited record, while it is kept whole. */
  hostOfRecord(id: string): string | undefined {
    return this.#citations.hostOf(id);
  }

  /** The records with these ids, whole. */
  citedRecords(ids: ReadonlySet<string>): readonly CitedRecord[] {
    return this.#citations.recordsOf(ids);
  }

  /** Rows that a maximum or quota pushed out, by table (L15). */
  get evicted(): Readonly<Record<string, number>> {
    return {
      accounts: this.#accounts.evicted,
      winmgmtStarts: this.#boots.evicted,
      ...this.#logons.evicted,
      ...this.#processes.evicted,
      ...this.processTree.evicted,
      ...this.activities.evicted,
      citedRecords: this.#citations.evicted,
      addresses: this.addresses.evicted,
      clocks: this.clocks.evicted,
      connections: this.connections.evicted,
      nameLookups: this.nameLookups.evicted,
      ...this.callRecords.evicted,
    };
  }

  #citeLogon({ event }: Logon): readonly Evidence[] {
    return event === undefined ? [] : this.cite(event);
  }

  #accountOf(logon: { host: string; account: string; sid: string | undefined }): string {
    const named = logon.sid === undefined ? undefined : this.#accounts.accountOf(logon.host, logon.sid);
    return named ?? logon.account;
  }

  #candidate(set: ConnectionSet, member: Logon, join: string, strength: Strength): CandidateLogon {
    const others = set.members.filter((logon) => logon !== member).slice(-(MAX_CITED_MEMBERS - 1));
    return {
      join,
      strength,
      account: this.#accountOf(member),
      ...(set.address === undefined ? {} : { address: set.address }),
      ports: [...set.ports].sort((a, b) => a - b),
      ...(set.workstation === undefined ? {} : { workstation: set.workstation }),
      logonId: member.logonId,
      time: formatTime(member.startMs, member.startTicks),
      evidence: [member, ...others].flatMap((logon) => this.#citeLogon(logon)),
    };
  }
}
