import type { ScopesDocument } from '../../src/api/index.ts';
import { visibleText } from '../kit/words.ts';

/** Characters of a name, a payload or a command line that stand in a choice. */
const MOST_SHOWN = 100;

/** What a print stands for, and its beginning: two contents may have one name. */
export function printWords(named: ScopesDocument['named'], print: string): string {
  const text = named.find((one) => one.print === print)?.text ?? 'content';
  return `${shortText(text)} (${print.slice(0, 8)})`;
}

export function shortText(text: string): string {
  const shown = visibleText(text.replace(/\s+/g, ' '));
  return shown.length > MOST_SHOWN ? `${shown.slice(0, MOST_SHOWN)}…` : shown;
}
