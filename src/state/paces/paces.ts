import { type Database, done } from '../../disk/index.ts';
import type { Batch } from '../batches.ts';
import { type Operation, reads } from '../operation.ts';

/** How a sender sends. */
export interface Pace {
  readonly sender: string;
  /** When its newest batch arrived, Unix milliseconds. */
  readonly lastMs: number;
  /** The median of its newest silences; `null` before there was one. */
  readonly medianGapMs: number | null;
  /** How many of its newest silences are kept, up to 32. */
  readonly silences: number;
}

/** Gaps that are kept of a sender, and senders of which any are kept (L15). */
const MOST_GAPS = 32;
const MOST_PACES = 10_000;
/** What comes within so long is one delivery: a nightly one of many batches has a gap of a day, not of milliseconds. */
export const DELIVERY_MS = 5000;

/** Takes the arrival of new batches, in the transaction of the caller. */
export function notePaces(database: Database, batches: readonly Pick<Batch, 'sender' | 'receivedMs'>[]): void {
  for (const [sender, own] of Map.groupBy(batches, (batch) => batch.sender)) {
    const before = database.get<{ lastMs: number; gaps: string }>(
      'SELECT last_ms AS lastMs, gaps FROM sender_pace WHERE sender = ?',
      sender,
    );
    const gaps = before === undefined ? [] : (JSON.parse(before.gaps) as number[]);
    let lastMs = before?.lastMs;
    for (const { receivedMs } of own.toSorted((a, b) => a.receivedMs - b.receivedMs)) {
      if (lastMs !== undefined && receivedMs - lastMs >= DELIVERY_MS) gaps.push(receivedMs - lastMs);
      lastMs = Math.max(lastMs ?? receivedMs, receivedMs);
    }
    database.run(
      'INSERT INTO sender_pace VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET last_ms = excluded.last_ms, gaps = excluded.gaps',
      sender,
      lastMs ?? 0,
      JSON.stringify(gaps.slice(-MOST_GAPS)),
    );
  }
  const over = batches.length === 0 ? 0 : database.number('SELECT count(*) FROM sender_pace') - MOST_PACES;
  if (over > 0)
    database.run(
      'DELETE FROM sender_pace WHERE sender IN (SELECT sender FROM sender_pace ORDER BY last_ms LIMIT ?)',
      over,
    );
}

/** Of every sender that ever sent, the one that was heard of last first. */
export const listPaces: Operation<null, readonly Pace[]> = reads(({ database }) =>
  done(
    database
      .all<{ sender: string; lastMs: number; gaps: string }>(
        'SELECT sender, last_ms AS lastMs, gaps FROM sender_pace ORDER BY last_ms DESC, sender',
      )
      .map(({ sender, lastMs, gaps }) => paceOf(sender, lastMs, JSON.parse(gaps) as number[])),
  ),
);

function paceOf(sender: string, lastMs: number, gaps: readonly number[]): Pace {
  return { sender, lastMs, medianGapMs: medianOf(gaps), silences: gaps.length };
}

/** Nearest rank. */
function medianOf(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1] ?? null;
}
