import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useKeys } from '../kit/keys.ts';
import { otherBuild } from '../kit/live.ts';
import { Ticking } from '../kit/parts.tsx';
import { go, place, route, urlOf, withQuery } from '../kit/router.ts';
import { person } from '../kit/session.ts';
import { choose } from '../kit/settings.ts';
import { isDark, toggleTheme } from '../kit/theme.ts';
import { isLocal, nowMs, parts, spanOf } from '../kit/time.ts';
import { plural } from '../kit/words.ts';
import { waitingForMe } from '../pages/requests.tsx';
import { blindness, lastRecordAgeMs, lateSenders } from './health.ts';

/** Brand, search, freshness, clock, theme, help and account. Help stands at the same place on every page. */
export function Bar({ onHelp }: { readonly onHelp: () => void }): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  const isSearch = route.value.page === 'search';
  const asked = isSearch ? (place.value.query.get('q') ?? '') : '';
  const [text, setText] = useState(asked);
  useEffect(() => setText(asked), [asked]);
  useEffect(() => useKeys([{ key: '/', says: 'search', group: 'Anywhere', run: () => field.current?.focus() }]), []);
  const age = lastRecordAgeMs.value;
  const waits = waitingForMe();
  return (
    <header class="bar">
      <a class="brand" href="/incidents">
        Triad
      </a>
      <form
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          // Other words of the same search keep its times.
          go(
            isSearch
              ? withQuery({ q: text.trim(), open: undefined })
              : urlOf('search', undefined, text.trim() === '' ? {} : { q: text.trim() }),
          );
        }}
      >
        <input
          ref={field}
          type="search"
          aria-label="Search all records"
          placeholder="Search hosts, accounts, payloads, record numbers"
          autocomplete="off"
          spellcheck={false}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        />
      </form>
      <div class="st">
        {age === undefined ? null : <span class="num">Last record {spanOf(age)} ago</span>}
        {lateSenders.value.length === 0 ? null : (
          <a href="/senders">{plural(lateSenders.value.length, 'sender')} late</a>
        )}
        <button
          type="button"
          class="quiet num"
          aria-label={`Times in ${isLocal.value ? 'local time' : 'UTC'}; switch`}
          onClick={() => choose('zone', isLocal.value ? 'utc' : 'local')}
        >
          {clock()}
        </button>
        <button type="button" class="quiet" aria-pressed={isDark()} onClick={toggleTheme}>
          {isDark() ? 'Light' : 'Dark'}
        </button>
        <button type="button" class="quiet" onClick={onHelp}>
          Help
        </button>
        <a href="/account">
          {person()}
          {waits === 0 ? '' : `, ${plural(waits, 'request waits', 'requests wait')}`}
        </a>
      </div>
    </header>
  );
}

function clock(): string {
  return `${parts(nowMs.value).time} ${isLocal.value ? 'local' : 'UTC'}`;
}

/** Above everything when Triad itself is blind, and when another build is served (SETTLED G15, G16). */
export function Notices(): JSX.Element | null {
  const blind = blindness.value;
  if (blind.length === 0 && otherBuild.value === undefined) return null;
  return (
    <div class="notices" role="status">
      {blind.map(({ why, span, end }) => (
        <p key={why} class="blind">
          {why}
          <Ticking>{span}</Ticking>
          {end}
        </p>
      ))}
      {otherBuild.value === undefined ? null : (
        <p>
          Triad was updated.{' '}
          <button type="button" class="lnk" onClick={() => location.reload()}>
            Reload
          </button>
        </p>
      )}
    </div>
  );
}
