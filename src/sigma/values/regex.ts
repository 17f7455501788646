import { RE2JS, RE2JSException } from 're2js';
import { fold } from './fold.ts';
import { type RegexShape, type RegexTrouble, readRegexShape } from './regex-shape.ts';

export interface RegexFlags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
}

/** A pattern ready to search, with its gates. The engine is RE2's: time is linear in the text, whatever the pattern (L20). */
export interface SigmaRegex {
  readonly source: string;
  readonly flags: RegexFlags;
  readonly shape: RegexShape;
  readonly engine: RE2JS;
}

export type RegexReading =
  | { readonly kind: 'regex'; readonly regex: SigmaRegex }
  | { readonly kind: 'trouble'; readonly trouble: RegexTrouble };

/** SIGMA 8.5. */
export const MAX_PATTERN_CHARS = 4096;
/** What is searched of one value; more is cut, and the answer says so. */
export const MAX_HAYSTACK_CHARS = 65_536;

export function compileRegex(source: string, flags: RegexFlags): RegexReading {
  if (source.length > MAX_PATTERN_CHARS) {
    const message = `The pattern has ${source.length} characters; at most ${MAX_PATTERN_CHARS} are allowed.`;
    return { kind: 'trouble', trouble: { offset: MAX_PATTERN_CHARS, length: 1, message } };
  }
  const reading = readRegexShape(source, flags.i);
  if (reading.kind === 'trouble') return reading;
  const bits = (flags.i ? RE2JS.CASE_INSENSITIVE : 0) | (flags.m ? RE2JS.MULTILINE : 0) | (flags.s ? RE2JS.DOTALL : 0);
  try {
    return { kind: 'regex', regex: { source, flags, shape: reading.shape, engine: RE2JS.compile(source, bits) } };
  } catch (cause) {
    if (!(cause instanceof RE2JSException)) throw cause;
    const wrong = (cause as { input?: string | null }).input ?? '';
    const found = wrong === '' ? -1 : source.indexOf(wrong);
    const offset = Math.max(0, found);
    return { kind: 'trouble', trouble: { offset, length: found < 0 ? 1 : wrong.length, message: cause.message } };
  }
}

/**
 * An expression that was compiled before, from its source; its shape and its engine are made when they are first asked for. Where `canBeMade`
 * is false of it they throw.
 */
export function unmadeRegex(source: string, flags: RegexFlags): SigmaRegex {
  let made: SigmaRegex | undefined;
  const ready = (): SigmaRegex => {
    if (made !== undefined) return made;
    const reading = compileRegex(source, flags);
    if (reading.kind === 'trouble') throw new Error(reading.trouble.message);
    made = reading.regex;
    return made;
  };
  return {
    source,
    flags,
    get shape() {
      return ready().shape;
    },
    get engine() {
      return ready().engine;
    },
  };
}

/** Whether an expression can be made. */
export function canBeMade({ source, flags }: SigmaRegex): boolean {
  return compileRegex(source, flags).kind === 'regex';
}

/** Whether the gates let the text through; what they hold back cannot match. `folded` is the folded text where it is at hand. */
export function passesGates(shape: RegexShape, text: string, folded?: string): boolean {
  if (text.length < shape.minLength) return false;
  if (shape.literals.length === 0) return true;
  // RE2 takes the long s for an s when it ignores case; lower case alone would not.
  const haystack = shape.isFolded ? (folded ?? fold(text)).replaceAll('ſ', 's') : text;
  return shape.literals.some((literal) => haystack.includes(literal));
}

export function matchesRegex(regex: SigmaRegex, text: string): boolean {
  const searched = text.length > MAX_HAYSTACK_CHARS ? text.slice(0, MAX_HAYSTACK_CHARS) : text;
  return passesGates(regex.shape, searched) && regex.engine.matcher(searched).find();
}

/** Where the first match lies in the text, in UTF-16 units. */
export function regexSpan(regex: SigmaRegex, text: string): readonly [number, number] | undefined {
  const matcher = regex.engine.matcher(text.slice(0, MAX_HAYSTACK_CHARS));
  return matcher.find() ? [matcher.start(), matcher.end()] : undefined;
}
