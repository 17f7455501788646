import type { SourceText, Span } from './source.ts';
import type { ScalarNode } from './tree.ts';

/** How long an escape of a double-quoted scalar is, with its backslash. */
function escapeLength(text: string, at: number): number {
  const kind = text[at + 1];
  return kind === 'x' ? 4 : kind === 'u' ? 6 : kind === 'U' ? 10 : 2;
}

/**
 * Where the characters `from` to `to` of a scalar's value stand in the file: quotes, escapes, the indentation of blocks and
 * folded lines are stepped over.
 */
export function spanInScalar(source: SourceText, scalar: ScalarNode, from: number, to: number): Span {
  const start = offsetInScalar(source, scalar, from);
  return { start, end: Math.max(start + 1, to > from ? offsetInScalar(source, scalar, to - 1) + 1 : start + 1) };
}

function offsetInScalar(source: SourceText, scalar: ScalarNode, wanted: number): number {
  const { text } = source;
  const value = typeof scalar.value === 'string' ? scalar.value : scalar.text;
  let at = scalar.at.start;
  if (scalar.style === 'single' || scalar.style === 'double') at++;
  else if (scalar.style !== 'plain') at = endOfLine(text, at, scalar.at.end);
  for (let i = 0; at < scalar.at.end; i++) {
    const char = value[i] ?? '';
    // A line break in the source is a blank, a break or nothing in the value; the next line's indentation is nothing.
    if (text[at] !== char || char === '\n') {
      if (scalar.style === 'double' && text[at] === '\\' && !/[\r\n]/.test(text[at + 1] ?? '')) {
        if (i === wanted) return at;
        at += escapeLength(text, at);
        continue;
      }
      const next = pastBreak(text, at, scalar.at.end);
      if (next > at) {
        if (i === wanted && /\s/.test(char)) return at;
        at = next;
        if (/\s/.test(char)) continue;
      }
    }
    if (i >= wanted) return at;
    at += scalar.style === 'single' && char === "'" ? 2 : 1;
  }
  return Math.max(scalar.at.start, Math.min(at, scalar.at.end));
}

function endOfLine(text: string, from: number, end: number): number {
  const newline = text.indexOf('\n', from);
  return pastBlanks(text, newline < 0 ? end : newline + 1, end);
}

function pastBlanks(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && (text[at] === ' ' || text[at] === '\t')) at++;
  return at;
}

/** Past blanks and line breaks, if there is a break among them; a continued line's backslash counts as one of its blanks. */
function pastBreak(text: string, from: number, end: number): number {
  let at = from;
  let broke = false;
  while (at < end && /[\s\\]/.test(text[at] ?? '')) {
    if (text[at] === '\\' && !/[\r\n]/.test(text[at + 1] ?? '')) break;
    if (text[at] === '\n') broke = true;
    at++;
  }
  return broke ? at : from;
}
