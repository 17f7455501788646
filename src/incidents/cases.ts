import type { Join } from '../entities/index.ts';
import { UnionFind } from '../entities/index.ts';
import type { OwnedLink } from './chains.ts';
import type { TracedHop } from './hops.ts';
import { linkOf } from './links.ts';
import type { Member } from './members.ts';
import { compareText } from './order.ts';
import { WEIGHTS } from './weights.ts';

/** Chains of one account with a hop between their hosts are one incident within this (DOMAIN 3.4). */
const DAY_MS = 24 * 3_600_000;
/** A finding about logs joins the incident of its host within this (SETTLED C22). */
const HOUR_MS = 3_600_000;

export interface Cases {
  /** Chains that are one incident each, as places of chains, ascending. */
  readonly cases: readonly (readonly number[])[];
  readonly links: readonly OwnedLink[];
}

/** Folds chains into incidents. Members and chains come in the order of (first time, id) of their first. */
export function casesOf(
  members: readonly Member[],
  chains: readonly (readonly number[])[],
  hops: readonly TracedHop[],
): Cases {
  const chainOf = new Uint32Array(members.length);
  for (const [chain, places] of chains.entries()) for (const place of places) chainOf[place] = chain;
  const sets = new UnionFind(chains.length);
  const links: OwnedLink[] = [...gluePrints(members, chainOf, sets), ...glueOnward(members, chainOf, hops, sets)];
  links.push(...glueTampering(members, chains, sets));
  return { cases: sets.sets(), links };
}

/** Shared fingerprint, whatever the host (J19); none equals none, and benign content never glues. */
function gluePrints(members: readonly Member[], chainOf: Uint32Array, sets: UnionFind): readonly OwnedLink[] {
  const first = new Map<string, number>();
  const links: OwnedLink[] = [];
  for (const [at, { id, dossier }] of members.entries()) {
    if (dossier?.fingerprint === undefined || dossier.baseline.known) continue;
    const known = first.get(dossier.fingerprint);
    const other = known === undefined ? undefined : members[known];
    if (known === undefined || other === undefined) {
      first.set(dossier.fingerprint, at);
    } else if (sets.unite(chainOf[known] ?? 0, chainOf[at] ?? 0)) {
      const evidence = [...(other.dossier?.evidence ?? []), ...dossier.evidence];
      const text = `both have the content ${dossier.fingerprint.slice(0, 12)}`;
      const join: Join = { join: 'J19', strength: 'exact', text, rivals: 0, evidence };
      links.push({
        claim: 'samePrint',
        link: linkOf({ claim: 'samePrint', between: [other.id, id], joins: [join] }),
        owner: at,
      });
    }
  }
  return links;
}

/** An account at one end of a hop, or at a host where it acted. */
interface Stop {
  readonly place: number;
  readonly ms: number;
  readonly hop: TracedHop | undefined;
}

/**
 * A shared account and a hop between their hosts within a day: each stop of an account at a host is one case with the
 * nearest hop before and behind it that touches the host. That is enough: hops near one stop are near each other.
 */
function glueOnward(
  members: readonly Member[],
  chainOf: Uint32Array,
  hops: readonly TracedHop[],
  sets: UnionFind,
): readonly OwnedLink[] {
  const places = new Map(members.map((member, at) => [member.id, at]));
  const stops = new Map<string, Stop[]>();
  const stop = (host: string, accounts: readonly string[], at: Stop): void => {
    for (const account of new Set(accounts)) {
      const key = `${host}\u0000${account}`;
      const list = stops.get(key);
      if (list === undefined) stops.set(key, [at]);
      else list.push(at);
    }
  };
  for (const [place, { host, glue, scope, timeMs }] of members.entries()) {
    // What was done to logs joins what it lies near, and nothing of the day around it (SETTLED C22).
    if (scope !== 'tamper') stop(host, glue.accounts, { place, ms: timeMs, hop: undefined });
  }
  for (const traced of hops) {
    const { hop } = traced;
    if (hop.confidence < WEIGHTS.possible || hop.candidates !== undefined) continue;
    const source = hop.source.host ?? hop.source.address;
    for (const member of traced.members) {
      const place = places.get(member.id);
      if (place === undefined || source === undefined) continue;
      const at = { place, ms: member.timeMs, hop: traced };
      stop(source, member.glue.accounts, at);
      stop(hop.target.host, member.glue.accounts, at);
    }
  }
  const links: OwnedLink[] = [];
  for (const [, list] of [...stops].sort(([a], [b]) => compareText(a, b))) {
    const inOrder = list.sort(
      (a, b) => a.ms - b.ms || a.place - b.place || Number(a.hop === undefined) - Number(b.hop === undefined),
    );
    for (const [a, b] of [...pairsWithLastHop(inOrder), ...pairsWithLastHop([...inOrder].reverse())]) {
      if (Math.abs(a.ms - b.ms) > DAY_MS || !sets.unite(chainOf[a.place] ?? 0, chainOf[b.place] ?? 0)) continue;
      links.push(onwardLink(members, a, b));
    }
  }
  return links;
}

/** Each stop with the last stop before it that is of a hop. */
function* pairsWithLastHop(stops: readonly Stop[]): Generator<readonly [Stop, Stop]> {
  let last: Stop | undefined;
  for (const stop of stops) {
    if (last !== undefined) yield [last, stop];
    if (stop.hop !== undefined) last = stop;
  }
}

/** Of two hops it is J20; what only happened at an end of one is tied by the account alone. */
function onwardLink(members: readonly Member[], a: Stop, b: Stop): OwnedLink {
  const owner = Math.min(a.place, b.place);
  const [x, y] = [members[owner], members[Math.max(a.place, b.place)]];
  const join: Join = {
    join: 'J20',
    strength: 'inferred',
    text: 'the same account, and a call between their hosts, within a day',
    rivals: 0,
    evidence: [],
  };
  const joins = a.hop === undefined || b.hop === undefined ? [] : [join];
  return { claim: 'onward', link: linkOf({ claim: 'onward', between: [x?.id ?? '', y?.id ?? ''], joins }), owner };
}

/** Chains of tampering alone join, dashed, the incident of their host that is nearest within an hour (SETTLED C22). */
function glueTampering(
  members: readonly Member[],
  chains: readonly (readonly number[])[],
  sets: UnionFind,
): readonly OwnedLink[] {
  const isTampering = (chain: readonly number[]): boolean => chain.every((at) => members[at]?.scope === 'tamper');
  const byHost = new Map<string, { readonly place: number; readonly chain: number; readonly ms: number }[]>();
  for (const [chain, places] of chains.entries()) {
    if (isTampering(places)) continue;
    for (const place of places) {
      const member = members[place];
      if (member === undefined) continue;
      const list = byHost.get(member.host);
      const entry = { place, chain, ms: member.timeMs };
      if (list === undefined) byHost.set(member.host, [entry]);
      else list.push(entry);
    }
  }
  for (const list of byHost.values()) list.sort((a, b) => a.ms - b.ms || a.place - b.place);
  const links: OwnedLink[] = [];
  for (const [chain, places] of chains.entries()) {
    if (!isTampering(places)) continue;
    let best: { readonly from: number; readonly to: number; readonly chain: number; readonly ms: number } | undefined;
    for (const from of places) {
      const member = members[from];
      for (const near of member === undefined ? [] : nearest(byHost.get(member.host) ?? [], member.timeMs)) {
        const ms = Math.abs(near.ms - (member?.timeMs ?? 0));
        const isNearer = best === undefined || ms < best.ms || (ms === best.ms && near.place < best.to);
        if (ms <= HOUR_MS && isNearer) best = { from, to: near.place, chain: near.chain, ms };
      }
    }
    if (best === undefined || !sets.unite(best.chain, chain)) continue;
    const between = [members[best.from]?.id ?? '', members[best.to]?.id ?? ''];
    links.push({ claim: 'nearby', link: linkOf({ claim: 'nearby', between, joins: [] }), owner: best.to });
  }
  return links;
}

/** The entries before and behind a time, by halving; of equal ones the first. */
function nearest<T extends { readonly ms: number }>(sorted: readonly T[], ms: number): readonly T[] {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.ms ?? 0) < ms) low = middle + 1;
    else high = middle;
  }
  return [sorted[low - 1], sorted[low]].filter((entry) => entry !== undefined);
}
