import type { JSX } from 'preact';
import { urlOf } from '../kit/router.ts';
import { stampOf, zoneWord } from '../kit/time.ts';
import { plural, visibleText } from '../kit/words.ts';
import type { Survey } from './bins.ts';
import type { Hits } from './hits.ts';
import type { SearchQuery } from './search-query.ts';

const KINDS: Readonly<Record<Survey['absent'][number]['kind'], string>> = {
  host: 'host',
  channel: 'channel',
  event: 'event id',
  word: 'word',
};

/** Why nothing was found: what was looked at, what stands nowhere, who was silent (SETTLED G11). */
export function NoHits({
  query,
  hits,
  survey,
}: {
  readonly query: SearchQuery;
  readonly hits: Hits;
  readonly survey: Survey | undefined;
}): JSX.Element {
  const { events, blocks, passed, damaged, gone } = hits.progress;
  return (
    <div class="state">
      <p>
        <b>{hits.isWhole ? 'No event fits.' : 'No event fits so far.'}</b> {plural(events, 'event')} in{' '}
        {plural(blocks, 'block')} of the archive were looked at; {plural(passed, 'block')} could not hold one, by their
        times and words.
      </p>
      {damaged + gone > 0 ? (
        <p class="trouble">
          {plural(damaged, 'block')} could not be read, and {plural(gone, 'block')} went when their time was over.
        </p>
      ) : null}
      <ul>
        {(survey?.absent ?? []).map(({ kind, value }) => (
          <li key={`${kind} ${value}`}>
            The {KINDS[kind]} <span class="mono">{visibleText(value)}</span> stands in no event of the archive.
          </li>
        ))}
        {(survey?.silent ?? []).map(({ host, last }) => (
          <li key={host}>
            The host <a href={urlOf('hosts', host.toLowerCase())}>{visibleText(host)}</a>{' '}
            {last === undefined
              ? 'has never sent an event.'
              : `was silent then: its newest event is of ${stampOf(last)} ${zoneWord()}.`}
          </li>
        ))}
        {query.whole === undefined ? null : (
          <li>
            A word stands whole: <span class="mono">{visibleText(query.whole)}</span> does not find what only holds it,{' '}
            <span class="mono">*{visibleText(query.whole)}*</span> does.
          </li>
        )}
        {hits.reach === undefined ? null : (
          <li>
            The archive holds {stampOf(hits.reach.from)} to {stampOf(hits.reach.to)}, {zoneWord()}.
          </li>
        )}
      </ul>
    </div>
  );
}
