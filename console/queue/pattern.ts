import type { WordPattern } from '../../src/api/index.ts';

/** Looks at a text that was folded. */
export type Fits = (folded: string) => boolean;

/** A text as the server's tables compare it: letters of ASCII count the same in either case, others do not. */
export function foldedOf(text: string): string {
  return /[\u0080-\uffff]/.test(text)
    ? text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase())
    : text.toLowerCase();
}

/** True of a text that is the pattern from end to end. */
export function wholeOf(pattern: WordPattern): Fits {
  const [first = '', ...rest] = pattern.map(foldedOf);
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
    let at = first.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > text.length - last.length) return false;
      at = found + part.length;
    }
    return true;
  };
}

/** True of a text that holds the pattern anywhere. */
export function partOf(pattern: WordPattern): Fits {
  if (pattern.length > 1) return wholeOf(['', ...pattern, '']);
  const wanted = foldedOf(pattern[0]);
  return (text) => text.includes(wanted);
}
