import { covers, type Need, type Scope } from './scopes.ts';

/** From the least to the most. */
const IN_ORDER: readonly Scope[] = ['read:health', 'read', 'analyst', 'engineer', 'admin:*'];

/** The scope that a key is given for what a route needs: the least that is enough, in words that `triad key add --scope` takes. */
export function leastScope(need: Need): Scope {
  if (need === 'ingest') return 'ingest:write';
  if (need.startsWith('ingest:write:')) return need as Scope;
  return IN_ORDER.find((scope) => covers(scope, need)) ?? 'admin:*';
}
