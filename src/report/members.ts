import type { Finding } from '../analytics/index.ts';
import type { Hop, Incident } from '../incidents/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import { type Level, levelRank, type Scope } from '../windows/index.ts';
import { compareText } from './record-line.ts';
import type { HuntResult, ToldParts } from './result.ts';
import { indexOf } from './result-index.ts';
import { worstFindingsFirst, worstFirst } from './worst-first.ts';

/** Which incident each dossier and finding is in, and which hop tells of it. */
export interface Membership {
  readonly incidentOf: ReadonlyMap<string, Incident>;
  /** The most certain hop that a dossier or finding tells. */
  readonly hopOf: ReadonlyMap<string, Hop>;
}

export function membershipOf({ incidents }: HuntResult): Membership {
  const incidentOf = new Map<string, Incident>();
  const hopOf = new Map<string, Hop>();
  for (const incident of incidents) {
    for (const id of [...incident.subscriptions, ...incident.findings]) incidentOf.set(id, incident);
    for (const hop of incident.edges) {
      for (const id of hop.tells) {
        const known = hopOf.get(id);
        if (known === undefined || isBetter(hop, known)) hopOf.set(id, hop);
      }
    }
  }
  return { incidentOf, hopOf };
}

function isBetter(hop: Hop, known: Hop): boolean {
  return (
    hop.confidence > known.confidence ||
    (hop.confidence === known.confidence && compareText(`${hop.time} ${hop.id}`, `${known.time} ${known.id}`) < 0)
  );
}

/** Members of an incident that the result holds, worst first: what the options left out is not there. */
export function membersOf(
  incident: Incident,
  result: ToldParts,
): { readonly dossiers: readonly Dossier[]; readonly findings: readonly Finding[] } {
  const index = indexOf(result);
  return {
    dossiers: worstFirst(incident.subscriptions.flatMap((id) => index.dossiers.get(id) ?? [])),
    findings: worstFindingsFirst(incident.findings.flatMap((id) => index.findings.get(id) ?? [])),
  };
}

/** The result as if it held this incident and its members alone: for writers that know whole results only. */
export function narrowedTo(incident: Incident, result: HuntResult): HuntResult {
  const ids = new Set([...incident.subscriptions, ...incident.findings, ...incident.gaps]);
  return {
    ...result,
    subscriptions: result.subscriptions.filter(({ id }) => ids.has(id)),
    findings: result.findings.filter(({ id }) => ids.has(id)),
    gaps: result.gaps.filter(({ id }) => ids.has(id)),
    incidents: [incident],
  };
}

/** In the order in which scopes are counted: `wmi` first (SETTLED C23). */
const SCOPES: readonly Scope[] = ['wmi', 'lateral', 'tamper', 'posture', 'custom'];

/**
 * Incidents above low by scope: an incident counts in a scope by the dossiers and findings of it that it holds, at the
 * highest level of those (L12). Scopes without one are left out.
 */
export function countByScope(result: HuntResult): { readonly scope: Scope; readonly levels: readonly Level[] }[] {
  const scopes = new Map<Scope, Level[]>(SCOPES.map((scope) => [scope, []]));
  for (const incident of result.incidents) {
    const { dossiers, findings } = membersOf(incident, result);
    const levels: readonly (readonly [Scope, Level])[] = [
      ...dossiers.map((dossier) => ['wmi', dossier.verdict.level] as const),
      ...findings.map((finding) => [finding.scope, finding.level] as const),
    ];
    for (const scope of SCOPES) {
      const [top] = levels
        .filter(([other]) => other === scope)
        .map(([, level]) => level)
        .sort((a, b) => levelRank(b) - levelRank(a));
      if (top !== undefined && levelRank(top) > levelRank('low')) scopes.get(scope)?.push(top);
    }
  }
  return [...scopes].filter(([, levels]) => levels.length > 0).map(([scope, levels]) => ({ scope, levels }));
}
