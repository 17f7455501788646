import type { Source } from '../windows/index.ts';
import { type DuplicateKey, findDuplicates, type JsonObject } from './json-reader.ts';
import type { JsonValue } from './json-value.ts';
import { withMoreFields } from './more-fields.ts';
import type { Shape, ShapedEvent, Unit } from './types.ts';
import { asArray } from './wrappers.ts';

/** An event that keeps both values of keys that stand twice in its unit, and those keys as dotted paths. */
export interface KeptBoth {
  readonly event: ShapedEvent;
  readonly keys: readonly string[];
}

/**
 * Adds to an event what the keys that stand twice in its unit held first (SETTLED B18). The shape itself says what that is:
 * it reads the unit once more with the earlier value, which `unitOf` makes from the changed object.
 */
export function keepBoth(
  event: ShapedEvent,
  shape: Shape,
  value: JsonObject,
  text: string,
  source: Source,
  unitOf: (value: JsonObject) => Unit | undefined,
): KeptBoth {
  const duplicates = findDuplicates(value, text);
  if (duplicates.length === 0) return { event, keys: [] };
  const known = new Set(event.entries().map(pairKey));
  const more: (readonly [string, string])[] = [];
  for (const duplicate of duplicates) {
    const unit = unitOf(withEarlier(value, duplicate));
    const reading = unit === undefined ? undefined : shape.read(unit, source);
    const fresh = reading?.kind === 'event' ? reading.event.entries().filter((pair) => !known.has(pairKey(pair))) : [];
    const added = fresh.length > 0 ? fresh : headerPair(duplicate, known);
    for (const pair of added) known.add(pairKey(pair));
    more.push(...added);
  }
  return { event: withMoreFields(event, more), keys: [...new Set(duplicates.map(({ path }) => path.join('.')))] };
}

function pairKey([name, text]: readonly [string, string]): string {
  return `${name}\u0000${text}`;
}

/** Of keys that are no field of the event (`Channel`), the earlier value as it stood. */
function headerPair(
  { path, earlier }: DuplicateKey,
  known: ReadonlySet<string>,
): readonly (readonly [string, string])[] {
  const text = typeof earlier === 'string' ? earlier : plainText(earlier);
  const pair = [path.at(-1) ?? '', text] as const;
  return known.has(pairKey(pair)) ? [] : [pair];
}

function plainText(value: JsonValue): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item));
}

/** A copy of the value, along the path only, that holds the earlier value there. */
function withEarlier(value: JsonObject, { path, earlier }: DuplicateKey): JsonObject {
  return replaceAt(value, path, earlier) as JsonObject;
}

function replaceAt(value: JsonValue | undefined, path: readonly string[], item: JsonValue): JsonValue {
  const [first, ...rest] = path;
  if (first === undefined || typeof value !== 'object' || value === null) return item;
  const below = Object.getOwnPropertyDescriptor(value, first)?.value as JsonValue | undefined;
  const changed = replaceAt(below, rest, item);
  const items = asArray(value);
  if (items !== undefined) return items.map((old, index) => (String(index) === first ? changed : old));
  const copy: JsonObject = { ...(value as JsonObject) };
  Object.defineProperty(copy, first, { value: changed, writable: true, enumerable: true, configurable: true });
  return copy;
}
