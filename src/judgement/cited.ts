import type { Finding } from '../analytics/index.ts';
import type { Incident } from '../incidents/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import type { Evidence } from '../windows/index.ts';

/** Ids of the records that these cite anywhere. */
export function citedBy({
  subscriptions,
  findings,
  incidents,
}: {
  readonly subscriptions: readonly Dossier[];
  readonly findings: readonly Finding[];
  readonly incidents: readonly Incident[];
}): ReadonlySet<string> {
  const ids = new Set<string>();
  const add = (items: readonly Evidence[]): void => {
    for (const item of items) if (item.record !== undefined) ids.add(item.record);
  };
  for (const dossier of subscriptions) {
    add(dossier.evidence);
    for (const step of dossier.lifecycle) add(step.evidence);
    for (const term of dossier.verdict.terms) add(term.evidence);
    for (const candidate of dossier.origin.candidates) add(candidate.evidence);
  }
  for (const finding of findings) {
    add(finding.evidence);
    for (const term of finding.terms) add(term.evidence);
    for (const candidate of finding.candidates) add(candidate.evidence);
  }
  for (const { edges, links } of incidents) {
    for (const hop of edges) add(hop.evidence);
    for (const join of links.flatMap(({ joins }) => joins)) add(join.evidence);
  }
  return ids;
}
