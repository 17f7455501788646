import type { Call, Connection, Entities } from '../entities/index.ts';

const WINRM_PORTS: ReadonlySet<number> = new Set([5985, 5986]);
const ENDPOINT_MAPPER = 135;
/** What a server is given for DCOM where nothing else is set: dynamic ports, of Windows XP and 2003 from 1024 on. */
const FIRST_DYNAMIC = 1024;
/** A connection may be this much older than the logon that it carries, and another clock this far off (SETTLED C4). */
const BEFORE_MS = 86_400_000;
const AFTER_MS = 900_000;

/**
 * By what a call came in: the responder's port of the connection of its client end that is nearest in time, as either machine or a
 * sensor recorded it. Undefined where nobody did: a logon that names a port does not tell which port it led to.
 */
export function transportOf(entities: Entities, call: Call): 'dcom' | 'winrm' | undefined {
  const ends = [...(call.ends ?? [])].sort((a, b) => Number(b.isCarrier) - Number(a.isCarrier));
  for (const { address, port, fromMs, toMs } of ends) {
    let nearest: Connection | undefined;
    for (const row of entities.connections.from(address, port)) {
      if (!row.isTcp || row.fromMs < fromMs - BEFORE_MS || row.fromMs > toMs + AFTER_MS) continue;
      if (!leadsTo(entities, row, call.host)) continue;
      if (nearest === undefined || Math.abs(row.fromMs - fromMs) < Math.abs(nearest.fromMs - fromMs)) nearest = row;
    }
    const to = nearest?.responder.port;
    if (to === undefined) continue;
    if (WINRM_PORTS.has(to)) return 'winrm';
    if (to === ENDPOINT_MAPPER || to >= FIRST_DYNAMIC) return 'dcom';
  }
  return undefined;
}

function leadsTo(entities: Entities, { seenBy, observer, responder, fromMs }: Connection, host: string): boolean {
  if (seenBy === 'responder') return observer === host;
  const holders = entities.addresses.hostsAt(responder.address, fromMs);
  return holders.length === 0 || holders.includes(host);
}
