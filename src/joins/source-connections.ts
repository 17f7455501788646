import {
  type Call,
  type ClientEnd,
  type Connection,
  compareConnections,
  type Entities,
  isJoinable,
  isSameEnd,
  type JoinedProcess,
} from '../entities/index.ts';
import { imageTail } from '../windows/index.ts';
import type { SourceClaim } from './call.ts';
import { clockOf, knownClockOf, processAt } from './call-facts.ts';

/** How far the clocks of two hosts may be off before pairs of records tell by how much (SETTLED C4). */
const CLOCKS_APART_MS = 900_000;
/** A connect stands before its logon, or at most this much behind it (SETTLED C4). */
const SLACK_MS = 5000;
const SAME_CLOCK = { offsetMs: 0, errorMs: 0 };
/** How far back the last connect of a port is looked for. */
const LOOK_BACK_MS = 86_400_000;
/** Records of one connection by one host: a port is not used again so soon. */
const ONE_CONNECTION_MS = 60_000;

/** A host's own records of the connection that a client end of a call belongs to. */
export interface SourceConnection {
  readonly end: ClientEnd;
  /** Host key of the source. */
  readonly host: string;
  /** Of one connection, in order of time. */
  readonly records: readonly Connection[];
  /** True when the other end is known to be an address of the target. */
  readonly isTargetKnown: boolean;
  /**
   * The program that owns the port; undefined where it is one that carries the calls of others (DOMAIN 2.2 #42), and where
   * several connections may be this one.
   */
  readonly process: JoinedProcess | undefined;
  /** True where the port was used again so near that clocks nobody knows cannot tell which connection it was. */
  readonly isReused: boolean;
}

/** What an address is to a target: its own, that of another host, or one that no record names a host for. */
export function relationOf(
  entities: Entities,
  target: string,
  address: string,
  atMs: number,
): 'own' | 'other' | 'unknown' {
  if (entities.addresses.isOfAt(target, address, atMs)) return 'own';
  return entities.addresses.hostsAt(address, atMs).length > 0 ? 'other' : 'unknown';
}

/** J2: for each client end, the last connect of its port before the logon, on every host that has one, where it leads to the target. */
export function lastConnects(entities: Entities, call: Call): readonly SourceConnection[] {
  const found: SourceConnection[] = [];
  for (const end of joinableEnds(call)) {
    for (const [host, rows] of outboundByHost(entities, call, end)) {
      const offset = knownClockOf(entities, call, host);
      const { offsetMs: shift, errorMs } = offset ?? SAME_CLOCK;
      const latestMs = end.toMs + SLACK_MS + errorMs;
      const before = rows.filter(
        ({ fromMs, toMs }) => fromMs - shift <= latestMs && toMs - shift >= end.fromMs - LOOK_BACK_MS,
      );
      const last = before.at(-1);
      if (last === undefined) continue;
      // What breaks the join is kept like what makes it.
      entities.connections.pin(last);
      const relation = relationOf(entities, call.host, last.responder.address, last.fromMs);
      const isLate = end.fromMs - (last.toMs - shift) > ONE_CONNECTION_MS;
      if (relation === 'other' || (relation === 'unknown' && isLate)) continue;
      const records = before.filter((row) => isSameEnd(row, last) && last.fromMs - row.fromMs <= ONE_CONNECTION_MS);
      // By a clock that is ahead, a later use of the port is the call.
      const isReused =
        offset === undefined &&
        end.fromMs - last.toMs > SLACK_MS &&
        rows.some((row) => row.fromMs > latestMs && row.fromMs <= latestMs + CLOCKS_APART_MS);
      found.push(sourceConnection(entities, end, host, records, { isTargetKnown: relation === 'own', isReused }));
    }
  }
  return found;
}

/** J3: for each client end, the connection that both ends recorded, however far their clocks are apart. */
export function sameConnections(entities: Entities, call: Call): readonly SourceConnection[] {
  const found: SourceConnection[] = [];
  for (const end of joinableEnds(call)) {
    const own = clockOf(entities, call, call.host);
    const arrivals = entities.connections
      .from(end.address, end.port)
      .filter(({ seenBy, observer }) => seenBy === 'responder' && observer === call.host)
      .filter(
        ({ fromMs, toMs }) =>
          fromMs - own.offsetMs <= end.toMs + SLACK_MS + own.errorMs &&
          toMs - own.offsetMs >= end.fromMs - LOOK_BACK_MS,
      );
    const arrival = arrivals.at(-1);
    if (arrival === undefined) continue;
    entities.connections.pin(arrival);
    for (const [host, rows] of outboundByHost(entities, call, end)) {
      const offset = entities.clocks.between(call.host, host);
      const shift = offset?.offsetMs ?? 0;
      const reach = offset === undefined ? CLOCKS_APART_MS : SLACK_MS + offset.errorMs;
      const leastApart = (records: readonly Connection[]): number =>
        Math.min(...records.map((row) => apartMs(row, arrival, shift)));
      const near = rows.filter((row) => isSameEnd(row, arrival) && apartMs(row, arrival, shift) <= reach);
      const [nearest, ...others] = connectionsOf(near).sort((a, b) => leastApart(a) - leastApart(b));
      if (nearest === undefined) continue;
      const isReused = others.length > 0 && leastApart(nearest) > SLACK_MS + (offset?.errorMs ?? 0);
      const records = isReused ? near : nearest;
      found.push(sourceConnection(entities, end, host, [...records, arrival], { isTargetKnown: true, isReused }));
    }
  }
  return found;
}

/** Between two records of what may be one connection; the first one's clock is ahead by `shiftMs`. */
function apartMs(row: Connection, arrival: Connection, shiftMs: number): number {
  return Math.max(row.fromMs - shiftMs - arrival.toMs, arrival.fromMs - (row.toMs - shiftMs), 0);
}

/** Records of one host with equal ends, in order of time, by connection. */
function connectionsOf(rows: readonly Connection[]): Connection[][] {
  const connections: Connection[][] = [];
  for (const row of rows) {
    const current = connections.at(-1);
    const before = current?.at(-1);
    if (before !== undefined && row.fromMs - before.fromMs <= ONE_CONNECTION_MS) current?.push(row);
    else connections.push([row]);
  }
  return connections;
}

/**
 * Of the connections of one host, the one whose process made the call: that of the carrying logon's own port; where this is
 * RPCSS, the next one of another program, else the last before (DOMAIN 2.2 #42, #49). Without any, a connection of RPCSS.
 */
export function callingConnection(connections: readonly SourceConnection[]): SourceConnection | undefined {
  const carrier = connections.find(({ end }) => end.isCarrier);
  if (carrier?.process !== undefined) return carrier;
  const named = connections.filter(({ process }) => process !== undefined);
  const aroundMs = carrier?.end.fromMs ?? Number.NEGATIVE_INFINITY;
  return named.find(({ end }) => end.fromMs >= aroundMs) ?? named.at(-1) ?? carrier ?? connections[0];
}

/** True where a connection that a claim rests on is still held: if its row says it no more, other records broke it. */
export function isStillHeld(entities: Entities, call: Call, claim: SourceClaim): boolean {
  const events = new Set(claim.events);
  return joinableEnds(call).some(({ address, port }) =>
    entities.connections.from(address, port).some(({ event }) => events.has(event)),
  );
}

/** Connections by their host, hosts sorted. */
export function byHost(connections: readonly SourceConnection[]): readonly (readonly [string, SourceConnection[]])[] {
  return [...Map.groupBy(connections, ({ host }) => host)].sort(([a], [b]) => (a < b ? -1 : 1));
}

function joinableEnds(call: Call): readonly ClientEnd[] {
  return (call.ends ?? []).filter(({ address }) => isJoinable(address));
}

/** Other hosts' own records of connections that they opened from this end. */
function outboundByHost(entities: Entities, call: Call, end: ClientEnd): ReadonlyMap<string, readonly Connection[]> {
  const rows = entities.connections
    .from(end.address, end.port)
    .filter(({ seenBy, isTcp, observer }) => seenBy === 'initiator' && isTcp && observer !== call.host);
  return Map.groupBy(rows, ({ observer }) => observer);
}

function sourceConnection(
  entities: Entities,
  end: ClientEnd,
  host: string,
  records: readonly Connection[],
  known: { readonly isTargetKnown: boolean; readonly isReused: boolean },
): SourceConnection {
  for (const record of records) entities.connections.pin(record);
  const own = records.filter(({ observer }) => observer === host);
  return {
    end,
    host,
    records: records.toSorted(compareConnections),
    ...known,
    process: known.isReused ? undefined : processOf(entities, host, own),
  };
}

/** Programs that carry the calls of others: RPCSS and the kernel's SMB and HTTP. */
const CARRIERS: ReadonlySet<string> = new Set(['svchost.exe', 'system']);

/** What the records of one connection say about its process: Sysmon's words before the filter's path in lower case. */
function processOf(entities: Entities, host: string, records: readonly Connection[]): JoinedProcess | undefined {
  const inOrder = [...records].sort((a, b) => (a.origin === b.origin ? 0 : a.origin === 'sysmon' ? -1 : 1));
  const image = inOrder.find((row) => row.image !== undefined)?.image;
  const pid = inOrder.find((row) => row.pid !== undefined)?.pid;
  const guid = inOrder.find((row) => row.processGuid !== undefined)?.processGuid;
  const user = inOrder.find((row) => row.user !== undefined)?.user;
  const atMs = records[0]?.toMs ?? 0;
  const process = processAt(entities, host, { guid, pid, image }, atMs, {
    ...(image === undefined ? {} : { image }),
    ...(pid === undefined ? {} : { pid }),
    ...(user === undefined ? {} : { user }),
  });
  return CARRIERS.has(imageTail(process?.image)) ? undefined : process;
}
