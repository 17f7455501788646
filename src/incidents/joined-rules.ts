import type { Finding, TiedFinding } from '../analytics/index.ts';
import { levelRank } from '../windows/index.ts';
import type { IncidentFacts } from './facts.ts';
import type { TracedHop } from './hops.ts';
import type { Member } from './members.ts';
import { compareText } from './order.ts';

/** Findings of a user's rules by the place of the member that each of them joins. */
export type JoinedRules = ReadonlyMap<number, readonly Finding[]>;

/**
 * Which member each finding of a user's rule belongs to (DOMAIN 3.4 a to d): the same subscription, a process or one in its line, the
 * process that made a call, the same session, in this order and of several the first. It joins one member and so ties no two; one
 * that meets none, or that is informational, stays outside of incidents (SETTLED E7).
 */
export function joinRules(
  findings: readonly TiedFinding[],
  members: readonly Member[],
  hops: readonly TracedHop[],
  facts: IncidentFacts,
): JoinedRules {
  const joined = new Map<number, Finding[]>();
  if (findings.length === 0 || members.length === 0) return joined;
  const owners = ownersOf(members, hops, facts);
  const inOrder = findings
    .filter(({ finding }) => levelRank(finding.level) > 0)
    .sort((a, b) => compareText(a.finding.time, b.finding.time) || compareText(a.finding.id, b.finding.id));
  for (const { finding, glue } of inOrder) {
    const place = [
      ...finding.subscriptions.map((id) => owners.subscriptions.get(id)),
      ...glue.processes.flatMap(({ key, ancestors }) => [
        owners.processes.get(key),
        owners.ancestors.get(key),
        ...ancestors.map((ancestor) => owners.processes.get(ancestor)),
      ]),
      ...glue.logons.map((key) => owners.logons.get(key)),
    ].find((found) => found !== undefined);
    if (place !== undefined) joined.set(place, [...(joined.get(place) ?? []), finding]);
  }
  return joined;
}

/** The first member of each thing that may tie: members come in the order of (first time, id). */
interface Owners {
  readonly subscriptions: ReadonlyMap<string, number>;
  /** By the key of a process that a member is about, or that made the call behind it. */
  readonly processes: ReadonlyMap<string, number>;
  /** By the key of an ancestor of those. */
  readonly ancestors: ReadonlyMap<string, number>;
  readonly logons: ReadonlyMap<string, number>;
}

function ownersOf(members: readonly Member[], hops: readonly TracedHop[], facts: IncidentFacts): Owners {
  const subscriptions = new Map<string, number>();
  const processes = new Map<string, number>();
  const ancestors = new Map<string, number>();
  const logons = new Map<string, number>();
  const places = new Map(members.map(({ id }, place) => [id, place]));
  for (const [place, { id, dossier, glue }] of members.entries()) {
    if (dossier !== undefined) first(subscriptions, [id], place);
    first(
      processes,
      glue.processes.map(({ key }) => key),
      place,
    );
    first(
      ancestors,
      glue.processes.flatMap((one) => one.ancestors),
      place,
    );
    first(logons, glue.logons, place);
  }
  for (const { members: told, sourceProcess } of hops) {
    const place = places.get(told[0]?.id ?? '');
    if (sourceProcess === undefined || place === undefined) continue;
    first(processes, [sourceProcess], place);
    first(ancestors, facts.ancestorsOf(sourceProcess), place);
  }
  return { subscriptions, processes, ancestors, logons };
}

function first(owners: Map<string, number>, keys: readonly string[], place: number): void {
  for (const key of keys) if (!owners.has(key)) owners.set(key, place);
}
