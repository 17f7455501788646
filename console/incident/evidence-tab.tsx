import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Drawn, evidenceRow, type PageRecord } from '../../src/report/index.ts';
import { Shown } from '../kit/drawn.tsx';
import { useKeys } from '../kit/keys.ts';
import { NeedsRole } from '../kit/parts.tsx';
import { isPrinting, MOST_RECORDS_ON_PAPER } from '../kit/print.ts';
import { go, place, withQuery } from '../kit/router.ts';
import { mayReadEvidence } from '../kit/session.ts';
import { dayOf } from '../kit/time.ts';
import { digits, plural } from '../kit/words.ts';
import type { DrawnCase } from './document.ts';
import { filtered, isMissing, isNamed, openNames } from './evidence-rows.ts';
import { RecordFields } from './record-fields.tsx';
import { RecordTools } from './record-tools.tsx';
import { isWithin, type Span, spanWords, withinWords } from './span.ts';
import { showSpan } from './span-now.ts';

/** Rows that stand at once; more are shown on demand. */
const ROWS_AT_ONCE = 200;
/** Records that one press opens: their ids stand in the URL. */
const MOST_OPEN = 100;

export interface EvidenceTabProps {
  readonly drawn: Pick<DrawnCase, 'citations' | 'label'>;
  /** How many are cited in all, read or not. */
  readonly cited: number;
  /** Rows are narrowed to it; nothing else is (L5). */
  readonly span?: Span | undefined;
  readonly onMore: (() => void) | undefined;
}

/** Every cited record in order of time; a row opens in place, whole. What is open stands in the URL. */
export function EvidenceTab({ drawn, cited, span, onMore }: EvidenceTabProps): JSX.Element {
  const { citations } = drawn;
  const [shown, setShown] = useState(ROWS_AT_ONCE);
  const [at, setAt] = useState(-1);
  // Keys come faster than what is drawn.
  const latestAt = useRef(at);
  const [text, setText] = useState('');
  const opened = openNow();
  const records = useMemo(() => {
    const within = span === undefined ? citations.records : citations.records.filter(inSpan(span));
    return filtered(within, text);
  }, [citations, text, span?.fromMs, span?.toMs]);
  const firstOpen = records.findIndex((item) => isNamed(item, opened));
  const visible = records.slice(0, isPrinting.value ? MOST_RECORDS_ON_PAPER : Math.max(shown, firstOpen + 1));
  const all = span !== undefined || text.trim() === '' ? Math.max(cited, records.length) : records.length;
  useEffect(() => useKeys(evidenceKeys(visible, latestAt, setAt)), [visible]);
  useEffect(() => {
    const first = records[firstOpen]?.number;
    if (first !== undefined) document.getElementById(`row-${first}`)?.scrollIntoView({ block: 'nearest' });
  }, [opened.join(), firstOpen]);
  useEffect(() => {
    // What a link names may lie behind what was read: one part after the other comes until it is there.
    // So may what lies in a span: records are kept in the order in which they came.
    if (span !== undefined || isMissing(citations.records, opened)) onMore?.();
  }, [opened.join(), citations.records.length, span === undefined]);
  if (!mayReadEvidence()) return <NeedsRole what="Reading the records of an incident" needed="analyst" />;
  if (citations.records.length === 0) return <p class="note">No record is cited.</p>;
  const days = new Set(
    citations.records.flatMap(({ record }) => (record.time === undefined ? [] : [dayOf(record.time)])),
  );
  const isOneDay = days.size === 1 && citations.records.every(({ record }) => record.time !== undefined);
  return (
    <>
      <div class="tools">
        <p class="muted">
          {span !== undefined ? (
            <SpanShown shown={records.length} citations={citations} cited={cited} span={span} />
          ) : (
            <>
              {all > records.length ? `${records.length} of ${plural(all, 'record')}` : plural(all, 'record')}
              {isOneDay ? ` of ${[...days][0]}, UTC` : ', UTC'}. Open a row for the whole record.
            </>
          )}
        </p>
        <input
          type="search"
          aria-label="Filter records"
          placeholder="Filter by any text"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="button" class="lnk" onClick={() => openAll(visible)}>
          {opened.length > 0 ? 'Close all' : 'Open all'}
        </button>
      </div>
      <div class={isOneDay ? 'evs' : 'evs days'}>
        {visible.map((item, index) => (
          <Row
            key={item.record.id}
            item={item}
            drawn={drawn}
            isOneDay={isOneDay}
            isOpen={isPrinting.value || isNamed(item, opened)}
            isAt={index === at}
          />
        ))}
      </div>
      {isPrinting.value && all > visible.length ? (
        <p class="note">
          {digits(visible.length)} of {plural(all, 'record')}: Print on the page reads up to{' '}
          {digits(MOST_RECORDS_ON_PAPER)} before it prints, and the report has them all.
        </p>
      ) : null}
      {records.length > visible.length ? (
        <button type="button" class="btn" onClick={() => setShown(shown + ROWS_AT_ONCE)}>
          Show {Math.min(ROWS_AT_ONCE, records.length - visible.length)} more of {records.length}
        </button>
      ) : null}
      {onMore === undefined ? null : (
        <button type="button" class="btn" onClick={onMore}>
          Read more records ({citations.records.length} of {Math.max(cited, citations.records.length)} read so far)
        </button>
      )}
    </>
  );
}

function inSpan(span: Span): (item: PageRecord) => boolean {
  return ({ record }) => isWithin(record.time, span);
}

/** How many records a span leaves, what bears no time and so is in none, and the way back. */
function SpanShown({
  shown,
  citations: { records },
  cited,
  span,
}: {
  readonly shown: number;
  readonly citations: DrawnCase['citations'];
  readonly cited: number;
  readonly span: Span;
}): JSX.Element {
  const untimed = records.filter(({ record }) => record.time === undefined).length;
  return (
    <>
      <span role="status">
        {withinWords(shown, records.length, cited)}, {spanWords(span)}.
        {untimed === 0 ? '' : ` ${plural(untimed, 'record bears', 'records bear')} no time.`}
      </span>{' '}
      <button type="button" class="lnk" onClick={() => showSpan(undefined)}>
        Show all times
      </button>
    </>
  );
}

function openNow(): readonly string[] {
  return openNames(place.value.query.get('open'));
}

function showOpen(names: readonly string[]): void {
  go(withQuery({ open: names.length === 0 ? undefined : names.join(',') }), 'replace');
}

function toggle(item: PageRecord): void {
  const opened = openNow();
  const others = opened.filter((name) => !isNamed(item, [name]));
  showOpen(others.length < opened.length ? others : [...opened, item.record.id]);
}

function openAll(records: readonly PageRecord[]): void {
  showOpen(openNow().length > 0 ? [] : records.slice(0, MOST_OPEN).map(({ record }) => record.id));
}

interface RowProps {
  readonly item: PageRecord;
  readonly drawn: EvidenceTabProps['drawn'];
  readonly isOneDay: boolean;
  readonly isOpen: boolean;
  readonly isAt: boolean;
}

/** One record: the summary and the body are the report's own. */
function Row({ item, drawn, isOneDay, isOpen, isAt }: RowProps): JSX.Element {
  const details = useMemo(
    () => evidenceRow(item, drawn.citations.label, isOneDay)[0] as Drawn,
    [item, drawn, isOneDay],
  );
  const [summary, body] = details.children as readonly Drawn[];
  const { number, record } = item;
  return (
    <div class={`ev${isOpen ? ' open' : ''}${isAt ? ' at' : ''}`} id={`row-${number}`}>
      <button
        type="button"
        class="sum"
        aria-expanded={isOpen}
        aria-controls={`e${number}`}
        onClick={() => toggle(item)}
      >
        <Shown drawing={summary?.children ?? []} />
      </button>
      {isOpen ? (
        <div class="rec" id={`e${number}`}>
          <RecordFields record={record} drawing={body?.children ?? []} />
          <RecordTools record={record} />
        </div>
      ) : null}
    </div>
  );
}

function evidenceKeys(
  records: readonly PageRecord[],
  latestAt: { current: number },
  setAt: (at: number) => void,
): Parameters<typeof useKeys>[0] {
  const move = (step: number): void => {
    const to = Math.max(0, Math.min(records.length - 1, latestAt.current + step));
    latestAt.current = to;
    setAt(to);
    const number = records[to]?.number;
    document.querySelector<HTMLElement>(`#row-${number} > button`)?.focus();
  };
  return [
    { key: 'J', says: 'next record', group: 'Incident', run: () => move(1) },
    { key: 'K', says: 'previous record', group: 'Incident', run: () => move(-1) },
    { key: 'e', says: 'open or close all records', group: 'Incident', run: () => openAll(records) },
  ];
}
