import type { Event } from '../windows/index.ts';
import { spreadOf } from './field-values.ts';
import { isLogonOf, type Logons } from './logons.ts';
import type { CandidateLogon } from './types.ts';

/** How far apart the sets are that one call may have (SETTLED C3). */
const SETS_APART_MS = 30_000;

/** The client's end of one connection of a remote call, as the target or the network tells it. */
export interface ClientEnd {
  readonly address: string;
  readonly port: number;
  /** When it was used there: the logon, [from, to]. Unix milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
  /** True for the end of the logon that carried the act. */
  readonly isCarrier: boolean;
  /** The 4624, where it is still held. */
  readonly event?: Event;
}

/** See `Entities.clientEnds`. */
export function clientEndsOf(
  logons: Logons,
  host: string,
  carrier: CandidateLogon,
  atMs: number,
): readonly ClientEnd[] {
  const { address } = carrier;
  if (address === undefined) return [];
  const logon = logons.find(host, carrier.logonId, atMs);
  const aroundMs = logon?.startMs ?? atMs;
  const account = logon?.account ?? carrier.account;
  // Several logons may come by one connection: the carrying one speaks for it, else the first.
  const ends = new Map<number, ClientEnd>();
  const add = (end: ClientEnd): void => {
    const known = ends.get(end.port);
    if (known === undefined || (!known.isCarrier && (end.isCarrier || end.fromMs < known.fromMs))) {
      ends.set(end.port, end);
    }
  };
  for (const set of logons.setsAround(host, aroundMs - SETS_APART_MS, aroundMs + SETS_APART_MS)) {
    if (set.address !== address || !isLogonOf(set, account, logon?.sid)) continue;
    const rest = new Set(set.ports);
    for (const member of set.members) {
      if (member.port === undefined) continue;
      rest.delete(member.port);
      add({
        address,
        port: member.port,
        fromMs: member.startMs,
        toMs: member.startMs + spreadOf(member.startMs, member.startTicks),
        isCarrier: member.logonId === carrier.logonId,
        ...(member.event === undefined ? {} : { event: member.event }),
      });
    }
    // Of a long set only the first and the last logons are remembered, but every port.
    for (const port of rest) add({ address, port, fromMs: aroundMs, toMs: set.lastMs, isCarrier: false });
  }
  // Where the sets are gone, the candidate itself still tells its ports.
  if (ends.size === 0) {
    for (const port of carrier.ports) {
      add({ address, port, fromMs: aroundMs, toMs: aroundMs, isCarrier: carrier.ports.length === 1 });
    }
  }
  return [...ends.values()].sort((a, b) => a.fromMs - b.fromMs || a.port - b.port);
}
