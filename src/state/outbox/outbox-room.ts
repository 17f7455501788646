import { done } from '../../disk/index.ts';
import { type Desk, type Operation, writes } from '../operation.ts';
import { tally } from '../tally.ts';

/** How long settled messages are listed: delivered ones, and dead letters. */
const DELIVERED_KEEP_MS = 7 * 86_400_000;
const DEAD_KEEP_MS = 30 * 86_400_000;
/** What goes in one call at most: a call is one short transaction. */
const PRUNE_STEP = 2000;

/**
 * Keeps the messages of a sink within bounds (L15): of those that wait the oldest becomes a dead letter, of settled ones the oldest goes.
 * Nothing that is newly due is refused: detection never waits for a sink.
 */
export function keepOutboxRoom({ database, limits }: Desk, sink: string, nowMs: number): void {
  const count = (states: string): number =>
    database.number(`SELECT count(*) FROM outbox WHERE sink = ? AND state IN (${states})`, sink);
  const beyond = count("'held', 'waiting'") - limits.messagesOfSink;
  if (beyond > 0) {
    database.run(
      `UPDATE outbox SET state = 'dead', settled_ms = ?, status = 'full', error = 'too many messages wait for this sink'
        WHERE seq IN (SELECT seq FROM outbox WHERE sink = ? AND state IN ('held', 'waiting') ORDER BY seq LIMIT ?)`,
      nowMs,
      sink,
      beyond,
    );
  }
  const dead = count("'dead'") - limits.messagesOfSink;
  if (dead > 0) {
    const sql =
      "DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox WHERE sink = ? AND state = 'dead' ORDER BY seq LIMIT ?)";
    tally(database, 'outboxDropped', database.run(sql, sink, dead));
  }
}

/** Lets go of what was settled long ago; `more` where a further call would find some. */
export const pruneOutbox: Operation<{ readonly nowMs: number }, { readonly more: boolean }> = writes(
  ({ database }, { nowMs }) => {
    const gone = database.run(
      `DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox WHERE settled_ms IS NOT NULL
        AND ((state = 'delivered' AND settled_ms < ?) OR (state = 'dead' AND settled_ms < ?)) LIMIT ?)`,
      nowMs - DELIVERED_KEEP_MS,
      nowMs - DEAD_KEEP_MS,
      PRUNE_STEP,
    );
    return done({ more: gone === PRUNE_STEP });
  },
);
