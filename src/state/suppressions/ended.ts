import { done } from '../../disk/index.ts';
import { type Operation, reads } from '../operation.ts';
import { hiddenIds } from '../outbox/seen.ts';

/** What the end of suppressions brought back. */
export interface EndedByTime {
  /** Numbers of those that ended. */
  readonly ended: readonly number[];
  /** Ids of incidents that were hidden and show again. */
  readonly shown: readonly string[];
}

/** Suppressions whose time ran out after one time and until another, and what shows again by that. */
export const endedByTime: Operation<{ readonly afterMs: number; readonly nowMs: number }, EndedByTime> = reads(
  ({ database }, { afterMs, nowMs }) => {
    const ended = database.all<{ seq: number }>(
      'SELECT seq FROM suppression WHERE ended_ms IS NULL AND ends_ms > ? AND ends_ms <= ? ORDER BY seq',
      afterMs,
      nowMs,
    );
    if (ended.length === 0) return done({ ended: [], shown: [] });
    const hidden = hiddenIds(database, nowMs);
    const shown = [...hiddenIds(database, afterMs)].filter((id) => !hidden.has(id)).sort();
    return done({ ended: ended.map(({ seq }) => seq), shown });
  },
);
