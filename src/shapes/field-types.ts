import type { FieldLayout, FieldType } from '../windows/index.ts';
import type { RawField } from './shaped-event.ts';

interface Known {
  readonly names: readonly string[];
  readonly types: readonly FieldType[];
}

/** What the fields of a layout were the last time: those of one event id nearly always come under the same names. One for each layout of the table at most. */
const KNOWN = new Map<FieldLayout, Known>();
const NO_TYPES: readonly FieldType[] = [];

/** The types of fields by the layout of their event, in their order; none without a layout, where all are texts. */
export function typesOfFields(layout: FieldLayout | undefined, fields: readonly RawField[]): readonly FieldType[] {
  if (layout === undefined) return NO_TYPES;
  const known = KNOWN.get(layout);
  if (known !== undefined && isNamed(fields, known.names)) return known.types;
  const names = fields.map(([name]) => lasting(name));
  const types = names.map((name) => layout.field(name)?.type ?? 'text');
  KNOWN.set(layout, { names, types });
  return types;
}

/** A name that may be kept: a piece cut out of a document would keep all of it. As a key of an object it is a text of its own, the same one for all who use it. */
export function lasting(name: string): string {
  return Object.keys({ [name]: 0 })[0] ?? name;
}

/** Whether fields come under these names, in this order. */
export function isNamed(fields: readonly RawField[], names: readonly string[]): boolean {
  if (fields.length !== names.length) return false;
  for (let at = 0; at < names.length; at++) if (fields[at]?.[0] !== names[at]) return false;
  return true;
}
