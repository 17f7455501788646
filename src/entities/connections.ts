import { type Event, ZEEK, ZEEK_CONN, ZEEK_DCE_RPC } from '../windows/index.ts';
import { isJoinable, isLoopback, numberOfV4 } from './address.ts';
import type { AddressBook } from './addresses.ts';
import type { Clocks } from './clocks.ts';
import { type Connection, compareConnections } from './connection.ts';
import { FairQueue } from './fair-queue.ts';
import { textOf } from './field-values.ts';
import type { HeldConnection } from './held-connection.ts';
import {
  type IsOwn,
  operationOf,
  readFilteredConnection,
  readSysmonConnection,
  readZeekConnection,
} from './read-connection.ts';
import { type Bucket, leave, TimedIndex } from './timed-index.ts';

/**
 * A group is what one process of a host opened, or what one address opened to a host: a flood from one of them pushes out
 * its own (L15).
 */
const BOUNDS = {
  max: 65_536,
  quota: 1024,
  maxBytes: 64 << 20,
};
/** What a program opened to a port at which no call arrives: only what the program itself does is asked of it. */
const PASSING_BOUNDS = { ...BOUNDS, max: 16_384, quota: 128, maxBytes: 16 << 20 };
/** What leads to the source of an open call, to the end of the run. A group is one observer. */
const PINNED_BOUNDS = { ...BOUNDS, max: 32_768, quota: 4096, maxBytes: 32 << 20 };
const MAX_OPERATIONS = 64;
const DAY_MS = 86_400_000;
/** A connection is asked for up to a day after it was opened (J2), and as far as two clocks may be apart. */
const KEPT_MS = DAY_MS + 1_800_000;
/** A process that WMI started is followed for an hour (DOMAIN 3.2, M). */
const PASSING_KEPT_MS = 4_500_000;
const SWEEP_MS = 3_600_000;
/** Records of one connection by two observers, whose clocks are not known yet (SETTLED C4). */
const SAME_CONNECTION_MS = 900_000;
/** Two uses of one port are never so near, so that halves that are belong together. */
const SAME_CLOCK_MS = 5000;
/** Observer of Zeek's times among the clocks. */
export const ZEEK_CLOCK = 'zeek';

/** Ports at which calls arrive; those that RPC hands out beside them (DOMAIN 1.3). */
const CALL_PORTS: ReadonlySet<number> = new Set([135, 445, 5985, 5986]);

/** Which process of a host is meant; either is enough. */
export interface ProcessOfHost {
  readonly pid?: number;
  /** Any case. */
  readonly processGuid?: string;
}

/** Records of connections of all hosts, with both ends (DOMAIN 2.3). Every look-up gives them in order of time. */
export class Connections {
  readonly #book: AddressBook;
  readonly #clocks: Clocks;
  readonly #rows = new FairQueue<HeldConnection>({ ...BOUNDS, onEvict: (row) => this.#unlink(row) });
  readonly #passing = new FairQueue<HeldConnection>({ ...PASSING_BOUNDS, onEvict: (row) => this.#unlink(row) });
  readonly #pinned = new FairQueue<HeldConnection>({ ...PINNED_BOUNDS, onEvict: (row) => this.#unlink(row) });
  readonly #byInitiator = new TimedIndex<HeldConnection>();
  /** By process id and host. */
  readonly #byPid = new TimedIndex<HeldConnection>();
  /** By a digest of the ProcessGuid. */
  readonly #byGuid = new TimedIndex<HeldConnection>();
  readonly #inbound = new TimedIndex<HeldConnection>();
  /** Of the ports of calls only. */
  readonly #outbound = new TimedIndex<HeldConnection>();
  readonly #isOwn: IsOwn;
  /** Hosts by number, for keys that cost no text. */
  readonly #hostNumbers = new Map<string, number>();
  readonly #byUid = new Map<string, HeldConnection>();
  #nextSweepMs = Number.NEGATIVE_INFINITY;

  constructor(book: AddressBook, clocks: Clocks) {
    this.#book = book;
    this.#isOwn = (host, address) => book.isOf(host, address);
    this.#clocks = clocks;
  }

  get evicted(): number {
    return this.#rows.evicted + this.#passing.evicted + this.#pinned.evicted;
  }

  get size(): number {
    return this.#rows.size + this.#passing.size + this.#pinned.size;
  }

  /** Takes in a Sysmon 3, a 5156 or a line of Zeek; gives its connection, which for Zeek may be a known one. */
  accept(host: string, event: Event): Connection | undefined {
    this.#sweep(event.timeMs);
    if (event.provider === ZEEK) return this.#acceptZeek(event);
    const read = event.eventId === 3 ? readSysmonConnection : readFilteredConnection;
    const connection = read(host, event, this.#isOwn);
    if (connection === undefined) return undefined;
    if (connection.isTcp && connection.isOriented) {
      const { seenBy, initiatorAddress, responderAddress } = connection;
      const own = seenBy === 'initiator' ? initiatorAddress : responderAddress;
      this.#book.learn(host, own, event.timeMs, connection.event);
    }
    this.#add(connection);
    return connection;
  }

  /** Every record of a connection that was opened from this address and port. */
  from(address: string, port: number): readonly Connection[] {
    return sorted(this.#byInitiator.rowsOf(initiatorKey(address, port)));
  }

  /** What the host itself saw arrive at these ports, opened in the window. */
  inboundTo(host: string, ports: Iterable<number>, fromMs: number, toMs: number): readonly Connection[] {
    const found: Connection[] = [];
    for (const port of ports) {
      const key = portKey(this.#numberOf(host), port);
      for (const row of between(this.#inbound, key, fromMs, toMs)) found.push(row);
    }
    return sorted(found);
  }

  /** What the host itself opened to this port of calls (135, 445, 5985, 5986) in the window. */
  openedTo(host: string, port: number, fromMs: number, toMs: number): readonly Connection[] {
    return sorted(between(this.#outbound, portKey(this.#numberOf(host), port), fromMs, toMs));
  }

  /** The records that name this process of the host, in the window, which should be its life. */
  ofProcess(host: string, { pid, processGuid }: ProcessOfHost, fromMs: number, toMs: number): readonly Connection[] {
    const found = new Set<Connection>();
    if (pid !== undefined) {
      for (const row of between(this.#byPid, pidKey(this.#numberOf(host), pid), fromMs, toMs)) found.add(row);
    }
    if (processGuid !== undefined) {
      const guid = processGuid.toLowerCase();
      for (const row of between(this.#byGuid, guidKey(guid), fromMs, toMs)) {
        // Cloned machines have the same ProcessGuids (DOMAIN 2.2 #21).
        if (row.observer === host && row.processGuid === guid) found.add(row);
      }
    }
    return sorted(found);
  }

  /** Keeps what leads to the source of a call to the end of the run: no flood and no expiry touches it (L15). */
  pin(connection: Connection): void {
    const row = connection as HeldConnection;
    if (this.#rows.remove(row) || this.#passing.remove(row)) this.#pinned.push(row.observer, row);
  }

  #acceptZeek(event: Event): Connection | undefined {
    if (event.channel !== ZEEK_CONN && event.channel !== ZEEK_DCE_RPC) return undefined;
    const uid = event.get('uid');
    const known = uid === undefined ? undefined : this.#byUid.get(uid);
    if (known !== undefined) {
      known.usedAt(event.timeMs);
      const operation = operationOf(event);
      if (operation !== undefined && (known.operations?.length ?? 0) < MAX_OPERATIONS)
        known.operations?.push(operation);
      return known;
    }
    const connection = readZeekConnection(event);
    if (connection === undefined) return undefined;
    this.#add(connection);
    if (uid !== undefined) this.#byUid.set(uid, connection);
    return connection;
  }

  #add(row: HeldConnection): void {
    const { initiatorAddress, responderAddress, observer, pid, isOriented } = row;
    const key = initiatorKey(initiatorAddress, row.initiatorPort);
    if (row.isTcp) this.#compareClocks(row, key);
    const host = this.#numberOf(observer);
    const isEndpoint = row.seenBy !== 'sensor';
    const guid = row.origin === 'sysmon' ? textOf(row.event, 'ProcessGuid') : undefined;
    // A literal has room for what it holds, a list that grows for seventeen.
    row.buckets = [
      isLoopback(initiatorAddress) ? undefined : this.#byInitiator.add(key, row),
      isOriented || isLoopback(responderAddress)
        ? undefined
        : this.#byInitiator.add(initiatorKey(responderAddress, row.responderPort), row),
      isEndpoint && pid !== undefined ? this.#byPid.add(pidKey(host, pid), row) : undefined,
      guid === undefined ? undefined : this.#byGuid.add(guidKey(guid), row),
      this.#byPort(row, host),
    ];
    (isPassing(row) ? this.#passing : this.#rows).push(this.#groupOf(row, host, key), row);
  }

  #byPort(row: HeldConnection, host: number): Bucket<HeldConnection> | undefined {
    const { seenBy, responderPort } = row;
    if (seenBy === 'responder') return this.#inbound.add(portKey(host, responderPort), row);
    const isCall = seenBy === 'initiator' && CALL_PORTS.has(responderPort);
    return isCall ? this.#outbound.add(portKey(host, responderPort), row) : undefined;
  }

  /** Numbers where they are enough: what a process opened, or what an IPv4 address opened to a host. */
  #groupOf(row: HeldConnection, host: number, key: number | string): number | string {
    const { seenBy, initiatorAddress, pid } = row;
    if (seenBy === 'sensor') return `sensor ${initiatorAddress}`;
    if (seenBy === 'initiator')
      return pid === undefined ? `out ${host} ${row.processGuid ?? row.image ?? ''}` : pidKey(host, pid);
    return typeof key === 'string'
      ? `in ${host} ${initiatorAddress}`
      : -1 - (host * 4_294_967_296 + Math.floor(key / 65_536));
  }

  #unlink(row: HeldConnection): void {
    leave(row);
    if (row.uid !== undefined && this.#byUid.get(row.uid) === row) this.#byUid.delete(row.uid);
  }

  #numberOf(host: string): number {
    const known = this.#hostNumbers.get(host);
    if (known !== undefined) return known;
    this.#hostNumbers.set(host, this.#hostNumbers.size);
    return this.#hostNumbers.size - 1;
  }

  /**
   * A 5156 at both ends, or one beside Zeek's line, tells what the clocks differ by (SETTLED C4). Where a port was
   * used twice in that time, only clocks that nearly agree tell which halves belong together.
   */
  #compareClocks(row: HeldConnection, key: number | string): void {
    if (!isExactlyTimed(row) || !isJoinable(row.initiatorAddress)) return;
    const { fromMs: atMs } = row;
    const [fromMs, untilMs] = [atMs - SAME_CONNECTION_MS, atMs + SAME_CONNECTION_MS];
    const uses: HeldConnection[] = [];
    for (const other of this.#byInitiator.rowsAround(key, fromMs, untilMs)) {
      if (other.fromMs > untilMs || other.toMs < fromMs || !isExactlyTimed(other) || !isSameEnd(other, row)) continue;
      uses.push(other);
    }
    if (uses.length === 0) return;
    const count = new Map<string, number>();
    for (const { observer } of uses) count.set(observer, (count.get(observer) ?? 0) + 1);
    for (const other of uses) {
      const { observer, fromMs: otherMs } = other;
      if (observer === row.observer) continue;
      const isOnly = count.get(observer) === 1 && !count.has(row.observer);
      if (!isOnly && Math.abs(otherMs - atMs) > SAME_CLOCK_MS) continue;
      this.#clocks.add({ observer: clockOf(other), ms: otherMs }, { observer: clockOf(row), ms: atMs });
    }
  }

  #sweep(nowMs: number): void {
    if (nowMs < this.#nextSweepMs) return;
    this.#nextSweepMs = nowMs + SWEEP_MS;
    this.#forget(this.#rows, nowMs - KEPT_MS);
    this.#forget(this.#passing, nowMs - PASSING_KEPT_MS);
  }

  /** A connection on which Zeek still sees calls is used, however long ago it was opened. */
  #forget(rows: FairQueue<HeldConnection>, sinceMs: number): void {
    rows.expire(
      ({ timeMs }) => timeMs < sinceMs,
      (row) => this.#unlink(row),
      ({ toMs }) => toMs >= sinceMs,
    );
  }
}

/** The rows of a key that may have been opened in the window. */
function between(
  index: TimedIndex<HeldConnection>,
  key: number | string,
  fromMs: number,
  toMs: number,
): readonly HeldConnection[] {
  return index.rowsAround(key, fromMs, toMs).filter((row) => row.fromMs <= toMs && row.toMs >= fromMs);
}

/** True for what a program opened that can be no part of a remote call. */
function isPassing({ seenBy, isTcp, responderPort: port }: HeldConnection): boolean {
  if (seenBy !== 'initiator') return false;
  return !isTcp || !(CALL_PORTS.has(port) || port >= 49_152 || (port >= 1025 && port <= 5000));
}

/** Records whose time is that of the connection: no Sysmon 3 (SETTLED C1), and no call on a connection opened before. */
function isExactlyTimed(row: Connection): boolean {
  return row.origin === 'wfp' || (row.origin === 'zeek' && row.event.channel === ZEEK_CONN);
}

function clockOf(row: Connection): string {
  return row.origin === 'zeek' ? ZEEK_CLOCK : row.observer;
}

/** True for two records whose ends are equal, both with the same initiator. */
export function isSameEnd(a: Connection, b: Connection): boolean {
  return (
    a.initiator.address === b.initiator.address &&
    a.initiator.port === b.initiator.port &&
    a.responder.address === b.responder.address &&
    a.responder.port === b.responder.port
  );
}

function sorted(rows: Iterable<Connection>): readonly Connection[] {
  return [...rows].sort(compareConnections);
}

/** A number below 2^48 for IPv4: text would have to be put together and hashed for every record. */
function initiatorKey(address: string, port: number): number | string {
  const v4 = numberOfV4(address);
  return v4 === undefined ? `${address}|${port}` : v4 * 65_536 + port;
}

function pidKey(host: number, pid: number): number {
  return host * 4_294_967_296 + pid;
}

/** 32 bits of a ProcessGuid in any case: to fold and to hash its 38 characters as text costs three times as much. */
function guidKey(guid: string): number {
  let bits = 0;
  for (let at = 0; at < guid.length; at++) bits = (Math.imul(bits, 31) + (guid.charCodeAt(at) | 0x20)) | 0;
  return bits;
}

function portKey(host: number, port: number): number {
  return host * 65_536 + port;
}
