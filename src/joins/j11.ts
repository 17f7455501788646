import type { Call, Entities, WmiClient } from '../entities/index.ts';
import type { JoinRow, SourceClaim } from './call.ts';
import { atMostStrong, isElsewhere, spanOf } from './call-facts.ts';
import { clientClaim } from './j10.ts';

/** The start that Trace 23 gives and the one that the child's record gives (J11). */
const SAME_START_MS = 1000;
/** The record of it follows at once. */
const NEAR_MS = 30_000;

/**
 * J11: Trace 23 of the target names the child by process id and creation time: exact that the record is about this child. Whose
 * call it was the client says itself, so that a machine is named only where its own process is there as for J10; else what it
 * says is a label (`tracedClientName`).
 */
export function openJ11(entities: Entities): JoinRow {
  return {
    id: 'J11',
    claims(call: Call): readonly SourceClaim[] {
      const [row] = traced(entities, call).filter(({ client }) => !isElsewhere(entities, call, client));
      const named = row === undefined ? undefined : clientClaim(entities, call, row);
      if (row === undefined || named?.host === undefined) return [];
      return [
        {
          join: 'J11',
          strength: atMostStrong(named.strength, [row.event]),
          text: `Trace 23 says that a call from ${row.clientName} started process ${call.process?.pid} at this time`,
          host: named.host,
          events: [row.event],
        },
      ];
    },
  };
}

/** What the caller of the child calls itself in Trace 23; undefined where records disagree. */
export function tracedClientName(entities: Entities, call: Call): string | undefined {
  const [name, ...others] = new Set(traced(entities, call).map(({ clientName }) => clientName));
  return others.length > 0 ? undefined : name;
}

function traced(entities: Entities, call: Call): readonly WmiClient[] {
  const pid = call.process?.pid;
  if (pid === undefined) return [];
  const child = spanOf(call.timeMs, call.timeTicks);
  return entities.callRecords.wmiClients
    .of(call.host, call.timeMs - NEAR_MS, call.timeMs + NEAR_MS)
    .filter(({ created }) => {
      if (created?.pid !== pid || created.startMs === undefined) return false;
      return created.startMs >= child.fromMs - SAME_START_MS && created.startMs <= child.toMs + SAME_START_MS;
    });
}
