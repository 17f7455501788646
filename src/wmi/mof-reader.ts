import { MofCursor, type MofProblem, type MofValue, type ReadMofInstance } from './mof-cursor.ts';

export type { MofProblem, MofValue } from './mof-cursor.ts';

/** One `instance of CLASS { .. };` */
export interface MofInstance {
  readonly className: string;
  /** By property name as written, in order; the first of two equal names counts. Look up with `mofProperty`. */
  readonly properties: ReadonlyMap<string, MofValue>;
  /** True when the text ended inside this instance: its last value may be cut, later ones are missing. */
  readonly isCut: boolean;
  /** UTF-16 offset of the word `instance`. */
  readonly offset: number;
}

export interface MofParse {
  readonly instances: readonly MofInstance[];
  /** True when the text ended inside an instance, as long 5861 texts do (DOMAIN 2.1). */
  readonly isCut: boolean;
  readonly problems: readonly MofProblem[];
}

const MAX_INSTANCES = 4096;

/** A property of an instance by its name without case (DOMAIN 2.2 #5). Undefined when it is not there. */
export function mofProperty(instance: MofInstance, name: string): MofValue | undefined {
  const exact = instance.properties.get(name);
  if (exact !== undefined) return exact;
  const wanted = name.toLowerCase();
  for (const [key, value] of instance.properties) {
    if (key.toLowerCase() === wanted) return value;
  }
  return undefined;
}

/** The text of a property, undefined when it is absent, NULL or an array. */
export function mofText(instance: MofInstance, name: string): string | undefined {
  const value = mofProperty(instance, name);
  return typeof value === 'string' ? value : undefined;
}

/** Moves behind the next word `instance` and gives its offset, or -1. Quotes between instances mean nothing. */
function seekInstance(cursor: MofCursor): number {
  const finder = /\binstance(?=\s{1,64}of\s)/gi;
  finder.lastIndex = cursor.at;
  const found = finder.exec(cursor.text);
  if (found === null) return -1;
  cursor.at = finder.lastIndex;
  return found.index;
}

/**
 * Reads every `instance of` in a text: strings with all escapes and adjacent ones joined, arrays, numbers, booleans,
 * NULL, references. Text between instances is passed over, `};` inside a string is a string, and a text that ends in the
 * middle gives what was there, marked cut (DOMAIN 2.1, 5861 PossibleCause). Linear in the text; never throws.
 */
export function parseMofInstances(text: string): MofParse {
  const cursor = new MofCursor(text);
  const instances: MofInstance[] = [];
  while (instances.length < MAX_INSTANCES) {
    const offset = seekInstance(cursor);
    if (offset < 0) break;
    const instance: ReadMofInstance | undefined = cursor.readInstance(offset);
    if (instance === undefined) continue;
    const { className, properties, isCut } = instance;
    instances.push({ className, properties, isCut, offset });
  }
  return { instances, isCut: cursor.isCut, problems: cursor.problems };
}
