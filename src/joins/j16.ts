import { type Call, type Entities, isJoinable, isSameAccount, type ShareAccess } from '../entities/index.ts';
import type { Event } from '../windows/index.ts';
import type { JoinRow, SourceClaim } from './call.ts';
import { atMostStrong } from './call-facts.ts';

/** The child writes in its life, and the reader comes for it in this time (J16). */
const WINDOW_MS = 60_000;
const BEFORE_CHILD_MS = 5000;

/**
 * J16: the child wrote a file to a share of its own machine, under its own LogonId, and somebody of the same account read the file of
 * that name from elsewhere (5145). Exact; broken where shares are not audited.
 */
export function openJ16(entities: Entities): JoinRow {
  const { shares } = entities.callRecords;
  return {
    id: 'J16',
    claims(call: Call): readonly SourceClaim[] {
      const logonId = call.process?.logonId ?? call.logon?.logonId;
      if (logonId === undefined) return [];
      const own = shares
        .ofLogon(call.host, logonId, call.timeMs - BEFORE_CHILD_MS, call.timeMs + WINDOW_MS)
        .filter(({ isLoopback, name }) => isLoopback && name !== undefined);
      const claims = new Map<string, SourceClaim>();
      for (const written of own) {
        for (const read of readers(entities, call, written)) {
          const { address } = read;
          if (address === undefined || claims.has(address)) continue;
          const events = [...written.events.slice(0, 1), ...fetchOf(written, read)];
          claims.set(address, {
            join: 'J16',
            strength: atMostStrong('exact', events),
            text: `${address} reached ${read.share}\\${written.name}, which the process itself wrote through 127.0.0.1`,
            address,
            addressMs: read.firstMs,
            events,
          });
        }
      }
      return [...claims.values()];
    },
  };
}

/** The record that came first after the write, else the first. */
function fetchOf(written: ShareAccess, read: ShareAccess): readonly Event[] {
  const after = read.events.find(({ timeMs }) => timeMs >= written.firstMs);
  return after === undefined ? read.events.slice(0, 1) : [after];
}

/** Who reached the same file from elsewhere under another logon of the same account. */
function readers(entities: Entities, call: Call, written: ShareAccess): readonly ShareAccess[] {
  const { name, share, logonId, account, sid } = written;
  if (name === undefined) return [];
  return entities.callRecords.shares
    .named(call.host, name, written.firstMs - WINDOW_MS, written.lastMs + WINDOW_MS)
    .filter((row) => {
      if (row.isLoopback || row.address === undefined || !isJoinable(row.address) || row.logonId === logonId)
        return false;
      if (entities.addresses.isOfAt(call.host, row.address, call.timeMs)) return false;
      if (row.share !== share || row.name?.toLowerCase() !== name.toLowerCase()) return false;
      if (sid !== undefined && row.sid !== undefined) return sid === row.sid;
      return account !== undefined && row.account !== undefined && isSameAccount(account, row.account);
    });
}
