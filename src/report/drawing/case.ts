import type { Finding } from '../../analytics/index.ts';
import type { Incident } from '../../incidents/index.ts';
import type { Dossier } from '../../subscriptions/index.ts';
import type { Gap } from '../../windows/index.ts';
import type { HostLabels } from '../host-label.ts';
import { membersOf as indexedMembers } from '../members.ts';
import type { ToldParts } from '../result.ts';
import { shownTechniques } from '../techniques.ts';
import type { Citations } from './citations.ts';
import { type HopPicture, hopPicture } from './hop-picture.ts';

/** An incident with everything that it names by id, worst first: what its sections are written from. */
export interface Case {
  readonly incident: Incident;
  readonly dossiers: readonly Dossier[];
  readonly findings: readonly Finding[];
  readonly gaps: readonly Gap[];
  /** Ids of ATT&CK as they are shown. */
  readonly techniques: readonly string[];
  readonly picture: HopPicture;
  readonly label: HostLabels;
  readonly citations: Citations;
  /** Contents of subscriptions are left out because who looks may not see them. */
  readonly isWithheld?: boolean;
}

export function membersOf(result: ToldParts, incident: Incident): Pick<Case, 'dossiers' | 'findings' | 'gaps'> {
  const gaps = new Set(incident.gaps);
  return { ...indexedMembers(incident, result), gaps: result.gaps.filter(({ id }) => gaps.has(id)) };
}

export function caseOf(result: ToldParts, incident: Incident, label: HostLabels, citations: Citations): Case {
  const techniques = shownTechniques(incident.attack, result);
  const picture = hopPicture(incident.edges, label);
  return { incident, ...membersOf(result, incident), techniques, picture, label, citations };
}
