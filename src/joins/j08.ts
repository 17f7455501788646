import type { Call, Entities, RemoteCall } from '../entities/index.ts';
import type { JoinRow, SourceClaim } from './call.ts';
import { callSpans, clockOf, isCaller, isElsewhere, isWithin, processAt, reachOf, spanOf } from './call-facts.ts';

/** What the target logs minus the command of the source (J8). */
const NAMING_WINDOW: readonly [number, number] = [0, 60_000];
/** Other records of the same call that are cited: a script is told by its text, its values and its pipeline. */
const MAX_OTHERS = 4;

/**
 * J8: a command of the source names the target, by name or address, in the minute before. Strong when the account is the
 * caller's, else weak. Broken by files of targets, variables and encoded text, which name nobody.
 */
export function openJ08(entities: Entities): JoinRow {
  const { remoteCalls } = entities.callRecords;
  return {
    id: 'J8',
    claims(call: Call): readonly SourceClaim[] {
      const spans = callSpans(call);
      const reach = reachOf(spans, NAMING_WINDOW, { offsetMs: 0, errorMs: 900_000 });
      const best = new Map<
        string,
        { readonly row: RemoteCall; readonly rank: number; readonly others: RemoteCall[] }
      >();
      for (const target of [call.host, ...entities.addresses.addressesAt(call.host, call.timeMs)]) {
        for (const row of remoteCalls.towards(target, reach.fromMs, reach.toMs)) {
          if (row.host === call.host || isElsewhere(entities, call, row.host)) continue;
          const clock = clockOf(entities, call, row.host);
          const own = spanOf(row.timeMs, row.timeTicks);
          if (!spans.some((span) => isWithin(own, span, NAMING_WINDOW, clock))) continue;
          const rank = rankOf(entities, call, row);
          const known = best.get(row.host);
          // Of equal ones the last before the call speaks, and the others are told beside it.
          if (known === undefined || rank > known.rank) best.set(row.host, { row, rank, others: [] });
          else if (rank === known.rank) best.set(row.host, { row, rank, others: [...known.others, known.row] });
        }
      }
      return [...best]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, { row, rank, others }]) =>
          claimOf(entities, row, { rank, others, statesCaller: statesCaller(entities, call, row) }),
        );
    },
  };
}

/** The caller's account counts most, then a call that is written out. */
function rankOf(entities: Entities, call: Call, row: RemoteCall): number {
  const isAccount = isCaller(entities, call, row) === true || statesCaller(entities, call, row);
  return (isAccount ? 2 : 0) + (row.call === undefined ? 0 : 1);
}

/** True where the command gives the caller's account as the one to log on with: `/user:CORP\alice`. */
function statesCaller(entities: Entities, call: Call, { call: stated }: RemoteCall): boolean {
  return stated?.credentials !== undefined && isCaller(entities, call, { account: stated.credentials }) === true;
}

function claimOf(
  entities: Entities,
  row: RemoteCall,
  told: { readonly rank: number; readonly others: readonly RemoteCall[]; readonly statesCaller: boolean },
): SourceClaim {
  const { rank, others, statesCaller } = told;
  const { host, pid, image, commandLine, account, processGuid } = row;
  const process = processAt(entities, host, { guid: processGuid, pid, image }, row.timeMs, {
    image,
    commandLine,
    pid,
    user: account,
  });
  const what = row.told === 'command line' ? 'a command line' : `a record ${row.told}`;
  return {
    join: 'J8',
    strength: rank >= 2 ? 'strong' : 'weak',
    text: `${what} on ${host} names ${row.targetName} in the minute before${rank >= 2 ? ', under the same account' : ''}`,
    host,
    // Somebody else's command is no use of the caller's credentials, unless it states them.
    ...(account === undefined || !statesCaller ? {} : { account }),
    ...(process === undefined ? {} : { process }),
    events: [...new Set([row, ...others.slice(-MAX_OTHERS)].flatMap(({ events }) => events))],
  };
}
