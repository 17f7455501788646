import { canonicalNumber, isBlankCode, isWordCode } from './mof-scalar.ts';
import { readMofEscape } from './mof-string.ts';

/** A value in canonical text: strings unescaped, numbers in decimal, booleans `true` and `false`, NULL as null. */
export type MofValue = string | null | readonly string[];

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

export interface MofProblem {
  /** UTF-16 offset in the text. */
  readonly offset: number;
  readonly message: string;
}

export interface MofParse {
  readonly instances: readonly MofInstance[];
  /** True when the text ended inside an instance, as long 5861 texts do (DOMAIN 2.1). */
  readonly isCut: boolean;
  readonly problems: readonly MofProblem[];
}

const MAX_INSTANCES = 4096;
const MAX_PROPERTIES = 1024;
const MAX_ARRAY_ITEMS = 65536;
const MAX_PROBLEMS = 64;
const MAX_DEPTH = 32;

/** Thrown only inside this file: the text ended inside an instance. */
class EndOfText extends Error {}

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

/** Reads instances one after the other; holds the place in the text. */
class MofReader {
  readonly #text: string;
  #at = 0;
  readonly problems: MofProblem[] = [];
  isCut = false;

  constructor(text: string) {
    this.#text = text;
  }

  read(): MofInstance[] {
    const instances: MofInstance[] = [];
    while (instances.length < MAX_INSTANCES) {
      const offset = this.#seekInstance();
      if (offset < 0) break;
      const instance = this.#readInstance(offset);
      if (instance !== undefined) instances.push(instance);
    }
    return instances;
  }

  #problem(offset: number, message: string): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ offset, message });
  }

  /** Moves behind the next word `instance` and gives its offset, or -1. Quotes between instances mean nothing. */
  #seekInstance(): number {
    const finder = /\binstance(?=\s{1,64}of\s)/gi;
    finder.lastIndex = this.#at;
    const found = finder.exec(this.#text);
    if (found === null) return -1;
    this.#at = finder.lastIndex;
    return found.index;
  }

  #readInstance(offset: number): MofInstance | undefined {
    const properties = new Map<string, MofValue>();
    let className = '';
    let isOpen = false;
    let isCut = false;
    try {
      this.#word();
      className = this.#word();
      if (className === '') {
        this.#problem(this.#at, 'expected a class name behind "instance of"');
        return undefined;
      }
      if (this.#peekWord().toLowerCase() === 'as') {
        this.#word();
        this.#skipBlanks();
        if (this.#text.charAt(this.#at) === '$') this.#at++;
        this.#word();
      }
      if (this.#next() !== '{') {
        // Prose that only says "instance of something": read on behind it.
        return undefined;
      }
      this.#at++;
      isOpen = true;
      this.#readBody(properties);
    } catch (thrown) {
      if (!(thrown instanceof EndOfText)) throw thrown;
      if (!isOpen) return undefined;
      isCut = true;
      this.isCut = true;
    }
    return { className, properties, isCut, offset };
  }

  #readBody(properties: Map<string, MofValue>): void {
    const names = new Set<string>();
    for (;;) {
      const next = this.#next();
      if (next === '}') {
        this.#at++;
        return;
      }
      if (next === ';') {
        this.#at++;
        continue;
      }
      if (next === '[') {
        this.#skipBalanced();
        continue;
      }
      const start = this.#at;
      const name = this.#word();
      if (name === '' || this.#next() !== '=') {
        this.#problem(start, 'expected "property = value"');
        this.#skipStatement();
        continue;
      }
      this.#at++;
      const keep = (value: MofValue): void => {
        const folded = name.toLowerCase();
        if (names.has(folded)) return;
        if (names.size >= MAX_PROPERTIES) {
          this.#problem(start, `more than ${MAX_PROPERTIES} properties in one instance`);
          return;
        }
        names.add(folded);
        properties.set(name, value);
      };
      if (!this.#readValue(keep)) {
        this.#problem(start, `the value of ${name.slice(0, 64)} cannot be read`);
        this.#skipStatement();
        continue;
      }
      if (this.#next() === ';') this.#at++;
    }
  }

  /** Gives a value to `keep`, also the part of one at which the text ends. False when no value stands here. */
  #readValue(keep: (value: MofValue) => void): boolean {
    const next = this.#next();
    if (next === '"') {
      const text = this.#readStrings();
      keep(text);
      this.#checkEnd();
      return true;
    }
    if (next === '{') return this.#readArray(keep);
    const scalar = this.#readScalar();
    if (scalar === undefined) return false;
    keep(scalar);
    return true;
  }

  #readArray(keep: (value: MofValue) => void): boolean {
    const items: string[] = [];
    this.#at++;
    try {
      for (;;) {
        const next = this.#next();
        if (next === '}') {
          this.#at++;
          break;
        }
        if (next === ',') {
          this.#at++;
          continue;
        }
        const item = next === '"' ? this.#readStrings() : this.#readScalar();
        if (item === undefined) return false;
        if (items.length < MAX_ARRAY_ITEMS) items.push(item ?? '');
      }
    } catch (thrown) {
      keep(items);
      throw thrown;
    }
    if (items.length >= MAX_ARRAY_ITEMS) this.#problem(this.#at, `an array holds more than ${MAX_ARRAY_ITEMS} items`);
    keep(items);
    return true;
  }

  /** Adjacent strings are one string (DSP0004). An unterminated one ends with the text; `#checkEnd` then reports it. */
  #readStrings(): string {
    const parts: string[] = [];
    for (;;) {
      parts.push(this.#readString());
      this.#skipBlanks();
      if (this.#text.charAt(this.#at) !== '"') return parts.join('');
    }
  }

  #readString(): string {
    const text = this.#text;
    const parts: string[] = [];
    let from = ++this.#at;
    let at = from;
    for (;;) {
      // Plain scan: payloads are tens of kilobytes and hold few escapes.
      while (at < text.length) {
        const code = text.charCodeAt(at);
        if (code === 0x22 || code === 0x5c) break;
        at++;
      }
      parts.push(text.slice(from, at));
      if (at >= text.length) {
        this.#at = text.length;
        this.isCut = true;
        return parts.join('');
      }
      if (text.charCodeAt(at) === 0x22) {
        this.#at = at + 1;
        return parts.join('');
      }
      if (at + 1 < text.length) {
        const read = readMofEscape(text, at + 1);
        parts.push(read.text);
        at += 1 + read.length;
      } else {
        at++;
      }
      from = at;
    }
  }

  #checkEnd(): void {
    if (this.isCut && this.#at >= this.#text.length) throw new EndOfText();
  }

  /** A number, TRUE, FALSE, NULL, a character, an alias `$X` or a bare word, as canonical text; NULL is null. */
  #readScalar(): string | null | undefined {
    this.#skipBlanks();
    const start = this.#at;
    const first = this.#text.charAt(start);
    if (first === "'") {
      let at = start + 1;
      let value = this.#text.charAt(at);
      if (value === '\\') {
        const read = readMofEscape(this.#text, at + 1);
        value = read.text;
        at += 1 + read.length;
      } else {
        at++;
      }
      if (this.#text.charAt(at) !== "'") return undefined;
      this.#at = at + 1;
      return value;
    }
    if (first === '+' || first === '-' || first === '$') this.#at++;
    while (this.#at < this.#text.length) {
      const code = this.#text.charCodeAt(this.#at);
      const isExponentSign =
        (code === 0x2b || code === 0x2d) && /[eE]/.test(this.#text.charAt(this.#at - 1)) && /[\d.]/.test(first);
      if (!isWordCode(code) && code !== 0x2e && !isExponentSign) break;
      this.#at++;
    }
    const word = this.#text.slice(start, this.#at);
    if (word === '' || word === '+' || word === '-' || word === '$') {
      this.#at = start;
      return undefined;
    }
    const folded = word.length <= 5 ? word.toLowerCase() : '';
    if (folded === 'null') return null;
    if (folded === 'true' || folded === 'false') return folded;
    return canonicalNumber(word);
  }

  #skipBlanks(): void {
    const text = this.#text;
    for (;;) {
      while (this.#at < text.length && isBlankCode(text.charCodeAt(this.#at))) this.#at++;
      if (text.charCodeAt(this.#at) !== 0x2f) return;
      const second = text.charAt(this.#at + 1);
      const close = second === '/' ? '\n' : second === '*' ? '*/' : undefined;
      if (close === undefined) return;
      const end = text.indexOf(close, this.#at + 2);
      this.#at = end < 0 ? text.length : end + close.length;
    }
  }

  /** The next character behind blanks and comments; throws at the end of the text. */
  #next(): string {
    this.#skipBlanks();
    if (this.#at >= this.#text.length) {
      this.isCut = true;
      throw new EndOfText();
    }
    return this.#text.charAt(this.#at);
  }

  #word(): string {
    this.#next();
    const start = this.#at;
    while (this.#at < this.#text.length && isWordCode(this.#text.charCodeAt(this.#at))) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  #peekWord(): string {
    const at = this.#at;
    const word = this.#word();
    this.#at = at;
    return word;
  }

  /** Moves behind the next `;` that is outside strings and brackets, or before the closing brace of the instance. */
  #skipStatement(): void {
    const first = this.#at;
    for (;;) {
      const next = this.#next();
      if (next === ';') {
        this.#at++;
        return;
      }
      if (next === '}') {
        // A stray brace at the place of the problem would be met again and again.
        if (this.#at === first) this.#at++;
        return;
      }
      if (next === '"') {
        this.#readString();
        this.#checkEnd();
      } else if (next === '{' || next === '[' || next === '(') {
        this.#skipBalanced();
      } else {
        this.#at++;
      }
    }
  }

  #skipBalanced(): void {
    let depth = 0;
    do {
      const next = this.#next();
      if (next === '"') {
        this.#readString();
        this.#checkEnd();
        continue;
      }
      if (next === '{' || next === '[' || next === '(') depth++;
      else if (next === '}' || next === ']' || next === ')') depth--;
      this.#at++;
      if (depth > MAX_DEPTH) {
        this.#problem(this.#at, `nested deeper than ${MAX_DEPTH}`);
        return;
      }
    } while (depth > 0);
  }
}

/**
 * Reads every `instance of` in a text: strings with all escapes and adjacent ones joined, arrays, numbers, booleans,
 * NULL, references. Text between instances is passed over, `};` inside a string is a string, and a text that ends in the
 * middle gives what was there, marked cut (DOMAIN 2.1, 5861 PossibleCause). Linear in the text; never throws.
 */
export function parseMofInstances(text: string): MofParse {
  const reader = new MofReader(text);
  const instances = reader.read();
  return { instances, isCut: reader.isCut, problems: reader.problems };
}
