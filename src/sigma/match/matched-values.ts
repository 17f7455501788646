import type { RuledRoute } from '../compile/compile-route.ts';
import type { Ir } from '../compile/ir.ts';
import { fold } from '../values/fold.ts';
import { renderValue } from '../values/number.ts';
import type { FieldReader } from './field-reader.ts';
import { evaluateAtom, valuesOf } from './plain.ts';

/** A field that a rule asked for and found, with all its values as they are compared. */
export interface MatchedValue {
  readonly field: string;
  readonly values: readonly string[];
}

/**
 * What made a rule match: the fields of the tests that hold in the given conditions and stand under no negation, by name.
 * Events with the same values are one sight of the same thing (SETTLED E7).
 */
export function matchedValues(
  { conditions }: RuledRoute,
  held: readonly number[],
  fields: FieldReader,
): readonly MatchedValue[] {
  const found = new Map<string, readonly string[]>();
  for (const at of held) {
    const ir = conditions[at];
    if (ir !== undefined) gather(ir, fields, found);
  }
  return [...found]
    .map(([field, values]) => ({ field, values }))
    .sort((a, b) => (a.field < b.field ? -1 : a.field > b.field ? 1 : 0));
}

function gather(ir: Ir, fields: FieldReader, found: Map<string, readonly string[]>): void {
  if (ir.kind === 'and' || ir.kind === 'or') for (const part of ir.of) gather(part, fields, found);
  if (ir.kind !== 'atom' || ir.field === undefined || found.has(ir.field) || !evaluateAtom(ir, fields)) return;
  const values = (valuesOf(ir.names, fields) ?? []).map((value) => fold(renderValue(value) ?? ''));
  found.set(ir.field, [...new Set(values)].sort());
}
