/**
 * What the values of a short row are, in their order: the page holds 10,000 rows, and names would be half of them. A row is at most
 * 400 bytes of JSON, and what a long owner takes, which is never cut; the title is cut to fit, other long names too: to 30 bytes, and `source` further where the title would have less than 60. Times are RFC 3339 in whole seconds; `null` is what there is none of. `host`
 * is where it happened, `source` where the call came from; `due` is when `dueFor` is due, never of what is `suppressed`, which is by how many suppressions. `payload` is the beginning of the print of what the worst
 * subscription runs, `payloadText` of its text, as far as there is room beside 60 bytes of the title: both `null` where no record tells it, and for a viewer.
 */
export const QUEUE_COLUMNS = [
  'id',
  'number',
  'version',
  'revision',
  'state',
  'standing',
  'level',
  'isWmi',
  'isRetrospective',
  'title',
  'first',
  'last',
  'host',
  'hosts',
  'source',
  'confidence',
  'owner',
  'verdict',
  'dueFor',
  'due',
  'suppressed',
  'isToAcknowledge',
  'isJudgedBefore',
  'payload',
  'payloadText',
] as const;

/** A short row: a value for each of `QUEUE_COLUMNS`. */
export type QueueValues = readonly (string | number | boolean | null)[];

/** Bytes of JSON of a short row (SETTLED G10). */
export const MOST_QUEUE_ROW_BYTES = 400;

/** The same with names. */
export type QueueRow = Readonly<Record<(typeof QUEUE_COLUMNS)[number], QueueValues[number]>>;

/** Gives the values of a short row their names. */
export function queueRowOf(values: QueueValues): QueueRow {
  return Object.fromEntries(QUEUE_COLUMNS.map((name, at) => [name, values[at] ?? null])) as QueueRow;
}
