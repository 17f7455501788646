import type { Budget } from './budget.ts';
import { operate } from './powershell-operate.ts';
import { type Folded, isArray, textOf } from './powershell-value.ts';
import type { Dialect } from './script-tokens.ts';

/** Operators of VBScript and JScript that constants travel through, the loosest first. */
export const LEVELS: readonly (readonly string[])[] = [
  ['&', '^', 'xor'],
  ['+', '-'],
  ['mod', '\\'],
  ['*', '/', '%'],
];

/** Result of an operator over constants in one of the two languages, else undefined. */
export function operateScript(
  operator: string,
  left: Folded,
  right: Folded,
  dialect: Dialect,
  budget: Budget,
): Folded | undefined {
  if (operator === '&') {
    const text = textOf(left.value);
    return text === undefined || isArray(left.value)
      ? undefined
      : operate('+', { value: text, steps: left.steps }, right, budget);
  }
  if (operator === '+' && typeof right.value === 'string' && typeof left.value === 'number') {
    return operate('+', { value: String(left.value), steps: left.steps }, right, budget);
  }
  if (operator === 'xor' || operator === '^') {
    return dialect === 'vbscript' && operator === '^' ? undefined : operate('-bxor', left, right, budget);
  }
  if (operator === 'mod') return operate('%', left, right, budget);
  if (operator === '\\') {
    const made = operate('/', left, right, budget);
    return typeof made?.value === 'number' ? { value: Math.trunc(made.value), steps: made.steps } : undefined;
  }
  return operate(operator, left, right, budget);
}
