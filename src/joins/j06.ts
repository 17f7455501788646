import { type Call, type Entities, isSameAccount, type ServiceTicket, type Strength } from '../entities/index.ts';
import type { JoinRow, SourceClaim } from './call.ts';
import { clockOf, isElsewhere, isWithin, logonSpans, reachOf, type Span, spanOf } from './call-facts.ts';

/** A fresh ticket stands this long before the logon that it opens (J6). */
export const TICKET_WINDOW: readonly [number, number] = [0, 10_000];
/** Tickets of one address that are cited. */
const MAX_CITED = 4;
/** A cached one is used for ten hours. */
const CACHED_WINDOW: readonly [number, number] = [0, 36_000_000];

/**
 * J6: a domain controller gave the caller's account a ticket for the target, to this address, just before the logon: strong; up to ten
 * hours before, from a cache: weak. Logons of one LogonGuid came by one ticket, so that the first of them counts (SETTLED C3).
 * Broken by NTLM and by another address.
 */
export function openJ06(entities: Entities): JoinRow {
  const { tickets } = entities.callRecords;
  return {
    id: 'J6',
    claims(call: Call): readonly SourceClaim[] {
      const account = call.logon?.account ?? call.account;
      if (call.logon === undefined || account === undefined) return [];
      const related = entities.logonsOfTicket(call.host, call.logon.logonId, call.timeMs);
      if (related[0]?.isNtlm === true) return [];
      const spans = [...logonSpans(call), ...related.map(({ startMs, startTicks }) => spanOf(startMs, startTicks))];
      const own = call.logon.address;
      const reach = reachOf(spans, CACHED_WINDOW, { offsetMs: 0, errorMs: 900_000 });
      const best = new Map<string, { readonly tickets: readonly ServiceTicket[]; readonly strength: Strength }>();
      for (const ticket of tickets.forService(call.host, reach.fromMs, reach.toMs)) {
        const { address } = ticket;
        if (address === undefined || (own !== undefined && own !== address)) continue;
        if (entities.addresses.isOfAt(call.host, address, call.timeMs) || !isSameAccount(ticket.account, account))
          continue;
        const strength = strengthOf(entities, call, ticket, spans);
        const known = best.get(address);
        // Fresh tickets of an address speak, one for each of its logons; else the last cached one.
        if (strength === 'strong' && known?.strength === 'strong') {
          best.set(address, { tickets: [...known.tickets, ticket], strength });
        } else if (strength !== undefined && (strength === 'strong' || known?.strength !== 'strong')) {
          best.set(address, { tickets: [ticket], strength });
        }
      }
      return [...best.values()].flatMap(({ tickets, strength }) => claimOf(entities, call, tickets, strength));
    },
  };
}

function strengthOf(
  entities: Entities,
  call: Call,
  ticket: ServiceTicket,
  spans: readonly Span[],
): Strength | undefined {
  const given = spanOf(ticket.timeMs, ticket.timeTicks);
  const clock = clockOf(entities, call, ticket.host);
  if (spans.some((span) => isWithin(given, span, TICKET_WINDOW, clock))) return 'strong';
  return spans.some((span) => isWithin(given, span, CACHED_WINDOW, clock)) ? 'weak' : undefined;
}

function claimOf(
  entities: Entities,
  call: Call,
  given: readonly ServiceTicket[],
  strength: Strength,
): readonly SourceClaim[] {
  const ticket = given.at(-1);
  const address = ticket?.address;
  if (ticket === undefined || address === undefined) return [];
  const host = entities.addresses.hostAt(address, ticket.timeMs);
  if (host !== undefined && isElsewhere(entities, call, host)) return [];
  const when = strength === 'strong' ? 'in the 10 s before the logon' : 'in the 10 h before the logon';
  return [
    {
      join: 'J6',
      strength,
      text: `${ticket.host} gave ${ticket.account} at ${address} a ticket for the target ${when}`,
      address,
      addressMs: ticket.timeMs,
      events: given.slice(-MAX_CITED).map(({ event }) => event),
    },
  ];
}
