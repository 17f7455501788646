/** A value of an event, or of a rule. A `bigint` is an exact integer. */
export type FieldValue = string | number | bigint | boolean | null;

/** Numbers as one canonical decimal text, booleans as `true` and `false`; null has no text. */
export function renderValue(value: FieldValue): string | undefined {
  if (typeof value === 'string') return value;
  if (value === null) return undefined;
  return typeof value === 'number' ? renderNumber(value) : String(value);
}

function renderNumber(value: number): string {
  if (Number.isInteger(value)) return BigInt(value).toString();
  const text = String(value);
  if (!text.includes('e')) return text;
  // Small fractions are written without exponent; what is no number at all keeps its name.
  const digits = value.toFixed(20).replace(/0+$/, '');
  return digits.endsWith('.') ? text : digits;
}

/** Strict decimal text: sign, digits, fraction (SIGMA 2.3). */
const DECIMAL = /^[-+]?(?:\d+(?:\.\d+)?|\.\d+)$/;
const MAX_DIGITS = 400;

/** A number that can be compared: exact for integers. Undefined for what is none. */
export function numberOf(value: FieldValue | undefined): number | bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.length > MAX_DIGITS || !DECIMAL.test(value)) return undefined;
  return /^[-+]?\d+$/.test(value) ? BigInt(value.replace(/^\+/, '')) : Number(value);
}

export type Order = 'gt' | 'gte' | 'lt' | 'lte';
export type Comparison = 'eq' | 'neq' | Order;

/** JavaScript compares a bigint with a number by their mathematical values, so mixed operands stay exact. */
export function holds(comparison: Comparison, left: number | bigint, right: number | bigint): boolean {
  switch (comparison) {
    case 'gt':
      return left > right;
    case 'gte':
      return left >= right;
    case 'lt':
      return left < right;
    case 'lte':
      return left <= right;
    case 'eq':
      // biome-ignore lint/suspicious/noDoubleEquals: 5 and 5n are one number.
      return left == right;
    case 'neq':
      // biome-ignore lint/suspicious/noDoubleEquals: 5 and 5n are one number.
      return left != right;
  }
}
