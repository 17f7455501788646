/** Ends a reading where data are not what they must be; never leaves this folder. */
export class Misshapen extends Error {
  /** Where, from the outermost: `rules 12`. */
  readonly places: string[] = [];
}

/** Reads each item; what is wrong in one is told with the name of the list and its position from 0. */
export function each<T>(value: unknown, name: string, read: (item: unknown, at: number) => T): T[] {
  const items = list(value);
  const made: T[] = [];
  for (let at = 0; at < items.length; at++) {
    try {
      made.push(read(items[at], at));
    } catch (cause) {
      if (cause instanceof Misshapen) cause.places.unshift(`${name} ${at}`);
      throw cause;
    }
  }
  return made;
}

export function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Misshapen('a list is wanted');
  return value;
}

/** A map of JSON; members that are asked for are looked up as its own. */
export function members(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Misshapen('a map is wanted');
  return value as Readonly<Record<string, unknown>>;
}

export function member(map: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

export function text(value: unknown): string {
  if (typeof value !== 'string') throw new Misshapen('text is wanted');
  return value;
}

export function textOrNone(value: unknown): string | undefined {
  return value === undefined ? undefined : text(value);
}

export function texts(value: unknown): readonly string[] {
  return list(value).map(text);
}

export function flag(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new Misshapen('true or false is wanted');
  return value;
}

/** A whole number from 0, below `end` where there is one. */
export function whole(value: unknown, end: number = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value >= end) {
    throw new Misshapen('a whole number is out of bounds');
  }
  return value;
}

export function oneOf<T extends string>(value: unknown, words: readonly T[]): T {
  const found = words.find((word) => word === value);
  if (found === undefined) throw new Misshapen(`one of ${words.join(', ')} is wanted`);
  return found;
}

/** How deep plain values of a rule's own keys may lie; YAML is read to 64. */
const MAX_PLAIN_DEPTH = 80;

/** JSON as it is, if it is not too deep to be walked. */
export function plain(value: unknown, depth = 0): unknown {
  if (depth > MAX_PLAIN_DEPTH) throw new Misshapen(`values are nested deeper than ${MAX_PLAIN_DEPTH} levels`);
  if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) plain(item, depth + 1);
  }
  return value;
}
