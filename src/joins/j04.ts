import {
  type ClientEnd,
  type Connection,
  type Entities,
  isJoinable,
  isSameEnd,
  oneLower,
  type Strength,
  ZEEK_CLOCK,
} from '../entities/index.ts';
import type { Call, JoinRow, SourceClaim } from './call.ts';
import { atMostStrong, clockOf, isWithin } from './call-facts.ts';
import { strengthOf } from './j02.ts';
import { byHost, callingConnection, isStillHeld, lastConnects, relationOf } from './source-connections.ts';

/** Zeek's line and the logon stand at most this far apart (J4). */
const WINDOW_MS = 5000;

/** J4: the network saw the connection of the call: its client's address and port are those of the logon, or of the process. */
export function openJ04(entities: Entities): JoinRow {
  return {
    id: 'J4',
    isBroken: (call, claim) => isStillHeld(entities, call, claim),
    claims(call: Call): readonly SourceClaim[] {
      const seen = (call.ends ?? []).flatMap((end) => seenOnWire(entities, call, end));
      const [first] = seen;
      if (first === undefined) return [];
      const connections = lastConnects(entities, call).filter(({ records }) =>
        records.some((row) => seen.some(({ wire }) => isSameEnd(row, wire))),
      );
      const events = [...new Set(seen.map(({ wire }) => wire.event))];
      const claims = byHost(connections).flatMap(([host, ofHost]): SourceClaim[] => {
        const chosen = callingConnection(ofHost);
        if (chosen === undefined) return [];
        const { end, process, records } = chosen;
        return [
          {
            join: 'J4',
            strength: atMostStrong(strengthOf(entities, chosen), events),
            text: `the network saw the connection from ${end.address}:${end.port} that ${host} opened`,
            host,
            address: end.address,
            ...(process === undefined ? {} : { process }),
            events: [...events, ...records.map(({ event }) => event)],
          },
        ];
      });
      if (claims.length > 0) return claims;
      // The wire alone names an address; with the logon's own port beside it that is exact.
      const carrying = seen.find(({ end }) => end.isCarrier) ?? first;
      return [
        {
          join: 'J4',
          strength: atMostStrong(strengthOfWire(entities, call, carrying), events),
          text: `the network saw the connection from ${carrying.end.address}:${carrying.end.port} to ${carrying.wire.responder.address}:${carrying.wire.responder.port}`,
          address: carrying.end.address,
          events,
        },
      ];
    },
  };
}

interface SeenOnWire {
  readonly end: ClientEnd;
  readonly wire: Connection;
}

/** Exact; one step lower where nobody says that it led to the target, and where two machines had the address (DOMAIN 2.2 #40). */
function strengthOfWire(entities: Entities, call: Call, { end, wire }: SeenOnWire): Strength {
  const isTarget = relationOf(entities, call.host, wire.responder.address, wire.fromMs) === 'own';
  const isShared = entities.addresses.hostsAt(end.address, end.fromMs).length > 1;
  const strength = isTarget ? 'exact' : 'strong';
  return isShared ? oneLower(strength) : strength;
}

function seenOnWire(entities: Entities, call: Call, end: ClientEnd): readonly SeenOnWire[] {
  if (!isJoinable(end.address)) return [];
  const clock = clockOf(entities, call, ZEEK_CLOCK);
  return entities.connections
    .from(end.address, end.port)
    .filter(
      ({ seenBy, fromMs, toMs, responder }) =>
        seenBy === 'sensor' &&
        isWithin({ fromMs, toMs }, end, [-WINDOW_MS, WINDOW_MS], clock) &&
        relationOf(entities, call.host, responder.address, fromMs) !== 'other',
    )
    .map((wire) => {
      entities.connections.pin(wire);
      return { end, wire };
    });
}
