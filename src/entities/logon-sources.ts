import { isBuiltInAccount, isMachineAccount } from './account.ts';
import { isJoinable } from './address.ts';
import type { AddressBook } from './addresses.ts';
import type { Connection } from './connection.ts';
import type { Connections } from './connections.ts';
import type { ConnectionSet, Logon } from './logons.ts';

/** A connection set with the member that was asked for. */
export interface SetHit {
  readonly set: ConnectionSet;
  readonly member: Logon;
}

/**
 * Sets of one account and address are one source: the last of them speaks. One without an address is a source of its own,
 * for it may have come from anywhere; only the ticket of an addressed one says that it is the same client (DOMAIN 2.2 #22).
 */
export function foldSources(hits: readonly SetHit[]): SetHit[] {
  const bySource = new Map<string, SetHit>();
  const tickets = new Set(
    hits.flatMap(({ set }) => (set.address === undefined ? [] : set.members.flatMap(({ guid }) => guid ?? []))),
  );
  for (const hit of hits) {
    const { address, sid, account, members } = hit.set;
    if (address === undefined && members.every(({ guid }) => guid !== undefined && tickets.has(guid))) continue;
    const key = `${sid ?? account.toLowerCase()}\u0000${address ?? '-'}`;
    bySource.delete(key);
    bySource.set(key, hit);
  }
  return [...bySource.values()];
}

/**
 * Who may have called just before a process that carries no logon of its own (DOMAIN 2.2 #52): not the machine itself, nor its
 * built-in accounts where they come from no address. Nobody where no address is known at all.
 */
export function foldCallers(host: string, hits: readonly SetHit[]): SetHit[] {
  const callers = foldSources(
    hits.filter(
      ({ set }) =>
        !isOwnMachine(set.account, host) && (set.address !== undefined || !isBuiltInAccount(set.account, set.sid)),
    ),
  );
  return callers.some(({ set }) => set.address !== undefined) ? callers : [];
}

/** Where a call by RPC arrives first, and by WinRM. */
const ENTRY_PORTS: readonly number[] = [135, 5985, 5986];

/** What the host itself saw arrive from elsewhere in the time, where it all came from this one address; else nothing. */
export function arrivalsOfOnly(
  tables: { readonly addresses: AddressBook; readonly connections: Connections },
  host: string,
  address: string,
  window: { readonly fromMs: number; readonly toMs: number },
): readonly Connection[] {
  const { fromMs, toMs } = window;
  const arrivals = tables.connections
    .inboundTo(host, ENTRY_PORTS, fromMs, toMs)
    .filter(
      ({ initiator }) => isJoinable(initiator.address) && !tables.addresses.isOfAt(host, initiator.address, toMs),
    );
  return arrivals.every(({ initiator }) => initiator.address === address) ? arrivals : [];
}

/** The machine's own account, which logs on to itself all day. */
function isOwnMachine(account: string, host: string): boolean {
  if (!isMachineAccount(account)) return false;
  const name = account.slice(account.lastIndexOf('\\') + 1, -1).toLowerCase();
  const dot = host.indexOf('.');
  return name === (dot < 0 ? host : host.slice(0, dot)).slice(0, 15);
}
