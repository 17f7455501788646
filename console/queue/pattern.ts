import type { WordPattern } from '../../src/api/index.ts';

/** True where the text is the pattern from end to end, as the server's tables compare: letters of ASCII count the same in either case, others do not. */
export function fitsWhole(text: string, pattern: WordPattern): boolean {
  const parts = pattern.map(folded);
  const within = folded(text);
  const [first = ''] = parts;
  if (parts.length === 1) return within === first;
  const last = parts.at(-1) ?? '';
  if (!within.startsWith(first) || !within.endsWith(last) || within.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = within.indexOf(part, at);
    if (found < 0 || found + part.length > within.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}

/** True where the pattern stands anywhere in the text. */
export function holds(text: string, pattern: WordPattern): boolean {
  // One look is enough for what most people type, and is what 10,000 titles have time for at each key.
  if (pattern.length === 1) return folded(text).includes(folded(pattern[0]));
  return fitsWhole(text, ['', ...pattern, '']);
}

function folded(text: string): string {
  return /[\u0080-\uffff]/.test(text)
    ? text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase())
    : text.toLowerCase();
}
