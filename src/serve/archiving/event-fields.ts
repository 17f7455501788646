import type { WholeEventDocument } from '../../api/index.ts';

type Records = WholeEventDocument['records'];

/** Fields that a search gives beside its events. */
export interface FieldChoice {
  /** As they were asked for, in that order. */
  readonly names: readonly string[];
  /** Whether the names of all fields are told too. */
  readonly isAll: boolean;
}

/** Fields of one search, UTF-16 units of a name and of a value, and names that a page tells. */
const MOST_FIELDS = 20;
const MOST_NAME = 128;
const MOST_VALUE = 1024;
const MOST_NAMES = 500;

/** Values of `field`, with commas or repeated; `*` asks for the names that there are. Undefined where it asks for none, a text of what is wrong. */
export function readFieldChoice(values: readonly string[]): FieldChoice | undefined | string {
  if (values.length === 0) return undefined;
  const given = [...new Set(values.flatMap((text) => text.split(',')).map((text) => text.trim()))];
  const names = given.filter((name) => name !== '*' && name !== '');
  if (names.length > MOST_FIELDS) return `field names ${MOST_FIELDS} fields at most.`;
  if (names.some((name) => name.length > MOST_NAME)) return `A name of a field has ${MOST_NAME} characters at most.`;
  return { names, isAll: given.includes('*') };
}

/**
 * What fields say in the records of one event, by the names that were asked for: as they stand there, else whatever the case; those of the event's own
 * data before those of its frame. Of a name that stands in no record there is nothing; a longer value ends with `…`.
 */
export function fieldsOf(records: Records, names: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = Object.create(null);
  const parts = partsOf(records);
  for (const name of names) {
    const value = foundIn(parts, name);
    if (value !== undefined) fields[name] = value.length > MOST_VALUE ? `${value.slice(0, MOST_VALUE - 1)}…` : value;
  }
  return fields;
}

/** Adds the names of the fields that records have. */
export function addFieldNames(records: Records, names: Set<string>): void {
  for (const part of partsOf(records))
    for (const name of Object.keys(part)) if (names.size < MOST_NAMES && name.length <= MOST_NAME) names.add(name);
}

function foundIn(parts: readonly Readonly<Record<string, unknown>>[], name: string): string | undefined {
  const lower = name.toLowerCase();
  for (const part of parts) {
    const own = Object.hasOwn(part, name) ? name : Object.keys(part).find((one) => one.toLowerCase() === lower);
    if (own !== undefined) return String(part[own]);
  }
  return undefined;
}

/** Data of all records, then their frames. */
function partsOf(records: Records): readonly Readonly<Record<string, unknown>>[] {
  return [...records.map(({ data }) => data), ...records.map(({ system }) => system)].filter(
    (part): part is Readonly<Record<string, unknown>> => typeof part === 'object' && part !== null,
  );
}
