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
export interface ToldTime {
  readonly time: string;
  readonly clock: string;
  readonly source: string;
  /** Of what people did. */
  readonly who?: string;
}

export interface HistoryEntry {
  readonly seq: number;
  readonly incident: string;
  readonly at: string;
  readonly who: string;
  readonly action: string;
  readonly version: number;
  readonly seen?: number;
  readonly revision: number;
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
  readonly note?: string;
}

export interface TakenStep {
  readonly phase: string;
  readonly outcome: 'done' | 'notApplicable';
  readonly time: ToldTime;
  readonly note?: string;
}

export interface DueTime {
  readonly for: 'acknowledge' | 'verdict' | 'contain' | 'verify';
  readonly at: string;
  readonly isMet: boolean;
  readonly isOverdue: boolean;
}

/** What `/v1/incidents/{id}` says. */
export interface IncidentDocument {
  readonly id: string;
  /** The id that was asked for, where it was merged into this one. */
  readonly requestedId?: string;
  readonly number: number;
  readonly version: number;
  readonly standing: 'told' | 'final' | 'withdrawn' | 'merged';
  readonly level: string;
  readonly title: string;
  readonly times: Readonly<Record<string, ToldTime | undefined>> & { readonly isRetrospective?: boolean };
  readonly work: {
    readonly revision: number;
    readonly state: 'open' | 'acknowledged' | 'contained' | 'closed';
    readonly owner: string | null;
    readonly verdict: string | null;
    readonly judged: {
      readonly episode: number;
      readonly code: string;
      readonly approver?: string;
      readonly of?: { readonly id: string; readonly number: number };
    } | null;
    readonly reason: string | null;
    readonly learn: string | null;
    readonly episode: number;
    readonly times: Readonly<Record<string, ToldTime | undefined>>;
    readonly taken: Readonly<Record<string, TakenStep>>;
  };
  readonly due?: readonly DueTime[];
  readonly suppressedBy?: readonly number[];
  readonly prevalence?: {
    /** What is kept whole; absent where that cannot be said. */
    readonly since?: string;
    readonly days?: number;
    readonly items: readonly Prevalence[];
  };
  readonly seenBefore?: {
    readonly times: number;
    readonly since: number;
    readonly verdicts: readonly Judged[];
    readonly newest: readonly { readonly id: string; readonly number: number; readonly verdict: string | null }[];
  };
  /** The last verdict of who is signed in, and whether more was found since. */
  readonly judged?: {
    readonly who: string;
    readonly at: string;
    readonly version: number;
    readonly isChangedSince: boolean;
  };
  readonly incident: Told;
  readonly findings: ToldParts['findings'];
  readonly subscriptions: ToldParts['subscriptions'];
  readonly gaps: ToldParts['gaps'];
  readonly records: {
    readonly items: readonly RecordLine[];
    /** How many it cites in all, also where they are left out for a viewer. */
    readonly cited: number;
    readonly next?: string;
  };
  readonly history: {
    readonly items: readonly HistoryEntry[];
    readonly suppressed?: readonly HiddenTime[];
    /** Of before nothing is told. */
    readonly suppressedSince?: string;
    readonly next?: string;
  };
  /** There where parts are left out for a viewer. */
  readonly withheld?: object;
}

/** When the queue did not show it. */
export interface HiddenTime {
  readonly from: string;
  /** Absent while it is hidden. */
  readonly to?: string;
  /** With its words where it is named first. */
  readonly by: readonly { readonly number: number; readonly reason?: string; readonly owner?: string }[];
  readonly more?: number;
}

export interface Judged {
  readonly verdict: string;
  readonly count: number;
  readonly who: string | null;
}

/** How common one thing behind an incident is, over all that is kept. */
export interface Prevalence {
  readonly kind: string;
  /** Absent where it is the print of a content and the caller sees no raw evidence. */
  readonly value?: string;
  readonly hosts: number;
  readonly incidents: number;
  readonly first: string;
  readonly last: string;
  readonly verdicts: readonly Judged[];
}

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
