/**
 * Characters in 64 classes, six bits each, so that four of them in a row are one small number. Letters of both cases are one
 * class, and so are `-` and `/`, which `windash` takes for each other; what shares a class is told apart when a rule is tried.
 * Class 0 is everything else.
 */
export const START = 1;
export const END = 2;

const PUNCTUATION = [' \t', '-/', '\\', '.', ':', '"', "'`", '({[', ')}]', ',', ';', '=', '%', '$', '&', '|'];
const MORE_PUNCTUATION = ['<', '>', '^~', '+', '*?', '#@', '!', '_', '\n\r'];
const LETTERS_AND_DIGITS = [...'abcdefghijklmnopqrstuvwxyz0123456789'];
const GROUPS: readonly string[] = [...LETTERS_AND_DIGITS, ...PUNCTUATION, ...MORE_PUNCTUATION];

const CLASSES: Uint8Array = new Uint8Array(128);
for (const [at, group] of GROUPS.entries()) {
  for (const char of group + group.toUpperCase()) CLASSES[char.charCodeAt(0)] = at + 3;
}

/** Of every ASCII character. */
export { CLASSES as ASCII_CLASSES };

const WIDE: ReadonlyMap<number, number> = new Map([
  // What folding, or RE2 when it ignores case, takes for an ASCII letter.
  [0x0130, CLASSES['i'.charCodeAt(0)] ?? 0],
  [0x017f, CLASSES['s'.charCodeAt(0)] ?? 0],
  [0x212a, CLASSES['k'.charCodeAt(0)] ?? 0],
]);

/** The class of a character above ASCII. */
export function wideClassOf(code: number): number {
  return WIDE.get(code) ?? 0;
}

export function classOf(code: number): number {
  return code < 128 ? (CLASSES[code] as number) : wideClassOf(code);
}

/** One printed character for each class: that of the lower case, `⟨` and `⟩` for the ends of a value. */
export const CLASS_NAMES: readonly string[] = ['�', '⟨', '⟩', ...GROUPS.map((group) => group.charAt(0))];
