import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { isBegunWord } from '../../src/api/index.ts';
import { go, withQuery } from '../kit/router.ts';
import { mayReadEvidence } from '../kit/session.ts';
import { isLocal, zoneWord } from '../kit/time.ts';
import { digits, plural } from '../kit/words.ts';
import { FitCount } from './asked-line.tsx';
import { downloadCsv } from './csv.ts';
import { PRESET_QUERY, query, queryText } from './filter.ts';
import { goToTime } from './go-to-time.ts';
import { groupIdOf } from './groups.ts';
import { isByTime, SORTS } from './rows.ts';
import { queueState } from './store.ts';
import { behindWords, counts, isGrouped, isSettled, rows, sort } from './view.ts';

const CHIPS: readonly { readonly name: string; readonly q: string; readonly count?: 'mine' | 'overdue' | 'unread' }[] =
  [
    { name: 'Open', q: PRESET_QUERY },
    { name: 'Mine', q: `${PRESET_QUERY} owner:me`, count: 'mine' },
    { name: 'Overdue', q: `${PRESET_QUERY} is:overdue`, count: 'overdue' },
    { name: 'Unread', q: `${PRESET_QUERY} is:unread`, count: 'unread' },
    { name: 'Closed', q: 'state:closed' },
  ];

/** Chips, the field of the filter with what is wrong in it, and what there is by it. */
export function QueueHead({ filter }: { readonly filter: { readonly current: HTMLInputElement | null } }): JSX.Element {
  const text = queryText.value;
  const own = counts.value;
  const { problems } = query.value;
  const [typed, setTyped] = useState(text);
  useEffect(() => {
    // The URL follows what is typed a moment later: it must not take letters back.
    if (document.activeElement !== filter.current) setTyped(text);
  }, [text]);
  const isOwn = useOwn(text);
  const show = (q: string): void => go(withQuery({ q: q === PRESET_QUERY ? undefined : q }), 'replace');
  const isPreset = CHIPS.some(({ q }) => q === text);
  const { hidden, hasMore, problem, atMs } = queueState.value;
  const countWords = (count: number): string => (count === 0 ? '' : ` ${count}${own.isOfHeld ? '+' : ''}`);
  return (
    <header>
      <h1>Incidents</h1>
      <div class="filters">
        {CHIPS.map(({ name, q, count }) => (
          <button key={name} type="button" class="chip" aria-pressed={q === text} onClick={() => show(q)}>
            {name}
            {count === undefined ? '' : countWords(own[count])}
          </button>
        ))}
      </div>
      <form
        role="search"
        aria-label="Filter the queue"
        onSubmit={(event) => {
          event.preventDefault();
          show(typed.trim());
        }}
      >
        <input
          ref={filter}
          type="search"
          aria-label="Filter: words such as host: ip: level:, or any text"
          aria-invalid={problems.length > 0}
          aria-describedby="query-problem"
          placeholder="host: ip: level: or any text; ? lists all"
          autocomplete="off"
          spellcheck={false}
          value={isPreset && typed === text ? '' : typed}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            const value = event.currentTarget.value.trim();
            // A word that is still being typed is no error yet.
            if (!isBegunWord(value)) show(value === '' ? PRESET_QUERY : value);
          }}
          onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        />
      </form>
      <p id="query-problem" class="trouble">
        {problems.map(({ message, at }) => (
          <span class="line" key={at}>
            At {at + 1}: {message}
          </span>
        ))}
      </p>
      <p class="qh">
        <span role="status" aria-live={isOwn ? 'polite' : 'off'}>
          {problem !== undefined && atMs === 0 ? null : isPreset && text === PRESET_QUERY ? (
            `${digits(own.open)}${own.isOfHeld ? '+' : ''} open${behindWords(own)}`
          ) : (
            <FitCount hasMore={hasMore} />
          )}
          {hasMore ? '; the page holds 10,000, open ones first' : ''}
          {own.isOfHeld ? '; counts with + are of these' : ''}
        </span>
        <select
          class="chip"
          aria-label="Order"
          value={sort.value}
          onChange={(event) =>
            go(
              withQuery({ sort: event.currentTarget.value === 'urgent' ? undefined : event.currentTarget.value }),
              'replace',
            )
          }
        >
          {SORTS.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
        {mayReadEvidence() ? (
          <button
            type="button"
            class="chip"
            aria-pressed={isGrouped.value}
            onClick={() => go(withQuery({ group: isGrouped.value ? undefined : 'payload' }), 'replace')}
          >
            Group by payload: {plural(new Set(rows.value.map(groupIdOf)).size, 'group')}
          </button>
        ) : null}
        {isByTime(sort.value) && !isGrouped.value ? <GoTo /> : null}
        <span class="end">
          {hidden.incidents > 0 ? (
            <a href={withQuery({ q: 'is:hidden' }, '/incidents')}>
              {hidden.incidents} hidden by {plural(hidden.suppressions, 'suppression')}
            </a>
          ) : null}{' '}
          <button
            type="button"
            class="lnk"
            onClick={() => void downloadCsv({ rows: rows.value, query: text, isWhole: !hasMore && isSettled.value })}
          >
            CSV
          </button>
        </span>
      </p>
    </header>
  );
}

/** A time to go to. Each digit of it makes another whole time: what is typed counts at Enter, or where the field is left; what is picked, at once. */
function GoTo(): JSX.Element {
  const isTyped = useRef(false);
  const waits = useRef(false);
  const done = ({ currentTarget }: { readonly currentTarget: HTMLInputElement }): void => {
    waits.current = false;
    goToTime(Date.parse(currentTarget.value + (isLocal.value ? '' : 'Z')));
  };
  return (
    <label>
      Go to, {zoneWord()}{' '}
      <input
        type="datetime-local"
        class="chip"
        onPointerDown={() => {
          isTyped.current = false;
        }}
        onKeyDown={(event) => {
          isTyped.current = true;
          if (event.key === 'Enter') done(event);
        }}
        onChange={(event) => {
          waits.current = isTyped.current;
          if (!waits.current) done(event);
        }}
        onBlur={(event) => {
          // Who presses a row has chosen it: nothing moves under the hand (SETTLED G6).
          if (waits.current && document.querySelector('.vlist :active') === null) done(event);
          waits.current = false;
          isTyped.current = false;
        }}
      />
    </label>
  );
}

const OWN_MS = 2000;

/** True a moment after the person chose another filter: what came of it is read out. What the stream changes has words of its own (SETTLED G6). */
function useOwn(text: string): boolean {
  const [known, setKnown] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setKnown(text), OWN_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return known !== text || !isSettled.value;
}
