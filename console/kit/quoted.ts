import { MOST_WORDS_TEXT } from '../../src/api/index.ts';

/** A value as words take it (PRODUCT 9.2): in quotes where something in it would mean more than itself. What is longer than a text of words may be ends with a word. */
export function quotedWord(field: string | undefined, value: string): string {
  const name = field === undefined ? '' : `${field}:`;
  const whole = name + quoted(value, field !== undefined);
  if (whole.length <= MOST_WORDS_TEXT) return whole;
  const cut = beginningOf(value, MOST_WORDS_TEXT - name.length - '""'.length);
  // Where no word ends, the rest of this one may be anything.
  return cut.isWhole
    ? name + quoted(cut.text, field !== undefined)
    : `${name}${cut.text.slice(0, -1).replace(/[\ud800-\udbff]$/, '')}*`;
}

/** Without a field a colon would make one. */
function quoted(value: string, hasField: boolean): string {
  const isPlain = (hasField ? /^[^\s"*:-][^\s"*]*$/ : /^[^\s"*:-][^\s"*:]*$/).test(value);
  return isPlain ? value : `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** What a word of the archive is made of: letters, digits, `_`, `.`, and whatever is no ASCII. */
const OF_WORD = /[\w.\u0080-\uffff]/;

/** The beginning of a value that has room in so many characters, escapes counted. */
function beginningOf(value: string, most: number): { readonly text: string; readonly isWhole: boolean } {
  let end = 0;
  for (let taken = 0; end < value.length; end++) {
    taken += /["\\]/.test(value[end] ?? '') ? 2 : 1;
    if (taken > most) break;
  }
  const isInWord = (at: number): boolean => OF_WORD.test(value[at - 1] ?? '') && OF_WORD.test(value[at] ?? '');
  let last = end;
  while (last > 0 && isInWord(last)) last--;
  const text = value.slice(0, last).trimEnd();
  return text === '' ? { text: value.slice(0, end), isWhole: false } : { text, isWhole: true };
}

/** A word of a search as it was typed: what stands in quotes is one with what it hangs on. */
const WORD = /(?:"(?:\\.|[^"\\])*"|[^\s"])+/g;

/** Words of a text, as they were typed. */
export function typedWords(text: string): readonly string[] {
  return text.match(WORD) ?? [];
}
