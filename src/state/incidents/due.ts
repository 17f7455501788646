import { type Level, parseTime } from '../../windows/index.ts';
import { isDecided, isHarmless, type Verdict, type WorkState, type WorkTimes } from './work.ts';

/** What is due of an incident, in the order of work (SETTLED G9). */
export const DUE_STEPS = ['acknowledge', 'verdict', 'contain', 'verify'] as const;
export type DueStep = (typeof DUE_STEPS)[number];

/** From the alert, in milliseconds. */
export type LevelDueTargets = Readonly<Partial<Record<Exclude<DueStep, 'verify'>, number>>>;

/** Times that people have, in clock hours of milliseconds: from the alert, `verify` from containment. What is left out is never due. */
export interface DueTargets {
  readonly levels: Readonly<Partial<Record<Level, LevelDueTargets>>>;
  readonly verify: number;
}

/** What a due time rests on. */
export interface DueFacts {
  readonly level: Level;
  readonly state: WorkState | 'merged';
  readonly verdict: Verdict | null;
  /** `t_alert`, RFC 3339; `null` where it is not known, and nothing is due. */
  readonly alert: string | null;
  readonly times: WorkTimes;
}

export interface Due {
  readonly for: DueStep;
  /** Unix milliseconds. */
  readonly atMs: number;
}

/**
 * All times of one incident, done or not, in the order of work: from the alert, after it was opened again from then; what began to be due in a merge, a verdict
 * that fell away and containment that nobody had to think of before, from the merge. Closing and what is low have none.
 */
export function dueTimes(facts: DueFacts, targets: DueTargets): readonly (Due & { readonly isMet: boolean })[] {
  const { level, state, alert, times } = facts;
  const own = targets.levels[level];
  if (own === undefined || state === 'merged') return [];
  const beganMs = msOf(times.reopen?.time ?? alert);
  if (beganMs === undefined) return [];
  const hasNoneToContain = isHarmless(facts);
  const containMs = msOf(times.contain?.time);
  const of = (step: DueStep, fromMs: number | undefined, within: number | undefined, isMet: boolean) =>
    fromMs === undefined || within === undefined
      ? []
      : [{ for: step, atMs: fromMs + within, isMet: isMet || state === 'closed' }];
  return [
    ...of('acknowledge', beganMs, own.acknowledge, times.ack !== undefined),
    ...of('verdict', msOf(times.undecided?.time) ?? beganMs, own.verdict, isDecided(facts)),
    ...(hasNoneToContain
      ? []
      : of('contain', msOf(times.containFrom?.time) ?? beganMs, own.contain, times.contain !== undefined)),
    ...(hasNoneToContain ? [] : of('verify', containMs, targets.verify, times.containVerified !== undefined)),
  ];
}

/** What is due next: the earliest that is not done; `null` where nothing is. */
export function dueOf(facts: DueFacts, targets: DueTargets): Due | null {
  const open = dueTimes(facts, targets).filter(({ isMet }) => !isMet);
  const next = open.reduce<Due | undefined>(
    (least, one) => (least === undefined || one.atMs < least.atMs ? one : least),
    undefined,
  );
  return next === undefined ? null : { for: next.for, atMs: next.atMs };
}

function msOf(time: string | null | undefined): number | undefined {
  return time === null || time === undefined ? undefined : parseTime(time)?.ms;
}
