import type { Finding } from '../analytics/index.ts';
import { type Hop, type Incident, incidentById, type Link } from '../incidents/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import type { Gap } from '../windows/index.ts';
import { compareText, type RecordLine } from './record-line.ts';
import type { HuntResult } from './result.ts';

/** What an id names in a result. */
export type Found =
  | { readonly kind: 'incident'; readonly incident: Incident }
  | { readonly kind: 'finding'; readonly finding: Finding }
  | { readonly kind: 'subscription'; readonly dossier: Dossier }
  | { readonly kind: 'hop'; readonly hop: Hop; readonly incident: Incident }
  | { readonly kind: 'link'; readonly link: Link; readonly incident: Incident }
  | { readonly kind: 'gap'; readonly gap: Gap }
  | { readonly kind: 'record'; readonly record: RecordLine };

const MAX_NEAREST = 3;

/** The thing of this id, by its own id first, then by one that it superseded (L14). */
export function findById(result: HuntResult, id: string): Found | undefined {
  return byOwnId(result, id) ?? byAlias(result, id);
}

function byOwnId(result: HuntResult, id: string): Found | undefined {
  const incident = result.incidents.find((item) => item.id === id);
  if (incident !== undefined) return { kind: 'incident', incident };
  const dossier = result.subscriptions.find((item) => item.id === id);
  if (dossier !== undefined) return { kind: 'subscription', dossier };
  const finding = result.findings.find((item) => item.id === id);
  if (finding !== undefined) return { kind: 'finding', finding };
  for (const owner of result.incidents) {
    const hop = owner.edges.find((item) => item.id === id);
    if (hop !== undefined) return { kind: 'hop', hop, incident: owner };
    const link = owner.links.find((item) => item.id === id);
    if (link !== undefined) return { kind: 'link', link, incident: owner };
  }
  const gap = result.gaps.find((item) => item.id === id);
  if (gap !== undefined) return { kind: 'gap', gap };
  const record = result.records.find((item) => item.id === id);
  return record === undefined ? undefined : { kind: 'record', record };
}

function byAlias(result: HuntResult, id: string): Found | undefined {
  const incident = incidentById(result.incidents, id);
  if (incident !== undefined) return { kind: 'incident', incident };
  const dossier = result.subscriptions.find(({ aliases }) => aliases.includes(id));
  if (dossier !== undefined) return { kind: 'subscription', dossier };
  const finding = result.findings.find(({ aliases }) => aliases.includes(id));
  return finding === undefined ? undefined : { kind: 'finding', finding };
}

/** The incident of this id or alias, or the one that holds what the id names. */
export function findIncident(result: HuntResult, id: string): Incident | undefined {
  const found = findById(result, id);
  if (found === undefined) return undefined;
  if (found.kind === 'incident' || found.kind === 'hop' || found.kind === 'link') return found.incident;
  const member = found.kind === 'finding' ? found.finding.id : found.kind === 'subscription' ? found.dossier.id : '';
  return result.incidents.find(({ subscriptions, findings }) => [...subscriptions, ...findings].includes(member));
}

/** Ids that a mistyped one may have meant, nearest first: incidents before what they hold. */
export function nearestIds(result: HuntResult, id: string): readonly string[] {
  const all = [
    ...result.incidents.map((incident) => incident.id),
    ...result.subscriptions.map((dossier) => dossier.id),
    ...result.findings.map((finding) => finding.id),
  ];
  const asked = id.slice(0, 32).toLowerCase();
  const near = all.map((known, index) => ({ known, index, distance: distanceOf(asked, known) }));
  return near
    .filter(({ distance }) => distance < 8)
    .sort((a, b) => a.distance - b.distance || a.index - b.index || compareText(a.known, b.known))
    .slice(0, MAX_NEAREST)
    .map(({ known }) => known);
}

/** Places that differ; an id that begins as asked is nearer than any other. */
function distanceOf(asked: string, known: string): number {
  if (asked.length > 2 && known.startsWith(asked)) return 0;
  let distance = Math.abs(asked.length - known.length);
  for (let i = 0; i < Math.min(asked.length, known.length); i++) if (asked.charAt(i) !== known.charAt(i)) distance++;
  return distance;
}
