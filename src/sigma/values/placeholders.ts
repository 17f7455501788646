/** Values for `%name%` of the modifier `expand`, by name without the signs. */
export type Placeholders = ReadonlyMap<string, readonly string[]>;

export const MAX_EXPANSIONS = 10_000;

export type Expansion =
  | { readonly kind: 'texts'; readonly texts: readonly string[] }
  | { readonly kind: 'missing'; readonly name: string; readonly offset: number; readonly length: number }
  | { readonly kind: 'too-many' };

/**
 * Every text that placeholders make of one: a list of values becomes alternatives. `\%` is a percent sign. `quote` makes a value
 * fit for the text it is put into.
 */
export function expandText(text: string, placeholders: Placeholders, quote: (value: string) => string): Expansion {
  let texts: string[] = [''];
  let at = 0;
  for (const match of text.matchAll(/\\%|%([^%\s\\]+)%/g)) {
    const before = text.slice(at, match.index);
    at = match.index + match[0].length;
    const name = match[1];
    const values = name === undefined ? ['%'] : placeholders.get(name)?.map(quote);
    if (values === undefined || values.length === 0) {
      return { kind: 'missing', name: name ?? '', offset: match.index, length: match[0].length };
    }
    if (texts.length * values.length > MAX_EXPANSIONS) return { kind: 'too-many' };
    texts = texts.flatMap((head) => values.map((value) => head + before + value));
  }
  return { kind: 'texts', texts: texts.map((head) => head + text.slice(at)) };
}
