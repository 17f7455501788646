import type { ClockDocument, IncidentDocument as IncidentOf, WorkTimeDocument } from '../../src/api/index.ts';
import {
  type Case,
  type Citations,
  caseOf,
  citationsOf,
  compareRecordLines,
  type HostLabels,
  hostLabels,
  labelsOfHops,
  type RecordLine,
  type ToldParts,
} from '../../src/report/index.ts';

type Told = ToldParts['incidents'][number];

/** A time of an incident, with what told it. */
export type ToldTime = ClockDocument | WorkTimeDocument;

/** What `/v1/incidents/{id}` says, with its parts as the report draws them; where records are withheld the list is empty. */
export type IncidentDocument = IncidentOf<{
  readonly incident: Told;
  readonly finding: ToldParts['findings'][number];
  readonly subscription: ToldParts['subscriptions'][number];
  readonly gap: ToldParts['gaps'][number];
  readonly record: RecordLine;
}> & { readonly records: { readonly items: readonly RecordLine[] } };

/** The incident as the drawings of the report want it. */
export interface DrawnCase {
  readonly item: Case;
  readonly citations: Citations;
  readonly label: HostLabels;
}

/** Records that are drawn and listed at most. */
const MOST_RECORDS = 10_000;

export function caseOfDocument(doc: IncidentDocument, more: readonly RecordLine[]): DrawnCase {
  const { incident, findings, subscriptions, gaps } = doc;
  const records = [...doc.records.items, ...more].toSorted(compareRecordLines);
  const result: ToldParts = { incidents: [incident], findings, subscriptions, gaps, records, header: { options: {} } };
  const label = hostLabels([
    ...incident.hosts,
    ...subscriptions.map(({ host }) => host),
    ...findings.flatMap(({ hosts }) => hosts),
    ...gaps.map(({ host }) => host),
    ...records.map(({ host }) => host),
  ]);
  const told = { incidents: [incident], dossiers: subscriptions, findings };
  const citations = citationsOf(records, told, MOST_RECORDS, labelsOfHops(incident.edges, label));
  const item = { ...caseOf(result, incident, label, citations), isWithheld: doc.withheld !== undefined };
  return { item, citations, label };
}
