import { type ClosingNeeds, closingNeeds, isVerdictBefore } from '../../src/api/index.ts';
import type { IncidentDocument } from './document.ts';
import type { NextStep } from './former-steps.ts';

/** What the server asks for before it closes an incident (SETTLED G2). */
export function needsOf({ work, incident }: Pick<IncidentDocument, 'work' | 'incident'>): ClosingNeeds<NextStep> {
  return closingNeeds(work, incident.next);
}

/** True where its verdict is of the episode before: it is shown, and another is needed. */
export function hasFormerVerdict({ work }: Pick<IncidentDocument, 'work'>): boolean {
  return isVerdictBefore(work);
}
