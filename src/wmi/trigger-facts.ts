import type { WqlExpression, WqlOperand, WqlOperator, WqlSelect } from './wql-types.ts';

/** One comparison of a WHERE tree. */
export interface Comparison {
  /** Last part of the property, lower case: `systemuptime` of `TargetInstance.SystemUpTime`. */
  readonly property: string;
  /** The same as written. */
  readonly spelling: string;
  readonly operator: WqlOperator;
  readonly value: WqlOperand;
  /** False under an odd number of NOTs. */
  readonly isWanted: boolean;
}

/** What a WHERE tree asks for, laid flat. */
export interface TriggerFacts {
  /** Classes that the object shall be: ISA, and `__CLASS =`; as written, each once. */
  readonly classes: readonly string[];
  readonly comparisons: readonly Comparison[];
}

/** Lays the condition of a query flat; NOT turns what is below it. */
export function triggerFacts(query: WqlSelect): TriggerFacts {
  const classes: string[] = [];
  const seen = new Set<string>();
  const comparisons: Comparison[] = [];
  const addClass = (name: string): void => {
    const folded = name.toLowerCase();
    if (seen.has(folded)) return;
    seen.add(folded);
    classes.push(name);
  };
  const walk = (expression: WqlExpression, isWanted: boolean): void => {
    switch (expression.kind) {
      case 'and':
      case 'or':
        for (const term of expression.terms) walk(term, isWanted);
        return;
      case 'not':
        walk(expression.term, !isWanted);
        return;
      case 'isa':
        if (isWanted) addClass(expression.className);
        return;
      case 'isNull':
        return;
      case 'compare': {
        const spelling = expression.property.slice(expression.property.lastIndexOf('.') + 1);
        const property = spelling.toLowerCase();
        if (property === '__class' && expression.value.kind === 'string') {
          if (isWanted && (expression.operator === '=' || expression.operator === 'LIKE')) {
            addClass(expression.value.text);
          }
          return;
        }
        comparisons.push({ property, spelling, operator: expression.operator, value: expression.value, isWanted });
      }
    }
  };
  if (query.where !== undefined) walk(query.where, true);
  return { classes, comparisons };
}

/** A number, also one that stands in quotes (`'4625'`, `"11"`). */
export function numberOf(operand: WqlOperand): number | undefined {
  if (operand.kind === 'number') return operand.value;
  if (operand.kind !== 'string' || !/^\s?-?\d{1,15}(?:\.\d{1,9})?\s?$/.test(operand.text)) return undefined;
  return Number(operand.text);
}

/** The numbers that a property may have: single ones, and a range whose ends count. */
export interface NumberRange {
  readonly values: readonly number[];
  readonly low?: number;
  readonly high?: number;
}

/** The numbers that the comparisons leave for a whole-number property; undefined when none speaks of it. */
export function numberRange(comparisons: readonly Comparison[], property: string): NumberRange | undefined {
  const values: number[] = [];
  let low: number | undefined;
  let high: number | undefined;
  for (const comparison of comparisons) {
    if (comparison.property !== property) continue;
    const value = numberOf(comparison.value);
    if (value === undefined) continue;
    const operator = comparison.isWanted ? comparison.operator : NEGATED.get(comparison.operator);
    if (operator === '=') values.push(value);
    else if (operator === '>=' || operator === '>') low = Math.max(low ?? value, value);
    else if (operator === '<=' || operator === '<') high = Math.min(high ?? value, value);
  }
  if (values.length === 0 && low === undefined && high === undefined) return undefined;
  return {
    values: [...new Set(values)].sort((a, b) => a - b),
    ...(low === undefined ? {} : { low }),
    ...(high === undefined ? {} : { high }),
  };
}

const NEGATED: ReadonlyMap<WqlOperator, WqlOperator> = new Map<WqlOperator, WqlOperator>([
  ['=', '<>'],
  ['<>', '='],
  ['<', '>='],
  ['>=', '<'],
  ['>', '<='],
  ['<=', '>'],
]);

/** The texts that a property shall equal or be like, as written, each once, in order. */
export function wantedTexts(comparisons: readonly Comparison[], ...properties: readonly string[]): string[] {
  const texts = new Set<string>();
  for (const { property, operator, value, isWanted } of comparisons) {
    if (!properties.includes(property)) continue;
    const says = operator === '<>' ? !isWanted : isWanted && (operator === '=' || operator === 'LIKE');
    if (!says) continue;
    if (value.kind === 'string') texts.add(value.text);
    else if (value.kind === 'number') texts.add(value.text);
  }
  return [...texts];
}
