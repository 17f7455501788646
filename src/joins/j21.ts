import { type Call, type Connection, type Entities, isJoinable, type ShareAccess } from '../entities/index.ts';
import type { JoinRow, SourceClaim } from './call.ts';
import { atMostStrong, isCaller, pinClients } from './call-facts.ts';

const SMB_PORTS: readonly number[] = [445];
/** The reader of the output connects from a minute before the child to five seconds behind its start (SETTLED C6). */
const BEFORE_MS = 60_000;
const AFTER_MS = 5000;
/** Records of one client that are cited. */
const MAX_EVENTS = 4;
/** Output that is sent to the target's own share: the child that R03 is about (DOMAIN 3.2). */
const OWN_SHARE_OUTPUT = /\\\\(?:127\.0\.0\.1|localhost|\[?::1\]?)\\[^\\\s]{1,80}\\/i;

/**
 * J21: the only remote address that had come in by SMB when a child wrote its output to a share of its own host. Weak by the
 * connection alone, strong where the child's account used a share from there; several clients break it (SETTLED C6).
 */
export function openJ21(entities: Entities): JoinRow {
  return {
    id: 'J21',
    isBroken(call: Call, claim: SourceClaim): boolean {
      return [...clientsOf(entities, call).addresses].some((address) => address !== claim.address);
    },
    claims(call: Call): readonly SourceClaim[] {
      if (!OWN_SHARE_OUTPUT.test(call.process?.commandLine ?? '')) return [];
      const { arrivals, accesses, addresses } = clientsOf(entities, call);
      const [address] = addresses;
      if (address === undefined || addresses.size > 1) return [];
      const ofCaller = accesses.filter((access) => isCaller(entities, call, access) === true);
      const events = [...ofCaller.flatMap((access) => access.events), ...arrivals.map(({ event }) => event)];
      const isStrong = ofCaller.length > 0;
      return [
        {
          join: 'J21',
          strength: isStrong ? atMostStrong('strong', events) : 'weak',
          text: isStrong
            ? `${address} is the only client by SMB in the minute before, and the child's account used a share from there`
            : `${address} is the only client that had connected by SMB in the minute before`,
          address,
          events: (events.length > 0 ? events : accesses.flatMap((access) => access.events)).slice(0, MAX_EVENTS),
        },
      ];
    },
  };
}

interface SmbClients {
  readonly arrivals: readonly Connection[];
  readonly accesses: readonly ShareAccess[];
  readonly addresses: ReadonlySet<string>;
}

/** Who came in by SMB around the child, from elsewhere. */
function clientsOf(entities: Entities, call: Call): SmbClients {
  const fromMs = call.timeMs - BEFORE_MS;
  const toMs = call.timeMs + AFTER_MS;
  const arrivals = entities.connections
    .inboundTo(call.host, SMB_PORTS, fromMs, toMs)
    .filter(({ initiator }) => isRemote(entities, call, initiator.address));
  const accesses = entities.callRecords.shares
    .of(call.host, fromMs, toMs)
    .filter(({ address }) => address !== undefined && isRemote(entities, call, address));
  pinClients(entities, arrivals);
  const addresses = new Set([
    ...arrivals.map(({ initiator }) => initiator.address),
    ...accesses.flatMap(({ address }) => address ?? []),
  ]);
  return { arrivals, accesses, addresses };
}

function isRemote(entities: Entities, call: Call, address: string): boolean {
  return isJoinable(address) && !entities.addresses.isOfAt(call.host, address, call.timeMs);
}
