import { type Connection, type Entities, isJoinable } from '../entities/index.ts';
import type { Call, JoinRow, SourceClaim } from './call.ts';

const SMB_PORTS: readonly number[] = [445];
/** The reader of the output connects from a minute before the child to five seconds behind its start (SETTLED C6). */
const BEFORE_MS = 60_000;
const AFTER_MS = 5000;
/** Output that is sent to the target's own share: the child that R03 is about (DOMAIN 3.2). */
const OWN_SHARE_OUTPUT = /\\\\(?:127\.0\.0\.1|localhost|\[?::1\]?)\\[^\\\s]{1,80}\\/i;

/** J21: the only remote address that had come in by SMB when a child wrote its output to a share of its own host. */
export function openJ21(entities: Entities): JoinRow {
  return {
    id: 'J21',
    claims(call: Call): readonly SourceClaim[] {
      if (call.via !== 'smb' && !OWN_SHARE_OUTPUT.test(call.process?.commandLine ?? '')) return [];
      const arrivals = entities.connections
        .inboundTo(call.host, SMB_PORTS, call.timeMs - BEFORE_MS, call.timeMs + AFTER_MS)
        .filter(({ initiator }) => isJoinable(initiator.address))
        .filter(({ initiator }) => !entities.addresses.isOf(call.host, initiator.address));
      const byAddress = Map.groupBy(arrivals, ({ initiator }: Connection) => initiator.address);
      const [only] = byAddress;
      if (only === undefined || byAddress.size > 1) return [];
      const [address, rows] = only;
      return [
        {
          join: 'J21',
          strength: 'weak',
          text: `${address} is the only client that had connected by SMB in the minute before`,
          address,
          events: rows.slice(-4).map(({ event }) => event),
        },
      ];
    },
  };
}
