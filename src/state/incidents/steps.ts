import type { StepName } from './stored-incident.ts';
import type { TakenStep, Work, WorkTime } from './work.ts';

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
export function contained(before: Work, steps: readonly StepName[], time: WorkTime): Work {
  return verified({ ...before, ...containedSince(before, time) }, steps);
}

function containedSince({ times }: Work, time: WorkTime): Pick<Work, 'state' | 'times'> {
  const before = times.contain;
  const isEarlier = before === undefined || before.source === time.source || time.time < before.time;
  return { state: 'contained', times: isEarlier ? { ...times, contain: time } : times };
}

/**
 * The work after a step was done, does not apply or was not done after all. The first contain step that is done contains; when the last verify step
 * is settled and one was done, containment is verified (SETTLED G2). What is undone takes the times along that rested on it.
 */
export function stepDone(before: { readonly work: Work; readonly steps: readonly StepName[] }, act: StepAct): Work {
  const { id, phase, outcome, time, note } = act;
  const { [id]: _, ...others } = before.work.taken;
  const without = withoutStep({ ...before.work, taken: others }, id);
  if (outcome === 'undone') return verified(without, before.steps, phase === 'verify');
  const step: TakenStep = { phase, outcome, time, ...(note === undefined ? {} : { note }) };
  const work = { ...without, taken: { ...others, [id]: step } };
  return outcome === 'done' && phase === 'contain' ? contained(work, before.steps, time) : verified(work, before.steps);
}

/**
 * The work with the time at which containment was verified: of the verify step that was settled last, if there is a containment and it is not of later.
 * A verify step that new evidence names does not take back what was verified; one that a person takes back does.
 */
function verified(work: Work, steps: readonly StepName[], isTakenBack = false): Work {
  const { containVerified, ...times } = work.times;
  const all = steps.filter(({ phase }) => phase === 'verify').map(({ id }) => work.taken[id]);
  const settled = all.filter((step) => step !== undefined);
  const isPassed = settled.length === all.length && settled.some(isDone);
  const isKept = !isTakenBack && Object.values(work.taken).some((step) => step.phase === 'verify' && isDone(step));
  const time = isPassed ? newestOf(settled) : isKept ? containVerified : undefined;
  const holds = time !== undefined && times.contain !== undefined && time.time >= times.contain.time;
  return { ...work, times: holds ? { ...times, containVerified: time } : times };
}

function isDone({ outcome }: TakenStep): boolean {
  return outcome === 'done';
}

function newestOf(steps: readonly TakenStep[]): WorkTime | undefined {
  return steps
    .map(({ time }) => time)
    .reduce<WorkTime | undefined>((a, b) => (a !== undefined && a.time > b.time ? a : b), undefined);
}

/** Containment that rests on this step goes, or rests on another contain step that was done. */
function withoutStep(work: Work, id: string): Work {
  const { contain, ...times } = work.times;
  if (contain?.source !== `step ${id}`) return work;
  const [next] = Object.values(work.taken)
    .filter((step) => step.phase === 'contain' && isDone(step))
    .map((step) => step.time)
    .sort((a, b) => (a.time < b.time ? -1 : 1));
  if (next !== undefined) return { ...work, times: { ...times, contain: next } };
  return { ...work, times, state: work.state === 'contained' ? 'acknowledged' : work.state };
}
