import {
  type Call,
  type CallSource,
  type Entities,
  isJoinable,
  type Join,
  type JoinedProcess,
  rankSources,
  STRENGTH_POINTS,
  strongestOf,
  type UnrankedSource,
} from '../entities/index.ts';
import type { Evidence } from '../windows/index.ts';
import type { SourceClaim } from './call.ts';
import { agoWords } from './call-facts.ts';
import { tracedClientName } from './j11.ts';

interface Machine {
  host: string | undefined;
  address: string | undefined;
  readonly claims: SourceClaim[];
}

/** The sources of a call from the claims of all rows, in the rows' order: one a machine, best first. */
export function mergeClaims(entities: Entities, call: Call, claims: readonly SourceClaim[]): readonly CallSource[] {
  return rankSources(machinesOf(entities, call, claims).map((machine) => sourceOf(entities, call, machine)));
}

function sourceOf(entities: Entities, call: Call, machine: Machine): UnrankedSource {
  const { host, address, claims } = machine;
  const process = processOf(claims);
  const account = claims.find((claim) => claim.account !== undefined)?.account;
  const claimedName = host === undefined ? claimedNameOf(entities, call, machine) : undefined;
  const own = ownJoin(entities, call, machine);
  const holder = holderOf(entities, call, machine);
  return {
    ...(host === undefined ? {} : { host }),
    ...(address === undefined ? {} : { address }),
    ...(claimedName === undefined ? {} : { claimedName }),
    ...(account === undefined ? {} : { account }),
    ...(process === undefined ? {} : { process }),
    strength:
      strongestOf([...claims, ...(own === undefined ? [] : [own])].map(({ strength }) => strength)) ?? 'inferred',
    joins: [
      ...claims.map(
        (claim): Join => ({
          join: claim.join,
          strength: claim.strength,
          text: claim.text,
          rivals: 0,
          evidence: evidenceOf(entities, claim),
        }),
      ),
      // Alone it goes without saying.
      ...(own === undefined || claims.length === 0 ? [] : [own]),
    ].sort((a, b) => STRENGTH_POINTS[b.strength] - STRENGTH_POINTS[a.strength]),
    ...(holder === undefined ? {} : { holder }),
  };
}

/** True where a record of the host itself says that the call was its own. */
function isToldByHost({ claims }: Machine): boolean {
  return claims.some(({ host, strength }) => host !== undefined && (strength === 'exact' || strength === 'strong'));
}

/** The logon that names the address: as sure as it carried the call, whatever weaker claims say the same. */
function ownJoin(entities: Entities, call: Call, machine: Machine): Join | undefined {
  const { logon } = call;
  const { address, claims } = machine;
  if (logon === undefined || address === undefined || address !== addressOfLogon(entities, call)) return undefined;
  const best = strongestOf(claims.map(({ strength }) => strength));
  if (isToldByHost(machine) || (best !== undefined && STRENGTH_POINTS[best] >= STRENGTH_POINTS[logon.strength]))
    return undefined;
  return {
    join: logon.join === 'J12' || logon.join === 'J13' ? logon.join : 'J1',
    strength: logon.strength,
    text: `the logon itself names ${address}`,
    rivals: 0,
    evidence: logon.evidence,
  };
}

/** J25: whose the address was, where only that names the host: strong within minutes, weak beyond (DOMAIN 2.2 #40). */
function holderOf(entities: Entities, call: Call, machine: Machine): Join | undefined {
  const { host, address, claims } = machine;
  if (host === undefined || address === undefined || isToldByHost(machine)) return undefined;
  const usedMs = claims.find((claim) => claim.addressMs !== undefined)?.addressMs;
  const atMs = usedMs === undefined || address === addressOfLogon(entities, call) ? call.timeMs : usedMs;
  const holding = entities.addresses.holdingOf(host, address, atMs);
  if (holding === undefined) return undefined;
  const { strength, agoMs, events } = holding;
  const away = agoMs === undefined ? '' : `${agoWords(Math.abs(agoMs))} `;
  const when = agoMs === undefined ? 'before it and after' : agoMs < 0 ? `${away}later` : `${away}before`;
  return {
    join: 'J25',
    strength,
    text: `${agoMs === undefined ? 'records show' : 'a record shows'} ${host} at ${address} ${when}`,
    rivals: 0,
    // A record of hours away is context for whose the address was: it is told with its distance, and makes no link to it.
    evidence: strength === 'strong' ? events.flatMap((event) => entities.cite(event)) : [],
  };
}

/** The address that the logon itself names, where it can be another machine's. */
function addressOfLogon(entities: Entities, { host, logon, timeMs }: Call): string | undefined {
  const address = logon?.address;
  if (address === undefined || !isJoinable(address) || entities.addresses.isOfAt(host, address, timeMs))
    return undefined;
  return address;
}

/** Claims of one machine together: those with equal host, or with an address that this host had. */
function machinesOf(entities: Entities, call: Call, claims: readonly SourceClaim[]): readonly Machine[] {
  const machines: Machine[] = [];
  const hostOf = ({ host, address, addressMs }: SourceClaim): string | undefined =>
    host ?? (address === undefined ? undefined : entities.addresses.hostAt(address, addressMs ?? call.timeMs));
  // Claims that name a host by its own records come first: they say whose the address was.
  const inOrder = [
    ...claims.filter(({ host }) => host !== undefined),
    ...claims.filter(({ host }) => host === undefined),
  ];
  const place = (claim: SourceClaim | undefined, host: string | undefined, address: string | undefined): void => {
    const known =
      machines.find((machine) => host !== undefined && machine.host === host) ??
      machines.find(
        (machine) =>
          address !== undefined && machine.address === address && (host === undefined || machine.host === undefined),
      );
    if (known === undefined) {
      machines.push({ host, address, claims: claim === undefined ? [] : [claim] });
      return;
    }
    known.host ??= host;
    known.address ??= address;
    if (claim !== undefined) known.claims.push(claim);
  };
  for (const claim of inOrder) if (hostOf(claim) !== call.host) place(claim, hostOf(claim), claim.address);
  const address = addressOfLogon(entities, call);
  if (address !== undefined) {
    const host = entities.addresses.hostAt(address, call.timeMs) ?? hostWithoutAddress(entities, call, machines);
    place(undefined, host, address);
  }
  const order = new Map(claims.map((claim, at) => [claim, at]));
  for (const { claims: told } of machines) told.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  return machines;
}

/**
 * The one host that says it made the call, where nothing says which address it had: the logon's is then its own. A host
 * whose addresses are known and are others stays another machine, and so does one that only a window of time or an order
 * speaks for.
 */
function hostWithoutAddress(entities: Entities, call: Call, machines: readonly Machine[]): string | undefined {
  const [only] = machines;
  if (machines.length !== 1 || only?.host === undefined || only.address !== undefined) return undefined;
  if (!only.claims.some(({ strength }) => strength === 'exact' || strength === 'strong')) return undefined;
  return entities.addresses.addressesAt(only.host, call.timeMs).length === 0 ? only.host : undefined;
}

function evidenceOf(entities: Entities, claim: SourceClaim): readonly Evidence[] {
  return [...claim.events.flatMap((event) => entities.cite(event)), ...(claim.evidence ?? [])];
}

/** The process of the strongest claim, with what the others know about the same one. */
function processOf(claims: readonly SourceClaim[]): JoinedProcess | undefined {
  const isSplit = areSplit(claims.filter(isOfConnection).flatMap(({ process }) => process ?? []));
  const told = claims
    .filter((claim) => claim.process !== undefined && !(isSplit && isOfConnection(claim)))
    .sort((a, b) => STRENGTH_POINTS[b.strength] - STRENGTH_POINTS[a.strength])
    .flatMap(({ process }) => process ?? []);
  const [first] = told;
  if (first === undefined) return undefined;
  return Object.assign({}, ...told.filter((other) => isSameProcess(other, first)).reverse(), first);
}

/** J2 and J3 look at the connections of one port: where they name two programs, neither is known to be the one. */
function isOfConnection({ join }: SourceClaim): boolean {
  return join === 'J2' || join === 'J3';
}

function areSplit([first, ...others]: readonly JoinedProcess[]): boolean {
  return first !== undefined && others.some((other) => !isSameProcess(other, first));
}

function isSameProcess(a: JoinedProcess, b: JoinedProcess): boolean {
  if (a.key !== undefined && b.key !== undefined) return a.key === b.key;
  return a.pid !== undefined && a.pid === b.pid;
}

/** What the client calls itself, where nothing better names its address; the target's own name says nothing (SETTLED C7). */
function claimedNameOf(entities: Entities, call: Call, machine: Machine): string | undefined {
  const { host, logon } = call;
  const name = logon?.workstation ?? tracedClientName(entities, call);
  if (name === undefined || machine.address !== logon?.address) return undefined;
  return (entities.findHost(name) ?? entities.hostKey(name)) === host ? undefined : name;
}
