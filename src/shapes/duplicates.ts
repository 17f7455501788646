import type { Source } from '../windows/index.ts';
import type { Candidate, Expander } from './expand.ts';
import type { DuplicateKey, JsonObject } from './json-reader.ts';
import type { JsonRoot, Standing } from './json-root.ts';
import type { JsonValue } from './json-value.ts';
import { withRepeatedNames } from './more-fields.ts';
import type { Shape, ShapedEvent, UnitPlace } from './types.ts';
import { asArray, type JsonPath } from './wrappers.ts';

/** Keys whose earlier value is read, of one event and of one text: each costs as much as the arrays around it are long. Of more the value is kept as it stands. */
const MAX_READ_OF_EVENT = 16;
const MAX_READ_OF_TEXT = 256;
/** Arrays that stand twice, of which the events of the first are read too, for one unit; and values under one name of a text. */
export const MAX_ARRAYS = 4;

/** What an event is called by: what decides whether anybody asks for it. */
type Head = Pick<ShapedEvent, 'channel' | 'eventId'>;

/** An event that keeps both values of keys that stand twice in what it was read of. */
export interface KeptBoth {
  readonly event: ShapedEvent;
  /** Those keys as dotted paths. */
  readonly keys: readonly string[];
  /** What it would be with an earlier value, where that can be read. */
  readonly heads: readonly Head[];
}

/** A key that stands twice in what an event was read of, or around it. */
interface Repeated {
  readonly stand: Standing;
  readonly keys: KeysOfText;
  readonly key: DuplicateKey;
  /** It holds an array of which the event is one: its earlier value holds other events. */
  readonly isShared: boolean;
}

/**
 * The keys that stand twice in JSON, and which events they are of (SETTLED B18): those in the place that an event was taken out of, and those that hold this place. A key beside it is none
 * of its own.
 */
export class Repetitions {
  readonly #expander: Expander;
  readonly #source: Source;
  /** Of texts in which something stands twice, once for all of their events. */
  readonly #keys = new WeakMap<JsonRoot, KeysOfText>();

  constructor(expander: Expander, source: Source) {
    this.#expander = expander;
    this.#source = source;
  }

  /** Whether anything stands twice in the texts that these were taken out of: nearly every unit is asked, so nothing is made for it. */
  static areIn(candidates: readonly Candidate[]): boolean {
    for (const { stands } of candidates) {
      for (const { root } of stands) if (root.duplicates.length > 0) return true;
    }
    return false;
  }

  /** The event with what its keys held first: the shape itself says what that is, as it reads the unit once more. Undefined for nearly every one: nothing stands twice. */
  keepBoth(place: UnitPlace, candidate: Candidate, event: ShapedEvent, shape: Shape): KeptBoth | undefined {
    const repeated = this.#of(candidate);
    if (repeated.length === 0) return undefined;
    const known = new Set(event.entries().map(pairKey));
    const more: (readonly [string, string])[] = [];
    const heads: Head[] = [];
    let read = 0;
    for (const one of repeated) {
      if (one.isShared) continue;
      const isRead = read++ < MAX_READ_OF_EVENT && one.keys.read++ < MAX_READ_OF_TEXT;
      const earlier = isRead ? this.#earlier(place, candidate, one, shape) : undefined;
      if (earlier !== undefined) heads.push(earlier);
      const fresh = earlier === undefined ? [] : earlier.entries().filter((pair) => !known.has(pairKey(pair)));
      const added = fresh.length > 0 ? fresh : headerPair(one.key, known);
      for (const pair of added) known.add(pairKey(pair));
      more.push(...added);
    }
    const keys = [...new Set(repeated.map(({ key }) => key.path.join('.')))];
    return { event: withRepeatedNames(event, more), keys, heads };
  }

  /** The events of arrays that stand twice, of the first: who reads the last value alone never sees them. `isCut` where there are more earlier values than are read. */
  hidden(
    place: UnitPlace,
    candidates: readonly Candidate[],
  ): { readonly found: readonly Candidate[]; readonly isCut: boolean } {
    const shared = new Map<DuplicateKey, JsonRoot>();
    let isCut = false;
    for (const candidate of candidates) {
      for (const { key, keys, stand, isShared } of this.#of(candidate)) {
        if (!isShared) continue;
        shared.set(key, stand.root);
        isCut ||= keys.isCutAt(key.path);
      }
      if (shared.size > MAX_ARRAYS) break;
    }
    const found = [...shared]
      .slice(0, MAX_ARRAYS)
      .flatMap(([key, root]) =>
        this.#expander
          .again(place, root, withEarlier(root.value, key))
          .filter(({ stands }) => stands.some(({ path }) => isPrefix(key.path, path))),
      );
    return { found, isCut: isCut || shared.size > MAX_ARRAYS };
  }

  #of({ stands }: Candidate): readonly Repeated[] {
    return stands.flatMap((stand) => {
      const keys = this.#keysOf(stand.root);
      if (keys === undefined) return [];
      const within = keys.within(stand.path).map((key) => ({ stand, keys, key, isShared: false }));
      const around = keys.around(stand.path).map((key) => {
        const isShared = stand.path.slice(key.path.length).some((part) => typeof part === 'number');
        return { stand, keys, key, isShared };
      });
      return [...around, ...within];
    });
  }

  #keysOf(root: JsonRoot): KeysOfText | undefined {
    if (root.duplicates.length === 0) return undefined;
    const known = this.#keys.get(root);
    if (known !== undefined) return known;
    const keys = new KeysOfText(root.duplicates);
    this.#keys.set(root, keys);
    return keys;
  }

  #earlier(place: UnitPlace, { stands }: Candidate, { stand, key }: Repeated, shape: Shape): ShapedEvent | undefined {
    const { root, path } = stand;
    const alone = aloneAt(root.value, path);
    const [candidate] = this.#expander.again(
      place,
      root,
      withEarlier(alone, key),
      stands.slice(0, stands.indexOf(stand)),
    );
    if (candidate === undefined) return undefined;
    const reading = (candidate.recognition?.shape ?? shape).read(candidate.unit, this.#source);
    return reading.kind === 'event' ? reading.event : undefined;
  }
}

/** The keys that stand twice in one text, by where they stand: thousands of events ask for theirs. */
class KeysOfText {
  /** Those whose earlier value was read. */
  read = 0;
  readonly #at = new Map<string, DuplicateKey[]>();
  readonly #within = new Map<string, DuplicateKey[]>();
  /** Names of which there are more than are looked at. */
  readonly #cut = new Set<string>();

  constructor(keys: readonly DuplicateKey[]) {
    for (const key of keys) {
      const name = nameOf(key.path);
      // A name that stands a thousand times is looked at a few times: each of thousands of events asks.
      if ((this.#at.get(name)?.length ?? 0) < MAX_ARRAYS) put(this.#at, name, key);
      else this.#cut.add(name);
      for (let length = 0; length < key.path.length; length++)
        put(this.#within, nameOf(key.path.slice(0, length)), key);
    }
  }

  /** Those below a place. */
  within(path: JsonPath): readonly DuplicateKey[] {
    return this.#within.get(nameOf(path)) ?? [];
  }

  /** Whether more keys stand at a place than `around` gives. */
  isCutAt(path: JsonPath): boolean {
    return this.#cut.has(nameOf(path));
  }

  /** Those that hold a place. */
  around(path: JsonPath): readonly DuplicateKey[] {
    return path.flatMap((_, at) => this.#at.get(nameOf(path.slice(0, at + 1))) ?? []);
  }
}

function put(map: Map<string, DuplicateKey[]>, name: string, key: DuplicateKey): void {
  const known = map.get(name);
  if (known === undefined) map.set(name, [key]);
  else known.push(key);
}

function nameOf(path: JsonPath): string {
  return path.join('\u0000');
}

function isPrefix(prefix: JsonPath, path: JsonPath): boolean {
  return prefix.length <= path.length && prefix.every((part, at) => String(part) === String(path[at]));
}

/** A copy of the value in which arrays on the way hold nothing else: what is read again is one event of thousands. */
function aloneAt(value: JsonObject, path: JsonPath): JsonObject {
  return alone(value, path) as JsonObject;
}

function alone(value: JsonValue | undefined, path: JsonPath): JsonValue {
  const [first, ...rest] = path;
  if (first === undefined || typeof value !== 'object' || value === null) return value ?? null;
  const items = asArray(value);
  if (items !== undefined) return items.map((item, at) => (at === first ? alone(item, rest) : null));
  const below = Object.getOwnPropertyDescriptor(value, String(first))?.value as JsonValue | undefined;
  const copy: JsonObject = { ...(value as JsonObject) };
  const changed = alone(below, rest);
  Object.defineProperty(copy, String(first), { value: changed, writable: true, enumerable: true, configurable: true });
  return copy;
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
