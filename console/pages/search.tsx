import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ask, type Problem } from '../kit/api.ts';
import { Failed, NeedsRole, Waiting } from '../kit/parts.tsx';
import { place } from '../kit/router.ts';
import { mayReadEvidence } from '../kit/session.ts';
import { stampOf, zoneWord } from '../kit/time.ts';
import { VirtualList } from '../kit/virtual-list.tsx';
import { plural, visibleText } from '../kit/words.ts';
import { parseSearch, type SearchQuery } from './search-query.ts';

interface EventRow {
  readonly id: string;
  readonly time?: string;
  readonly host: string;
  readonly channel: string;
  readonly provider: string;
  readonly eventId?: number;
  readonly sender: string;
  readonly bytes: number;
  readonly text?: string;
}

interface EventPage {
  readonly items: readonly EventRow[];
  readonly next?: string;
  readonly progress: {
    readonly blocks: number;
    readonly events: number;
    readonly passed: number;
    readonly damaged: number;
  };
  readonly reach?: { readonly from: string; readonly to: string };
}

interface Found {
  readonly rows: readonly EventRow[];
  readonly next: string | undefined;
  readonly events: number;
  readonly passed: number;
  readonly reach: EventPage['reach'];
  readonly isRunning: boolean;
  readonly problem: Problem | undefined;
}

const NONE: Found = {
  rows: [],
  next: undefined,
  events: 0,
  passed: 0,
  reach: undefined,
  isRunning: true,
  problem: undefined,
};
/** Rows that are read before a person asks for more. */
const ROWS_AT_ONCE = 200;
const ROW_PX = 58;

/** Received events by words, fields and time. */
export function SearchPage(): JSX.Element {
  const { query } = place.value;
  const parsed = parseSearch(query);
  if (!mayReadEvidence())
    return (
      <main id="main" class="page">
        <h1>Search</h1>
        <NeedsRole what="Search in received events" needed="analyst" />
      </main>
    );
  return (
    <main id="main" class="page search">
      <h1>Search</h1>
      {parsed.problems.length > 0 ? (
        <p class="trouble" role="alert">
          {parsed.problems.map(({ at, text }) => `At ${at + 1}: ${text}`).join(' ')}
        </p>
      ) : query.toString() === '' ? (
        <div class="state">
          <p>Type into the field above: words that stand whole in an event, or fields.</p>
          <p class="mono">host:SRV-02 event:4624 "svc-deploy" from:2026-03-12</p>
          <p>Fields: {parsed.known.join(', ')}.</p>
        </div>
      ) : (
        <Results key={parsed.path} query={parsed} />
      )}
    </main>
  );
}

function Results({ query }: { readonly query: SearchQuery }): JSX.Element {
  const [found, setFound] = useState<Found>(NONE);
  const [wanted, setWanted] = useState(ROWS_AT_ONCE);
  const [open, setOpen] = useState<string | undefined>(undefined);
  useEffect(() => {
    const abort = new AbortController();
    void readUntil(query.path, found, wanted, abort.signal, setFound);
    return () => abort.abort();
  }, [query.path, wanted]);
  const { rows, isRunning, problem, events, reach, next } = found;
  if (problem !== undefined && rows.length === 0)
    return <Failed what="The search" problem={problem} onAgain={() => setWanted(wanted + 1)} />;
  return (
    <>
      <p class="note" role="status">
        {plural(rows.length, 'event')}
        {next === undefined ? '' : ', the newest'} of {plural(events, 'event')} looked at{isRunning ? ' so far' : ''}.{' '}
        {reach === undefined ? '' : `The archive holds ${stampOf(reach.from)} to ${stampOf(reach.to)}, ${zoneWord()}.`}
      </p>
      {rows.length === 0 ? (
        isRunning ? (
          <Waiting what="The archive" />
        ) : (
          <NoHits query={query} events={events} />
        )
      ) : (
        <>
          <Facets rows={rows} />
          <VirtualList
            items={rows}
            rowHeight={ROW_PX}
            keyOf={({ id }) => id}
            label="Events"
            selected={-1}
            scrollName="search"
            row={(row) => (
              <button
                type="button"
                class="event"
                aria-expanded={open === row.id}
                onClick={() => setOpen(open === row.id ? undefined : row.id)}
              >
                <span class="num mono">{stampOf(row.time)}</span>
                <b>{visibleText(row.host)}</b>
                <span>
                  {visibleText(row.channel)} {row.eventId ?? ''}
                </span>
                <span class="mono clip">{visibleText(snippetOf(row.text ?? ''))}</span>
              </button>
            )}
          />
          {open === undefined ? null : <OneEvent key={open} id={open} onClose={() => setOpen(undefined)} />}
        </>
      )}
      {next === undefined || isRunning ? null : (
        <button type="button" class="btn" onClick={() => setWanted(rows.length + ROWS_AT_ONCE)}>
          Look further
        </button>
      )}
    </>
  );
}

/** Reads pages until enough rows are there; a page ends after 150 ms of the server's, and may be empty. */
async function readUntil(
  path: string,
  begin: Found,
  wanted: number,
  abort: AbortSignal,
  tell: (found: Found) => void,
): Promise<void> {
  let found: Found = { ...begin, isRunning: true, problem: undefined };
  tell(found);
  do {
    const after: string = found.next === undefined ? '' : `&after=${encodeURIComponent(found.next)}`;
    const answer = await ask<EventPage>('GET', `${path}&limit=${ROWS_AT_ONCE}${after}`, { signal: abort });
    if (abort.aborted) return;
    if (answer.kind === 'problem') {
      tell({ ...found, isRunning: false, problem: answer.problem });
      return;
    }
    const { items, next, progress, reach } = answer.value;
    found = {
      rows: [...found.rows, ...items],
      next,
      events: progress.events,
      passed: progress.passed,
      reach: reach ?? found.reach,
      isRunning: next !== undefined && found.rows.length + items.length < wanted,
      problem: undefined,
    };
    tell(found);
  } while (found.isRunning);
}

function NoHits({ query, events }: { readonly query: SearchQuery; readonly events: number }): JSX.Element {
  return (
    <div class="state">
      <p>
        <b>No event fits.</b> {plural(events, 'event')} were looked at.
      </p>
      <ul>
        {query.words.map((word) => (
          <li key={word}>
            A word stands whole: <span class="mono">{word}</span> does not find what only holds it. part:{word} does.
          </li>
        ))}
        <li>
          A host may have been silent then: <a href="/hosts">what each host sends</a>.
        </li>
      </ul>
    </div>
  );
}

/** Counts over the rows that are loaded, and no more. */
function Facets({ rows }: { readonly rows: readonly EventRow[] }): JSX.Element {
  const count = (of: (row: EventRow) => string): readonly (readonly [string, number])[] =>
    [...Map.groupBy(rows, of)]
      .map(([name, own]) => [name, own.length] as const)
      .toSorted((a, b) => b[1] - a[1])
      .slice(0, 6);
  const words = (list: readonly (readonly [string, number])[]): string =>
    list.map(([name, n]) => `${visibleText(name)} ${n}`).join(', ');
  return (
    <details class="facets">
      <summary>Of the {rows.length} loaded rows</summary>
      <dl class="kv">
        <div>
          <dt>Hosts</dt>
          <dd>{words(count(({ host }) => host))}</dd>
        </div>
        <div>
          <dt>Channels</dt>
          <dd>{words(count(({ channel }) => channel))}</dd>
        </div>
        <div>
          <dt>Event ids</dt>
          <dd>{words(count(({ eventId }) => String(eventId ?? 'none')))}</dd>
        </div>
      </dl>
    </details>
  );
}

interface WholeEvent extends EventRow {
  readonly trust: string;
  readonly records: readonly Readonly<Record<string, unknown>>[];
}

function OneEvent({ id, onClose }: { readonly id: string; readonly onClose: () => void }): JSX.Element {
  const [event, setEvent] = useState<WholeEvent | Problem | undefined>(undefined);
  useEffect(() => {
    void ask<WholeEvent>('GET', `/v1/events/${id}`).then((answer) =>
      setEvent(answer.kind === 'ok' ? answer.value : answer.problem),
    );
  }, [id]);
  return (
    <section class="one-event" aria-label="One event">
      <p class="row">
        <b>Event {id}</b>
        <a href={`/v1/events/${id}/raw`} download>
          The bytes as received
        </a>
        <button type="button" class="lnk" onClick={onClose}>
          Close
        </button>
      </p>
      {event === undefined ? (
        <Waiting what="The event" />
      ) : 'code' in event ? (
        <p class="trouble">
          {event.title}. {event.detail}
        </p>
      ) : (
        <>
          {event.records.map((record, index) => (
            <pre class="code" tabIndex={0} key={`${id} ${index}`}>
              {visibleText(JSON.stringify(record, null, 2)).slice(0, 65_536)}
            </pre>
          ))}
          <pre class="code" tabIndex={0}>
            {visibleText(event.text ?? 'It is no text; take the bytes.').slice(0, 65_536)}
          </pre>
        </>
      )}
    </section>
  );
}

/** What an event says, without the frame that all share. */
function snippetOf(text: string): string {
  const at = text.indexOf('<EventData>');
  return text.slice(Math.max(0, at), Math.max(0, at) + 240);
}
