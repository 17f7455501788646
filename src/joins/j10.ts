import { type Call, type Entities, isSameAccount, type Strength, type WmiClient } from '../entities/index.ts';
import type { JoinRow, SourceClaim } from './call.ts';
import { atMostStrong, clockOf, isElsewhere, processAt } from './call-facts.ts';

/** A record of WMI about its client belongs to a call of the same account so near. */
const NEAR_MS = 30_000;
/** Two times of one start, by records that round in their own way. */
const SAME_START_MS = 1000;

/**
 * J10: WMI of the target names the client's machine and process (5858, 5860, Trace 11, 22, 23), which was alive there: exact with
 * its creation time, strong without. The client says its own name, so that it joins only a machine whose records are there.
 * Broken by a process id of 0.
 */
export function openJ10(entities: Entities): JoinRow {
  return {
    id: 'J10',
    claims(call: Call): readonly SourceClaim[] {
      const best = new Map<string, SourceClaim>();
      for (const row of clientsOf(entities, call)) {
        const claim = clientClaim(entities, call, row);
        if (claim === undefined) continue;
        const known = best.get(row.client);
        if (known === undefined || (known.strength !== 'exact' && claim.strength === 'exact'))
          best.set(row.client, claim);
      }
      return [...best.values()];
    },
  };
}

/** Records of the target about clients that may have made this call, in order of time. */
export function clientsOf(entities: Entities, call: Call): readonly WmiClient[] {
  const account = call.logon?.account ?? call.account;
  return entities.callRecords.wmiClients.of(call.host, call.timeMs - NEAR_MS, call.timeMs + NEAR_MS).filter((row) => {
    if (row.created !== undefined && call.process?.pid !== undefined) return row.created.pid === call.process.pid;
    return account !== undefined && row.account !== undefined && isSameAccount(row.account, account);
  });
}

/** The machine that a record of the target names as client, where the process that it names was alive there. */
export function clientClaim(entities: Entities, call: Call, row: WmiClient): SourceClaim | undefined {
  const { client, process } = row;
  if (process === undefined || client === call.host || isElsewhere(entities, call, client)) return undefined;
  const clock = clockOf(entities, call, client);
  const node = entities.processTree.at(client, { pid: process.pid }, row.timeMs + clock.offsetMs);
  if (node === undefined) return undefined;
  let strength: Strength = 'strong';
  if (process.startMs !== undefined) {
    if (Math.abs(node.startMs - process.startMs) > SAME_START_MS) return undefined;
    strength = 'exact';
  }
  const events = [row.event];
  const joined = processAt(entities, client, { pid: process.pid }, row.timeMs + clock.offsetMs);
  const time = strength === 'exact' ? ' that started at the time it gives' : '';
  return {
    join: 'J10',
    strength: atMostStrong(strength, events),
    text: `WMI of the target names ${row.clientName} and its process ${process.pid} as client${time}`,
    host: client,
    ...(joined === undefined ? {} : { process: joined }),
    events,
  };
}
