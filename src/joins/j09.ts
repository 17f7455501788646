import type { Entities } from '../entities/index.ts';
import { imageTail } from '../windows/index.ts';
import type { Call, JoinRow, SourceClaim } from './call.ts';
import { atMostStrong } from './call-facts.ts';
import { strengthOf } from './j02.ts';
import { byHost, callingConnection, lastConnects } from './source-connections.ts';

/** A look-up and the connection that it is for stand at most this far apart (J9). */
const WINDOW_MS = 5000;

/**
 * J9: the process that opened the connection had looked up the target's name: ProcessGuid of Sysmon 22 and 3. It says that the
 * connection leads to the target, and takes no other doubt of J2 from it.
 */
export function openJ09(entities: Entities): JoinRow {
  return {
    id: 'J9',
    claims(call: Call): readonly SourceClaim[] {
      return byHost(lastConnects(entities, call)).flatMap(([host, connections]) => {
        const chosen = callingConnection(connections);
        const connection = chosen?.records.find(
          ({ observer, processGuid }) => observer === host && processGuid !== undefined,
        );
        if (chosen?.process === undefined || connection?.processGuid === undefined) return [];
        const { fromMs, toMs, processGuid, responder } = connection;
        const lookup = entities.nameLookups
          .ofProcess(host, processGuid, fromMs - WINDOW_MS, toMs + WINDOW_MS)
          .find(
            ({ name, addresses }) => entities.findHost(name) === call.host && addresses.includes(responder.address),
          );
        if (lookup === undefined) return [];
        const events = [lookup.event, connection.event];
        return [
          {
            join: 'J9',
            strength: atMostStrong(strengthOf(entities, { ...chosen, isTargetKnown: true }), events),
            text: `${imageTail(lookup.image ?? chosen.process.image) || 'the process'} looked up ${lookup.name} before it connected`,
            host,
            address: chosen.end.address,
            process: chosen.process,
            events,
          },
        ];
      });
    },
  };
}
