/** Deepest nesting of a JSON unit (SETTLED B18). */
export const MAX_DEPTH = 64;
/** Most keys of one object (SETTLED B18). */
export const MAX_KEYS = 4096;

/** What may come next. */
const KEY_OR_END = 0;
const KEY = 1;
const COLON = 2;
const VALUE = 3;
const VALUE_OR_END = 4;
const COMMA_OR_END = 5;

/** Where in a token the scan stands. */
const OUTSIDE = 0;
const IN_STRING = 1;
const IN_ESCAPE = 2;
const IN_WORD = 3;

/**
 * Finds the end of one JSON value of the form `{…}` in bytes that come piece by piece, and what is wrong with it: enough
 * of the grammar that a line cut short is noticed where the next one begins. Numbers and words are left to `JSON.parse`.
 */
export class JsonScan {
  /** Bytes scanned, from the opening brace. */
  length = 0;
  isComplete = false;
  /** Why the value can never be complete. */
  problem: string | undefined;

  #depth = 0;
  #expected: number = VALUE;
  #token = OUTSIDE;
  #isKey = false;
  /** 1 for an object, 0 for an array, by depth. */
  readonly #isObject: number[] = [0];
  readonly #keys: number[] = [0];

  /** Goes on at `bytes[from]`, the byte after the last one scanned; stops at the end of the value or at a problem. */
  scan(bytes: Uint8Array, from: number, to: number): void {
    // A plain loop over bytes with locals: four times as fast as one that calls a method a token.
    let token = this.#token;
    let at = from;
    while (at < to) {
      const byte = bytes[at] ?? 0;
      at++;
      if (token === IN_STRING) {
        if (byte === 0x22) {
          token = OUTSIDE;
          this.#expected = this.#isKey ? COLON : COMMA_OR_END;
        } else if (byte === 0x5c) token = IN_ESCAPE;
        else if (byte < 0x20) {
          this.#fail('a line ends inside a string');
          break;
        }
        continue;
      }
      if (token === IN_ESCAPE) {
        token = IN_STRING;
        continue;
      }
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
        token = OUTSIDE;
        continue;
      }
      if (byte === 0x22) {
        token = IN_STRING;
        if (!this.#beginString()) break;
        continue;
      }
      if (isWordByte(byte)) {
        if (token !== IN_WORD && !this.#beginWord()) break;
        token = IN_WORD;
        continue;
      }
      token = OUTSIDE;
      if (!this.#punctuate(byte) || this.isComplete) break;
    }
    this.#token = token;
    this.length += at - from;
  }

  #fail(problem: string): false {
    this.problem = problem;
    return false;
  }

  #beginString(): boolean {
    const expected = this.#expected;
    if (expected === KEY_OR_END || expected === KEY) {
      this.#isKey = true;
      const keys = (this.#keys[this.#depth] ?? 0) + 1;
      this.#keys[this.#depth] = keys;
      return keys <= MAX_KEYS || this.#fail(`an object has more than ${MAX_KEYS} keys`);
    }
    this.#isKey = false;
    return expected === VALUE || expected === VALUE_OR_END || this.#fail('a comma or a bracket is missing');
  }

  #beginWord(): boolean {
    const expected = this.#expected;
    this.#expected = COMMA_OR_END;
    return expected === VALUE || expected === VALUE_OR_END || this.#fail('a word stands where none may');
  }

  #punctuate(byte: number): boolean {
    const expected = this.#expected;
    if (byte === 0x7b || byte === 0x5b) {
      if (expected !== VALUE && expected !== VALUE_OR_END) return this.#fail('a bracket opens where none may');
      if (this.#depth === MAX_DEPTH) return this.#fail(`values nest deeper than ${MAX_DEPTH}`);
      this.#depth++;
      this.#isObject[this.#depth] = byte === 0x7b ? 1 : 0;
      this.#keys[this.#depth] = 0;
      this.#expected = byte === 0x7b ? KEY_OR_END : VALUE_OR_END;
      return true;
    }
    const isObject = this.#isObject[this.#depth] === 1;
    if (byte === 0x7d || byte === 0x5d) {
      const mayEnd = expected === COMMA_OR_END || expected === (isObject ? KEY_OR_END : VALUE_OR_END);
      if (!mayEnd || isObject !== (byte === 0x7d)) return this.#fail('a bracket closes what is not open');
      this.#depth--;
      this.#expected = COMMA_OR_END;
      this.isComplete = this.#depth === 0;
      return true;
    }
    if (byte === 0x2c && expected === COMMA_OR_END) {
      this.#expected = isObject ? KEY : VALUE;
      return true;
    }
    if (byte === 0x3a && expected === COLON) {
      this.#expected = VALUE;
      return true;
    }
    return this.#fail('a character stands where none may');
  }
}

/** Letters, digits, `+`, `-` and `.`: of numbers and of `true`, `false`, `null`. */
function isWordByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    byte === 0x2d ||
    byte === 0x2b ||
    byte === 0x2e
  );
}
