import { type CsvColumn, csvTable } from './csv-table.ts';

/** A subscription of a list as its table has it; times are RFC 3339. What a viewer is not shown is not there. */
export interface SubscriptionCsvRow {
  readonly id: string;
  readonly level: string;
  readonly score: number;
  readonly state: string;
  readonly standing: string;
  readonly host: string;
  readonly namespace: string;
  readonly filter: string | null;
  readonly consumer: string | null;
  readonly class: string | null;
  readonly payload?: string | undefined;
  readonly origin: {
    readonly host?: string | undefined;
    readonly address?: string | undefined;
    readonly account?: string | undefined;
  };
  readonly creator?: string | undefined;
  readonly seenIn: readonly string[];
  readonly isOrphan: boolean;
  readonly isKnown: boolean;
  readonly conflicts: number;
  readonly fingerprint?: string | undefined;
  readonly hostsOfFingerprint: number;
  readonly incident?: string | undefined;
  readonly firstSeen: string;
  readonly lastSeen: string;
}

const COLUMNS: readonly CsvColumn<SubscriptionCsvRow>[] = [
  'id',
  'level',
  'score',
  'state',
  'standing',
  'host',
  'namespace',
  'filter',
  'consumer',
  'class',
  ['created by', ({ origin, creator }) => origin.account ?? creator],
  ['created from', ({ origin }) => origin.host ?? origin.address],
  ['seen in', ({ seenIn }) => seenIn.join(' ')],
  ['orphan', 'isOrphan'],
  ['known to be harmless', 'isKnown'],
  ['told differently', ({ conflicts }) => (conflicts > 0 ? conflicts : undefined)],
  'payload',
  'fingerprint',
  ['hosts of the fingerprint', ({ hostsOfFingerprint }) => (hostsOfFingerprint > 0 ? hostsOfFingerprint : undefined)],
  'incident',
  ['first seen', 'firstSeen'],
  ['last seen', 'lastSeen'],
];

/** Subscriptions as a table for a spreadsheet, a line each. */
export function subscriptionCsv(rows: Iterable<SubscriptionCsvRow>): string {
  return csvTable(COLUMNS, rows);
}
