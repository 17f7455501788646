import type { Database } from '../../disk/index.ts';
import { IS_MUTED } from './scope.ts';

/** A time in which the queue did not show an incident. */
export interface HiddenSpan {
  /** Unix milliseconds; `toMs` is the first at which it shows again, `null` while it is hidden. */
  readonly fromMs: number;
  readonly toMs: number | null;
  /** Numbers of all suppressions that muted something of it in that time, ascending. */
  readonly by: readonly number[];
}

interface Mute {
  readonly place: number;
  readonly seq: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Each carrier of one incident with each suppression of a span of time that mutes it, those that ended too. */
const MUTES = `SELECT c.place AS place, s.seq AS seq, s.created_ms AS fromMs, min(s.ends_ms, coalesce(s.ended_ms, s.ends_ms)) AS toMs
  FROM incident i JOIN suppression s ON s.created_ms <= ?2 AND min(s.ends_ms, coalesce(s.ended_ms, s.ends_ms)) > ?3
    JOIN incident_carrier c ON c.incident = i.id AND ${IS_MUTED} WHERE i.id = ?1`;

/**
 * When suppressions hid an incident after one time and until another, oldest first, by the carriers and the level that it has: of times in which it had others
 * this says nothing. Suppressions that are kept no more are not counted.
 */
export function hiddenSpans(
  database: Database,
  id: string,
  { sinceMs, untilMs }: { readonly sinceMs: number; readonly untilMs: number },
): readonly HiddenSpan[] {
  if (!isAnyIn(database, sinceMs, untilMs)) return [];
  const mutes = database.all<Mute>(MUTES, id, untilMs, sinceMs);
  const places = database.number('SELECT count(*) FROM incident_carrier WHERE incident = ?', id);
  const changes = mutes.flatMap(({ place, seq, fromMs, toMs }) => [
    { atMs: Math.max(fromMs, sinceMs), by: 1, place, seq },
    ...(toMs <= untilMs ? [{ atMs: toMs, by: -1, place, seq }] : []),
  ]);
  const times = [...Map.groupBy(changes, ({ atMs }) => atMs)].sort(([a], [b]) => a - b);
  const [ofPlace, ofMute] = [new Map<number, number>(), new Map<number, number>()];
  const spans: HiddenSpan[] = [];
  let open: { readonly fromMs: number; readonly by: Set<number> } | undefined;
  const close = (toMs: number | null): void => {
    if (open !== undefined) spans.push({ fromMs: open.fromMs, toMs, by: [...open.by].sort((a, b) => a - b) });
    open = undefined;
  };
  for (const [atMs, own] of times) {
    for (const { by, place, seq } of own) {
      add(ofPlace, place, by);
      add(ofMute, seq, by);
    }
    if (places === 0 || ofPlace.size < places) close(atMs);
    else {
      open ??= { fromMs: atMs, by: new Set() };
      for (const seq of ofMute.keys()) open.by.add(seq);
    }
  }
  close(null);
  return spans;
}

function isAnyIn(database: Database, sinceMs: number, untilMs: number): boolean {
  const sql = 'SELECT 1 FROM suppression WHERE created_ms <= ? AND ends_ms > ? LIMIT 1';
  return database.get(sql, untilMs, sinceMs) !== undefined;
}

/** What comes to nothing is not there. */
function add(counts: Map<number, number>, of: number, by: number): void {
  const count = (counts.get(of) ?? 0) + by;
  if (count === 0) counts.delete(of);
  else counts.set(of, count);
}
