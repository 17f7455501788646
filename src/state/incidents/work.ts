import { isVerdictBefore, type Judged, type Verdict } from '../../people/index.ts';
import { formatTime, type Level, levelRank } from '../../windows/index.ts';

/** What people left an incident in (SETTLED G2), from the least to the most advanced. */
export const WORK_STATES = ['open', 'acknowledged', 'contained', 'closed'] as const;
export type WorkState = (typeof WORK_STATES)[number];
export type IncidentState = WorkState | 'merged';

export { VERDICTS, type Verdict } from '../../people/index.ts';

/** Beside a verdict: its reason in one word, and what that names. */
export interface WorkJudged extends Judged {
  /** In which it was judged so. */
  readonly episode: number;
  /** The incident of which it is a duplicate. */
  readonly of?: { readonly id: string; readonly number: number };
}

/** A time of people's work (PRODUCT 12.1). */
export interface WorkTime {
  /** RFC 3339, UTC, seven digits. */
  readonly time: string;
  /** `entered`: a person said when it was (SETTLED G7). */
  readonly clock: 'server' | 'entered';
  /** "action" or "step ID". */
  readonly source: string;
  readonly who: string;
}

/**
 * `reopen`: when the present episode began, if it is not the first. Two are of merges (SETTLED G3). `undecided`: when unlike verdicts fell away; one is due
 * from then, though the first stays measured, and once there is one this goes. `containFrom`: from when containment is due where that is not the beginning
 * (`combined`); this stays whatever is decided later.
 */
export type WorkTimeName =
  | 'ack'
  | 'triage'
  | 'contain'
  | 'containVerified'
  | 'close'
  | 'reopen'
  | 'undecided'
  | 'containFrom';

export type WorkTimes = Readonly<Partial<Record<WorkTimeName, WorkTime>>>;

/** Verdicts after which there is nothing to contain. */
const HARMLESS: ReadonlySet<Verdict | null> = new Set<Verdict>(['authorised', 'false', 'duplicate', 'test']);

/** A next step that a person has dealt with. */
export interface TakenStep {
  readonly phase: string;
  readonly outcome: 'done' | 'notApplicable';
  readonly time: WorkTime;
  /** Why it does not apply, or what the time rests on. */
  readonly note?: string;
}

/** What was known of an incident when it was closed: what goes beyond it opens it again. */
export interface ClosedView {
  readonly level: Level;
  readonly hosts: readonly string[];
  readonly by: 'system' | 'person';
  readonly isWithdrawn: boolean;
}

/** All that is people's of an incident. The engine changes it in no other way than SETTLED G2 to G4 say. */
export interface Work {
  /** What people did, counted from 0: nobody has touched it. */
  readonly revision: number;
  readonly state: WorkState;
  readonly owner: string | null;
  readonly verdict: Verdict | null;
  /** `null` where the verdict has a text alone, and where there is none. */
  readonly judged: WorkJudged | null;
  /** Why it is closed, where no verdict says it: `withdrawn`. */
  readonly reason: string | null;
  readonly learn: string | null;
  /** From 1; one more each time it is opened again. The times are of this one, those of earlier ones stand in the history. */
  readonly episode: number;
  readonly times: WorkTimes;
  /** By the id of the step. */
  readonly taken: Readonly<Record<string, TakenStep>>;
  readonly closed: ClosedView | null;
}

export const UNTOUCHED: Work = {
  revision: 0,
  state: 'open',
  owner: null,
  verdict: null,
  judged: null,
  reason: null,
  learn: null,
  episode: 1,
  times: {},
  taken: {},
  closed: null,
};

/**
 * The next episode of closed work (PRODUCT 12.1): judged, contained and closed by itself. The verdict of the one before stays to be seen and counts no
 * more, for it has no `triage` among these times; steps and texts of it stand in the history.
 */
export function reopened(work: Work, times: WorkTimes): Work {
  const episode = work.episode + 1;
  return { ...work, state: 'acknowledged', reason: null, learn: null, episode, times, taken: {}, closed: null };
}

/** True where a verdict of this episode leaves nothing to contain; one of an episode before says nothing of this one. */
export function isHarmless({ verdict, times }: Pick<Work, 'verdict' | 'times'>): boolean {
  return times.triage !== undefined && HARMLESS.has(verdict);
}

/** True where the present episode has a verdict other than inconclusive that still stands. */
export function isDecided({ verdict, times }: Pick<Work, 'verdict' | 'times'>): boolean {
  return verdict !== null && times.triage !== undefined && times.undecided === undefined;
}

/** True where nobody acknowledged it in this episode: it is new, or the engine opened it again, which leaves it with the state of one that was seen. */
export function isToAcknowledge({ state, times }: Pick<Work, 'state' | 'times'>): boolean {
  return state === 'open' || (state !== 'closed' && times.ack === undefined);
}

/**
 * The work on incidents that became one (SETTLED G3): the least advanced state, the earliest times, all steps; owner and texts of the first that has
 * them; unlike verdicts become none, which is due anew from `atMs`, and what was closed with them waits for a person again. A verdict of an episode before
 * answers no question that is open in another. The survivor is the first, if it had work before.
 *
 * Containment is due from the beginning (SETTLED G9), unless every part was judged harmless in its present episode, is closed, was opened again (it owes it from then), or owes it since a merge alone
 * (`containFrom`): then from the earliest time at which one of them came to owe it, which is this merge for the harmless ones whose verdict falls away
 * in it. An episode that was opened again begins the whole only where no part of it is due from before. So one part that nobody judged, or that asked for containment before, makes it due from the beginning; where a harmless verdict stands for the
 * whole, nothing is due.
 */
export function combined(all: readonly [Work, ...Work[]], atMs: number): Work {
  const verdicts = new Set(all.flatMap(({ verdict }) => verdict ?? []));
  const {
    close,
    undecided: before,
    containFrom: _,
    reopen: first,
    ...rest
  } = earliestTimes(all.map(({ times }) => times));
  const reopen = earliestTimes(all.filter(isOwing).map(({ times }) => times)).reopen ?? first;
  const isAnyOfNow = all.some((work) => work.verdict !== null && !isVerdictBefore(work));
  const isUnlike = isAnyOfNow && verdicts.size > 1;
  const [verdict = null] = verdicts.size === 1 && (isAnyOfNow || rest.triage === undefined) ? verdicts : [];
  const judged = verdict === null ? undefined : all.find((work) => work.judged !== null)?.judged;
  const least = all.reduce((a, b) => (rankOf(b) < rankOf(a) ? b : a)).state;
  const state = isUnlike && least === 'closed' ? 'acknowledged' : least;
  const isOpenQuestion = rest.triage !== undefined && (verdict === null || verdict === 'inconclusive');
  const fallenAway = isUnlike ? mergedAt(atMs) : undefined;
  const undecided = fallenAway ?? before;
  const containFrom = restartOfContain(all, fallenAway);
  const closings = all.flatMap(({ closed }) => closed ?? []);
  const most = Math.max(...all.map(({ revision }) => revision));
  return {
    revision: most === 0 ? 0 : most + 1,
    state,
    owner: firstOf(all, 'owner'),
    verdict,
    judged: judged ?? null,
    reason: state === 'closed' ? firstOf(all, 'reason') : null,
    learn: firstOf(all, 'learn'),
    episode: Math.max(...all.map(({ episode }) => episode)),
    times: {
      ...rest,
      ...(reopen !== undefined && all.every(mayBeginAnew) ? { reopen } : {}),
      ...(isOpenQuestion && undecided !== undefined ? { undecided } : {}),
      ...(containFrom === undefined ? {} : { containFrom }),
      ...(state === 'closed' && close !== undefined ? { close } : {}),
    },
    taken: Object.assign({}, ...all.toReversed().map(({ taken }) => taken)),
    closed: state === 'closed' ? closings.reduce(widened) : null,
  };
}

/** True where nothing of it is due from its alert: it was opened again itself, is closed, needs nothing more, or owes it since a merge alone. */
function mayBeginAnew(work: Work): boolean {
  const { reopen, containFrom } = work.times;
  return reopen !== undefined || containFrom !== undefined || !isOwing(work);
}

/** True where something of it is to be done yet, or would be if nothing of it were done. */
function isOwing(work: Work): boolean {
  return work.state !== 'closed' && !isHarmless(work);
}

/** From when containment is due of what became one, where that is not its beginning; `fallenAway`: when its verdicts did. */
function restartOfContain(all: readonly Work[], fallenAway: WorkTime | undefined): WorkTime | undefined {
  if (!all.every(mayBeginAnew)) return undefined;
  const owed = all.flatMap((work) => {
    const since = isHarmless(work) ? fallenAway : isOwing(work) ? work.times.reopen : undefined;
    return work.times.containFrom ?? since ?? [];
  });
  return owed.reduce<WorkTime | undefined>((a, b) => (a === undefined || b.time < a.time ? b : a), undefined);
}

function mergedAt(atMs: number): WorkTime {
  return { time: formatTime(atMs, 0), clock: 'server', source: 'merge', who: 'system' };
}

function rankOf({ state }: Work): number {
  return WORK_STATES.indexOf(state);
}

function firstOf(all: readonly Work[], name: 'owner' | 'reason' | 'learn'): string | null {
  return all.find((work) => work[name] !== null)?.[name] ?? null;
}

function earliestTimes(all: readonly WorkTimes[]): WorkTimes {
  const earliest: Record<string, WorkTime> = {};
  for (const times of all) {
    for (const [name, time] of Object.entries(times) as readonly [string, WorkTime][]) {
      const before = earliest[name];
      if (before === undefined || time.time < before.time) earliest[name] = time;
    }
  }
  return earliest as WorkTimes;
}

function widened(a: ClosedView, b: ClosedView): ClosedView {
  return {
    level: levelRank(b.level) > levelRank(a.level) ? b.level : a.level,
    hosts: [...new Set([...a.hosts, ...b.hosts])].sort(),
    by: a.by === 'person' || b.by === 'person' ? 'person' : 'system',
    isWithdrawn: a.isWithdrawn && b.isWithdrawn,
  };
}
