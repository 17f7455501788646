import type { Entities, Join, Who } from '../entities/index.ts';

/** Filters are activated again when WMI starts: an Authz burst then tells of no creation (DOMAIN 3.2 C08). */
const START_MS = 60_000;

/**
 * J14: WMI asked what the creator of a subscription may do, within 2 s of its creation: a strong confirmation that it was made
 * then and not only logged again (DOMAIN 2.2 #27). Undefined where no burst is in evidence, which says nothing.
 */
export function confirmedCreation(
  entities: Entities,
  host: string,
  who: Who,
  atMs: number,
  atTicks: number = 0,
): Join | undefined {
  const isAtStart = entities.winmgmtStarts(host).some((ms) => ms <= atMs && atMs - ms <= START_MS);
  if (isAtStart) return undefined;
  const burst = entities.callRecords.authz.burstAt(host, who, atMs, atTicks);
  if (burst === undefined) return undefined;
  const by = burst.isOfScriptHost ? 'scrcons.exe' : 'Winmgmt';
  return {
    join: 'J14',
    strength: 'strong',
    text: `${by} logged ${burst.account} on by Authz ${burst.events.length} times within 2 s of it`,
    rivals: 0,
    evidence: burst.events.flatMap((event) => entities.cite(event)),
  };
}
