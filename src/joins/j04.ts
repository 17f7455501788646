import type { ClientEnd, Connection, Entities } from '../entities/index.ts';
import { isJoinable, isSameEnd } from '../entities/index.ts';
import type { Call, JoinRow, SourceClaim } from './call.ts';
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
            strength: 'exact',
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
          strength: 'exact',
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

function seenOnWire(entities: Entities, call: Call, end: ClientEnd): readonly SeenOnWire[] {
  if (!isJoinable(end.address)) return [];
  return entities.connections
    .from(end.address, end.port)
    .filter(
      ({ seenBy, fromMs, toMs, responder }) =>
        seenBy === 'sensor' &&
        fromMs <= end.toMs + WINDOW_MS &&
        toMs >= end.fromMs - WINDOW_MS &&
        relationOf(entities, call.host, responder.address, fromMs) !== 'other',
    )
    .map((wire) => {
      entities.connections.pin(wire);
      return { end, wire };
    });
}
