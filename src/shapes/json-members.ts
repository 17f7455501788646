import type { RecordId } from '../windows/index.ts';
import type { JsonValue } from './json-value.ts';
import type { FieldValue } from './shaped-event.ts';
import { asArray, asObject, own } from './wrappers.ts';

type Members = Readonly<Record<string, JsonValue>>;

/** The value at the end of these keys, undefined where one of them is missing. */
export function valueAt(value: JsonValue | undefined, ...keys: readonly string[]): JsonValue | undefined {
  let at = value;
  for (const key of keys) {
    const object = asObject(at);
    if (object === undefined) return undefined;
    at = own(object, key);
  }
  return at;
}

/** The first of these members that is present and not null. */
export function firstMember(value: Members, ...keys: readonly string[]): JsonValue | undefined {
  for (const key of keys) {
    const item = own(value, key);
    if (item !== undefined && item !== null) return item;
  }
  return undefined;
}

/** Text that is not empty, undefined for everything else. */
export function filledText(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A whole number that is not negative, written as number or text; undefined for everything else. */
export function wholeNumber(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  if (typeof value !== 'string' || !/^\s*\d{1,15}\s*$/.test(value)) return undefined;
  return Number(value);
}

/** A record id, written as number or text. Ids beyond 2^53 are their digits. */
export function recordIdOf(value: JsonValue | undefined): RecordId | undefined {
  const digits = typeof value === 'bigint' ? String(value) : value;
  if (typeof digits === 'string' && /^\d{16,20}$/.test(digits.trim())) {
    const exact = BigInt(digits.trim());
    return exact <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(exact) : String(exact);
  }
  return typeof digits === 'bigint' ? undefined : wholeNumber(digits);
}

/** True for what can be a field as it stands. */
export function isFieldValue(value: JsonValue | undefined): value is FieldValue {
  return value !== undefined && value !== null && typeof value !== 'object';
}

/** Longest JSON text that a nested value is written as. */
const MAX_NESTED = 65536;

/** A value as a field holds it: what is nested becomes JSON text; null is undefined. */
export function fieldValueOf(value: JsonValue | undefined): FieldValue | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object') return value;
  const text = JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item));
  return text.length > MAX_NESTED ? text.slice(0, MAX_NESTED) : text;
}

export { asArray, asObject, own };
