import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { narrowing, ofWords } from '../kit/narrow.ts';
import { quotedWord } from '../kit/quoted.ts';
import { digits, plural, visibleText } from '../kit/words.ts';
import type { Hits } from './hits.ts';
import { FACETS } from './tally.ts';

const MOST_VALUES = 6;

/** Counts over the hits that were read so far, and no more (SETTLED G11). A value narrows the search to it, or no more where it did. */
export function Facets({ hits }: { readonly hits: Hits }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="facets" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        Values of the {plural(hits.length, 'hit')}
        {hits.isWhole ? '' : ' read so far'}
      </summary>
      <dl class="kv">
        {(isOpen ? FACETS : []).map(({ field, name }, facet) => {
          const { top, others } = hits.tally.most(facet, MOST_VALUES);
          return (
            <div key={field}>
              <dt>{name}</dt>
              <dd class="values">
                {top.map(({ value, count }) =>
                  value === '' ? (
                    <span key={value}>none {digits(count)}</span>
                  ) : (
                    <button
                      key={value}
                      type="button"
                      class="lnk"
                      title={visibleText(narrowing(quotedWord(field, value))?.name ?? '')}
                      {...ofWords(quotedWord(field, value))}
                      onClick={() => narrowing(quotedWord(field, value))?.run()}
                    >
                      {visibleText(value)} {digits(count)}
                    </button>
                  ),
                )}
                {others === 0 ? null : <span>others {digits(others)}</span>}
              </dd>
            </div>
          );
        })}
      </dl>
    </details>
  );
}
