import { type Entities, oneLower, type Strength } from '../entities/index.ts';
import { type Event, imageTail, isForgeable } from '../windows/index.ts';
import type { Call, JoinRow, SourceClaim } from './call.ts';
import { byHost, callingConnection, isStillHeld, lastConnects, type SourceConnection } from './source-connections.ts';

const ENDPOINT_MAPPER = 135;
/** A call is opened at most so long after its activation. */
const ACTIVATION_MS = 5000;
const MAX_ACTIVATIONS = 4;

/**
 * J2: the logon's address and port are the source end of a connection that a host recorded itself. Asked over all logons of
 * the call (DOMAIN 2.2 #23, #49), because the port of the carrying one may be RPCSS's.
 */
export function openJ02(entities: Entities): JoinRow {
  return {
    id: 'J2',
    isBroken: (call, claim) => isStillHeld(entities, call, claim),
    claims(call: Call): readonly SourceClaim[] {
      if (call.logon === undefined) return [];
      return byHost(lastConnects(entities, call)).flatMap(([host, connections]) => {
        const chosen = callingConnection(connections);
        return chosen === undefined ? [] : [claimOf(entities, host, chosen, connections)];
      });
    },
  };
}

function claimOf(
  entities: Entities,
  host: string,
  chosen: SourceConnection,
  connections: readonly SourceConnection[],
): SourceClaim {
  const { end, process } = chosen;
  const port = `${end.address}:${end.port}`;
  const who = process === undefined ? '' : ` of ${imageTail(process.image) || `process ${process.pid}`}`;
  const carrier = connections.find(({ end: other }) => other.isCarrier);
  // The logon that the act ran under, where its port led to RPCSS only, stays part of the proof.
  const records =
    carrier === undefined || carrier === chosen ? chosen.records : [...chosen.records, ...carrier.records];
  const logons = [chosen, ...(carrier === undefined ? [] : [carrier])].flatMap(({ end: { event } }) => event ?? []);
  return {
    join: 'J2',
    strength: strengthOf(entities, chosen),
    text: `client address and port ${port} of the logon are the source of a connection${who} on ${host}`,
    host,
    address: end.address,
    ...(process === undefined ? {} : { process }),
    events: [...new Set([...records.map(({ event }) => event), ...logons, ...activationsOf(entities, host, chosen)])],
  };
}

/** The connections to the endpoint mapper around it: RPCSS of the source asks there first where the call goes (DOMAIN 2.2 #42). */
function activationsOf(entities: Entities, host: string, { records }: SourceConnection): readonly Event[] {
  const own = records.find(({ observer }) => observer === host);
  if (own === undefined) return [];
  return entities.connections
    .openedTo(host, ENDPOINT_MAPPER, own.fromMs - ACTIVATION_MS, own.toMs)
    .filter(({ responder }) => responder.address === own.responder.address)
    .slice(-MAX_ACTIVATIONS)
    .map((activation) => {
      entities.connections.pin(activation);
      return activation.event;
    });
}

/**
 * Exact; one step lower for each doubt: text that can be forged, an address that two hosts had, a target nobody names, a
 * port that was used again.
 */
export function strengthOf(
  entities: Entities,
  { end, host, records, isTargetKnown, isReused }: SourceConnection,
): Strength {
  let strength: Strength = 'exact';
  if (isReused) strength = oneLower(strength);
  if (!isTargetKnown || records.some(({ event }) => isForgeable(event))) strength = oneLower(strength);
  const holders = entities.addresses.hostsAt(end.address, end.fromMs);
  if (holders.some((holder) => holder !== host)) strength = oneLower(strength);
  return strength;
}
