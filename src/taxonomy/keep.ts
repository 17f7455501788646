import type { KeptChannels } from '../windows/index.ts';
import type { Route } from './route.ts';

/**
 * What a hunt must read for these routes beyond what it reads anyway (SETTLED A8). Routes of Triad's own objects need no record.
 */
export function keepOf(routes: Iterable<Route>): KeptChannels {
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
