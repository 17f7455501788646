import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo } from 'preact/hooks';
import { ask, whyOf } from '../kit/api.ts';
import { known } from '../kit/cache.ts';
import { useKeys } from '../kit/keys.ts';
import { isSmall } from '../kit/media.ts';
import { narrowByFocus } from '../kit/narrow.ts';
import { MenuButton } from '../kit/object-menu.tsx';
import { Failed, Waiting } from '../kit/parts.tsx';
import { quotedWord } from '../kit/quoted.ts';
import { go, place, withQuery } from '../kit/router.ts';
import { stampOf } from '../kit/time.ts';
import { VirtualList } from '../kit/virtual-list.tsx';
import { digits, hostName, plural, visibleText } from '../kit/words.ts';
import type { Survey } from './bins.ts';
import { ColumnChoice, chosenColumns } from './column-choice.tsx';
import { isMember } from './columns.ts';
import { Facets } from './facets.tsx';
import { Histogram } from './histogram.tsx';
import { type Cell, Hits } from './hits.ts';
import { NoHits } from './no-hits.tsx';
import { OneEvent } from './one-event.tsx';
import { pathParts } from './path-parts.ts';
import { SaveHits } from './save-hits.tsx';
import type { SearchQuery } from './search-query.ts';

const ROW_PX = 34;
const SMALL_ROW_PX = 58;
/** On a small screen each column beyond the first is a line more. */
const SMALL_COLUMN_PX = 20;
/** Time, host, event, menu and what lies between, as the style sheet has them; and a column with what lies before it. */
const BEFORE_COLUMNS_PX = 460;
const LEAST_COLUMN_PX = 152;

/** The hits of a search that lasts as long as it is on screen. */
function useHits({ asked, texts }: SearchQuery): Hits {
  const columns = chosenColumns();
  const hits = useMemo(() => new Hits(asked, texts, (path, signal) => ask('GET', path, { signal }), columns), [asked]);
  useEffect(() => hits.choose(columns), [hits, columns.join()]);
  useEffect(() => {
    hits.goOn();
    return () => hits.close();
  }, [hits]);
  return hits;
}

/** What a search finds: by time, by values, row by row, and one event whole. */
export function Results({ query }: { readonly query: SearchQuery }): JSX.Element {
  const hits = useHits(query);
  const surveyed = known<Survey>(`/v1/events/survey?${query.asked}`);
  const { value: survey, problem: unsurveyed } = surveyed.known.value;
  useEffect(
    () =>
      useKeys([
        { key: '+', says: 'narrow to what has the focus', group: 'Search', run: () => narrowByFocus(false) },
        { key: '-', says: 'take that out again', group: 'Search', run: () => narrowByFocus(true) },
      ]),
    [],
  );
  const { length, problem, isReading, isWhole } = hits;
  if (problem !== undefined && length === 0)
    return <Failed what="The search" problem={problem} onAgain={() => hits.goOn()} />;
  return (
    <>
      {survey !== undefined ? (
        <Histogram survey={survey} hits={hits} />
      ) : unsurveyed === undefined ? null : (
        <Failed
          what="When these events were, which words stand nowhere and which hosts were silent"
          problem={unsurveyed}
          onAgain={surveyed.again}
        />
      )}
      <Progress hits={hits} survey={survey} />
      {length > 0 ? (
        <>
          <SaveHits hits={hits} asked={query.asked} />
          <ColumnChoice asked={query.asked} />
          <List hits={hits} />
        </>
      ) : isWhole || !isReading ? (
        <NoHits query={query} hits={hits} survey={survey} />
      ) : (
        <Waiting what="The archive" />
      )}
    </>
  );
}

/** How far the search is, and what can be done about it. */
function Progress({ hits, survey }: { readonly hits: Hits; readonly survey: Survey | undefined }): JSX.Element {
  const { length, isWhole, isReading, problem, progress } = hits;
  const of = survey === undefined || isWhole ? '' : ` of about ${digits(survey.events)}`;
  return (
    <p class="note">
      <span role="status" aria-busy={isReading}>
        {isWhole ? plural(length, 'hit') : `The ${plural(length, 'newest hit')} so far`}; {digits(progress.events)}
        {of} events looked at.{isReading ? ' Reading on.' : ''}
        {progress.damaged > 0 ? ` ${plural(progress.damaged, 'block')} could not be read.` : ''}
        {problem === undefined ? '' : ` It stopped: ${whyOf(problem)}`}
      </span>{' '}
      {isReading && !isWhole ? (
        <button type="button" class="lnk" onClick={() => hits.stop()}>
          Stop
        </button>
      ) : isReading || (isWhole && problem === undefined) ? null : (
        <button type="button" class="lnk" onClick={() => hits.goOn()}>
          {problem === undefined ? 'Look further' : 'Try again'}
        </button>
      )}
    </p>
  );
}

function List({ hits }: { readonly hits: Hits }): JSX.Element {
  const open = place.value.query.get('open') ?? undefined;
  const columns = chosenColumns();
  const show = useCallback((from: number, to: number) => hits.show(from, to), [hits]);
  const choose = (id: string | undefined): void => go(withQuery({ open: id }), 'replace');
  const hasHeads = columns.length > 0 && !isSmall.value;
  const leastWidth = hasHeads ? `${BEFORE_COLUMNS_PX + LEAST_COLUMN_PX * columns.length}px` : undefined;
  return (
    <>
      <Facets hits={hits} />
      <VirtualList
        items={hits}
        rowHeight={isSmall.value ? SMALL_ROW_PX + SMALL_COLUMN_PX * Math.max(0, columns.length - 1) : ROW_PX}
        keyOf={({ id }) => id}
        label="Events"
        selected={-1}
        scrollName="search"
        isOpenEnded={!hits.isWhole}
        leastWidth={leastWidth}
        head={hasHeads ? <Heads columns={columns} minWidth={leastWidth} /> : null}
        onRange={show}
        row={(cell) => <Row cell={cell} columns={columns} isOpen={cell.id === open} onOpen={choose} />}
      />
      {open === undefined ? null : <OneEvent key={open} id={open} onClose={() => choose(undefined)} />}
    </>
  );
}

/** What stands in which column, for eyes: each value says of which it is. */
function Heads({
  columns,
  minWidth,
}: {
  readonly columns: readonly string[];
  readonly minWidth: string | undefined;
}): JSX.Element {
  return (
    <p class="hit heads" aria-hidden="true" style={{ minWidth }}>
      <span class="event">
        <span>Time</span>
        <span>Host</span>
        <span>Event</span>
        <Cells names={columns} values={columns} />
      </span>
    </p>
  );
}

function Cells({
  names,
  values,
  isNamed = false,
}: {
  readonly names: readonly string[];
  readonly values: readonly (string | undefined)[];
  readonly isNamed?: boolean;
}): JSX.Element {
  return (
    <span class="cells mono" style={{ gridTemplateColumns: `repeat(${names.length}, minmax(0, 1fr))` }}>
      {names.map((name, at) => (
        <span class="clip" key={name} title={isNamed ? visibleText(`${name}: ${values[at] ?? ''}`) : undefined}>
          {isNamed ? <span class="of">{visibleText(name)} </span> : null}
          <Value value={values[at]} />
        </span>
      ))}
    </span>
  );
}

function Value({ value }: { readonly value: string | undefined }): JSX.Element {
  if (value === undefined) return <i class="muted">not read</i>;
  const parts = pathParts(value);
  if (parts === undefined) return <>{visibleText(value || '–')}</>;
  return (
    <span class="path-of">
      {parts.map((part, at) => (
        <span key={at}>{visibleText(part)}</span>
      ))}
    </span>
  );
}

/** `Sysmon` for `Microsoft-Windows-Sysmon/Operational`. */
function shortChannel(channel: string): string {
  return channel.replaceAll(/^Microsoft-Windows-|\/Operational$/g, '');
}

function Row({
  cell,
  columns,
  isOpen,
  onOpen,
}: {
  readonly cell: Cell;
  readonly columns: readonly string[];
  readonly isOpen: boolean;
  readonly onOpen: (id: string | undefined) => void;
}): JSX.Element {
  if ('absent' in cell)
    return (
      <p class="event muted">
        {cell.absent === 'reading' ? 'Being read again' : 'The archive does not hold this event any more'}
      </p>
    );
  const { id, time, host, channel, eventId, snippet, cells } = cell;
  const hasCells = columns.length > 0 && cells.length === columns.length;
  const wholeHost = visibleText(host);
  const wholeEvent = `${eventId ?? ''} ${visibleText(channel)}`;
  return (
    <div class="hit">
      <button type="button" class="event" aria-expanded={isOpen} onClick={() => onOpen(isOpen ? undefined : id)}>
        <span class="num mono">{stampOf(time)}</span>
        <b title={wholeHost}>{hasCells ? visibleText(hostName(host)) : wholeHost}</b>
        <span title={wholeEvent}>
          {hasCells ? `${eventId ?? ''} ${visibleText(shortChannel(channel))}` : wholeEvent}
        </span>
        {hasCells ? (
          <Cells names={columns} values={cells} isNamed={true} />
        ) : (
          <span class="mono clip">{visibleText(snippet)}</span>
        )}
      </button>
      <MenuButton
        kind="host"
        value={host}
        more={[
          ...wordsOf({ channel, event: String(eventId ?? '') }),
          ...columns.flatMap((name, at) => wordOf(name, cells[at])),
        ]}
      />
    </div>
  );
}

/** Columns that a word of their own asks for; of the other members no event says anything in its text. */
const COLUMN_WORDS: Readonly<Record<string, string | undefined>> = { sender: 'sender', recordId: 'record' };

/** What stands in a column, as a word that is looked for; nothing of what is cut. */
function wordOf(name: string, value: string | undefined): readonly string[] {
  if (value === undefined || value === '' || value.endsWith('…')) return [];
  const field = COLUMN_WORDS[name];
  return field === undefined && isMember(name) ? [] : [quotedWord(field, value)];
}

/** Words that a search is narrowed by to what a hit has. */
function wordsOf(fields: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(fields).flatMap(([field, value]) => (value === '' ? [] : quotedWord(field, value)));
}
