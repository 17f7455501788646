import { type FieldValue, fold } from '../sigma/index.ts';
import type { FieldReader } from './field-value.ts';

/** A value of Triad's own JSON. */
export type ObjectValue = FieldValue | readonly ObjectValue[] | { readonly [name: string]: ObjectValue | undefined };

type ObjectMembers = { readonly [name: string]: ObjectValue | undefined };

/** How deep an object is looked into, and how many values one field may have. */
const MAX_DEPTH = 16;
const MAX_VALUES = 10_000;

/**
 * Reads an object by dotted names: a member `A.B` wins over a part of a part, lists are gone through, any of whose members may
 * match (SIGMA 2.1). A list or object as a whole is no value.
 */
export class ObjectFields implements FieldReader {
  #object: ObjectMembers = {};
  #values = new Map<string, readonly FieldValue[] | undefined>();
  #folded = new Map<string, readonly FieldValue[] | undefined>();
  #entries: (readonly [string, FieldValue])[] | undefined;
  #keywords: readonly string[] | undefined;
  #foldedKeywords: readonly string[] | undefined;

  moveTo(object: ObjectMembers): void {
    this.#object = object;
    this.#values = new Map();
    this.#folded = new Map();
    this.#entries = undefined;
    this.#keywords = undefined;
    this.#foldedKeywords = undefined;
  }

  values(field: string): readonly FieldValue[] | undefined {
    if (this.#values.has(field)) return this.#values.get(field);
    const found: FieldValue[] = [];
    collect(this.#object, field, found, 0);
    const values = found.length === 0 ? undefined : found;
    this.#values.set(field, values);
    return values;
  }

  foldedValues(field: string): readonly FieldValue[] | undefined {
    if (this.#folded.has(field)) return this.#folded.get(field);
    const folded = this.values(field)?.map((value) => (typeof value === 'string' ? fold(value) : value));
    this.#folded.set(field, folded);
    return folded;
  }

  entries(): readonly (readonly [string, FieldValue])[] {
    if (this.#entries === undefined) {
      this.#entries = [];
      addEntries(this.#object, '', this.#entries, 0);
    }
    return this.#entries;
  }

  keywordValues(): readonly string[] {
    this.#keywords ??= this.entries().flatMap(([, value]) => (value === null ? [] : [String(value)]));
    return this.#keywords;
  }

  foldedKeywordValues(): readonly string[] {
    this.#foldedKeywords ??= this.keywordValues().map(fold);
    return this.#foldedKeywords;
  }
}

function collect(value: ObjectValue | undefined, path: string, found: FieldValue[], depth: number): void {
  if (value === undefined || value === null || typeof value !== 'object' || depth > MAX_DEPTH) return;
  if (isList(value)) {
    for (const item of value) collect(item, path, found, depth + 1);
    return;
  }
  if (Object.hasOwn(value, path)) {
    addLeaves(value[path], found, depth + 1);
    return;
  }
  for (let dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
    const head = path.slice(0, dot);
    if (Object.hasOwn(value, head)) collect(value[head], path.slice(dot + 1), found, depth + 1);
  }
}

/** The value, or those of a list; an object has none of its own. */
function addLeaves(value: ObjectValue | undefined, found: FieldValue[], depth: number): void {
  if (value === undefined || depth > MAX_DEPTH || found.length >= MAX_VALUES) return;
  if (value === null || typeof value !== 'object') found.push(value);
  else if (isList(value)) for (const item of value) addLeaves(item, found, depth + 1);
}

/** Every value at any depth, with its dotted name. */
function addEntries(
  value: ObjectValue | undefined,
  name: string,
  found: (readonly [string, FieldValue])[],
  depth: number,
): void {
  if (value === undefined || depth > MAX_DEPTH || found.length >= MAX_VALUES) return;
  if (value === null || typeof value !== 'object') found.push([name, value]);
  else if (isList(value)) for (const item of value) addEntries(item, name, found, depth + 1);
  else {
    for (const [key, item] of Object.entries(value)) {
      addEntries(item, name === '' ? key : `${name}.${key}`, found, depth + 1);
    }
  }
}

function isList(value: object): value is readonly ObjectValue[] {
  return Array.isArray(value);
}
