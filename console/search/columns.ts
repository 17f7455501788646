import type { EventDocument } from '../../src/api/index.ts';

/** Columns of the rows of a search, at most. */
export const MOST_COLUMNS = 8;

/** Columns that are no fields of the event's data, by their names in the API. */
export const MEMBERS = ['provider', 'recordId', 'sender', 'trust', 'bytes'] as const;

/** A value that is shown, UTF-16 units. */
const MOST_CELL = 240;

export function isMember(name: string): name is (typeof MEMBERS)[number] {
  return (MEMBERS as readonly string[]).includes(name);
}

export function columnsOf(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ''))].slice(0, MOST_COLUMNS);
}

/** What a page of events is asked for beside them. */
export function fieldsAsked(columns: readonly string[]): string {
  const fields = columns.filter((name) => !isMember(name));
  return fields.length === 0 ? '' : `&field=${fields.map(encodeURIComponent).join(',')}`;
}

/** What an event says in a column; `undefined` where its bytes could not be read. */
export function valueIn(event: EventDocument, name: string): string | undefined {
  if (isMember(name)) return String(event[name] ?? '');
  const { fields } = event;
  return fields === undefined ? undefined : Object.hasOwn(fields, name) ? fields[name] : '';
}

/** The same of each column, as far as a row shows it. */
export function cellsOf(event: EventDocument, columns: readonly string[]): readonly (string | undefined)[] {
  return columns.map((name) => {
    const value = valueIn(event, name);
    return value !== undefined && value.length > MOST_CELL ? `${value.slice(0, MOST_CELL - 1)}…` : value;
  });
}
