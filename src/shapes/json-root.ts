import { type DuplicateKey, findDuplicates, type JsonObject } from './json-reader.ts';
import type { JsonPath } from './wrappers.ts';

/** A JSON text that was parsed, and the wrappers that had been taken off before. */
export class JsonRoot {
  readonly value: JsonObject;
  readonly text: string;
  readonly wrappers: readonly string[];
  #duplicates: readonly DuplicateKey[] | undefined;

  constructor(value: JsonObject, text: string, wrappers: readonly string[]) {
    this.value = value;
    this.text = text;
    this.wrappers = wrappers;
  }

  /** The keys that stand twice in one object of it; empty for nearly every one. Looked for once: a wrapper holds thousands of events that ask. */
  get duplicates(): readonly DuplicateKey[] {
    this.#duplicates ??= findDuplicates(this.value, this.text);
    return this.#duplicates;
  }
}

/** A place in a JSON text: keys that lead to it, none for all of it. */
export interface Standing {
  readonly root: JsonRoot;
  readonly path: JsonPath;
}
