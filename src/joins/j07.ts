import type { Call, Entities, ExplicitLogon } from '../entities/index.ts';
import type { JoinRow, SourceClaim } from './call.ts';
import { clockOf, isCaller, isElsewhere, isWithin, logonSpans, processAt, reachOf, spanOf } from './call-facts.ts';

/** The 4624 of the target minus the 4648 of the source (J7). */
export const NAMED_WINDOW: readonly [number, number] = [-2000, 10_000];

/**
 * J7: a process of the source used the caller's credentials towards the target, by name, just before the logon. Of the 4648 of one
 * source the one that no svchost made names the process (DOMAIN 2.2 #47). Broken where the server's name is an address.
 */
export function openJ07(entities: Entities): JoinRow {
  const { explicitLogons } = entities.callRecords;
  return {
    id: 'J7',
    claims(call: Call): readonly SourceClaim[] {
      const spans = logonSpans(call);
      if (spans.length === 0) return [];
      const reach = reachOf(spans, NAMED_WINDOW, { offsetMs: 0, errorMs: 900_000 });
      const bySource = new Map<string, ExplicitLogon[]>();
      for (const used of explicitLogons.towards(call.host, reach.fromMs, reach.toMs)) {
        if (isCaller(entities, call, { account: used.target }) !== true || isElsewhere(entities, call, used.host))
          continue;
        const clock = clockOf(entities, call, used.host);
        if (!spans.some((span) => isWithin(spanOf(used.timeMs, used.timeTicks), span, NAMED_WINDOW, clock))) continue;
        const known = bySource.get(used.host);
        if (known === undefined) bySource.set(used.host, [used]);
        else known.push(used);
      }
      return [...bySource].flatMap(([host, used]) => claimOf(entities, host, used));
    },
  };
}

function claimOf(entities: Entities, host: string, used: readonly ExplicitLogon[]): readonly SourceClaim[] {
  const named = used.find((row) => !row.isOfService) ?? used[0];
  if (named === undefined) return [];
  const { pid, image, account } = named;
  const process = named.isOfService
    ? undefined
    : processAt(entities, host, { pid, image }, named.timeMs, { image, pid, user: account });
  const others = used.filter((row) => row !== named).slice(0, 2);
  return [
    {
      join: 'J7',
      strength: 'strong',
      text: `${host} used the credentials of ${named.target} towards ${named.serverName} (4648) just before the logon`,
      host,
      ...(account === undefined ? {} : { account }),
      ...(process === undefined ? {} : { process }),
      events: [named, ...others].map(({ event }) => event),
    },
  ];
}
