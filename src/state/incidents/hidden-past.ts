import { type Database, done } from '../../disk/index.ts';
import { formatTime } from '../../windows/index.ts';
import { type Desk, type Operation, reads } from '../operation.ts';
import { carriersOf } from '../suppressions/carriers.ts';
import { type HiddenSpan, type HiddenSpans, hiddenSpans, NEVER_HIDDEN } from '../suppressions/hidden-spans.ts';
import { KeptMutes } from '../suppressions/kept-mutes.ts';
import { type KeptSuppression, suppressionsOf } from '../suppressions/suppressions.ts';
import { addHistory, SYSTEM } from './history.ts';
import { incidentOf, type StoredIncident, survivorOf } from './stored-incident.ts';

/** A suppression that stands whole elsewhere, or is one too many to be told whole. */
export type NamedSuppression = Pick<KeptSuppression, 'number'>;

/** A time in which the queue did not show an incident, by which suppressions, and by how many more. */
export interface HiddenTime extends Omit<HiddenSpan, 'by'> {
  readonly by: readonly (KeptSuppression | NamedSuppression)[];
}

export interface HiddenPast {
  /** Newest first. A suppression is told whole in the first that names it. */
  readonly times: readonly HiddenTime[];
  /** Of before this nothing is told, though there may be something; `null` where all is. */
  readonly sinceMs: number | null;
}

/** Suppressions that are told whole of one incident; spans and suppressions of each in one line of its history, and how long a reason stands there. */
const MOST_WHOLE = 100;
const MOST_TOLD = 5;
const MOST_REASON = 200;

/**
 * When suppressions hid an incident since it rests on what it does now: worked out when it is asked, so that a mute of ten thousand incidents
 * writes none of them. What was before stands in its history (`noteHidden`). Nothing of an incident that there is not.
 */
export const hiddenTimes: Operation<{ readonly id: string; readonly nowMs: number }, HiddenPast> = reads(
  ({ database }, { id, nowMs }) => {
    const incident = incidentOf(database, survivorOf(database, id));
    if (incident === undefined) return done({ times: [], sinceMs: null });
    const mutes = new KeptMutes(database, { incident: incident.id, sinceMs: incident.createdMs });
    const { spans, earlier, cutMs } = hiddenUntil(database, mutes, incident, nowMs);
    const newest = spans.toReversed();
    const whole = wholeOf(database, newest);
    const times = newest.map((span) => ({
      ...span,
      by: span.by.map((number) => takeOnce(whole, number) ?? { number }),
    }));
    return done({ times, sinceMs: earlier > 0 ? (spans[0]?.fromMs ?? null) : cutMs });
  },
);

/** When an incident was hidden up to a time, by the carriers and the level that its row has now. */
export function hiddenUntil(
  database: Database,
  mutes: KeptMutes,
  { id, createdMs, levelRank }: StoredIncident,
  untilMs: number,
): HiddenSpans {
  const carriers = carriersOf(database, id);
  if (carriers.length === 0) return NEVER_HIDDEN;
  const sinceMs = notedUntil(database, { id, createdMs });
  return hiddenSpans(mutes, { carriers, levelRank, sinceMs, untilMs });
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
  { atMs, was, is }: { readonly atMs: number; readonly was: HiddenSpans; readonly is: HiddenSpans },
): void {
  const [before, after] = [pastOf(was, atMs), pastOf(is, atMs)];
  if (before.earlier === after.earlier && JSON.stringify(before.spans) === JSON.stringify(after.spans)) return;
  const knownMs = Math.max(notedUntil(desk.database, incident), was.cutMs ?? 0);
  const note =
    before.spans.length === 0 ? `not hidden from ${formatTime(knownMs, 0)} on` : notesOf(desk.database, before, atMs);
  const { work } = incident;
  addHistory(desk, { by: { who: SYSTEM, atMs }, action: 'suppressed', incident, before: work, after: work, note });
}

/** What begins at the very time is told of what comes then. */
function pastOf(hidden: HiddenSpans, atMs: number): HiddenSpans {
  return { ...hidden, spans: hidden.spans.filter(({ fromMs }) => fromMs < atMs) };
}

function notesOf(database: Database, { spans, earlier, cutMs }: HiddenSpans, atMs: number): string {
  const told = spans.slice(-MOST_TOLD).map(({ by, more, ...span }) => {
    return { ...span, by: by.slice(-MOST_TOLD), more: more + Math.max(0, by.length - MOST_TOLD) };
  });
  const whole = wholeOf(database, told);
  const lines = told.map(({ fromMs, toMs, by, more }) => {
    const names = by.map((number) => nameOf(takeOnce(whole, number) ?? { number }));
    const words = `${names.join(' and ')}${more > 0 ? ` and ${more} more` : ''}`;
    return `${formatTime(fromMs, 0)} to ${formatTime(toMs ?? atMs, 0)} by ${words}`;
  });
  const before = earlier + spans.length - told.length;
  const unknown = cutMs === null ? '' : `; of before ${formatTime(cutMs, 0)} it was not looked at`;
  return `hidden from the queue ${lines.join('; ')}${before > 0 ? `; and ${before} times before` : ''}${unknown}`;
}

/** The suppressions of some spans that are kept, by number: those of the first spans, where there are too many. */
function wholeOf(database: Database, spans: readonly HiddenSpan[]): Map<number, KeptSuppression> {
  const numbers = [...new Set(spans.flatMap(({ by }) => by))].slice(0, MOST_WHOLE);
  return new Map(suppressionsOf(database, numbers).map((kept) => [kept.number, kept]));
}

/** The whole of a suppression where it is named first. */
function takeOnce(whole: Map<number, KeptSuppression>, number: number): KeptSuppression | undefined {
  const kept = whole.get(number);
  whole.delete(number);
  return kept;
}

/** A print of a content is for who may see it: the history is for everybody. */
function nameOf(suppression: KeptSuppression | NamedSuppression): string {
  const { number } = suppression;
  if (!('scope' in suppression)) return `suppression ${number}`;
  const { host, analytic, account, subscription, payload, command } = suppression.scope;
  const contents = Object.entries({ subscription, payload, command }).flatMap(([kind, print]) =>
    print === undefined ? [] : [`one ${kind}`],
  );
  const words = [host, analytic, account].filter((word) => word !== undefined);
  const { reason, owner } = suppression;
  return `suppression ${number} (${[...words, ...contents].join(', ')}; ${reason.slice(0, MOST_REASON)}; owner ${owner.slice(0, MOST_REASON)})`;
}
