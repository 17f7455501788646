import type { RuledRoute } from '../compile/compile-route.ts';
import type { CompiledRule } from '../compile/compile-rules.ts';
import type { Ir } from '../compile/ir.ts';
import { type Column, Columns } from './columns.ts';

/** Every column that rules ask for. */
export function columnsAsked(
  rules: readonly (readonly [CompiledRule, RuledRoute])[],
  columns: Columns,
): readonly Column[] {
  const asked = new Set<Column>();
  for (const [, { conditions }] of rules) for (const ir of conditions) addAsked(ir, columns, asked);
  return [...asked];
}

/** Whether a rule looks into all values of an event. */
export function asksForKeywords(rule: readonly [CompiledRule, RuledRoute]): boolean {
  return columnsAsked([rule], new Columns()).some(({ names }) => names === undefined);
}

function addAsked(ir: Ir, columns: Columns, asked: Set<Column>): void {
  switch (ir.kind) {
    case 'constant':
      return;
    case 'not':
      addAsked(ir.of, columns, asked);
      return;
    case 'and':
    case 'or':
      for (const one of ir.of) addAsked(one, columns, asked);
      return;
    case 'atom': {
      const { field, names, test } = ir;
      asked.add(columns.of(field, names));
      if (test.op === 'fieldref') asked.add(columns.of(test.field, test.names));
    }
  }
}
