import { type Source, SYSTEM_FIELDS } from '../windows/index.ts';
import { type DuplicateKey, findDuplicates, type JsonObject } from './json-reader.ts';
import type { JsonValue } from './json-value.ts';
import { withRepeatedNames } from './more-fields.ts';
import type { Shape, ShapedEvent, Unit } from './types.ts';
import { asArray } from './wrappers.ts';

/** An event that keeps both values of keys that stand twice in what it was read of, and those keys as dotted paths: none of another event of its wrapper. */
export interface KeptBoth {
  readonly event: ShapedEvent;
  readonly keys: readonly string[];
}

/**
 * The keys that stand twice in one JSON unit, and the units that it would hold with their earlier values: found once for all events
 * of a unit, which may be thousands in a wrapper.
 */
export class RepeatedKeys {
  readonly #value: JsonObject;
  readonly #expand: (value: JsonObject) => readonly { readonly unit: Unit }[];
  readonly #earlier = new Map<DuplicateKey, readonly { readonly unit: Unit }[]>();
  readonly keys: readonly DuplicateKey[];

  /** `expand` gives the units of an object that was made from `value`. */
  constructor(value: JsonObject, text: string, expand: (value: JsonObject) => readonly { readonly unit: Unit }[]) {
    this.#value = value;
    this.#expand = expand;
    this.keys = findDuplicates(value, text);
  }

  /** The unit at this index with the earlier value of a key. */
  unitAt(index: number, key: DuplicateKey): Unit | undefined {
    let units = this.#earlier.get(key);
    if (units === undefined) {
      units = this.#expand(withEarlier(this.#value, key));
      this.#earlier.set(key, units);
    }
    return units[index]?.unit;
  }
}

/** Of a wrapper with many events, keys whose earlier value is looked for in each of them. */
const MAX_KEYS_OF_WRAPPER = 4;

/**
 * Adds to an event what the keys that stand twice in its unit held first (SETTLED B18). The shape itself says what that is:
 * it reads the unit at `index` once more with the earlier value.
 */
export function keepBoth(
  event: ShapedEvent,
  shape: Shape,
  source: Source,
  repeated: RepeatedKeys,
  index: number,
  isAlone: boolean,
): KeptBoth {
  const duplicates = isAlone ? repeated.keys : repeated.keys.slice(0, MAX_KEYS_OF_WRAPPER);
  if (duplicates.length === 0) return { event, keys: [] };
  const known = new Set(event.entries().map(pairKey));
  const more: (readonly [string, string])[] = [];
  const keys = new Set<string>();
  for (const duplicate of duplicates) {
    const unit = repeated.unitAt(index, duplicate);
    const reading = unit === undefined ? undefined : shape.read(unit, source);
    const earlier = reading?.kind === 'event' ? reading.event : undefined;
    const fresh = earlier === undefined ? [] : earlier.entries().filter((pair) => !known.has(pairKey(pair)));
    // A key of a wrapper may be one of its other events: those read the same with either value.
    if (!isAlone && earlier !== undefined && fresh.length === 0 && headOf(earlier) === headOf(event)) continue;
    keys.add(duplicate.path.join('.'));
    const added = fresh.length > 0 ? fresh : headerPair(duplicate, known);
    for (const pair of added) known.add(pairKey(pair));
    more.push(...added);
  }
  return keys.size === 0 ? { event, keys: [] } : { event: withRepeatedNames(event, more), keys: [...keys] };
}

/** All that an event says besides its fields. */
function headOf(event: ShapedEvent): string {
  const { provider, channel, eventId, computer, recordId, stated } = event;
  return JSON.stringify([
    ...[provider, channel, eventId, computer, recordId, stated.ms, stated.ticks],
    ...SYSTEM_FIELDS.map((field) => event.system(field)),
  ]);
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
