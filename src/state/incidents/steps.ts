import type { StepName } from './stored-incident.ts';
import type { TakenStep, Work, WorkTime, WorkTimes } from './work.ts';

/** What a person said of a time. */
export interface Entered {
  readonly at?: string | undefined;
  readonly note?: string | undefined;
}

export interface StepAct {
  readonly id: string;
  readonly phase: string;
  readonly outcome: 'done' | 'notApplicable' | 'undone';
  readonly time: WorkTime;
  readonly note: string | undefined;
}

/** Work that is contained, since the earliest time that was told of it. */
export function contained(work: Work, time: WorkTime): Work {
  const before = work.times.contain;
  const isEarlier = before === undefined || before.source === time.source || time.time < before.time;
  return { ...work, state: 'contained', times: isEarlier ? { ...work.times, contain: time } : work.times };
}

/**
 * The work after a step was done, does not apply or was not done after all. The first contain step that is done contains; when the last verify step
 * is settled and one was done, containment is verified (SETTLED G2). What is undone takes the times along that rested on it.
 */
export function stepDone(before: { readonly work: Work; readonly steps: readonly StepName[] }, act: StepAct): Work {
  const { id, phase, outcome, time, note } = act;
  const { [id]: _, ...others } = before.work.taken;
  const without = withoutStep({ ...before.work, taken: others }, id);
  if (outcome === 'undone') return without;
  const step: TakenStep = { phase, outcome, time, ...(note === undefined ? {} : { note }) };
  const work = { ...without, taken: { ...others, [id]: step } };
  if (outcome === 'done' && phase === 'contain') return contained(work, time);
  return phase === 'verify' ? verified(work, before.steps, time) : work;
}

function verified(work: Work, steps: readonly StepName[], time: WorkTime): Work {
  const all = steps.filter(({ phase }) => phase === 'verify').map(({ id }) => work.taken[id]);
  const isPassed = all.every((step) => step !== undefined) && all.some((step) => step?.outcome === 'done');
  if (!isPassed || work.times.containVerified !== undefined) return work;
  return { ...work, times: { ...work.times, containVerified: time } };
}

/** Times that rest on this step go; another contain step that was done is what containment rests on then. */
function withoutStep(work: Work, id: string): Work {
  const source = `step ${id}`;
  const { contain, containVerified, ...rest } = work.times;
  const isVerifiedByIt = containVerified?.source === source;
  const kept: WorkTimes = {
    ...rest,
    ...(contain === undefined || contain.source === source ? {} : { contain }),
    ...(containVerified === undefined || isVerifiedByIt ? {} : { containVerified }),
  };
  if (contain?.source !== source) return { ...work, times: kept };
  const [next] = Object.values(work.taken)
    .filter((step) => step.phase === 'contain' && step.outcome === 'done')
    .map((step) => step.time)
    .sort((a, b) => (a.time < b.time ? -1 : 1));
  if (next !== undefined) return { ...work, times: { ...kept, contain: next } };
  return { ...work, times: kept, state: work.state === 'contained' ? 'acknowledged' : work.state };
}
