import {
  type Call,
  type Connection,
  type Entities,
  type ExplicitLogon,
  isJoinable,
  type WinrmSession,
} from '../entities/index.ts';
import type { JoinRow, SourceClaim } from './call.ts';
import {
  clockOf,
  isCaller,
  isElsewhere,
  isWithin,
  logonSpans,
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
      const anchors = call.logon === undefined ? [spanOf(call.timeMs, call.timeTicks)] : logonSpans(call);
      const sessions = sessionsOf(entities, call, anchors);
      if (sessions.length === 0) return [];
      const spans = [...anchors, ...sessions.map(({ timeMs, timeTicks }) => spanOf(timeMs, timeTicks))];
      return [...byCredentials(entities, call, spans, sessions), ...byConnection(entities, call, spans, sessions)];
    },
  };
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
  const { fromMs, toMs } = reachOf(spans, WINDOW, { offsetMs: 0, errorMs: 0 });
  const arrivals = entities.connections
    .inboundTo(call.host, WINRM_PORTS, fromMs, toMs)
    .filter(
      ({ initiator }) =>
        isJoinable(initiator.address) && !entities.addresses.isOfAt(call.host, initiator.address, call.timeMs),
    );
  const byAddress = Map.groupBy(arrivals, ({ initiator }: Connection) => initiator.address);
  const [only] = byAddress;
  if (only === undefined || byAddress.size > 1) return [];
  const [address, rows] = only;
  const opened = rows
    .flatMap(({ initiator }) => entities.connections.from(initiator.address, initiator.port))
    .find(
      (row) =>
        row.seenBy === 'initiator' &&
        WINRM_PORTS.includes(row.responder.port) &&
        !isElsewhere(entities, call, row.observer) &&
        rows.some((arrival) => arrival.responder.address === row.responder.address),
    );
  const host = opened?.observer ?? entities.addresses.hostAt(address, call.timeMs);
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
      ...(host === undefined || host === call.host ? {} : { host }),
      address,
      ...(process === undefined ? {} : { process }),
      events: [...rows.slice(-2), ...(opened === undefined ? [] : [opened]), ...sessions.slice(0, 1)].map(
        ({ event }) => event,
      ),
    },
  ];
}
