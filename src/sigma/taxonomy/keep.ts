import { ANY_CHANNEL, type Route } from './route.ts';

/** Numbers of each channel that a hunt must keep; `ANY_CHANNEL` stands for all of Windows. */
export type Keep = ReadonlyMap<string, ReadonlySet<number> | 'all'>;

/**
 * What a hunt must read for these routes beyond what it reads anyway (SETTLED A8): channels in lower case. Routes of Triad's own
 * objects need no record.
 */
export function keepOf(routes: Iterable<Route>): Keep {
  const keep = new Map<string, Set<number> | 'all'>();
  for (const { channel, eventIds, product } of routes) {
    if (product === 'triad') continue;
    const known = keep.get(channel);
    if (known === 'all') continue;
    if (eventIds === 'all') {
      keep.set(channel, 'all');
      continue;
    }
    if (eventIds.length === 0) continue;
    const ids = known ?? new Set<number>();
    for (const id of eventIds) ids.add(id);
    keep.set(channel, ids);
  }
  return keep;
}

/** True for records of this channel (in lower case) and number. */
export function isKeptFor(keep: Keep, channel: string, eventId: number): boolean {
  const ids = keep.get(channel);
  if (ids === 'all' || ids?.has(eventId) === true) return true;
  const all = channel.startsWith('zeek/') ? undefined : keep.get(ANY_CHANNEL);
  return all === 'all' || all?.has(eventId) === true;
}
