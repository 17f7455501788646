import { type Group, keyOfGroup } from './grouping.ts';
import { subscriptionId } from './identity.ts';
import { type FoldedSighting, foldName, isObjectRecord } from './sighting.ts';

const HARMLESS: ReadonlySet<string> = new Set(['nteventlogeventconsumer', 'logfileeventconsumer']);

/** How long a subscription is kept when room is short: what may be armed and run code stays longest. */
function rankOf(group: Group): number {
  const isReal = (list: readonly FoldedSighting[]): boolean => list.some(({ sighting }) => isObjectRecord(sighting));
  const isBound = isReal(group.bindings);
  const isComplete = isReal(group.filters) && isReal(group.consumers);
  const isRunning = !HARMLESS.has(foldName(group.consumerClass ?? ''));
  return 8 * Number(isBound) + 4 * Number(isComplete) + 2 * Number(isRunning) + Number(group.consumers.length > 0);
}

/** How long a subscription is kept: the higher rank longer, among equals the lower id, so that no order of arrival shows. */
export interface Standing {
  readonly rank: number;
  readonly id: string;
}

export function standingOf(group: Group): Standing {
  return { rank: rankOf(group), id: subscriptionId(keyOfGroup(group)) };
}

/** What is kept longest first. */
export function compareStanding(a: Standing, b: Standing): number {
  return b.rank - a.rank || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** Groups of one host, those that are kept longest first. */
export function byRetention(groups: readonly Group[]): readonly Group[] {
  return groups
    .map((group) => ({ group, ...standingOf(group) }))
    .sort(compareStanding)
    .map(({ group }) => group);
}

/** The largest share for one host with which all hosts together stay within `most`; at least one. */
export function shareOfHost(sizes: readonly number[], most: number): number {
  const ascending = [...sizes].sort((a, b) => a - b);
  let left = most;
  for (let i = 0; i < ascending.length; i++) {
    const size = ascending[i] ?? 0;
    const share = Math.floor(left / (ascending.length - i));
    if (size > share) return Math.max(1, share);
    left -= size;
  }
  return Number.POSITIVE_INFINITY;
}
