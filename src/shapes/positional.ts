import { fieldLayoutOf } from '../windows/index.ts';
import type { FieldValue, RawField } from './shaped-event.ts';
import type { Loss } from './types.ts';

/** The loss of every shape that keeps values without names, where the table cannot name them. */
export const POSITIONS_LOSS: Loss = {
  code: 'positions',
  what: 'values have no names, and no known form of the event has as many of them',
  close: 'export with field names, best as XML',
  blinds: ['C03', 'C04', 'R01', 'S05', 'S06'],
};

/** True when the table names as many values of this event. */
export function hasNames(provider: string, eventId: number, count: number): boolean {
  return fieldLayoutOf(provider, eventId)?.namesOf(count) !== undefined;
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
  const names = fieldLayoutOf(provider, eventId)?.namesOf(values.length);
  const fields: RawField[] = [];
  for (const [index, value] of values.entries()) {
    if (value !== undefined) fields.push([names?.[index] ?? 'Data', value]);
  }
  return fields;
}
