import { UnionFind } from '../entities/index.ts';
import type { IncidentFacts } from './facts.ts';
import { firedLinks } from './fired.ts';
import type { TracedHop } from './hops.ts';
import type { Link } from './incident.ts';
import { CLAIMS, type Claim, claimOfJoin, linkOf } from './links.ts';
import type { Member } from './members.ts';
import { compareText } from './order.ts';
import { thatWords } from './words.ts';

/** Neighbours in time of one account on one host glue within this (DOMAIN 3.4 e). */
const NEAR_MS = 30 * 60_000;

/** A client port is used again after this at the earliest (DOMAIN 2.3, J3). */
const PORT_MS = 60_000;

/** A link with the place of a member that it belongs to. */
export interface OwnedLink {
  readonly claim: Claim;
  readonly link: Link;
  readonly owner: number;
}

export interface Chained {
  /** Places of members, ascending; in order of their first. */
  readonly chains: readonly (readonly number[])[];
  readonly links: readonly OwnedLink[];
}

/** Members that hang together (DOMAIN 3.4 a to e, SETTLED C20). They come in the order of (first time, id). */
export function chainsOf(members: readonly Member[], hops: readonly TracedHop[], facts: IncidentFacts): Chained {
  const sets = new UnionFind(members.length);
  const places = new Map(members.map((member, at) => [member.id, at]));
  glueSubscriptions(members, places, sets);
  glueKeys(members, sets, ({ glue }) => glue.logons);
  glueConnections(members, sets);
  const owners = glueProcesses(members, sets);
  for (const { members: told, sourceProcess } of hops) {
    const [first, ...others] = told.flatMap(({ id }) => places.get(id) ?? []);
    if (first === undefined) continue;
    for (const other of others) sets.unite(first, other);
    if (sourceProcess === undefined) continue;
    // (c): the process that made the call, or one that it descends from, is in a finding of its own.
    for (const key of [sourceProcess, ...facts.ancestorsOf(sourceProcess)]) {
      const owner = owners.get(key);
      if (owner !== undefined) sets.unite(first, owner);
    }
  }
  const links = [...memberLinks(members), ...firedLinks(members), ...glueNeighbours(members, sets)];
  return { chains: sets.sets(), links };
}

/** (a): one subscription object, or one fingerprint on one host; of benign content neither. */
function glueSubscriptions(members: readonly Member[], places: ReadonlyMap<string, number>, sets: UnionFind): void {
  glueKeys(members, sets, ({ host, dossier }) =>
    dossier?.fingerprint === undefined || dossier.baseline.known ? [] : [`${host}\u0000${dossier.fingerprint}`],
  );
  for (const [at, { judged }] of members.entries()) {
    // A dossier that is no member is benign or informational: it never glues.
    for (const id of judged?.finding.subscriptions ?? []) {
      const dossier = places.get(id);
      if (dossier !== undefined) sets.unite(at, dossier);
    }
  }
}

function glueKeys(members: readonly Member[], sets: UnionFind, keysOf: (member: Member) => readonly string[]): void {
  const first = new Map<string, number>();
  for (const [at, member] of members.entries()) {
    for (const key of keysOf(member)) {
      const known = first.get(key);
      if (known === undefined) first.set(key, at);
      else sets.unite(known, at);
    }
  }
}

/** (c): one client end of a connection to one host, at one time (J4): what a sensor saw is what the target's logon carried. */
function glueConnections(members: readonly Member[], sets: UnionFind): void {
  const byKey = new Map<string, { readonly at: number; readonly ms: number }[]>();
  for (const [at, { glue }] of members.entries()) {
    for (const { key, atMs } of glue.connections ?? []) {
      const ends = byKey.get(key);
      if (ends === undefined) byKey.set(key, [{ at, ms: atMs }]);
      else ends.push({ at, ms: atMs });
    }
  }
  for (const ends of byKey.values()) {
    const inOrder = ends.toSorted((a, b) => a.ms - b.ms || a.at - b.at);
    for (const [index, end] of inOrder.entries()) {
      const next = inOrder[index + 1];
      if (next !== undefined && next.ms - end.ms <= PORT_MS) sets.unite(end.at, next.at);
    }
  }
}

/** (b): one process, or ancestor and descendant. Gives the first member about each process. */
function glueProcesses(members: readonly Member[], sets: UnionFind): ReadonlyMap<string, number> {
  const owners = new Map<string, number>();
  for (const [at, { glue }] of members.entries()) {
    for (const { key } of glue.processes) {
      const owner = owners.get(key);
      if (owner === undefined) owners.set(key, at);
      else sets.unite(owner, at);
    }
  }
  for (const [at, { glue }] of members.entries()) {
    for (const { ancestors } of glue.processes) {
      for (const key of ancestors) {
        const owner = owners.get(key);
        if (owner !== undefined) sets.unite(owner, at);
      }
    }
  }
  return owners;
}

/** (e): one account on one host within half an hour, neighbours in time only; a link where nothing else ties the two. */
function glueNeighbours(members: readonly Member[], sets: UnionFind): readonly OwnedLink[] {
  const byKey = new Map<string, number[]>();
  for (const [at, { host, glue }] of members.entries()) {
    for (const account of glue.accounts) {
      const key = `${host}\u0000${account}`;
      const list = byKey.get(key);
      if (list === undefined) byKey.set(key, [at]);
      else list.push(at);
    }
  }
  const links: OwnedLink[] = [];
  for (const [, places] of [...byKey].sort(([a], [b]) => compareText(a, b))) {
    // Members come in order of time, and so do their places.
    for (const [index, at] of places.entries()) {
      const next = places[index + 1];
      const left = members[at];
      const right = next === undefined ? undefined : members[next];
      if (next === undefined || left === undefined || right === undefined) continue;
      if (right.timeMs - left.timeMs > NEAR_MS || !sets.unite(at, next)) continue;
      const link = linkOf({ claim: 'sameAccount', between: [left.id, right.id], joins: [] });
      links.push({ claim: 'sameAccount', link, owner: at });
    }
  }
  return links;
}

/** Joins inside one host that findings rest on, by what they speak for (SETTLED C18). */
function memberLinks(members: readonly Member[]): readonly OwnedLink[] {
  return members.flatMap(({ id, judged }, owner) => {
    if (judged === undefined) return [];
    // A firing is one link of its subscription (`firedLinks`).
    const own = judged.joins.filter(({ join }) => claimOfJoin(join) !== 'fired');
    const byClaim = Map.groupBy(own, ({ join }) => claimOfJoin(join));
    const between = [id, ...judged.finding.subscriptions];
    const { title } = judged.finding;
    return [...byClaim].map(([claim, joins]) => {
      const text = memberClaim(claim, title);
      return { claim, link: linkOf({ claim, text, between, joins }), owner };
    });
  });
}

/** Says which act: an incident has several. */
function memberClaim(claim: Claim, title: string): string {
  if (claim === 'process') return thatWords(title);
  if (claim === 'confirmed') return `the sign-ins beside it bear out ${thatWords(title)}`;
  return claim === 'triad' ? CLAIMS.triad : `${CLAIMS[claim]}: ${title}`;
}
