import type { JSX } from 'preact';
import { go, place, withQuery } from '../kit/router.ts';
import { visibleText } from '../kit/words.ts';

/** The part of a name that a list is asked for; empty where it is asked for all. */
export function namedPart(): string {
  return place.value.query.get('named') ?? '';
}

/** A path of the server for the rows with that in their name. */
export function pathNamed(path: string, named: string): string {
  return named === '' ? path : `${path}&named=${encodeURIComponent(named)}`;
}

export function NameField({ named }: { readonly named: string }): JSX.Element {
  return (
    <form
      class="filters"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        const typed = String(new FormData(event.currentTarget).get('named') ?? '').trim();
        go(withQuery({ named: typed }), 'replace');
      }}
    >
      <label>
        Named <input type="search" name="named" maxLength={255} autocomplete="off" spellcheck={false} value={named} />
      </label>{' '}
      <button type="submit" class="btn">
        Find
      </button>
    </form>
  );
}

/** What a list is narrowed to beside a name: as the end of "nothing here …", and what in the URL asks for it. */
export interface Narrowed {
  readonly words: string;
  readonly query: string;
}

/** Empty by a filter: it names the filter, and clears it (PRODUCT 9.4). */
export function NothingFits({
  named,
  narrowed,
}: {
  readonly named: string;
  readonly narrowed?: Narrowed | undefined;
}): JSX.Element {
  const words = [
    ...(named === '' ? [] : [`has “${visibleText(named)}” in its name`]),
    ...(narrowed === undefined ? [] : [narrowed.words]),
  ];
  const clear = { named: undefined, ...(narrowed === undefined ? {} : { [narrowed.query]: undefined }) };
  return (
    <div class="state">
      <p>
        <b>Nothing here {words.join(' and ')}.</b>
      </p>
      <button type="button" class="btn" onClick={() => go(withQuery(clear), 'replace')}>
        Clear
      </button>
    </div>
  );
}
