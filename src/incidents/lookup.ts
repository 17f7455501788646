import { digestId } from '../bytes/index.ts';
import type { Incident } from './incident.ts';

/** The incident that an id names: its own, an alias, or the one that any of its members would have given it (SETTLED C16). */
export function incidentById(incidents: readonly Incident[], id: string): Incident | undefined {
  return (
    incidents.find((incident) => incident.id === id) ??
    incidents.find(({ aliases }) => aliases.includes(id)) ??
    incidents.find(({ subscriptions, findings }) =>
      [...subscriptions, ...findings].some((member) => digestId(['incident', member]) === id),
    )
  );
}
