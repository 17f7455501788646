import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { known } from '../kit/cache.ts';
import { type Key, useKeys } from '../kit/keys.ts';
import { isNarrow } from '../kit/media.ts';
import { Failed, Waiting } from '../kit/parts.tsx';
import { go, withQuery } from '../kit/router.ts';
import { isAtLeast } from '../kit/session.ts';
import { nowMs, shortOf, slowNowMs, spanOf } from '../kit/time.ts';
import { VirtualList } from '../kit/virtual-list.tsx';
import { plural } from '../kit/words.ts';
import { type Paged, readWhole } from '../pages/list.tsx';
import { lateSenders } from '../shell/health.ts';
import { BulkAcknowledge } from './bulk.tsx';
import { downloadCsv } from './csv.ts';
import { moveBy, openMoved } from './move.ts';
import { isUnread } from './opened.ts';
import { QueueRowView } from './queue-row.tsx';
import { SORTS } from './rows.ts';
import { cancelQueue, queueState, readQueue, shownRows, showWaiting, waiting, waitingWords } from './store.ts';
import {
  chosen,
  counts,
  currentId,
  currentIndex,
  PRESET_QUERY,
  query,
  queryText,
  rows,
  sort,
  toggleChosen,
} from './view.ts';

const ROW_PX = 102;
const NARROW_ROW_PX = 122;

const CHIPS: readonly { readonly name: string; readonly q: string; readonly count?: 'mine' | 'overdue' | 'unread' }[] =
  [
    { name: 'Open', q: PRESET_QUERY },
    { name: 'Mine', q: `${PRESET_QUERY} owner:me`, count: 'mine' },
    { name: 'Overdue', q: `${PRESET_QUERY} is:overdue`, count: 'overdue' },
    { name: 'Unread', q: `${PRESET_QUERY} is:unread`, count: 'unread' },
    { name: 'Closed', q: 'state:closed' },
  ];

/** The queue: chips and filter, what waits, and the rows. */
export function Queue(): JSX.Element {
  const filter = useRef<HTMLInputElement>(null);
  const [isBulk, setBulk] = useState(false);
  useEffect(
    () =>
      useKeys(
        queueKeys(
          () => filter.current?.focus(),
          () => setBulk(true),
        ),
      ),
    [],
  );
  const all = rows.value;
  const picked = [...chosen.value].flatMap((id) => shownRows.value.get(id) ?? []);
  return (
    <section class="queue" aria-label="Incident queue">
      <QueueHead filter={filter} />
      {picked.length > 0 ? (
        <p class="picked">
          {plural(picked.length, 'incident')} selected{' '}
          {isAtLeast('analyst') ? (
            <button type="button" class="btn" onClick={() => setBulk(true)}>
              Acknowledge
            </button>
          ) : null}{' '}
          <button
            type="button"
            class="lnk"
            onClick={() => {
              chosen.value = new Set();
            }}
          >
            Select none
          </button>
        </p>
      ) : null}
      <WaitingButton />
      <StaleQueue />
      {all.length === 0 ? (
        <NoRows />
      ) : (
        <VirtualList
          items={all}
          rowHeight={isNarrow.value ? NARROW_ROW_PX : ROW_PX}
          keyOf={({ id }) => id}
          label="Incidents"
          selected={currentIndex.value}
          scrollName="queue"
          row={(row) => (
            <QueueRowView
              row={row}
              isCurrent={row.id === currentId.value || row === all[currentIndex.value]}
              isChosen={chosen.value.has(row.id)}
              isUnread={isUnread(row)}
              nowMs={slowNowMs.value}
              onChoose={toggleChosen}
            />
          )}
        />
      )}
      {isBulk && picked.length > 0 ? <BulkAcknowledge rows={picked} onClose={() => setBulk(false)} /> : null}
    </section>
  );
}

function QueueHead({ filter }: { readonly filter: { readonly current: HTMLInputElement | null } }): JSX.Element {
  const text = queryText.value;
  const own = counts.value;
  const { problems } = query.value;
  const [typed, setTyped] = useState(text);
  useEffect(() => {
    // The URL follows what is typed a moment later: it must not take letters back.
    if (document.activeElement !== filter.current) setTyped(text);
  }, [text]);
  const show = (q: string): void => go(withQuery({ q: q === PRESET_QUERY ? undefined : q }), 'replace');
  const isPreset = CHIPS.some(({ q }) => q === text);
  const { hidden, hasMore } = queueState.value;
  return (
    <header>
      <h1>Incidents</h1>
      <div class="filters">
        {CHIPS.map(({ name, q, count }) => (
          <button key={name} type="button" class="chip" aria-pressed={q === text} onClick={() => show(q)}>
            {name}
            {count === undefined || own[count] === 0 ? '' : ` ${own[count]}`}
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
          aria-label="Filter: host: level: state: owner: or any text"
          aria-invalid={problems.length > 0}
          aria-describedby="query-problem"
          placeholder="host: level: owner: or any text"
          autocomplete="off"
          spellcheck={false}
          value={isPreset && typed === text ? '' : typed}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            const value = event.currentTarget.value.trim();
            if (parseIsWhole(value)) show(value === '' ? PRESET_QUERY : value);
          }}
          onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        />
      </form>
      <p id="query-problem" class="trouble">
        {problems.map(({ text: words, at }) => `At ${at + 1}: ${words}`).join(' ')}
      </p>
      <p class="qh">
        <span role="status">
          {isPreset && text === PRESET_QUERY
            ? `${own.open.toLocaleString('en-GB')} open`
            : `${rows.value.length.toLocaleString('en-GB')} of ${shownRows.value.size.toLocaleString('en-GB')}`}
          {hasMore ? '; the page holds 10,000, open ones first' : ''}
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
        <span class="end">
          {hidden.incidents > 0 ? (
            <a href={withQuery({ q: 'is:hidden' }, '/incidents')}>
              {hidden.incidents} hidden by {plural(hidden.suppressions, 'suppression')}
            </a>
          ) : null}{' '}
          <button
            type="button"
            class="lnk"
            onClick={() => void downloadCsv({ rows: rows.value, query: text, hasMore })}
          >
            CSV
          </button>
        </span>
      </p>
    </header>
  );
}

/** A word that is still being typed is no error yet. */
function parseIsWhole(text: string): boolean {
  return !/(?:^|\s)-?[A-Za-z]+:$/.test(text);
}

function WaitingButton(): JSX.Element | null {
  const words = waitingWords(waiting.value);
  if (words === '') return null;
  return (
    <button type="button" class="waits" onClick={showWaiting}>
      {words}. Show{' '}
      <span class="kbd" aria-hidden="true">
        .
      </span>
    </button>
  );
}

function StaleQueue(): JSX.Element | null {
  const { problem, atMs } = queueState.value;
  if (problem === undefined || atMs === 0) return null;
  return (
    <p class="stale" role="status">
      Shown as of {shortOf(atMs)}, {spanOf(nowMs.value - atMs)} ago: {problem.title.toLowerCase()}.{' '}
      <button type="button" class="lnk" onClick={() => void readQueue()}>
        Try again
      </button>
    </p>
  );
}

/** Empty because nothing came, because all is done, by the filter, by waiting, or by an error: five different things (PRODUCT 9.4). */
function NoRows(): JSX.Element {
  const { problem, atMs } = queueState.value;
  const total = shownRows.value.size;
  if (atMs === 0 && total === 0) {
    return problem === undefined ? (
      <Waiting what="The queue" onCancel={cancelQueue} />
    ) : (
      <Failed what="The queue" problem={problem} onAgain={() => void readQueue()} />
    );
  }
  if (query.value.problems.length > 0)
    return (
      <div class="state">
        <p>The filter has a word that the queue does not know.</p>
      </div>
    );
  if (total > 0 && queryText.value !== PRESET_QUERY) {
    return (
      <div class="state">
        <p>
          <b>No incident fits the filter.</b>
        </p>
        <p class="mono">{queryText.value}</p>
        <button type="button" class="btn" onClick={() => go(withQuery({ q: undefined }), 'replace')}>
          Clear the filter
        </button>
      </div>
    );
  }
  return (
    <div class="state">
      <p>
        <b>{total === 0 ? 'No incident yet.' : 'No open incidents.'}</b>
      </p>
      <p>
        Read at {shortOf(atMs)}.{' '}
        {total === 0
          ? 'What is found in the events of your senders appears here.'
          : `${queueState.value.hasMore ? 'More than ' : ''}${plural(total, 'incident')} closed.`}
      </p>
      <SendersNow />
    </div>
  );
}

/** A list that is empty because all is well says over how many senders that was looked at, to those who may know. */
function SendersNow(): JSX.Element {
  const late = lateSenders.value.length;
  const active = isAtLeast('admin') ? activeSenders() : undefined;
  return (
    <p>
      {active === undefined
        ? late === 0
          ? ''
          : `${plural(late, 'sender')} late. `
        : `${plural(active, 'sender')}, ${late === 0 ? 'none of them late' : `${late} late`}. `}
      <a href="/senders">Which senders report, and which are late</a>
    </p>
  );
}

function activeSenders(): number | undefined {
  const { known: senders } = known<Paged<{ readonly state: string }>>('/v1/senders?limit=1000', readWhole);
  return senders.value.value?.items.filter(({ state }) => state === 'active').length;
}

function queueKeys(focusFilter: () => void, openBulk: () => void): readonly Key[] {
  return [
    { key: 'j', says: 'next incident', group: 'Queue', run: () => moveBy(1) },
    { key: 'k', says: 'previous incident', group: 'Queue', run: () => moveBy(-1) },
    { key: 'Enter', says: 'open it', group: 'Queue', run: () => openMoved('push') },
    { key: 'o', says: 'open it', group: 'Queue', run: () => openMoved('push') },
    { key: 'f', says: 'filter the queue', group: 'Queue', run: focusFilter },
    { key: '.', says: 'show what came', group: 'Queue', run: showWaiting },
    {
      key: 'x',
      says: 'select it',
      group: 'Queue',
      run: () => {
        const row = rows.value[currentIndex.value];
        if (row !== undefined) toggleChosen(row.id);
      },
    },
    ...(isAtLeast('analyst') ? [bulkKey(openBulk)] : []),
  ];
}

/** With nothing selected it does nothing: what is selected later must not open a dialog by itself. */
function bulkKey(openBulk: () => void): Key {
  return {
    key: 'X',
    says: 'acknowledge the selected ones',
    group: 'Queue',
    run: () => {
      if (chosen.value.size > 0) openBulk();
    },
  };
}
