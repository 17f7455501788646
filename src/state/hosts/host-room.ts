import type { Desk } from '../operation.ts';
import { tally } from '../tally.ts';

/**
 * Keeps computers within their bound (L15): of the sender that brought most of them goes the one that was heard of last the longest ago. Names can be
 * made up and senders cannot, so a sender that makes up names loses its own.
 */
export function makeHostRoom({ database, limits }: Desk): {
  readonly touched: readonly string[];
  readonly dropped: number;
} {
  const touched: string[] = [];
  while (tally(database, 'computers') > limits.computers) {
    const next = database.get<{ seq: number; name: string; host: string }>(NEXT_COMPUTER_TO_GO);
    if (next === undefined) break;
    database.run('DELETE FROM computer_log WHERE computer = ?', next.seq);
    database.run('DELETE FROM computer_sender WHERE computer = ?', next.seq);
    database.run('DELETE FROM computer WHERE seq = ?', next.seq);
    database.run('DELETE FROM host_name WHERE name = ?', next.name);
    tally(database, 'computers', -1);
    tally(database, 'computersDropped', 1);
    touched.push(next.host);
  }
  return { touched, dropped: touched.length };
}

export const NEXT_COMPUTER_TO_GO = `SELECT seq, name, host FROM computer INDEXED BY computer_next_to_go
  WHERE sender = (SELECT sender FROM computer_share ORDER BY held DESC, sender DESC LIMIT 1)
  ORDER BY received_ms, seq LIMIT 1`;
