import { type Database, done } from '../../disk/index.ts';
import { formatTime } from '../../windows/index.ts';
import { type Desk, type Operation, reads } from '../operation.ts';
import { type HiddenSpan, hiddenSpans } from '../suppressions/hidden-spans.ts';
import { type KeptSuppression, suppressionsOf } from '../suppressions/suppressions.ts';
import { addHistory, SYSTEM } from './history.ts';
import { incidentOf, type StoredIncident, survivorOf } from './stored-incident.ts';

/** A time in which the queue did not show an incident, and by which suppressions: of many the newest 20 that are kept. */
export interface HiddenTime extends Omit<HiddenSpan, 'by'> {
  readonly by: readonly KeptSuppression[];
}

/** Told of one incident, of one span, and in one line of the history; how long a reason stands there. */
const MOST_SPANS = 50;
const MOST_BY = 20;
const MOST_NOTED = 5;
const MOST_REASON = 200;

/**
 * When suppressions hid an incident since it rests on what it does now, newest first: worked out when it is asked, so that a mute of ten thousand incidents
 * writes none of them. What was before stands in its history (`noteHidden`). Nothing of an incident that there is not.
 */
export const hiddenTimes: Operation<{ readonly id: string; readonly nowMs: number }, readonly HiddenTime[]> = reads(
  ({ database }, { id, nowMs }) => {
    const incident = incidentOf(database, survivorOf(database, id));
    const spans = incident === undefined ? [] : hiddenUntil(database, incident, nowMs);
    const newest = spans.toReversed().slice(0, MOST_SPANS);
    return done(newest.map((span) => ({ ...span, by: suppressionsOf(database, span.by.slice(-MOST_BY)) })));
  },
);

/** When an incident was hidden up to a time, by the carriers and the level that its row has now. */
export function hiddenUntil(
  database: Database,
  { id, createdMs }: StoredIncident,
  untilMs: number,
): readonly HiddenSpan[] {
  return hiddenSpans(database, id, { sinceMs: notedUntil(database, { id, createdMs }), untilMs }).filter(
    ({ fromMs }) => fromMs < untilMs,
  );
}

/** Until when the history tells how it was hidden: of before its start there is nothing to tell. */
function notedUntil(database: Database, { id, createdMs }: Pick<StoredIncident, 'id' | 'createdMs'>): number {
  const noted = "SELECT max(at_ms) FROM incident_history WHERE incident = ? AND action = 'suppressed'";
  return Math.max(createdMs, database.number(`SELECT coalesce((${noted}), 0)`, id));
}

/**
 * Puts into the history how an incident was hidden until it changed, where what it rests on now would tell something else of that time; from then on that is
 * worked out of what it rests on now.
 */
export function noteHidden(
  desk: Desk,
  incident: StoredIncident,
  { atMs, was, is }: { readonly atMs: number; readonly was: readonly HiddenSpan[]; readonly is: readonly HiddenSpan[] },
): void {
  if (JSON.stringify(was) === JSON.stringify(is)) return;
  const note =
    was.length === 0
      ? `not hidden from ${formatTime(notedUntil(desk.database, incident), 0)} on`
      : notesOf(desk.database, was, atMs);
  const { work } = incident;
  addHistory(desk, { by: { who: SYSTEM, atMs }, action: 'suppressed', incident, before: work, after: work, note });
}

function notesOf(database: Database, spans: readonly HiddenSpan[], atMs: number): string {
  const [told, more] = [spans.slice(-MOST_NOTED), spans.length - MOST_NOTED];
  const lines = told.map(({ fromMs, toMs, by }) => {
    const names = suppressionsOf(database, by.slice(-MOST_NOTED)).map(nameOf);
    const others = by.length > MOST_NOTED ? ` and ${by.length - MOST_NOTED} more` : '';
    return `${formatTime(fromMs, 0)} to ${formatTime(toMs ?? atMs, 0)} by ${names.join(' and ')}${others}`;
  });
  return `hidden from the queue ${lines.join('; ')}${more > 0 ? `; and ${more} times before` : ''}`;
}

/** A print of a content is for who may see it: the history is for everybody. */
function nameOf({ number, scope, reason, owner }: KeptSuppression): string {
  const { host, analytic, account, subscription, payload, command } = scope;
  const contents = Object.entries({ subscription, payload, command }).flatMap(([kind, print]) =>
    print === undefined ? [] : [`one ${kind}`],
  );
  const words = [host, analytic, account].filter((word) => word !== undefined);
  return `suppression ${number} (${[...words, ...contents].join(', ')}; ${reason.slice(0, MOST_REASON)}; owner ${owner.slice(0, MOST_REASON)})`;
}
