import { type Level, parseTime } from '../../windows/index.ts';
import type { Verdict, WorkState, WorkTimes } from './work.ts';

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

/** Verdicts after which there is nothing to contain. */
const HARMLESS: ReadonlySet<Verdict | null> = new Set<Verdict>(['authorised', 'false', 'duplicate', 'test']);

/**
 * All times of one incident, done or not, in the order of work: from the alert, after it was opened again from then. Closing and what is low have none.
 */
export function dueTimes(facts: DueFacts, targets: DueTargets): readonly (Due & { readonly isMet: boolean })[] {
  const { level, state, verdict, alert, times } = facts;
  const own = targets.levels[level];
  if (own === undefined || state === 'merged') return [];
  const beganMs = msOf(times.reopen?.time ?? alert);
  if (beganMs === undefined) return [];
  // A verdict of an episode before says nothing of this one.
  const isHarmless = times.triage !== undefined && HARMLESS.has(verdict);
  const containMs = msOf(times.contain?.time);
  const of = (step: DueStep, fromMs: number | undefined, within: number | undefined, met: unknown) =>
    fromMs === undefined || within === undefined
      ? []
      : [{ for: step, atMs: fromMs + within, isMet: met !== undefined || state === 'closed' }];
  return [
    ...of('acknowledge', beganMs, own.acknowledge, times.ack),
    ...of('verdict', beganMs, own.verdict, times.triage),
    ...(isHarmless ? [] : of('contain', beganMs, own.contain, times.contain)),
    ...(isHarmless ? [] : of('verify', containMs, targets.verify, times.containVerified)),
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
