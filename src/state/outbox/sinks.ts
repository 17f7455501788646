import { type Database, done } from '../../disk/index.ts';
import type { SinkRule } from '../../outbox/index.ts';
import { addAudit } from '../audit.ts';
import { type By, type Operation, reads, writes } from '../operation.ts';
import { refused } from '../outcome.ts';

/** A sink as the state knows it: what it wants to hear. Where it is, and what opens it, stands in the configuration alone. */
export interface SinkEntry {
  readonly rule: SinkRule;
  /** What it took is not known to have arrived until its connection ends well: the last messages are kept to be sent again. */
  readonly isResending: boolean;
}

/** What is known of a sink beside its configuration. */
export interface SinkCounts {
  readonly name: string;
  /** Since when and why nothing is sent to it. */
  readonly disabledMs: number | null;
  readonly disabledWhy: string | null;
  /** Messages that wait, the time that the oldest of them was due, dead letters, and those delivered lately that are still listed. */
  readonly waiting: number;
  readonly oldestDueMs: number | null;
  readonly dead: number;
  readonly delivered: number;
}

/** Says which sinks there are, in the order of the configuration. What waits for one that is gone is dead at once. */
export const useSinks: Operation<{ readonly sinks: readonly SinkEntry[]; readonly nowMs: number }, null> = writes(
  ({ database }, { sinks, nowMs }) => {
    database.run('UPDATE sink SET is_configured = 0');
    for (const [place, { rule, isResending }] of sinks.entries()) {
      database.run(
        `INSERT INTO sink (name, rule, place, is_configured, is_resending) VALUES (?, ?, ?, 1, ?)
          ON CONFLICT DO UPDATE SET rule = excluded.rule, place = excluded.place, is_configured = 1,
          is_resending = excluded.is_resending`,
        rule.name,
        JSON.stringify(rule),
        place,
        Number(isResending),
      );
    }
    database.run(
      `UPDATE outbox SET state = 'dead', settled_ms = ?, status = 'gone', error = 'there is no such sink any more'
        WHERE state IN ('held', 'waiting') AND sink IN (SELECT name FROM sink WHERE is_configured = 0)`,
      nowMs,
    );
    return done(null);
  },
);

/** Sends nothing more to a sink until somebody tries it again: its receiver said that it is gone for good. */
export const disableSink: Operation<{ readonly sink: string; readonly why: string; readonly by: By }, null> = writes(
  (desk, { sink, why, by }) => {
    const { database } = desk;
    const sql = 'UPDATE sink SET disabled_ms = ?, disabled_why = ? WHERE name = ? AND disabled_ms IS NULL';
    if (database.run(sql, by.atMs, why, sink) > 0) {
      addAudit(desk, by, { action: 'sink.disable', object: `sink/${sink}`, result: { why } });
    }
    return done(null);
  },
);

/** Sends to it again; once more changes nothing. */
export const enableSink: Operation<{ readonly sink: string }, null> = writes((desk, { sink }) => {
  if (!isConfigured(desk.database, sink)) return refused('unknown', `There is no sink ${sink}.`);
  enable(desk.database, sink);
  return done(null);
});

export function enable(database: Database, sink: string): void {
  database.run('UPDATE sink SET disabled_ms = NULL, disabled_why = NULL WHERE name = ?', sink);
}

export function isConfigured(database: Database, sink: string): boolean {
  return database.get('SELECT 1 FROM sink WHERE name = ? AND is_configured = 1', sink) !== undefined;
}

/** Every sink of the configuration with what waits for it. */
export const countSinks: Operation<null, { readonly sinks: readonly SinkCounts[]; readonly dropped: number }> = reads(
  ({ database }) => {
    const sinks = database
      .all<SinkCounts>(
        `SELECT name, disabled_ms AS disabledMs, disabled_why AS disabledWhy,
          (SELECT count(*) FROM outbox WHERE sink = name AND state IN ('held', 'waiting')) AS waiting,
          (SELECT min(due_ms) FROM outbox WHERE sink = name AND state IN ('held', 'waiting')) AS oldestDueMs,
          (SELECT count(*) FROM outbox WHERE sink = name AND state = 'dead') AS dead,
          (SELECT count(*) FROM outbox WHERE sink = name AND state = 'delivered') AS delivered
        FROM sink WHERE is_configured = 1 ORDER BY place`,
      )
      .map((row) => ({ ...row }));
    return done({ sinks, dropped: database.number("SELECT value FROM tally WHERE name = 'outboxDropped'") });
  },
);

/** What every sink wants to hear, in the order of the configuration. */
export function sinkEntries(database: Database): readonly SinkEntry[] {
  return database
    .all<{ rule: string; resending: number }>(
      'SELECT rule, is_resending AS resending FROM sink WHERE is_configured = 1 ORDER BY place',
    )
    .map(({ rule, resending }) => ({ rule: JSON.parse(rule) as SinkRule, isResending: resending === 1 }));
}
