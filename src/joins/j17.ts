import {
  type Call,
  type Connection,
  type Entities,
  type ExplicitLogon,
  isJoinable,
  isSameEnd,
  type WinrmSession,
} from '../entities/index.ts';
import type { JoinRow, SourceClaim } from './call.ts';
import {
  clockOf,
  isCaller,
  isElsewhere,
  isWithin,
  logonSpans,
  pinClients,
  processAt,
  reachOf,
  type Span,
  spanOf,
} from './call-facts.ts';

const WINRM_PORTS: readonly number[] = [5985, 5986];
const WINDOW: readonly [number, number] = [-5000, 5000];

/**
 * J17: a caller came by WinRM (91, 169 with his SID or name), and a process of the source used his credentials for HTTP to the
 * target (4648), or opened a connection to its port of WinRM, within 5 s. The address of a logon by Kerberos over WinRM is empty
 * (DOMAIN 2.2 #25), so that this names it. Broken by proxies and load balancers.
 */
export function openJ17(entities: Entities): JoinRow {
  return {
    id: 'J17',
    claims(call: Call): readonly SourceClaim[] {
      if (call.via !== 'winrm' && call.logon?.address !== undefined) return [];
      const anchors = anchorsOf(call);
      const sessions = sessionsOf(entities, call, anchors);
      if (sessions.length === 0) return [];
      const spans = [...anchors, ...sessions.map(spanOfSession)];
      return [...byCredentials(entities, call, spans, sessions), ...byConnection(entities, call, spans, sessions)];
    },
    // What the credentials said names no address.
    isBroken(call: Call, claim: SourceClaim): boolean {
      const anchors = anchorsOf(call);
      const spans = [...anchors, ...sessionsOf(entities, call, anchors).map(spanOfSession)];
      return (
        claim.address !== undefined &&
        arrivalsOf(entities, call, spans).some(({ initiator }) => initiator.address !== claim.address)
      );
    },
  };
}

function anchorsOf(call: Call): readonly Span[] {
  return call.logon === undefined ? [spanOf(call.timeMs, call.timeTicks)] : logonSpans(call);
}

function spanOfSession({ timeMs, timeTicks }: WinrmSession): Span {
  return spanOf(timeMs, timeTicks);
}

function sessionsOf(entities: Entities, call: Call, anchors: readonly Span[]): readonly WinrmSession[] {
  const { fromMs, toMs } = reachOf(anchors, WINDOW, { offsetMs: 0, errorMs: 0 });
  return entities.callRecords.winrm
    .at(call.host, fromMs, toMs)
    .filter(({ part }) => part === 'shell' || part === 'authenticated' || part === 'operation')
    .filter((row) => isCaller(entities, call, row) === true)
    .filter(({ timeMs, timeTicks }) => anchors.some((span) => isWithin(span, spanOf(timeMs, timeTicks), WINDOW)));
}

function byCredentials(
  entities: Entities,
  call: Call,
  spans: readonly Span[],
  sessions: readonly WinrmSession[],
): readonly SourceClaim[] {
  const reach = reachOf(spans, WINDOW, { offsetMs: 0, errorMs: 900_000 });
  const bySource = new Map<string, ExplicitLogon>();
  for (const used of entities.callRecords.explicitLogons.towards(call.host, reach.fromMs, reach.toMs)) {
    if (used.protocol !== 'http' || isCaller(entities, call, { account: used.target }) !== true) continue;
    if (isElsewhere(entities, call, used.host)) continue;
    const clock = clockOf(entities, call, used.host);
    if (!spans.some((span) => isWithin(spanOf(used.timeMs, used.timeTicks), span, WINDOW, clock))) continue;
    const known = bySource.get(used.host);
    if (known === undefined || (known.isOfService && !used.isOfService)) bySource.set(used.host, used);
  }
  return [...bySource.values()].map((used) => {
    const { host, pid, image, account } = used;
    const process = processAt(entities, host, { pid, image }, used.timeMs, { image, pid, user: account });
    return {
      join: 'J17',
      strength: 'strong',
      text: `${used.target} came in by WinRM, and ${host} had used these credentials for ${used.serverName} over HTTP`,
      host,
      ...(account === undefined ? {} : { account }),
      ...(process === undefined ? {} : { process }),
      events: [used.event, ...sessions.slice(0, 1).map(({ event }) => event)],
    };
  });
}

/** The one address that had come in at the port of WinRM; a host's own record of the same connection tells its process. */
function byConnection(
  entities: Entities,
  call: Call,
  spans: readonly Span[],
  sessions: readonly WinrmSession[],
): readonly SourceClaim[] {
  const byAddress = Map.groupBy(arrivalsOf(entities, call, spans), ({ initiator }) => initiator.address);
  const [only] = byAddress;
  if (only === undefined || byAddress.size > 1) return [];
  const [address, rows] = only;
  const opened = openedAt(entities, call, rows);
  const process =
    opened === undefined
      ? undefined
      : processAt(
          entities,
          opened.observer,
          { guid: opened.processGuid, pid: opened.pid, image: opened.image },
          opened.toMs,
          { image: opened.image, pid: opened.pid, user: opened.user },
        );
  return [
    {
      join: 'J17',
      strength: 'strong',
      text: `the caller came in by WinRM, and ${address} alone had connected to its port`,
      ...(opened === undefined ? {} : { host: opened.observer }),
      address,
      ...(process === undefined ? {} : { process }),
      events: [...rows.slice(-2), ...(opened === undefined ? [] : [opened]), ...sessions.slice(0, 1)].map(
        ({ event }) => event,
      ),
    },
  ];
}

/** What had come in at the ports of WinRM from elsewhere. */
function arrivalsOf(entities: Entities, call: Call, spans: readonly Span[]): readonly Connection[] {
  const { fromMs, toMs } = reachOf(spans, WINDOW, { offsetMs: 0, errorMs: 0 });
  const arrivals = entities.connections
    .inboundTo(call.host, WINRM_PORTS, fromMs, toMs)
    .filter(
      ({ initiator }) =>
        isJoinable(initiator.address) && !entities.addresses.isOfAt(call.host, initiator.address, call.timeMs),
    );
  pinClients(entities, arrivals);
  return arrivals;
}

/** The record of a holder of the address nearest to one of these arrivals, of both ends equal and 5 s apart at most, by its clock. */
function openedAt(entities: Entities, call: Call, arrivals: readonly Connection[]): Connection | undefined {
  let nearest: { readonly row: Connection; readonly apartMs: number } | undefined;
  for (const arrival of arrivals) {
    const { address, port } = arrival.initiator;
    const holders = entities.addresses.hostsAt(address, arrival.fromMs);
    for (const row of entities.connections.from(address, port)) {
      if (row.seenBy !== 'initiator' || !isSameEnd(row, arrival) || !holders.includes(row.observer)) continue;
      if (row.observer === call.host || isElsewhere(entities, call, row.observer)) continue;
      const { offsetMs, errorMs } = clockOf(entities, call, row.observer);
      const apartMs = Math.max(row.fromMs - offsetMs - arrival.toMs, arrival.fromMs - (row.toMs - offsetMs), 0);
      if (apartMs > WINDOW[1] + errorMs || apartMs >= (nearest?.apartMs ?? Number.POSITIVE_INFINITY)) continue;
      nearest = { row, apartMs };
    }
  }
  if (nearest !== undefined) entities.connections.pin(nearest.row);
  return nearest?.row;
}
