import { Misshapen } from './shape.ts';

/** A number as JSON: one that JSON has not is text, an exact integer with an `n` behind it. */
export type StoredNumber = number | string;

const ODD: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-0': -0,
};
/** More digits than any number of a rule has. */
const MAX_DIGITS = 5000;

export function storeNumber(value: number | bigint): StoredNumber {
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : String(value);
}

export function readNumber(value: unknown): number | bigint {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') {
    if (value.length <= MAX_DIGITS && /^-?\d+n$/.test(value)) return BigInt(value.slice(0, -1));
    const odd = Object.hasOwn(ODD, value) ? ODD[value] : undefined;
    if (odd !== undefined) return odd;
  }
  throw new Misshapen('a number is wanted');
}
