const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['t', '\t'],
  ['n', '\n'],
  ['f', '\f'],
  ['r', '\r'],
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
]);

function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const folded = code | 0x20;
  return folded >= 0x61 && folded <= 0x66 ? folded - 0x57 : -1;
}

/** One escape of a MOF string, read behind its backslash: the text and how many characters it took. */
export interface MofEscape {
  readonly text: string;
  readonly length: number;
}

/**
 * Reads the escape whose letter stands at `at`: `\b \t \n \f \r \" \' \\` and `\xH` to `\xHHHH` (DSP0004, escape
 * characters). An unknown escape stays as it is written, backslash included, since nothing may be lost from a payload.
 */
export function readMofEscape(text: string, at: number): MofEscape {
  const letter = text.charAt(at);
  const simple = SIMPLE_ESCAPES.get(letter);
  if (simple !== undefined) return { text: simple, length: 1 };
  if (letter === 'x' || letter === 'X') {
    let value = 0;
    let digits = 0;
    while (digits < 4) {
      const digit = hexValue(text.charCodeAt(at + 1 + digits));
      if (!(digit >= 0)) break;
      value = value * 16 + digit;
      digits++;
    }
    if (digits > 0) return { text: String.fromCharCode(value), length: 1 + digits };
  }
  return { text: `\\${letter}`, length: letter.length };
}

/** Resolves the escapes of a MOF string exactly once (DOMAIN 2.2 #1). Linear; text without a backslash comes back as is. */
export function unescapeMofString(text: string): string {
  let next = text.indexOf('\\');
  if (next < 0) return text;
  let from = 0;
  const parts: string[] = [];
  while (next >= 0) {
    parts.push(text.slice(from, next));
    const read = readMofEscape(text, next + 1);
    parts.push(read.text);
    from = next + 1 + read.length;
    next = text.indexOf('\\', from);
  }
  parts.push(text.slice(from));
  return parts.join('');
}

const NEEDS_ESCAPE = /[\\"\b\t\n\f\r]/g;
const ESCAPED: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['"', '\\"'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\f', '\\f'],
  ['\r', '\\r'],
]);

/** The text as it stands between the quotes of a MOF string. */
export function escapeMofString(text: string): string {
  return text.replace(NEEDS_ESCAPE, (character) => ESCAPED.get(character) ?? character);
}
