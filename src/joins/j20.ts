import { type Call, type Entities, FairTable, isBuiltInAccount, isMachineAccount } from '../entities/index.ts';
import type { JoinRow, SourceClaim } from './call.ts';
import { agoWords, clockOf, isElsewhere, logonSpans } from './call-facts.ts';

/** A session that came in is used to go on for so long (J20). */
const WINDOW_MS = 14_400_000;
/** Hops are remembered as long as their calls; a group is one account. */
const HOP_BOUNDS = { max: 20_000, quota: 1024 };

/**
 * J20: the account had come into another machine by a call of its own, in the four hours before: it may have gone on from there. Only
 * over calls that were opened, which are hops (SETTLED C24), and inferred, for nothing but order in time says so. Broken by any
 * address of the logon that is not that machine's.
 */
export function openJ20(entities: Entities): JoinRow {
  const hops = new FairTable<Call>(HOP_BOUNDS);
  return {
    id: 'J20',
    claims(call: Call): readonly SourceClaim[] {
      const key = accountOf(entities, call);
      if (key === undefined || call.logon === undefined) return [];
      if (hops.get(key, call.key) === undefined) hops.set(key, call.key, call);
      const latest = new Map<string, Call>();
      const foreign = hostsCalledFrom(call.logon.address, hops.valuesOf(key));
      for (const hop of hops.valuesOf(key)) {
        if (hop.host === call.host || foreign.has(hop.host) || isElsewhere(entities, call, hop.host)) continue;
        const { offsetMs } = clockOf(entities, call, hop.host);
        const began = Math.min(hop.timeMs, ...logonSpans(hop).map(({ fromMs }) => fromMs)) - offsetMs;
        if (began >= call.timeMs || call.timeMs - began > WINDOW_MS) continue;
        const known = latest.get(hop.host);
        if (known === undefined || isLater(hop, known)) latest.set(hop.host, hop);
      }
      return [...latest]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([host, hop]) => ({
          join: 'J20' as const,
          strength: 'inferred' as const,
          text: `${hop.logon?.account ?? hop.account} had come into ${host} by a remote call ${agoWords(call.timeMs - hop.timeMs)} before`,
          host,
          events: [],
          evidence: hop.logon?.evidence ?? [],
        }));
    },
    get evicted(): Readonly<Record<string, number>> {
      return { hopsOfAccounts: hops.evicted };
    },
  };
}

/** Machines that were called from this address: it is no address of theirs. */
function hostsCalledFrom(address: string | undefined, hops: Iterable<Call>): ReadonlySet<string> {
  const hosts = new Set<string>();
  for (const hop of hops) if (address !== undefined && hop.logon?.address === address) hosts.add(hop.host);
  return hosts;
}

function accountOf(entities: Entities, { host, logon, account, sid }: Call): string | undefined {
  const name = logon?.account ?? account;
  if (isBuiltInAccount(name ?? '', sid) || (name !== undefined && isMachineAccount(name))) return undefined;
  return entities.accountKeyOf(host, {
    ...(name === undefined ? {} : { account: name }),
    ...(sid === undefined ? {} : { sid }),
  });
}

function isLater(a: Call, b: Call): boolean {
  return a.timeMs > b.timeMs || (a.timeMs === b.timeMs && a.key > b.key);
}
