import type { Desk } from '../operation.ts';
import { tally } from '../tally.ts';
import { TALLIES } from './tallies.ts';
import type { FoundKind } from './writes.ts';

/**
 * Keeps findings and subscriptions within their bounds (L15): of the host that has most of them goes what is withdrawn, then what is final, then
 * the rest, each by the time of its last change. So one host, however loud, empties no other's. Gives how many went.
 */
export function makeFoundRoom(desk: Desk): number {
  const { database, limits } = desk;
  let dropped = 0;
  for (const kind of ['finding', 'subscription'] as const) {
    while (tally(database, TALLIES[kind].held) > limits.found && dropOne(desk, kind)) dropped++;
  }
  while (tally(database, 'foundBytes') > limits.foundBytes && dropOne(desk, largerOf(desk))) dropped++;
  return dropped;
}

function largerOf({ database }: Desk): FoundKind {
  return tally(database, 'subscriptions') > tally(database, 'findings') ? 'subscription' : 'finding';
}

function dropOne({ database }: Desk, kind: FoundKind): boolean {
  const next = database.get<{ seq: number; bytes: number }>(NEXT_FOUND_TO_GO, kind, kind);
  if (next === undefined) return false;
  database.run('DELETE FROM found WHERE seq = ?', next.seq);
  tally(database, TALLIES[kind].held, -1);
  tally(database, TALLIES[kind].dropped, 1);
  tally(database, 'foundBytes', -next.bytes);
  return true;
}

export const NEXT_FOUND_TO_GO = `SELECT seq, bytes FROM found INDEXED BY found_next_to_go WHERE kind = ?
  AND host = (SELECT host FROM found_share WHERE kind = ? ORDER BY held DESC, host DESC LIMIT 1)
  ORDER BY standing_rank, changed_ms, seq LIMIT 1`;
