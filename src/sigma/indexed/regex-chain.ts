import type { SigmaRegex } from '../values/regex.ts';

const SPECIAL = /[\\^$.*+?()[\]{}|]/;

/**
 * The texts of an expression that is nothing but texts with `.*` between them (`\+.*\+.*\+`): in a value of one line they need only
 * follow one another. Undefined for any other, and for one that ignores case.
 */
export function chainOf({ source, flags, shape }: SigmaRegex): readonly string[] | undefined {
  if (flags.i || shape.isFolded || source.includes('(?')) return undefined;
  const links: string[] = [];
  let text = '';
  for (let at = 0; at < source.length; at++) {
    const char = source[at] as string;
    if (char === '.' && source[at + 1] === '*') {
      at += source[at + 2] === '?' ? 2 : 1;
      links.push(text);
      text = '';
    } else if (char === '\\') {
      const next = source[++at];
      // A letter or a digit behind it is a class, a place or a number.
      if (next === undefined || /[A-Za-z0-9]/.test(next) || next.charCodeAt(0) > 127) return undefined;
      text += next;
    } else if (SPECIAL.test(char)) return undefined;
    else text += char;
    const after = source[at + 1];
    if (text !== '' && (after === '*' || after === '+' || after === '?' || after === '{')) return undefined;
  }
  return [...links, text].filter((link) => link !== '');
}

export function followOneAnother(links: readonly string[], text: string): boolean {
  let at = 0;
  for (let i = 0; i < links.length; i++) {
    const link = links[i] as string;
    const found = text.indexOf(link, at);
    if (found < 0) return false;
    at = found + link.length;
  }
  return true;
}
