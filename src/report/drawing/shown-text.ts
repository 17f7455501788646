import { defang } from '../defang.ts';
import { escapeTerminal } from '../terminal.ts';

/** Text of evidence as a reader sees it: invisible and control characters written out, line breaks kept, addresses defanged. */
export function visible(text: string): string {
  return plainLines(defang(text));
}

/** The same with addresses as they are: for what is copied raw. */
export function plainLines(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => escapeTerminal(line.replaceAll('\t', '    ')))
    .join('\n');
}

/** A text in a sentence, a cell or a title is cut here; a whole value has its own place. */
export const MAX_TEXT = 4096;

/** The text, cut with the number of characters that are left where it is longer. */
export function bounded(text: string, max: number): string {
  const left = text.length - max;
  return left > 0 ? `${text.slice(0, max).toWellFormed()} (${left} more characters)` : text;
}
