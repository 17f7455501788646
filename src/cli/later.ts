/** Verbs and flags that the product will have and this version has not: named, so that nobody takes them for a typo. */
export const LATER_VERBS: ReadonlySet<string> = new Set(['audit', 'runbook', 'ledger', 'metrics', 'completion']);

export const LATER_FLAGS: ReadonlySet<string> = new Set([
  'max-memory',
  'offline',
  'case',
  'fields',
  'raw',
  'key',
  'excel',
  'csv-raw',
]);
