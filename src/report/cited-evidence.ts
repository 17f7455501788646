import type { Finding } from '../analytics/index.ts';
import type { Hop, Incident, Link } from '../incidents/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import type { Evidence } from '../windows/index.ts';

/** What an argument is made of. */
export interface Cited {
  readonly dossiers: readonly Dossier[];
  readonly findings: readonly Finding[];
  readonly links: readonly Link[];
  readonly hops: readonly Hop[];
}

/**
 * All that these cite: the page and the explanation of an incident number the same records, so that `[5]` of one is `#e5` of
 * the other.
 */
export function citedEvidence({ dossiers, findings, links, hops }: Cited): Evidence[] {
  return [
    ...dossiers.flatMap(({ evidence, verdict, lifecycle }) => [
      ...evidence,
      ...verdict.terms.flatMap((term) => term.evidence),
      ...lifecycle.flatMap((step) => step.evidence),
    ]),
    ...findings.flatMap(({ evidence, terms }) => [...evidence, ...terms.flatMap((term) => term.evidence)]),
    ...linkEvidence({ edges: hops, links }),
  ];
}

/** All that an incident's links and hops cite, its dossiers and findings apart. */
export function linkEvidence({ edges, links }: Pick<Incident, 'edges' | 'links'>): Evidence[] {
  return [
    ...edges.flatMap(({ evidence }) => evidence),
    ...links.flatMap(({ joins }) => joins.flatMap(({ evidence }) => evidence)),
  ];
}
