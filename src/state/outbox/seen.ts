import type { Database } from '../../disk/index.ts';
import type { IncidentView, MessageHead, SinkRule } from '../../outbox/index.ts';
import type { Level } from '../../windows/index.ts';
import type { StoredIncident } from '../incidents/stored-incident.ts';
import { HIDDEN_NOW } from '../suppressions/hidden.ts';

/** With whether the ids of its messages name its number. */
export type Numbered = StoredIncident & Pick<IncidentView, 'isNumbered'>;

/** The incident as sinks look at it. Its document is only read where a sink asks for other scopes than `wmi`. */
export function viewOf(
  incident: Numbered,
  rules: readonly SinkRule[],
  document: () => string | undefined,
): IncidentView {
  const { id, number, isNumbered, version, level, isWmi, hosts, standing, work } = incident;
  const { revision, owner, state, verdict } = work;
  const needsLevels = rules.some(({ scope }) => scope.some((wanted) => wanted !== 'wmi'));
  return {
    id,
    number,
    isNumbered,
    version,
    revision,
    level,
    isWmi,
    levels: needsLevels ? levelsOf(document()) : {},
    hosts,
    standing: standing === 'final' ? 'told' : standing,
    owner,
    state,
    verdict,
  };
}

export function headOf(incident: Numbered): MessageHead {
  const { id, number, isNumbered, version, level, title, hosts, first, last, standing, mergedInto, isWmi } = incident;
  const { createdMs, changedMs, work } = incident;
  const { revision, state, owner, verdict } = work;
  return {
    id,
    number,
    ...(isNumbered ? { isNumbered } : {}),
    version,
    revision,
    level,
    title,
    hosts,
    first,
    last,
    standing: standing === 'final' ? 'told' : standing,
    mergedInto,
    state,
    owner,
    verdict,
    isWmi,
    createdMs,
    changedMs,
  };
}

/** Ids of what suppressions hide at a time. */
export function hiddenIds(database: Database, nowMs: number): ReadonlySet<string> {
  return new Set(database.all<{ id: string }>(HIDDEN_NOW, nowMs).map(({ id }) => id));
}

/** The document is this room's own JSON; one of an early version may not say it. */
function levelsOf(document: string | undefined): IncidentView['levels'] {
  if (document === undefined) return {};
  const { incident } = JSON.parse(document) as { readonly incident?: { readonly levels?: Record<string, Level> } };
  return incident?.levels ?? {};
}
