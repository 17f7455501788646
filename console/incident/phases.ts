import { plural } from '../kit/words.ts';
import type { IncidentDocument } from './document.ts';
import type { NextStep } from './former-steps.ts';

export type Phase = NextStep['phase'];

/** In the order in which they are done (PRODUCT 14). */
export const PHASES: readonly { readonly phase: Phase; readonly name: string; readonly when: string }[] = [
  { phase: 'preserve', name: 'Preserve', when: 'before anything is changed' },
  { phase: 'contain', name: 'Contain', when: 'at once; the first that is done contains the incident' },
  { phase: 'remove', name: 'Remove', when: 'what was left behind' },
  { phase: 'verify', name: 'Verify', when: 'now and after 24 hours' },
  { phase: 'scope', name: 'Scope', when: 'the same day' },
  { phase: 'learn', name: 'Learn', when: 'at the next weekly review' },
];

export function nameOfPhase(phase: Phase): string {
  return PHASES.find((one) => one.phase === phase)?.name ?? phase;
}

type Worked = Pick<IncidentDocument, 'incident' | 'work'>;

/** Steps of a phase that nobody dealt with. */
export function openSteps({ incident, work }: Worked, phase: Phase): readonly NextStep[] {
  return incident.next.filter((step) => step.phase === phase && work.taken[step.id] === undefined);
}

/** Contain while a step of it is open; then the first phase of which one is. */
export function openPhase(doc: Worked): Phase {
  const open = (phase: Phase): boolean => openSteps(doc, phase).length > 0;
  return open('contain') ? 'contain' : (PHASES.find(({ phase }) => open(phase))?.phase ?? 'contain');
}

/** "1 of 3 steps done", while one of the phase is open; what does not apply counts nowhere. */
export function progressOf(doc: Worked, phase: Phase): string | undefined {
  if (openSteps(doc, phase).length === 0) return undefined;
  const outcomes = doc.incident.next
    .filter((step) => step.phase === phase)
    .map(({ id }) => doc.work.taken[id]?.outcome)
    .filter((outcome) => outcome !== 'notApplicable');
  const done = outcomes.filter((outcome) => outcome === 'done').length;
  return `${done} of ${plural(outcomes.length, 'step')} done`;
}

/** "Contained, 1 of 3 steps done": the first contain step contains (SETTLED G2), and the others are still to be done. */
export function containedWords(doc: Worked): string {
  const progress = doc.work.state === 'contained' ? progressOf(doc, 'contain') : undefined;
  return progress === undefined ? '' : `, ${progress}`;
}
