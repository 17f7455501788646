/** What a regular expression must hold, read off its text: gates that spare the engine most texts (SIGMA 0, decision 4). */
export interface RegexShape {
  /** A match has at least this many characters. */
  readonly minLength: number;
  /** A match holds at least one of these texts; empty when nothing is known. Folded (ASCII only) when `isFolded`. */
  readonly literals: readonly string[];
  /** True when some part ignores case: literals are looked for in folded text. */
  readonly isFolded: boolean;
}

/** Why a pattern is refused, at an offset in its text. */
export interface RegexTrouble {
  readonly offset: number;
  readonly length: number;
  readonly message: string;
}

export type ShapeReading =
  | { readonly kind: 'shape'; readonly shape: RegexShape }
  | { readonly kind: 'trouble'; readonly trouble: RegexTrouble };

interface Piece {
  readonly min: number;
  /** The piece is this text and nothing else. */
  readonly exact: string | undefined;
  /** One of these is in every match. */
  readonly literals: readonly string[];
}

const MAX_DEPTH = 200;
const MAX_LITERALS = 16;
const MAX_EXACT = 256;
const NOTHING: Piece = { min: 0, exact: '', literals: [] };
const UNKNOWN: Piece = { min: 0, exact: undefined, literals: [] };
const ONE: Piece = { min: 1, exact: undefined, literals: [] };

class Refused extends Error {
  readonly trouble: RegexTrouble;

  constructor(offset: number, length: number, message: string) {
    super(message);
    this.trouble = { offset, length, message };
  }
}

/**
 * Reads a pattern of RE2's syntax. What is outside of it (look-around, back-references, atomic groups, possessive repeats) is
 * refused here with its place; whatever else is wrong is left to the engine. Literals and length are never more than is sure.
 */
export function readRegexShape(pattern: string, isCaseIgnored: boolean): ShapeReading {
  const reader = new ShapeReader(pattern, isCaseIgnored || /\(\?[a-zA-Z]*i/.test(pattern));
  try {
    const piece = reader.whole();
    const literals = piece.exact !== undefined && piece.exact !== '' ? [piece.exact] : piece.literals;
    return { kind: 'shape', shape: { minLength: piece.min, literals, isFolded: reader.isFolded } };
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    return { kind: 'trouble', trouble: cause.trouble };
  }
}

class ShapeReader {
  readonly isFolded: boolean;
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string, isFolded: boolean) {
    this.#text = text;
    this.isFolded = isFolded;
  }

  whole(): Piece {
    const piece = this.#alternatives();
    if (this.#at < this.#text.length) throw new Refused(this.#at, 1, 'This ")" closes nothing.');
    return piece;
  }

  #alternatives(): Piece {
    const branches = [this.#sequence()];
    while (this.#text[this.#at] === '|') {
      this.#at++;
      branches.push(this.#sequence());
    }
    const [first] = branches;
    if (branches.length === 1 && first !== undefined) return first;
    const min = branches.reduce((least, branch) => Math.min(least, branch.min), Number.POSITIVE_INFINITY);
    const literals = branches.map((branch) => (branch.exact ? [branch.exact] : branch.literals));
    const all = literals.every((list) => list.length > 0) ? [...new Set(literals.flat())] : [];
    return { min, exact: undefined, literals: all.length <= MAX_LITERALS ? all : [] };
  }

  #sequence(): Piece {
    let min = 0;
    let run = '';
    let isExact = true;
    let best: readonly string[] = [];
    const consider = (literals: readonly string[]): void => {
      if (literals.length > 0 && worth(literals) > worth(best)) best = literals;
    };
    while (this.#at < this.#text.length && this.#text[this.#at] !== '|' && this.#text[this.#at] !== ')') {
      const piece = this.#repeated();
      min += piece.min;
      if (piece.exact !== undefined && run.length + piece.exact.length <= MAX_EXACT) {
        run += piece.exact;
        continue;
      }
      isExact = false;
      if (run !== '') consider([run]);
      run = piece.exact ?? '';
      consider(piece.literals);
    }
    if (run !== '') consider([run]);
    return { min, exact: isExact ? run : undefined, literals: isExact ? [] : best };
  }

  #repeated(): Piece {
    let piece = this.#atom();
    for (let count = 0; ; count++) {
      const repeat = this.#repeat();
      if (repeat === undefined) return piece;
      if (count > 0) {
        const message = 'A repeat of a repeat is not allowed; possessive repeats ("*+") are not part of RE2.';
        throw new Refused(repeat.at, 1, message);
      }
      const [least, most] = repeat.range;
      if (least === 1 && most === 1) continue;
      const text = piece.exact;
      const exact =
        text !== undefined && least === most && text.length * least <= MAX_EXACT ? text.repeat(least) : undefined;
      const literals = least === 0 ? [] : text ? [text] : piece.literals;
      piece = { min: Math.min(piece.min * least, Number.MAX_SAFE_INTEGER), exact, literals };
    }
  }

  #repeat(): { readonly at: number; readonly range: readonly [number, number] } | undefined {
    const at = this.#at;
    const rest = /^(?:[*+?]|\{(\d{1,5})(?:(,)(\d{1,5})?)?\})/.exec(this.#text.slice(at, at + 16));
    if (rest === null) return undefined;
    this.#at += rest[0].length;
    if (this.#text[this.#at] === '?') this.#at++;
    if (rest[0] === '*') return { at, range: [0, Number.POSITIVE_INFINITY] };
    if (rest[0] === '+') return { at, range: [1, Number.POSITIVE_INFINITY] };
    if (rest[0] === '?') return { at, range: [0, 1] };
    const least = Number(rest[1]);
    const most = rest[2] === undefined ? least : rest[3] === undefined ? Number.POSITIVE_INFINITY : Number(rest[3]);
    return { at, range: [least, most] };
  }

  #atom(): Piece {
    const char = this.#text[this.#at] as string;
    if (char === '(') return this.#group();
    if (char === '[') return this.#charClass();
    if (char === '\\') return this.#escape();
    this.#at++;
    if (char === '.') return ONE;
    if (char === '^' || char === '$') return UNKNOWN;
    return this.#literal(char);
  }

  /** A character as written. What case folding could tear apart (outside of ASCII) is no part of a literal. */
  #literal(char: string): Piece {
    // The second half of a surrogate pair is no character of its own.
    const code = char.charCodeAt(0);
    const min = code >= 0xdc00 && code <= 0xdfff ? 0 : 1;
    if (!this.isFolded) return { min, exact: char, literals: [] };
    return code < 0x80 ? { min, exact: char.toLowerCase(), literals: [] } : { min, exact: undefined, literals: [] };
  }

  #group(): Piece {
    const open = this.#at;
    if (++this.#depth > MAX_DEPTH) throw new Refused(open, 1, `Groups are nested deeper than ${MAX_DEPTH} levels.`);
    const head = this.#text.slice(open, open + 80);
    const outside = /^\(\?(?:=|!|<=|<!|>|\||#|P=|R|\(|&|\d)/.exec(head);
    if (outside !== null) {
      const isLook = /[=!]/.test(outside[0]) && !outside[0].includes('P');
      const what = isLook ? 'Look-ahead and look-behind are' : 'This kind of group is';
      throw new Refused(open, outside[0].length, `${what} not part of RE2's syntax.`);
    }
    const flags = /^\(\?([a-zA-Z]*)(?:-([a-zA-Z]*))?([:)])/.exec(head);
    const name = /^\(\?P?<[^>]*>/.exec(head);
    this.#at += flags !== null ? flags[0].length : name !== null ? name[0].length : 1;
    if (flags?.[3] === ')') {
      this.#depth--;
      return NOTHING;
    }
    const piece = this.#alternatives();
    if (this.#text[this.#at] !== ')') throw new Refused(open, 1, 'This "(" is never closed.');
    this.#at++;
    this.#depth--;
    return piece;
  }

  #charClass(): Piece {
    const open = this.#at++;
    if (this.#text[this.#at] === '^') this.#at++;
    if (this.#text[this.#at] === ']') this.#at++;
    while (this.#text[this.#at] !== ']') {
      if (this.#at >= this.#text.length) throw new Refused(open, 1, 'This "[" is never closed.');
      const named = /^\[:\^?[a-z]+:\]/.exec(this.#text.slice(this.#at, this.#at + 16));
      this.#at += named !== null ? named[0].length : this.#text[this.#at] === '\\' ? 2 : 1;
    }
    this.#at++;
    return ONE;
  }

  #escape(): Piece {
    const at = this.#at;
    const next = this.#text[at + 1];
    if (next === undefined) throw new Refused(at, 1, 'The pattern ends in a single backslash.');
    if (/[1-9]/.test(next) || next === 'k' || next === 'g') {
      throw new Refused(at, 2, "Back-references are not part of RE2's syntax.");
    }
    if (next === 'Q') {
      const end = this.#text.indexOf('\\E', at + 2);
      const quoted = this.#text.slice(at + 2, end < 0 ? undefined : end);
      this.#at = end < 0 ? this.#text.length : end + 2;
      // A repeat after the quote belongs to its last character only.
      return { min: 0, exact: quoted === '' ? '' : undefined, literals: [] };
    }
    const long = /^\\(?:x\{[0-9A-Fa-f]*\}|x[0-9A-Fa-f]{2}|[pP]\{[^}]*\}|[pP].|0[0-7]{0,2})/.exec(
      this.#text.slice(at, at + 60),
    );
    if (long !== null) {
      this.#at += long[0].length;
      return ONE;
    }
    this.#at += 2;
    if (/[bBAzZG]/.test(next)) return UNKNOWN;
    if (/[A-Za-z0]/.test(next)) return ONE;
    return this.#literal(next);
  }
}

/** A gate is as good as its shortest literal is long. */
function worth(literals: readonly string[]): number {
  return literals.reduce((least, text) => Math.min(least, text.length), literals.length === 0 ? 0 : MAX_EXACT);
}
