import type { JSX } from 'preact';
import { QUEUE_WORD_NAMES, QUEUE_WORDS } from '../../src/api/index.ts';

/** What the filter of the queue knows, out of the table that the server reads words by. */
export function FilterWords(): JSX.Element {
  return (
    <section class="words" aria-label="Words of the filter">
      <h3>Words of the filter</h3>
      <p>
        All must hold: <span class="mono">host:srv-02 -state:closed "exact text" *part*</span>. Minus leaves out, quotes
        keep a text together, a star is anything. Other text is a part of the title, or a number such as INC-12.
      </p>
      <dl>
        {QUEUE_WORD_NAMES.map((word) => (
          <div key={word}>
            <dt class="mono">{word}:</dt>
            <dd>{QUEUE_WORDS[word].says}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
