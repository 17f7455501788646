import type { JSX } from 'preact';
import { EVENT_WORDS } from '../../src/api/index.ts';
import { NeedsRole } from '../kit/parts.tsx';
import { place, withQuery } from '../kit/router.ts';
import { mayReadEvidence } from '../kit/session.ts';
import { stampOf, zoneWord } from '../kit/time.ts';
import { readWayBack } from '../kit/way-back.ts';
import { visibleText } from '../kit/words.ts';
import { Results } from '../search/results.tsx';
import { type SearchQuery, searchOf } from '../search/search-query.ts';

/** Received events by words, fields and time. */
export function SearchPage(): JSX.Element {
  if (!mayReadEvidence())
    return (
      <main id="main" class="page">
        <h1>Search</h1>
        <NeedsRole what="Search in received events" needed="analyst" />
      </main>
    );
  const query = searchOf(place.value.query);
  return (
    <main id="main" class="page search">
      <Back />
      <h1>Search</h1>
      {query === undefined ? (
        <Beginning />
      ) : (
        <>
          <Asked query={query} />
          {query.problem === undefined ? <Results key={query.asked} query={query} /> : null}
        </>
      )}
    </main>
  );
}

/** To the incident that the search was reached from, also after it was narrowed. */
function Back(): JSX.Element | null {
  const way = readWayBack(place.value.query.get('back'));
  return way === undefined ? null : (
    <p class="back">
      <a href={way.href}>← Back to {way.name}</a>
    </p>
  );
}

function Beginning(): JSX.Element {
  return (
    <div class="state">
      <p>Type into the field above: words that stand whole in an event, *parts* of them, or fields.</p>
      <p class="mono">host:SRV-02 event:4624 "svc-deploy" from:2026-03-12</p>
      <p>
        Fields:{' '}
        {Object.keys(EVENT_WORDS)
          .map((word) => `${word}:`)
          .join(' ')}
      </p>
    </div>
  );
}

/** Where a word of the field above is none, and what is asked for beside the words, with a way out. */
function Asked({ query }: { readonly query: SearchQuery }): JSX.Element {
  const { text, problem, named, from, to } = query;
  return (
    <>
      {problem === undefined ? null : (
        <div role="alert">
          <p class="mono asked">
            {visibleText(text.slice(0, problem.at))}
            <mark>{visibleText(text.slice(problem.at, problem.at + problem.length))}</mark>
            {visibleText(text.slice(problem.at + problem.length))}
          </p>
          <p class="trouble">
            At {problem.at + 1}: {problem.message}
          </p>
        </div>
      )}
      {from === undefined && to === undefined ? null : (
        <p class="row">
          <span class="num">
            {from === undefined ? 'Until' : `From ${stampOf(from)}`}
            {to === undefined ? ' on' : `${from === undefined ? '' : ' to'} ${stampOf(to)}`} {zoneWord()}
          </span>
          <a href={withQuery({ from: undefined, to: undefined, open: undefined })}>All times</a>
        </p>
      )}
      {named.length === 0 ? null : (
        <p class="row">
          <span>{named.map(({ name, value }) => `${name} ${visibleText(value)}`).join(', ')}</span>
          <a href={withQuery(Object.fromEntries(named.map(({ name }) => [name, undefined])))}>Without these</a>
        </p>
      )}
    </>
  );
}
