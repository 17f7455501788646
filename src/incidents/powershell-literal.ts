/**
 * Values inside PowerShell that Triad writes (L17, L20). A script is ASCII only, since Windows PowerShell 5.1 reads a file
 * without a byte order mark in the machine's code page; so what is not ASCII is written by its code.
 */

/** Everything that PowerShell takes for a quote, and what ends a line or cannot be seen: such a name is left to a person. */
const BY_HAND = /["'\u2018-\u201e`]|[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
/** Longer texts are no names. */
const MAX_LITERAL = 1024;

/** True for a text that may stand in a script as a literal. */
export function isPlainName(text: string): boolean {
  return text !== '' && text.length <= MAX_LITERAL && !BY_HAND.test(text);
}

/**
 * The text as one PowerShell expression that evaluates to exactly it: `'it''s'`, `('caf' + [char]233)`. Only inside
 * single quotes, where nothing is expanded and only a quote ends the string.
 */
export function powershellLiteral(text: string): string {
  const parts = text.match(/[\u0020-\u007e]+|[^\u0020-\u007e]/g) ?? [];
  const isAscii = parts.every((part) => /^[\u0020-\u007e]+$/.test(part));
  if (isAscii) return quoted(text);
  const terms = parts.map((part) => (/^[\u0020-\u007e]+$/.test(part) ? quoted(part) : `[char]${part.charCodeAt(0)}`));
  // A text first, so that + joins texts and does not add codes.
  return `('' + ${terms.join(' + ')})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
