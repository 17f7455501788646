import { fieldLayoutOf } from '../windows/index.ts';
import { ALL_FIELDS } from './blinds.ts';
import type { FieldValue, RawField } from './shaped-event.ts';
import type { Loss } from './types.ts';

/** The loss of every shape that keeps values without names, where the table cannot name them. */
export const POSITIONS_LOSS: Loss = {
  code: 'positions',
  what: 'values have no names, and no known form of the event has as many of them',
  close: 'export with field names, best as XML',
  blinds: ALL_FIELDS,
};

type Values = readonly (FieldValue | undefined)[];

/** Bytes of a classic provider, as they come behind its named values (7036). */
const BYTES = /^(?:[0-9A-F]{2}){1,65536}$/;

/** The names of these values; undefined when no form of the event has as many. */
function namesOf(provider: string, eventId: number, values: Values): readonly string[] | undefined {
  const layout = fieldLayoutOf(provider, eventId);
  const names = layout?.namesOf(values.length);
  const last = values.at(-1);
  if (layout === undefined || typeof last !== 'string' || !BYTES.test(last)) return names;
  if (layout.isUnnamed) return [...values.slice(1).map(() => 'Data'), 'Binary'];
  if (names !== undefined) return names;
  const others = layout.namesOf(values.length - 1);
  return others === undefined ? undefined : [...others, 'Binary'];
}

/** True when the table names these values of this event. */
export function hasNames(provider: string, eventId: number, values: Values): boolean {
  return namesOf(provider, eventId, values) !== undefined;
}

/**
 * Fields from values by position (S7, S8, S17): named by the form of the event that has as many. Never guessed: where none
 * has, or the event is not known, each is an unnamed `Data`.
 */
export function positionalFields(
  provider: string,
  eventId: number,
  values: readonly (FieldValue | undefined)[],
): readonly RawField[] {
  const names = namesOf(provider, eventId, values);
  const fields: RawField[] = [];
  for (const [index, value] of values.entries()) {
    if (value !== undefined) fields.push([names?.[index] ?? 'Data', value]);
  }
  return fields;
}
