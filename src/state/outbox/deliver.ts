import { zstdDecompressSync } from 'node:zlib';
import { type Database, done } from '../../disk/index.ts';
import type { DueReason, OutboxMessage } from '../../outbox/index.ts';
import { cutToBytes } from '../incidents/cut-text.ts';
import { MOST_REASON } from '../limits.ts';
import { type Desk, type Operation, reads, writes } from '../operation.ts';
import { HIDDEN_NOW, isAnyActive } from '../suppressions/hidden.ts';
import { closeHeld } from './held.ts';
import { hiddenIds } from './seen.ts';
import { enable, sinkEntries } from './sinks.ts';
import { tellSinks } from './tell.ts';

/** What came of an attempt. `status` is short, such as `200`; `why` a sentence. */
export type Settlement =
  | { readonly kind: 'delivered'; readonly status: string }
  /** Tried again at `nextMs`. */
  | { readonly kind: 'later'; readonly status: string; readonly why: string; readonly nextMs: number }
  | { readonly kind: 'dead'; readonly status: string; readonly why: string };

interface RawMessage {
  readonly seq: number;
  readonly id: string;
  readonly sink: string;
  readonly incident: string;
  readonly state: 'held' | 'waiting' | 'delivered' | 'dead';
  readonly reasons: string;
  readonly view: string;
  readonly body: Uint8Array;
  readonly dueMs: number;
  readonly tries: number;
}

const SELECT = 'SELECT seq, id, sink, incident, state, reasons, view, body, due_ms AS dueMs, tries FROM outbox AS o';

/**
 * The next message of a sink whose time has come, of each incident the oldest first; `null` where there is none. It is what the sink knows from now
 * on, so nothing is added to it any more. One whose incident is hidden by now is put aside until that shows (SETTLED G8).
 */
export const takeMessage: Operation<{ readonly sink: string; readonly nowMs: number }, OutboxMessage | null> = writes(
  (desk, { sink, nowMs }) => {
    const { database } = desk;
    for (;;) {
      const raw = database.get<RawMessage>(
        `${SELECT} WHERE sink = ? AND state IN ('held', 'waiting') AND next_ms <= ? AND NOT EXISTS (
          SELECT 1 FROM outbox AS e WHERE e.sink = o.sink AND e.incident = o.incident AND e.seq < o.seq AND e.state IN ('held', 'waiting'))
          ORDER BY next_ms, seq LIMIT 1`,
        sink,
        nowMs,
      );
      if (raw === undefined) return done(null);
      if (raw.state === 'waiting' || freeze(desk, raw, nowMs)) return done(messageOf(raw));
    }
  },
);

/** False where it may not be told now, and is gone. */
function freeze({ database }: Desk, { seq, sink, incident, view }: RawMessage, nowMs: number): boolean {
  if (isAnyActive(database, nowMs) && hiddenIds(database, nowMs).has(incident)) {
    database.run('DELETE FROM outbox WHERE seq = ?', seq);
    database.run('INSERT INTO outbox_muted VALUES (?) ON CONFLICT DO NOTHING', incident);
    return false;
  }
  closeHeld(database, { seq, sink, incident, view });
  return true;
}

/** Writes down what came of an attempt; of a message that was settled meanwhile nothing. A delivery shows that its sink is there again. */
export const settleMessage: Operation<
  { readonly seq: number; readonly outcome: Settlement; readonly nowMs: number },
  null
> = writes(({ database }, { seq, outcome, nowMs }) => {
  const { kind, status } = outcome;
  const why = 'why' in outcome ? cutToBytes(outcome.why, MOST_REASON) : null;
  if (kind === 'later') {
    database.run(
      "UPDATE outbox SET tries = tries + 1, status = ?, error = ?, next_ms = ? WHERE seq = ? AND state = 'waiting'",
      status,
      why,
      outcome.nextMs,
      seq,
    );
    return done(null);
  }
  const sink = database.get<{ sink: string }>('SELECT sink FROM outbox WHERE seq = ?', seq)?.sink;
  const isUnsure = kind === 'delivered' && sink !== undefined && isResending(database, sink);
  database.run(
    `UPDATE outbox SET state = ?, tries = tries + 1, status = ?, error = ?, settled_ms = ?, is_sure = ?
      WHERE seq = ? AND state = 'waiting'`,
    kind,
    status,
    why,
    nowMs,
    Number(!isUnsure),
    seq,
  );
  if (kind !== 'delivered') return done(null);
  if (!isUnsure) database.run("UPDATE outbox SET body = x'' WHERE seq = ? AND state = 'delivered'", seq);
  else if (sink !== undefined) beSureOf(database, sink, MOST_RESENT);
  if (sink !== undefined) enable(database, sink);
  return done(null);
});

/** A sink without acknowledgements gets as many of its last messages again after a break (SETTLED G24). */
export const MOST_RESENT = 100;

/** The last messages that a sink was handed and may have lost, oldest first. */
export const unsureMessages: Operation<{ readonly sink: string }, readonly OutboxMessage[]> = reads(
  ({ database }, { sink }) =>
    done(
      database
        .all<RawMessage>(`${SELECT} WHERE sink = ? AND is_sure = 0 ORDER BY seq DESC LIMIT ?`, sink, MOST_RESENT)
        .map(messageOf)
        .toReversed(),
    ),
);

/** All that a sink was handed has arrived: its connection was ended by us, and to the end. */
export const sureOfSink: Operation<{ readonly sink: string }, null> = writes(({ database }, { sink }) => {
  beSureOf(database, sink, 0);
  return done(null);
});

/** Most incidents that one call tells of: a call is one short transaction. */
const MOST_SHOWN = 1000;

/** Tells what was hidden and shows again, once its suppression has ended; `most` of them, and the others by the next calls. */
export const tellShown: Operation<{ readonly nowMs: number; readonly most?: number }, { readonly shown: number }> =
  writes((desk, { nowMs, most = MOST_SHOWN }) => {
    const { database } = desk;
    const ids = shownAgain(database, nowMs, most);
    if (ids.length > 0) {
      tellSinks(desk, { sinks: sinkEntries(database), ids, nowMs, hidden: new Set(), documents: new Map() });
      for (const id of ids) database.run('DELETE FROM outbox_muted WHERE incident = ?', id);
    }
    return done({ shown: ids.length });
  });

/** What stays hidden is left out before it is counted: it may be more than `most`. */
function shownAgain(database: Database, nowMs: number, most: number): readonly string[] {
  if (database.get('SELECT 1 FROM outbox_muted LIMIT 1') === undefined) return [];
  const rows = database.all<{ incident: string }>(
    `SELECT incident FROM outbox_muted WHERE incident NOT IN (${HIDDEN_NOW}) ORDER BY incident LIMIT ?`,
    nowMs,
    most,
  );
  return rows.map(({ incident }) => incident);
}

function beSureOf(database: Database, sink: string, but: number): void {
  database.run(
    `UPDATE outbox SET is_sure = 1, body = x'' WHERE seq IN (SELECT seq FROM outbox WHERE sink = ? AND is_sure = 0
      ORDER BY seq DESC LIMIT -1 OFFSET ?)`,
    sink,
    but,
  );
}

function isResending(database: Database, sink: string): boolean {
  return database.get('SELECT 1 FROM sink WHERE name = ? AND is_resending = 1', sink) !== undefined;
}

function messageOf({ seq, id, sink, incident, reasons, body, dueMs, tries }: RawMessage): OutboxMessage {
  const { head, document } = JSON.parse(zstdDecompressSync(body).toString('utf8')) as Pick<
    OutboxMessage,
    'head' | 'document'
  >;
  return {
    seq,
    id,
    sink,
    incident,
    reasons: JSON.parse(reasons) as readonly DueReason[],
    dueMs,
    tries,
    head,
    document,
  };
}
