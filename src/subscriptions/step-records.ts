import { type Event, isTimed, timeOf } from '../windows/index.ts';
import type { Actor } from './actor.ts';
import type { LifecycleStep, LifecycleStepName, SubscriptionPart } from './dossier.ts';
import { type Act, compareEvents, type FoldedSighting } from './sighting.ts';

/** A step with its records, before they are cited. */
export interface StepRecords {
  readonly step: LifecycleStepName;
  readonly part?: SubscriptionPart;
  readonly strength: LifecycleStep['strength'];
  /** Who did it, where its records agree. */
  readonly actor?: Actor;
  /** The record that dates it, or the two that bracket it. */
  readonly at: Event | readonly [Event, Event];
  /** Ascending. */
  readonly events: readonly Event[];
  readonly count: number;
}

export const PARTS: readonly SubscriptionPart[] = ['filter', 'consumer', 'binding'];

/** One sighting at one of its times. */
export interface Moment {
  readonly act: Act;
  readonly event: Event;
  readonly folded: FoldedSighting;
}

export function inOrder(events: Iterable<Event>): readonly Event[] {
  return [...new Set(events)].sort(compareEvents);
}

/** The record that dates a step; of a bracket its end. */
export function stepEvent(step: StepRecords): Event {
  return isBracket(step.at) ? step.at[1] : step.at;
}

/** The earliest time at which a step can have been: the start of its bracket, unknown without one. Unix milliseconds. */
export function earliestMs({ at }: StepRecords): number {
  if (isBracket(at)) return at[0].timeMs;
  const { sight } = at;
  if (sight === undefined || sight.act === 'present') return at.timeMs;
  return sight.after?.ms ?? Number.NEGATIVE_INFINITY;
}

function isBracket(at: Event | readonly [Event, Event]): at is readonly [Event, Event] {
  return Array.isArray(at);
}

const STEP_ORDER: readonly LifecycleStepName[] = [
  'created',
  'appeared',
  'registered',
  'activated',
  'modified',
  'present',
  'fired',
  'deleted',
];

/** By time, then in the order in which things happen. */
export function compareSteps(a: StepRecords, b: StepRecords): number {
  const x = stepEvent(a);
  const y = stepEvent(b);
  return (
    x.timeMs - y.timeMs ||
    x.timeTicks - y.timeTicks ||
    STEP_ORDER.indexOf(a.step) - STEP_ORDER.indexOf(b.step) ||
    PARTS.indexOf(a.part ?? 'binding') - PARTS.indexOf(b.part ?? 'binding') ||
    (a.strength < b.strength ? -1 : a.strength > b.strength ? 1 : 0)
  );
}

/** What is printed of a step's time: RFC 3339, or the bracket; `notBefore` where only a lower bound is known. */
export function timeOfStep({ at }: StepRecords): Pick<LifecycleStep, 'time' | 'notBefore' | 'generations'> {
  if (isBracket(at)) {
    if (!isTimed(at[1])) return { time: timeOf(at[0]), notBefore: true };
    return { time: [timeOf(at[0]), timeOf(at[1])] };
  }
  const { sight } = at;
  const generations = sight?.generations === undefined ? {} : { generations: sight.generations };
  if (!isTimed(at)) return { time: timeOf(at), notBefore: true, ...generations };
  if (sight?.after === undefined) return { time: timeOf(at), ...generations };
  return { time: [timeOf({ timeMs: sight.after.ms, timeTicks: sight.after.ticks }), timeOf(at)], ...generations };
}
