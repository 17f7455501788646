import type { IncidentDocument } from './document.ts';

/** What drawings expect to find, empty, where the server withholds it from a viewer (SETTLED G20). */
const EMPTY_LISTS = [
  'evidence',
  'candidates',
  'decoded',
  'features',
  'indicators',
  'otherContents',
  'conflicts',
] as const;

/** The document with empty lists in place of what was withheld; as it is where records came with it. */
export function withEmptyParts(doc: IncidentDocument): IncidentDocument {
  const { items } = doc.records as Partial<IncidentDocument['records']>;
  if (items !== undefined) return doc;
  return {
    ...doc,
    records: { ...doc.records, items: [] },
    // An edge without candidates names its source: those of edges are not filled.
    incident: {
      ...(filled(doc.incident) as IncidentDocument['incident']),
      edges: doc.incident.edges.map(withEvidence),
    },
    findings: doc.findings.map((finding) => filled(finding) as typeof finding),
    subscriptions: doc.subscriptions.map((dossier) => filled(dossier) as typeof dossier),
  };
}

/** The dossier of a subscription with empty lists in place of what was withheld from a viewer. */
export function dossierWithEmptyParts<Dossier extends IncidentDocument['subscriptions'][number]>(
  dossier: Dossier,
): Dossier {
  return filled(dossier) as Dossier;
}

function withEvidence<T extends object>(of: T): T {
  return { evidence: [], ...of };
}

function filled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(filled);
  if (typeof value !== 'object' || value === null) return value;
  const own = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, filled(member)]));
  const lists = Object.fromEntries(EMPTY_LISTS.map((name) => [name, []]));
  return { ...lists, properties: {}, ...own };
}
