import type { Finding } from '../analytics/index.ts';
import { digestId } from '../bytes/index.ts';
import { type Gap, type Level, levelOfScore, levelRank, type Pieces, type Scope, toEnd } from '../windows/index.ts';
import { casesOf } from './cases.ts';
import { chainsOf } from './chains.ts';
import type { IncidentInput } from './facts.ts';
import { GapList } from './gap-list.ts';
import { sourceGap } from './gaps.ts';
import { hopsOf, type TracedHop } from './hops.ts';
import type { Chain, Hop, Incident, Link } from './incident.ts';
import { joinRules } from './joined-rules.ts';
import { type Member, membersOf } from './members.ts';
import { nextSteps } from './next-steps.ts';
import { compareText, earliest, latest } from './order.ts';
import { Parts } from './parts.ts';
import { scoreOf } from './score.ts';
import { titleOf } from './title.ts';
import { hostNames } from './words.ts';

/** Beyond this many members another incident goes on (SETTLED C20). */
const MOST_MEMBERS = 10_000;
/** Cases of which incidents are made in one piece: some ten milliseconds where each is small. */
const CASES_A_PIECE = 64;
/** Aliases that are printed (SETTLED C16). */
const MOST_ALIASES = 1_000;

export interface Incidents {
  /** By first time, then id. */
  readonly incidents: readonly Incident[];
  /** By time, then id. */
  readonly hops: readonly Hop[];
  /** The gaps of the input, then those that were found here: sources that no record names. */
  readonly gaps: readonly Gap[];
  /** The gaps that an incident names. */
  gapsOf(incident: Incident): readonly Gap[];
}

/**
 * Findings and dossiers to links, hops, chains and incidents (DOMAIN 3.3, 3.4): a function of its input, the same in any
 * order (L8). Each dossier and each finding of low or more is in exactly one incident (SETTLED C17).
 */
export function buildIncidents(input: IncidentInput, mostMembers: number = MOST_MEMBERS): Incidents {
  return toEnd(buildingIncidents(input, mostMembers));
}

/** The same in pieces. */
export function* buildingIncidents(input: IncidentInput, mostMembers: number = MOST_MEMBERS): Pieces<Incidents> {
  const { facts } = input;
  const members = membersOf(input);
  const { hops, unsourced } = hopsOf(members, facts);
  const { chains, links } = chainsOf(members, hops, facts);
  const cases = casesOf(members, chains, hops);
  yield;
  const gaps = new GapList(input.gaps, input.gapsOf);
  // Links of calls without a source stand on no edge, and are told all the same.
  const callerLinks = unsourced.filter(({ address }) => address === undefined);
  const places = new Map(members.map(({ id }, place) => [id, place]));
  const owned = callerLinks.flatMap(({ members: [first], links: ofCall }) =>
    ofCall.map((link) => ({ claim: 'caller' as const, link, owner: places.get(first?.id ?? '') ?? -1 })),
  );
  const joined = joinRules(input.ruleFindings ?? [], members, hops, facts);
  const parts = new Parts(members, chains, hops, [...links, ...cases.links, ...owned], joined);
  for (const call of unsourced) {
    gaps.add(
      sourceGap(call, facts),
      call.members.map(({ id }) => id),
    );
  }
  const incidents: Incident[] = [];
  for (const [number, ofCase] of cases.cases.entries()) {
    if (number % CASES_A_PIECE === 0) yield;
    const whole = ofCase.flatMap((chain) => chains[chain] ?? []).sort((a, b) => a - b);
    const pieces = piecesOf(whole, mostMembers);
    for (const [at, piece] of pieces.entries()) incidents.push(incidentOf(parts, piece, at < pieces.length - 1, gaps));
  }
  return {
    incidents: incidents.sort((a, b) => compareText(a.first, b.first) || compareText(a.id, b.id)),
    hops: hops.map(({ hop }) => hop),
    // Made when they are asked for: of most hosts nobody asks.
    get gaps() {
      return gaps.all();
    },
    gapsOf: (incident) => gaps.at(incident.gaps, incident.hosts),
  };
}

/** Places come in the order of (first time, id), in which an incident is cut (SETTLED C20). */
function piecesOf(places: readonly number[], most: number): readonly (readonly number[])[] {
  const pieces: (readonly number[])[] = [];
  for (let at = 0; at < places.length; at += most) pieces.push(places.slice(at, at + most));
  return pieces;
}

function incidentOf(parts: Parts, places: readonly number[], isCut: boolean, gaps: GapList): Incident {
  const members = parts.at(places);
  const hops = parts.hops(places);
  const owned = parts.links(places);
  const rules = parts.rules(places);
  const ids = members.map(({ id }) => id);
  const id = digestId(['incident', ids[0] ?? '']);
  const hosts = hostsOf(members, hops);
  const accounts = accountsOf(members, hops);
  const nameOf = hostNames(hosts);
  const { score, terms } = scoreOf(members);
  const { title, confidence } = titleOf({ members, hops, links: owned, nameOf });
  const gapIds = gaps.of(ids, hosts);
  return {
    id,
    aliases: aliasesOf(members, id),
    title,
    level: levelOfScore(score),
    score,
    terms,
    levels: levelsOf([...members, ...rules]),
    ...(confidence === undefined ? {} : { confidence }),
    state: 'open',
    ...spanOf(members),
    hosts,
    accounts,
    attack: attackOf(members),
    edges: hops.map(({ hop }) => hop),
    links: distinctLinks([...hops.flatMap(({ links }) => links), ...owned.map(({ link }) => link)]),
    chains: parts.chains(places).map((ofChain) => chainOf(parts.at(ofChain), parts.rules(ofChain))),
    ...idsOf(members, rules),
    gaps: gapIds,
    next: nextSteps({ incident: id, members, hops, gapCount: gapIds.length, accounts, nameOf }),
    isCut,
  };
}

/** Ids that each other member would have given as the smallest, also under the names that it had (SETTLED C16, L14). */
function aliasesOf(members: readonly Member[], own: string): readonly string[] {
  const ids = new Set<string>();
  for (const { id, aliases } of members) for (const name of [id, ...aliases]) ids.add(digestId(['incident', name]));
  ids.delete(own);
  return [...ids].sort().slice(0, MOST_ALIASES);
}

function chainOf(members: readonly Member[], rules: readonly Finding[]): Chain {
  return { id: digestId(['chain', members[0]?.id ?? '']), ...idsOf(members, rules) };
}

/** Findings of the user's own rules behind ours: they stand in the incident and weigh nothing in it. */
function idsOf(
  members: readonly Member[],
  rules: readonly Finding[],
): {
  readonly findings: readonly string[];
  readonly subscriptions: readonly string[];
} {
  return {
    findings: [
      ...members.flatMap(({ id, judged }) => (judged === undefined ? [] : [id])),
      ...rules.map(({ id }) => id),
    ],
    subscriptions: members.flatMap(({ id, dossier }) => (dossier === undefined ? [] : [id])),
  };
}

function hostsOf(members: readonly Member[], hops: readonly TracedHop[]): readonly string[] {
  const hosts = new Set(members.map(({ host }) => host));
  for (const { hop } of hops) {
    hosts.add(hop.target.host);
    const source = hop.source.host ?? hop.source.address;
    if (source !== undefined) hosts.add(source);
  }
  return [...hosts].sort();
}

function accountsOf(members: readonly Member[], hops: readonly TracedHop[]): readonly string[] {
  const named = members.flatMap(({ judged, dossier }) => judged?.finding.accounts ?? dossier?.creator.account ?? []);
  const ofHops = hops.flatMap(({ hop }) => [hop.account ?? [], hop.source.account ?? []].flat());
  return [...new Set([...named, ...ofHops])].sort();
}

function attackOf(members: readonly Member[]): Incident['attack'] {
  const all = members.flatMap(({ judged }) => judged?.finding.attack ?? []);
  const byNew = new Map(all.map((technique) => [technique.new, technique]));
  return [...byNew.values()].sort((a, b) => compareText(a.new, b.new));
}

function levelsOf(members: readonly Pick<Member, 'scope' | 'level'>[]): Incident['levels'] {
  const levels: Partial<Record<Scope, Level>> = {};
  for (const { scope, level } of members) {
    const known = levels[scope];
    if (known === undefined || levelRank(level) > levelRank(known)) levels[scope] = level;
  }
  return Object.fromEntries(Object.entries(levels).sort(([a], [b]) => compareText(a, b)));
}

/** From when to when; what only objects at rest without a time tell was at its time or later. */
function spanOf(members: readonly Member[]): Pick<Incident, 'first' | 'firstIsBound' | 'last' | 'lastIsBound'> {
  const first = earliest(members.map(({ time }) => time)) ?? '';
  const ofFirst = members.filter(({ time }) => time === first);
  return {
    first,
    ...(ofFirst.length > 0 && ofFirst.every(isBound) ? { firstIsBound: true } : {}),
    last: latest(members.flatMap(timesOf)) ?? '',
    ...(members.some(isBound) ? { lastIsBound: true } : {}),
  };
}

function isBound({ judged, dossier }: Member): boolean {
  return dossier?.lastSeenIsBound === true || judged?.finding.timeIsBound === true;
}

function timesOf({ time, judged, dossier }: Member): readonly string[] {
  if (dossier !== undefined) return [time, dossier.lastSeen];
  return [time, ...(judged?.finding.evidence.flatMap((item) => item.time ?? []) ?? [])];
}

function distinctLinks(links: readonly Link[]): readonly Link[] {
  return [...new Map(links.map((link) => [link.id, link])).values()];
}
