import type { Database } from '../../disk/index.ts';
import { type DueReason, type IncidentView, type ToldView, toldView } from '../../outbox/index.ts';

/** A message that is gathered with what may still come. */
export interface Held {
  readonly seq: number;
  readonly dueMs: number;
  readonly nextMs: number;
  readonly reasons: readonly DueReason[];
}

/** Messages of earlier versions have no number. */
type HeldView = Omit<IncidentView, 'number'> & { readonly number?: number };

/** What is gathered of an incident for a sink now. One whose time has passed takes nothing up any more, though nobody has sent it yet. */
export function heldOf(database: Database, sink: string, incident: string, nowMs: number): Held | undefined {
  const row = database.get<{ seq: number; dueMs: number; nextMs: number; reasons: string; view: string }>(
    "SELECT seq, due_ms AS dueMs, next_ms AS nextMs, reasons, view FROM outbox WHERE sink = ? AND incident = ? AND state = 'held'",
    sink,
    incident,
  );
  if (row === undefined) return undefined;
  const { seq, dueMs, nextMs, reasons, view } = row;
  if (nowMs <= nextMs) return { seq, dueMs, nextMs, reasons: JSON.parse(reasons) as readonly DueReason[] };
  closeHeld(database, { seq, sink, incident, view });
  return undefined;
}

/** A message that was gathered is complete: it is what the sink knows from now on. */
export function closeHeld(
  database: Database,
  {
    seq,
    sink,
    incident,
    view,
  }: { readonly seq: number; readonly sink: string; readonly incident: string; readonly view: string },
): void {
  database.run("UPDATE outbox SET state = 'waiting' WHERE seq = ?", seq);
  // An incident that went to keep the bounds is told all the same; one that began anew since is not known by that.
  const now = database.get<{ number: number }>('SELECT number FROM incident WHERE id = ?', incident)?.number;
  const closed = JSON.parse(view) as HeldView;
  if (now === undefined || (closed.number ?? now) !== now) return;
  const told = toldView(closed, toldOf(database, sink, incident));
  database.run(
    'INSERT INTO sink_told VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET view = excluded.view',
    sink,
    incident,
    JSON.stringify(told),
  );
}

/** What a sink was told of an incident last. */
export function toldOf(database: Database, sink: string, incident: string): ToldView | undefined {
  const row = database.get<{ view: string }>(
    'SELECT view FROM sink_told WHERE sink = ? AND incident = ?',
    sink,
    incident,
  );
  return row === undefined ? undefined : (JSON.parse(row.view) as ToldView);
}
