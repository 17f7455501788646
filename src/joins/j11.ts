import type { Call, Entities } from '../entities/index.ts';
import type { JoinRow, SourceClaim } from './call.ts';
import { atMostStrong, isElsewhere, spanOf } from './call-facts.ts';

/** The start that Trace 23 gives and the one that the child's record gives (J11). */
const SAME_START_MS = 1000;
/** The record of it follows at once. */
const NEAR_MS = 30_000;

/** J11: Trace 23 of the target names the child by process id and creation time, and the machine whose call started it. */
export function openJ11(entities: Entities): JoinRow {
  return {
    id: 'J11',
    claims(call: Call): readonly SourceClaim[] {
      const pid = call.process?.pid;
      if (pid === undefined) return [];
      const child = spanOf(call.timeMs, call.timeTicks);
      const rows = entities.callRecords.wmiClients
        .of(call.host, call.timeMs - NEAR_MS, call.timeMs + NEAR_MS)
        .filter(({ created, client }) => {
          if (created?.pid !== pid || created.startMs === undefined || isElsewhere(entities, call, client))
            return false;
          return created.startMs >= child.fromMs - SAME_START_MS && created.startMs <= child.toMs + SAME_START_MS;
        });
      const [row] = rows;
      if (row === undefined) return [];
      return [
        {
          join: 'J11',
          strength: atMostStrong('exact', [row.event]),
          text: `Trace 23 says that a call from ${row.clientName} started process ${pid} at this time`,
          host: row.client,
          events: [row.event],
        },
      ];
    },
  };
}
