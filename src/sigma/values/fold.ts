/** Most texts have neither, and need no copy. */
const UPPER_OR_WIDE = /[A-Z\u0080-\uffff]/;

/**
 * Case folding of Sigma's comparisons (SIGMA 2.2): lower case of every locale, and one sigma. `toLowerCase` writes the last
 * sigma of a word as `ς`, so that a needle could miss inside a longer text. A folded text may be longer than its source
 * (U+0130): offsets in it are its own.
 */
export function fold(text: string): string {
  if (!UPPER_OR_WIDE.test(text)) return text;
  const lower = text.toLowerCase();
  return lower.includes('ς') ? lower.replaceAll('ς', 'σ') : lower;
}
