import type { Call, Entities, ExplicitLogon, ServiceTicket } from '../entities/index.ts';
import type { JoinRow, SourceClaim } from './call.ts';
import {
  atMostStrong,
  clockOf,
  isCaller,
  isElsewhere,
  isWithin,
  logonSpans,
  processAt,
  reachOf,
  spanOf,
} from './call-facts.ts';
import { TICKET_WINDOW } from './j06.ts';
import { NAMED_WINDOW } from './j07.ts';

/** The 4648 and the ticket that it got stand at most this far apart, by two clocks. */
const PAIR_WINDOW: readonly [number, number] = [-10_000, 10_000];

/**
 * J5: the ticket with which the caller logged on is the one that a process of the source got for its 4648: one GUID in both
 * (DOMAIN 2.2 #22). Broken by a cached ticket or NTLM (zero GUID), and by a ticket for another machine.
 */
export function openJ05(entities: Entities): JoinRow {
  const { explicitLogons, tickets } = entities.callRecords;
  return {
    id: 'J5',
    claims(call: Call): readonly SourceClaim[] {
      const spans = logonSpans(call);
      if (spans.length === 0) return [];
      const found = new Map<string, { readonly used: ExplicitLogon; readonly ticket: ServiceTicket }>();
      // The window is looked up by the target's clock; the pair and the clock of the source narrow it.
      const reach = reachOf(spans, NAMED_WINDOW, { offsetMs: 0, errorMs: 900_000 });
      for (const used of explicitLogons.towards(call.host, reach.fromMs, reach.toMs)) {
        if (used.guid === undefined || isCaller(entities, call, { account: used.target }) !== true) continue;
        if (isElsewhere(entities, call, used.host)) continue;
        const own = spanOf(used.timeMs, used.timeTicks);
        const clock = clockOf(entities, call, used.host);
        if (!spans.some((span) => isWithin(own, span, NAMED_WINDOW, clock))) continue;
        const ticket = tickets
          .withGuid(used.guid)
          .find(
            (row) =>
              row.service === call.host &&
              isWithin(own, spanOf(row.timeMs, row.timeTicks), PAIR_WINDOW) &&
              spans.some((span) =>
                isWithin(spanOf(row.timeMs, row.timeTicks), span, TICKET_WINDOW, clockOf(entities, call, row.host)),
              ) &&
              (row.address === undefined || call.logon?.address === undefined || row.address === call.logon.address),
          );
        if (ticket === undefined) continue;
        const known = found.get(used.host);
        if (known === undefined || (known.used.isOfService && !used.isOfService))
          found.set(used.host, { used, ticket });
      }
      return [...found.values()].map(({ used, ticket }) => claimOf(entities, used, ticket));
    },
  };
}

function claimOf(entities: Entities, used: ExplicitLogon, ticket: ServiceTicket): SourceClaim {
  const events = [used.event, ticket.event];
  const { host, pid, image, account } = used;
  const process = used.isOfService
    ? undefined
    : processAt(entities, host, { pid, image }, used.timeMs, { image, pid, user: account });
  return {
    join: 'J5',
    strength: atMostStrong('exact', events),
    text: `TargetLogonGuid of the 4648 on ${host} is the LogonGuid of the ticket that ${ticket.host} gave for the target`,
    host,
    ...(ticket.address === undefined ? {} : { address: ticket.address }),
    ...(account === undefined ? {} : { account }),
    ...(process === undefined ? {} : { process }),
    events,
  };
}
