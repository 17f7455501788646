import type { Language } from './language.ts';

const MIN_CHARS = 32;
const MIN_ENTROPY_CHARS = 256;
const MAX_CHARS = 1 << 16;

/**
 * Why a text looks deliberately hard to read (P12, DOMAIN 5), or undefined. Encoded runs, links, GUIDs and ruled lines are
 * left out of the measure, so that what has its own weight or is ordinary does not count. Entropy is asked of scripts only:
 * a browser's switches are as dense as packed text.
 */
export function obfuscationOf(text: string, language: Language): string | undefined {
  const bare = text
    .slice(0, MAX_CHARS)
    .replace(/[A-Za-z0-9+/]{40,}={0,2}/g, ' ')
    .replace(/\{?\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b\}?/gi, ' ')
    .replace(/([-=*#_.~+ ])\1{2,}/g, '$1')
    .replace(/\b(?:https?|hxxps?|ftp):\/\/[^\s"'<>)]{1,2048}/gi, ' ');
  let letters = 0;
  let symbols = 0;
  let noise = 0;
  let chars = 0;
  for (let i = 0; i < bare.length; i++) {
    const ch = bare.charAt(i);
    if (/\s/.test(ch)) continue;
    chars++;
    if (/[A-Za-z\u00c0-\uffff]/.test(ch)) letters++;
    else if (!/[0-9]/.test(ch)) {
      // Paths and switches of ordinary command lines are made of these.
      if (!'\\/.-_'.includes(ch)) symbols++;
      if (ch === '^' || (ch === '`' && language !== 'jscript')) noise++;
    }
  }
  if (chars < MIN_CHARS) return undefined;
  if (noise > chars * 0.03) return `${percent(noise, chars)} of the characters are backticks or carets`;
  if (letters > 0 && symbols > letters * 0.5) return `${symbols} symbols to ${letters} letters`;
  const changes = caseChanges(bare);
  if (changes.pairs >= MIN_CHARS && changes.changes > changes.pairs * 0.25) {
    return `case changes in ${percent(changes.changes, changes.pairs)} of the letter pairs`;
  }
  // Plain code of many short names comes near 5.2 too; it has blanks between its words.
  const isDense = language !== 'command' && chars >= MIN_ENTROPY_CHARS && bare.length - chars < bare.length * 0.05;
  const entropy = isDense ? bitsPerChar(bare) : 0;
  return entropy > 5.2 ? `${entropy.toFixed(2)} bits a character` : undefined;
}

function percent(part: number, whole: number): string {
  return `${Math.round((part * 100) / whole)} %`;
}

/** Changes of case between neighbouring letters that no word of a name written like `ThisName` explains. */
function caseChanges(text: string): { readonly changes: number; readonly pairs: number } {
  let changes = 0;
  let pairs = 0;
  for (const run of text.matchAll(/[A-Za-z]{2,256}/g)) {
    const word = run[0];
    pairs += word.length - 1;
    for (let i = 1; i < word.length; i++) {
      const before = isUpper(word, i - 1);
      const now = isUpper(word, i);
      if (before === now) continue;
      // `aB`: a new word begins when two small letters follow or all behind it is large; `Ab`: a word's own first letter.
      const isWordStart = now
        ? isSmall(word, i + 1) && isSmall(word, i + 2)
        : isSmall(word, i + 1) || i + 1 === word.length;
      const isAllLarge = now && word.slice(i) === word.slice(i).toUpperCase();
      if (!isWordStart && !isAllLarge) changes++;
      else if (!now && i >= 2 && !isUpper(word, i - 2) && !isSmall(word, i + 1)) changes++;
    }
  }
  return { changes, pairs };
}

function isUpper(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 65 && code <= 90;
}

function isSmall(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 97 && code <= 122;
}

/** Shannon entropy over characters. */
export function bitsPerChar(text: string): number {
  const counts = new Map<string, number>();
  for (const ch of text) counts.set(ch, (counts.get(ch) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) {
    const share = count / text.length;
    bits -= share * Math.log2(share);
  }
  return bits;
}
