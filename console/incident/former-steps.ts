import type { IncidentDocument } from './document.ts';

export type NextStep = IncidentDocument['incident']['next'][number];

/** Steps that somebody dealt with and that the incident names no more: they stay, and can be taken back. */
export function formerSteps({ incident, work }: Pick<IncidentDocument, 'incident' | 'work'>): readonly NextStep[] {
  const named = new Set<string>(incident.next.map(({ id }) => id));
  return Object.entries(work.taken)
    .filter(([id]) => !named.has(id))
    .map(([id, { phase }]) => ({ id, phase: phase as NextStep['phase'], text: `Step ${id} of the phase ${phase}` }));
}
