import { readEventWords } from '../../src/api/index.ts';
import { typedWords } from './quoted.ts';
import { go, place, withQuery } from './router.ts';
import { say } from './status.ts';

/** Stands between the words of an element; no word has it but one that is hostile. */
const BETWEEN = '\u001f';

/** What the search on screen asks for; undefined where there is none. */
function asked(): readonly string[] | undefined {
  const { path, query } = place.value;
  return path === '/search' ? typedWords(query.get('q') ?? '') : undefined;
}

/** What a word asks for, however it was typed: `host:"SRV-02"` is `host:srv-02`. */
function meaning(word: string): string {
  const read = readEventWords(word);
  const [term] = read.kind === 'terms' && read.terms.length === 1 ? read.terms : [];
  return term === undefined ? word : `${term.field} ${term.isPart ? word : term.value}`.toLowerCase();
}

const isSame = (word: string) => (other: string) => meaning(other) === meaning(word);

function search(words: readonly string[]): void {
  go(withQuery({ q: words.join(' '), open: undefined }));
}

/** What the search on screen can do with a word (PRODUCT 9.3): ask for it too, or no more where it does; the name has the word as it is. Leaving events out it cannot: the archive has no way to. */
export function narrowing(word: string): { readonly name: string; readonly run: () => void } | undefined {
  const words = asked();
  if (words === undefined) return undefined;
  return words.some(isSame(word))
    ? { name: `Take out ${word}`, run: () => search(words.filter((one) => !isSame(word)(one))) }
    : { name: `Narrow to ${word}`, run: () => search([...words, word]) };
}

/** Marks an element as being of a value, or of several, which keys narrow by. */
export function ofWords(...words: readonly (string | undefined)[]): { readonly 'data-words': string | undefined } {
  return { 'data-words': words.filter((word) => word !== undefined).join(BETWEEN) || undefined };
}

/** Does what a key asks for with the words of what has the focus; where several come into question, its menu opens. */
export function narrowByFocus(isOut: boolean): void {
  const focused = document.activeElement;
  const element = (focused?.closest('[data-words]') ?? focused?.closest('.hit')?.querySelector('[data-words]')) as
    | HTMLElement
    | undefined;
  const words = element?.dataset['words']?.split(BETWEEN) ?? [];
  const known = asked() ?? [];
  const [one, ...others] = words.filter((word) => known.some(isSame(word)) === isOut);
  if (others.length > 0) element?.click();
  else if (one !== undefined) narrowing(one)?.run();
  else
    say(
      isOut
        ? 'The archive cannot leave a word out: narrow by what is there.'
        : 'Focus a hit or a value first that is not asked for yet.',
    );
}
