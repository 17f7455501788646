import type { StoredCarrier } from './carriers.ts';
import type { KeptMutes, Mute } from './kept-mutes.ts';
import { MOST_ACTIVE } from './suppressions.ts';

/** A time in which the queue did not show an incident. */
export interface HiddenSpan {
  /** Unix milliseconds; `toMs` is the first at which it shows again, `null` while it is hidden. */
  readonly fromMs: number;
  readonly toMs: number | null;
  /** Numbers of the newest suppressions that muted something of it in that time, ascending, and how many more did. */
  readonly by: readonly number[];
  readonly more: number;
}

export interface HiddenSpans {
  /** The newest, oldest first. */
  readonly spans: readonly HiddenSpan[];
  /** How many came before those. */
  readonly earlier: number;
  /** Of before this nothing is said: there are more suppressions than are looked at. `null` where all were. */
  readonly cutMs: number | null;
}

export const NEVER_HIDDEN: HiddenSpans = { spans: [], earlier: 0, cutMs: null };

/** What may have been hidden, and the time that is asked about. */
export interface HiddenQuestion {
  readonly carriers: readonly StoredCarrier[];
  readonly levelRank: number;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/**
 * Suppressions of one incident that are looked at: those that end last, so that after the end of the first that is left out all are known. As many hold at once,
 * so what hides it now is among them.
 */
const MOST_LOOKED_AT = MOST_ACTIVE;
/** Told of one incident, and of one span. */
const MOST_SPANS = 50;
const MOST_BY = 20;

/**
 * When suppressions hid an incident after one time and until another, by the carriers and the level that it has: of times in which it had others
 * this says nothing. Suppressions that are kept no more are not counted.
 */
export function hiddenSpans(mutes: KeptMutes, question: HiddenQuestion): HiddenSpans {
  const { carriers, untilMs } = question;
  const groupsOf: (readonly (readonly Mute[])[])[] = [];
  for (const carrier of carriers) {
    const groups = mutes.fitting(carrier);
    if (groups.length === 0) return NEVER_HIDDEN;
    groupsOf.push(groups);
  }
  if (groupsOf.length === 0) return NEVER_HIDDEN;
  const groups = [...new Set(groupsOf.flat())];
  const { looked, cutMs } = newest(groups.flatMap((group) => group.filter((mute) => concerns(mute, question))));
  const covers = new Map(groups.map((group) => [group, unionOf(group.filter((mute) => looked.has(mute)))]));
  let hidden: readonly Interval[] = [[Math.max(question.sinceMs, cutMs ?? 0), Number.POSITIVE_INFINITY]];
  for (const own of groupsOf) {
    hidden = bothOf(hidden, joined(own.flatMap((group) => covers.get(group) ?? [])));
    if (hidden.length === 0) break;
  }
  const told = hidden.slice(-MOST_SPANS);
  return {
    spans: told.map((interval) => spanOf(interval, looked, untilMs)),
    earlier: hidden.length - told.length,
    cutMs,
  };
}

function concerns({ levelRank, fromMs, toMs }: Mute, question: HiddenQuestion): boolean {
  return levelRank >= question.levelRank && fromMs <= question.untilMs && toMs > question.sinceMs;
}

function newest(mutes: readonly Mute[]): { readonly looked: ReadonlySet<Mute>; readonly cutMs: number | null } {
  if (mutes.length <= MOST_LOOKED_AT) return { looked: new Set(mutes), cutMs: null };
  const byEnd = mutes.toSorted((a, b) => b.toMs - a.toMs || b.seq - a.seq);
  return { looked: new Set(byEnd.slice(0, MOST_LOOKED_AT)), cutMs: byEnd[MOST_LOOKED_AT]?.toMs ?? null };
}

function spanOf([fromMs, toMs]: Interval, looked: ReadonlySet<Mute>, untilMs: number): HiddenSpan {
  const by = [...looked]
    .filter((mute) => mute.fromMs < toMs && mute.toMs > fromMs)
    .map(({ seq }) => seq)
    .sort((a, b) => a - b);
  const told = by.slice(-MOST_BY);
  return { fromMs, toMs: toMs > untilMs ? null : toMs, by: told, more: by.length - told.length };
}

/** From a millisecond to the one before another. Lists of them are in order, and no two touch. */
type Interval = readonly [fromMs: number, toMs: number];

function unionOf(mutes: readonly Mute[]): readonly Interval[] {
  return joined(mutes.map(({ fromMs, toMs }) => [fromMs, toMs]));
}

/** What some intervals cover together, in whatever order they come. */
function joined(intervals: readonly Interval[]): readonly Interval[] {
  const union: [number, number][] = [];
  for (const [fromMs, toMs] of intervals.toSorted(([a], [b]) => a - b)) {
    const last = union.at(-1);
    if (last !== undefined && fromMs <= last[1]) last[1] = Math.max(last[1], toMs);
    else union.push([fromMs, toMs]);
  }
  return union;
}

/** What lies in an interval of each of two lists. */
function bothOf(some: readonly Interval[], others: readonly Interval[]): readonly Interval[] {
  const both: Interval[] = [];
  let [at, of] = [0, 0];
  for (;;) {
    const [one, other] = [some[at], others[of]];
    if (one === undefined || other === undefined) return both;
    const [fromMs, toMs] = [Math.max(one[0], other[0]), Math.min(one[1], other[1])];
    if (fromMs < toMs) both.push([fromMs, toMs]);
    if (one[1] < other[1]) at++;
    else of++;
  }
}
