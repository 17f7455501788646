import type { SubscriptionPart } from './dossier.ts';
import { compareEvents, type FoldedSighting, foldName, type Sighting } from './sighting.ts';
import { PARTS } from './step-records.ts';

/** Sightings of one act on one part that stay at each end of its time. */
const KEPT_AT_EACH_END = 4;

/** What of a subscription may go before the whole of it does: its changes, or what any act tells. */
export type Thinning = 'changes' | 'acts';

function nameOf(sighting: Sighting, part: SubscriptionPart): string {
  const { binding } = sighting;
  if (part === 'binding') return `${foldName(binding?.filterName ?? '')}\u0000${foldName(binding?.consumerName ?? '')}`;
  return foldName(sighting[part]?.name ?? '');
}

/** What a sighting competes with: changes of one writer by one source with each other, acts with all of their kind. */
function keyOf(sighting: Sighting, part: SubscriptionPart, how: Thinning): string {
  const { act, source, namespace, user, userSid } = sighting;
  const object = `${part}\u0000${act}\u0000${nameOf(sighting, part)}`;
  if (how === 'acts') return object;
  return `${object}\u0000${source}\u0000${namespace ?? ''}\u0000${foldName(user ?? '')}\u0000${userSid ?? ''}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareFirst(a: FoldedSighting, b: FoldedSighting): number {
  return compareEvents(a.events[0] ?? a.last, b.events[0] ?? b.last) || compareText(a.key, b.key);
}

function compareLast(a: FoldedSighting, b: FoldedSighting): number {
  return compareEvents(b.last, a.last) || compareText(a.key, b.key);
}

/**
 * The sightings of one host that may go so that its subscriptions stay: of each part and act those that are neither among the
 * first nor among the last few. What stays is a function of what there is, not of the order in which it came; to take out the
 * middle early, and again when more has come, leaves the same.
 */
export function middleOf(entries: Iterable<FoldedSighting>, how: Thinning): readonly FoldedSighting[] {
  const alike = new Map<string, FoldedSighting[]>();
  const candidates: FoldedSighting[] = [];
  for (const entry of entries) {
    if (how === 'changes' && entry.sighting.act !== 'modified') continue;
    candidates.push(entry);
    for (const part of PARTS) {
      if (entry.sighting[part] === undefined) continue;
      const key = keyOf(entry.sighting, part, how);
      const list = alike.get(key);
      if (list === undefined) alike.set(key, [entry]);
      else list.push(entry);
    }
  }
  const kept = new Set<FoldedSighting>();
  for (const list of alike.values()) {
    const ends =
      list.length <= 2 * KEPT_AT_EACH_END
        ? list
        : [compareFirst, compareLast].flatMap((compare) => list.sort(compare).slice(0, KEPT_AT_EACH_END));
    for (const entry of ends) kept.add(entry);
  }
  return candidates.filter((entry) => !kept.has(entry));
}
