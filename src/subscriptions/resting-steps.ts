import type { Event } from '../windows/index.ts';
import type { SubscriptionPart } from './dossier.ts';
import { isResting } from './sighting.ts';
import { inOrder, type Moment, type StepRecords } from './step-records.ts';

/**
 * What looks at objects at rest tell of one part (SETTLED D1): it was present in them, and what differs between two of them
 * happened in between. A look is no creation, and a difference is inferred: nobody watched it.
 */
export function restingSteps(part: SubscriptionPart, moments: readonly Moment[]): readonly StepRecords[] {
  const resting = moments.filter(({ folded }) => isResting(folded.sighting));
  const steps: StepRecords[] = [];
  const present = resting.filter(({ act }) => act === 'present');
  const seen = inOrder(present.map(({ event }) => event));
  const [first] = seen;
  if (first !== undefined) {
    const isInferred = present.every(({ folded }) => folded.sighting.isInferred);
    steps.push({
      step: 'present',
      part,
      strength: isInferred ? 'inferred' : 'witnessed',
      at: first,
      events: seen,
      count: seen.length,
    });
  }
  const told = new Set<string>();
  for (const { act, event } of resting) {
    if (act !== 'appeared' && act !== 'modified' && act !== 'deleted') continue;
    const key = bracketKey(act, event);
    if (told.has(key)) continue;
    told.add(key);
    const same = resting.filter((other) => other.act === act && bracketKey(act, other.event) === key);
    const events = inOrder(same.map((other) => other.event));
    steps.push({ step: act, part, strength: 'inferred', at: event, events, count: events.length });
  }
  return steps;
}

/** One difference between two looks is one step, however many copies of them tell it. */
function bracketKey(act: string, { sight, timeMs, timeTicks }: Event): string {
  return JSON.stringify([act, sight?.generations ?? null, timeMs, timeTicks]);
}

/** Events that tell a change themselves: the difference of two contents need not be told again. */
export function toldChanges(moments: readonly Moment[]): ReadonlySet<Event> {
  return new Set(
    moments.filter(({ act, folded }) => act === 'modified' && isResting(folded.sighting)).map(({ event }) => event),
  );
}
