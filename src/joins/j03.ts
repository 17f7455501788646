import type { Entities } from '../entities/index.ts';
import type { Call, JoinRow, SourceClaim } from './call.ts';
import { strengthOf } from './j02.ts';
import { byHost, callingConnection, isStillHeld, sameConnections } from './source-connections.ts';

/** J3: a connection that the target saw arrive and a host saw itself open: both ends are equal (SETTLED C4). */
export function openJ03(entities: Entities): JoinRow {
  return {
    id: 'J3',
    isBroken: (call, claim) => isStillHeld(entities, call, claim),
    claims(call: Call): readonly SourceClaim[] {
      return byHost(sameConnections(entities, call)).flatMap(([host, connections]) => {
        const chosen = callingConnection(connections);
        if (chosen === undefined) return [];
        const { end, process, records } = chosen;
        const responder = records[0]?.responder;
        const other = responder === undefined ? '' : ` to ${responder.address}:${responder.port}`;
        return [
          {
            join: 'J3',
            strength: strengthOf(entities, chosen),
            text: `both hosts recorded the connection from ${end.address}:${end.port}${other}`,
            host,
            address: end.address,
            ...(process === undefined ? {} : { process }),
            events: records.map(({ event }) => event),
          },
        ];
      });
    },
  };
}
