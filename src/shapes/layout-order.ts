import { type FieldLayout, fieldLayoutOf } from '../windows/index.ts';
import { isNamed, lasting } from './field-types.ts';
import type { RawField } from './shaped-event.ts';

/** How the fields of a layout were put in order the last time: those of one event id nearly always come under the same names. */
interface Arrangement {
  readonly ranks: ReadonlyMap<string, number>;
  names: readonly string[];
  /** Where in the fields as they come the first, second, … of the ordered ones stands. */
  order: readonly number[];
}

/** One for each layout of the table at most. */
const ARRANGEMENTS = new Map<FieldLayout, Arrangement>();

/** Fields sorted by the event's layout; the others keep their order behind them. */
export function inLayoutOrder(provider: string, eventId: number, fields: readonly RawField[]): readonly RawField[] {
  const layout = fieldLayoutOf(provider, eventId);
  if (layout === undefined) return fields;
  const arrangement = ARRANGEMENTS.get(layout) ?? newArrangement(layout);
  if (!isNamed(fields, arrangement.names)) arrange(arrangement, fields);
  const ordered: RawField[] = [];
  for (const at of arrangement.order) {
    const field = fields[at];
    if (field !== undefined) ordered.push(field);
  }
  return ordered;
}

function newArrangement(layout: FieldLayout): Arrangement {
  const ranks = new Map(layout.fields.map((field, index) => [field.name, index]));
  const arrangement = { ranks, names: [], order: [] };
  ARRANGEMENTS.set(layout, arrangement);
  return arrangement;
}

function arrange(arrangement: Arrangement, fields: readonly RawField[]): void {
  const { ranks } = arrangement;
  const rankOf = (at: number): number => ranks.get(fields[at]?.[0] ?? '') ?? ranks.size;
  arrangement.names = fields.map(([name]) => lasting(name));
  arrangement.order = fields.map((_, at) => at).sort((a, b) => rankOf(a) - rankOf(b));
}
