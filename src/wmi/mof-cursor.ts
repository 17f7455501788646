import { canonicalNumber, isBlankCode, isWordCode } from './mof-scalar.ts';
import { readMofEscape } from './mof-string.ts';

/** A value in canonical text: strings unescaped, numbers in decimal, booleans `true` and `false`, NULL as null. */
export type MofValue = string | null | readonly string[];

export interface MofProblem {
  /** UTF-16 offset in the text. */
  readonly offset: number;
  readonly message: string;
}

/** An instance as its text has it. */
export interface ReadMofInstance {
  readonly className: string;
  readonly properties: ReadonlyMap<string, MofValue>;
  readonly isCut: boolean;
  readonly offset: number;
  /** `$Name` behind `as`. */
  readonly alias?: string;
  /** Properties whose value is an alias, as they are written. */
  readonly aliasUses: ReadonlyMap<string, string>;
}

const MAX_PROPERTIES = 1024;
const MAX_ARRAY_ITEMS = 65536;
const MAX_PROBLEMS = 64;
const MAX_DEPTH = 32;

/** Thrown between the readers of MOF only: the text ended where something was open. */
export class EndOfText extends Error {}

/** A place in a text of MOF, and what can be read from there: blanks and comments, words, strings, whole instances. */
export class MofCursor {
  readonly text: string;
  at = 0;
  readonly problems: MofProblem[] = [];
  isCut = false;

  constructor(text: string) {
    this.text = text;
  }

  problem(offset: number, message: string): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ offset, message });
  }

  /** Reads the instance whose word `instance` stands at `offset`, from behind that word on; undefined when it is none. */
  readInstance(offset: number): ReadMofInstance | undefined {
    const properties = new Map<string, MofValue>();
    const aliasUses = new Map<string, string>();
    let alias: string | undefined;
    let className = '';
    let isOpen = false;
    let isCut = false;
    try {
      this.word();
      className = this.word();
      if (className === '') {
        this.problem(this.at, 'expected a class name behind "instance of"');
        return undefined;
      }
      if (this.peekWord().toLowerCase() === 'as') {
        this.word();
        this.skipBlanks();
        if (this.text.charAt(this.at) === '$') this.at++;
        alias = `$${this.word()}`;
      }
      if (this.next() !== '{') {
        // Prose that only says "instance of something": read on behind it.
        return undefined;
      }
      this.at++;
      isOpen = true;
      this.#readBody(properties, aliasUses);
    } catch (thrown) {
      if (!(thrown instanceof EndOfText)) throw thrown;
      if (!isOpen) return undefined;
      isCut = true;
      this.isCut = true;
    }
    return { className, properties, isCut, offset, aliasUses, ...(alias === undefined ? {} : { alias }) };
  }

  #readBody(properties: Map<string, MofValue>, aliasUses: Map<string, string>): void {
    const names = new Set<string>();
    for (;;) {
      const next = this.next();
      if (next === '}') {
        this.at++;
        return;
      }
      if (next === ';') {
        this.at++;
        continue;
      }
      if (next === '[') {
        this.skipBalanced();
        continue;
      }
      const start = this.at;
      const name = this.word();
      if (name === '' || this.next() !== '=') {
        this.problem(start, 'expected "property = value"');
        this.skipStatement();
        continue;
      }
      this.at++;
      // Only what is not in quotes is one.
      const isAlias = this.next() === '$';
      const keep = (value: MofValue): void => {
        const folded = name.toLowerCase();
        if (names.has(folded)) return;
        if (names.size >= MAX_PROPERTIES) {
          this.problem(start, `more than ${MAX_PROPERTIES} properties in one instance`);
          return;
        }
        names.add(folded);
        properties.set(name, value);
        if (isAlias && typeof value === 'string') aliasUses.set(name, value);
      };
      if (!this.#readValue(keep)) {
        this.problem(start, `the value of ${name.slice(0, 64)} cannot be read`);
        this.skipStatement();
        continue;
      }
      if (this.next() === ';') this.at++;
    }
  }

  /** Gives a value to `keep`, also the part of one at which the text ends. False when no value stands here. */
  #readValue(keep: (value: MofValue) => void): boolean {
    const next = this.next();
    if (next === '"') {
      const text = this.readStrings();
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
    this.at++;
    try {
      for (;;) {
        const next = this.next();
        if (next === '}') {
          this.at++;
          break;
        }
        if (next === ',') {
          this.at++;
          continue;
        }
        const item = next === '"' ? this.readStrings() : this.#readScalar();
        if (item === undefined) return false;
        if (items.length < MAX_ARRAY_ITEMS) items.push(item ?? '');
      }
    } catch (thrown) {
      keep(items);
      throw thrown;
    }
    if (items.length >= MAX_ARRAY_ITEMS) this.problem(this.at, `an array holds more than ${MAX_ARRAY_ITEMS} items`);
    keep(items);
    return true;
  }

  /** Adjacent strings are one string (DSP0004). An unterminated one ends with the text; `#checkEnd` then reports it. */
  readStrings(): string {
    const parts: string[] = [];
    for (;;) {
      parts.push(this.readString());
      this.skipBlanks();
      if (this.text.charAt(this.at) !== '"') return parts.join('');
    }
  }

  readString(): string {
    const text = this.text;
    const parts: string[] = [];
    let from = ++this.at;
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
        this.at = text.length;
        this.isCut = true;
        return parts.join('');
      }
      if (text.charCodeAt(at) === 0x22) {
        this.at = at + 1;
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
    if (this.isCut && this.at >= this.text.length) throw new EndOfText();
  }

  /** A number, TRUE, FALSE, NULL, a character, an alias `$X` or a bare word, as canonical text; NULL is null. */
  #readScalar(): string | null | undefined {
    this.skipBlanks();
    const start = this.at;
    const first = this.text.charAt(start);
    if (first === "'") {
      let at = start + 1;
      let value = this.text.charAt(at);
      if (value === '\\') {
        const read = readMofEscape(this.text, at + 1);
        value = read.text;
        at += 1 + read.length;
      } else {
        at++;
      }
      if (this.text.charAt(at) !== "'") return undefined;
      this.at = at + 1;
      return value;
    }
    if (first === '+' || first === '-' || first === '$') this.at++;
    while (this.at < this.text.length) {
      const code = this.text.charCodeAt(this.at);
      const isExponentSign =
        (code === 0x2b || code === 0x2d) && /[eE]/.test(this.text.charAt(this.at - 1)) && /[\d.]/.test(first);
      if (!isWordCode(code) && code !== 0x2e && !isExponentSign) break;
      this.at++;
    }
    const word = this.text.slice(start, this.at);
    if (word === '' || word === '+' || word === '-' || word === '$') {
      this.at = start;
      return undefined;
    }
    const folded = word.length <= 5 ? word.toLowerCase() : '';
    if (folded === 'null') return null;
    if (folded === 'true' || folded === 'false') return folded;
    return canonicalNumber(word);
  }

  skipBlanks(): void {
    const text = this.text;
    for (;;) {
      while (this.at < text.length && isBlankCode(text.charCodeAt(this.at))) this.at++;
      if (text.charCodeAt(this.at) !== 0x2f) return;
      const second = text.charAt(this.at + 1);
      const close = second === '/' ? '\n' : second === '*' ? '*/' : undefined;
      if (close === undefined) return;
      const end = text.indexOf(close, this.at + 2);
      this.at = end < 0 ? text.length : end + close.length;
    }
  }

  /** The next character behind blanks and comments; throws at the end of the text. */
  next(): string {
    this.skipBlanks();
    if (this.at >= this.text.length) {
      this.isCut = true;
      throw new EndOfText();
    }
    return this.text.charAt(this.at);
  }

  word(): string {
    this.next();
    const start = this.at;
    while (this.at < this.text.length && isWordCode(this.text.charCodeAt(this.at))) this.at++;
    return this.text.slice(start, this.at);
  }

  peekWord(): string {
    const at = this.at;
    const word = this.word();
    this.at = at;
    return word;
  }

  /** Moves behind the next `;` that is outside strings and brackets, or before the closing brace of the instance. */
  skipStatement(): void {
    const first = this.at;
    for (;;) {
      const next = this.next();
      if (next === ';') {
        this.at++;
        return;
      }
      if (next === '}') {
        // A stray brace at the place of the problem would be met again and again.
        if (this.at === first) this.at++;
        return;
      }
      if (next === '"') {
        this.readString();
        this.#checkEnd();
      } else if (next === '{' || next === '[' || next === '(') {
        this.skipBalanced();
      } else {
        this.at++;
      }
    }
  }

  skipBalanced(): void {
    let depth = 0;
    do {
      const next = this.next();
      if (next === '"') {
        this.readString();
        this.#checkEnd();
        continue;
      }
      if (next === '{' || next === '[' || next === '(') depth++;
      else if (next === '}' || next === ']' || next === ')') depth--;
      this.at++;
      if (depth > MAX_DEPTH) {
        this.problem(this.at, `nested deeper than ${MAX_DEPTH}`);
        return;
      }
    } while (depth > 0);
  }
}
