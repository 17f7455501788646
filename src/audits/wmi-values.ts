import type { JsonValue } from '../shapes/index.ts';
import { isSidText, sidFromBytes, type WmiValue } from '../windows/index.ts';

/** A JSON object, whose keys are its own whatever they are called. */
export type JsonObject = { readonly [key: string]: JsonValue };

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** A member of an object and never of its prototype. */
export function own(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** A member that is a text with something in it. */
export function ownText(object: JsonObject, name: string): string | undefined {
  const value = own(object, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A number, boolean or text as WMI objects at rest have it. */
function scalarText(value: JsonValue): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  // What a double wrote as 1e+21 no property of WMI can hold.
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return undefined;
}

/** The list that Windows PowerShell 5.1 writes as `{"value":[…],"Count":n}`, or the value itself. */
export function unwrapped(value: JsonValue): JsonValue {
  if (!isObject(value)) return value;
  const items = own(value, 'value');
  return isList(items) && Object.hasOwn(value, 'Count') && Object.keys(value).length === 2 ? items : value;
}

/** What a value is as WMI has it: absent for null; `lost` with its text where the exporter left nothing to read. */
export type ReadValue =
  | { readonly kind: 'value'; readonly value: WmiValue; readonly isCut: boolean }
  | { readonly kind: 'absent' }
  | { readonly kind: 'lost'; readonly text: string };

const ABSENT: ReadValue = { kind: 'absent' };
/** What PowerShell writes in place of an array: `System.Byte[]`. */
const ARRAY_TYPE = /^System\.[A-Z]\w{1,15}\[\]$/;

export function readValue(raw: JsonValue, items: number): ReadValue {
  const value = unwrapped(raw);
  if (value === null) return ABSENT;
  if (typeof value === 'string' && ARRAY_TYPE.test(value)) return { kind: 'lost', text: value };
  const scalar = scalarText(value);
  if (scalar !== undefined) return { kind: 'value', value: scalar, isCut: false };
  if (!isList(value)) return { kind: 'lost', text: typeof value === 'object' ? 'an object' : String(value) };
  const texts: string[] = [];
  for (const item of value.slice(0, items)) {
    const text = item === null ? '' : scalarText(item);
    if (text === undefined) return { kind: 'lost', text: 'an array of objects' };
    texts.push(text);
  }
  return { kind: 'value', value: texts, isCut: value.length > items };
}

const BASE64 = /^[A-Za-z0-9+/]{12,128}={0,2}$/;
const HEX = /^(?:[0-9a-f]{2}){8,68}$/i;
const BYTES = /^\s*\d{1,3}(?:[\s,]{1,2}\d{1,3}){7,67}\s*$/;

/**
 * The SID of a `CreatorSID` in any of its spellings: text, array of bytes, bytes in one text (which is what is left of an array
 * below the depth of the export), hexadecimal, base64, or an object with one of them.
 */
export function creatorSid(raw: JsonValue): string | undefined {
  const value = unwrapped(raw);
  if (isList(value))
    return sidFromBytes(value.slice(0, 128).map((item) => (typeof item === 'object' ? -1 : Number(item))));
  if (isObject(value)) {
    const inner = ownText(value, 'sid') ?? ownText(value, 'hex');
    return inner === undefined ? undefined : creatorSid(inner);
  }
  if (typeof value !== 'string') return undefined;
  if (isSidText(value)) return value.toUpperCase();
  if (BYTES.test(value))
    return sidFromBytes(
      value
        .trim()
        .split(/[\s,]+/)
        .map(Number),
    );
  if (HEX.test(value)) return sidFromBytes(Buffer.from(value, 'hex'));
  return BASE64.test(value) ? sidFromBytes(Buffer.from(value, 'base64')) : undefined;
}
