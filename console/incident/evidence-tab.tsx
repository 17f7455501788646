import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Drawing, type Drawn, evidenceRow, type PageRecord } from '../../src/report/index.ts';
import { Shown } from '../kit/drawn.tsx';
import { useKeys } from '../kit/keys.ts';
import { type ObjectKind, openMenu } from '../kit/object-menu.tsx';
import { NeedsRole } from '../kit/parts.tsx';
import { isPrinting } from '../kit/print.ts';
import { go, place, urlOf, withQuery } from '../kit/router.ts';
import { copy } from '../kit/save.ts';
import { mayReadEvidence } from '../kit/session.ts';
import { say } from '../kit/status.ts';
import { dayOf } from '../kit/time.ts';
import { plural, visibleText } from '../kit/words.ts';
import type { DrawnCase } from './document.ts';

/** Rows that stand at once; more are shown on demand. */
const ROWS_AT_ONCE = 200;
/** Records that go on paper, whole. */
const MOST_ON_PAPER = 500;

export interface EvidenceTabProps {
  readonly drawn: Pick<DrawnCase, 'citations' | 'label'>;
  readonly left: number;
  readonly onMore: (() => void) | undefined;
  readonly linkOf: (target: string) => string | undefined;
}

/** Every cited record in order of time; a row opens in place, whole. What is open stands in the URL. */
export function EvidenceTab({ drawn, left, onMore, linkOf }: EvidenceTabProps): JSX.Element {
  const { citations } = drawn;
  const [shown, setShown] = useState(ROWS_AT_ONCE);
  const [at, setAt] = useState(-1);
  // Keys come faster than what is drawn.
  const latestAt = useRef(at);
  const [text, setText] = useState('');
  const opened = openNumbers();
  const records = useMemo(() => filtered(citations.records, text), [citations, text]);
  const visible = records.slice(0, isPrinting.value ? MOST_ON_PAPER : Math.max(shown, (opened[0] ?? 0) + 1));
  useEffect(() => useKeys(evidenceKeys(visible, latestAt, setAt)), [visible]);
  useEffect(() => {
    const first = opened[0];
    if (first !== undefined) document.getElementById(`row-${first}`)?.scrollIntoView({ block: 'nearest' });
  }, [opened.join()]);
  if (!mayReadEvidence()) return <NeedsRole what="The records of an incident" needed="analyst" />;
  if (citations.records.length === 0) return <p class="note">No record is cited.</p>;
  const days = new Set(
    citations.records.flatMap(({ record }) => (record.time === undefined ? [] : [dayOf(record.time)])),
  );
  const isOneDay = days.size === 1 && citations.records.every(({ record }) => record.time !== undefined);
  return (
    <>
      <div class="tools">
        <p class="muted">
          {plural(records.length, 'record')}
          {isOneDay ? ` of ${[...days][0]}, UTC` : ', UTC'}. Open a row for the whole record.
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
            isOpen={isPrinting.value || opened.includes(item.number)}
            isAt={index === at}
            linkOf={linkOf}
          />
        ))}
      </div>
      {isPrinting.value && records.length > visible.length ? (
        <p class="note">
          The first {visible.length} of {plural(records.length, 'record')}; the report has them all.
        </p>
      ) : null}
      {records.length > visible.length ? (
        <button type="button" class="btn" onClick={() => setShown(shown + ROWS_AT_ONCE)}>
          Show {Math.min(ROWS_AT_ONCE, records.length - visible.length)} more of {records.length}
        </button>
      ) : null}
      {onMore === undefined ? null : (
        <button type="button" class="btn" onClick={onMore}>
          Read more records{left > 0 ? ` (${left} read so far)` : ''}
        </button>
      )}
    </>
  );
}

function filtered(records: readonly PageRecord[], text: string): readonly PageRecord[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return records;
  return records.filter(({ record, words }) =>
    `${words.long} ${record.host} ${JSON.stringify(record.data)}`.toLowerCase().includes(wanted),
  );
}

function openNumbers(): readonly number[] {
  const text = place.value.query.get('open') ?? '';
  return text.split(',').flatMap((part) => (/^e\d+$/.test(part) ? [Number(part.slice(1))] : []));
}

function showOpen(numbers: readonly number[]): void {
  const open = numbers.length === 0 ? undefined : numbers.map((number) => `e${number}`).join(',');
  go(withQuery({ open }), 'replace');
}

function toggle(number: number): void {
  const opened = openNumbers();
  showOpen(opened.includes(number) ? opened.filter((other) => other !== number) : [...opened, number]);
}

function openAll(records: readonly PageRecord[]): void {
  showOpen(openNumbers().length > 0 ? [] : records.slice(0, 100).map(({ number }) => number));
}

interface RowProps {
  readonly item: PageRecord;
  readonly drawn: EvidenceTabProps['drawn'];
  readonly isOneDay: boolean;
  readonly isOpen: boolean;
  readonly isAt: boolean;
  readonly linkOf: EvidenceTabProps['linkOf'];
}

/** One record: the summary and the body are the report's own. */
function Row({ item, drawn, isOneDay, isOpen, isAt, linkOf }: RowProps): JSX.Element {
  const details = useMemo(
    () => evidenceRow(item, drawn.citations.label, isOneDay)[0] as Drawn,
    [item, drawn, isOneDay],
  );
  const [summary, body] = details.children as readonly Drawn[];
  const { number, record } = item;
  const menu = (event: MouseEvent): void => {
    const value = (event.target as Element).closest('dd');
    const name = value?.previousElementSibling?.textContent ?? '';
    if (value === null || (globalThis.getSelection()?.toString() ?? '') !== '') return;
    openMenu(kindOfField(name), rawOf(record, name) ?? value.textContent ?? '', value as HTMLElement);
  };
  return (
    <div class={`ev${isOpen ? ' open' : ''}${isAt ? ' at' : ''}`} id={`row-${number}`}>
      <button
        type="button"
        class="sum"
        aria-expanded={isOpen}
        aria-controls={`e${number}`}
        onClick={() => toggle(number)}
      >
        <Shown drawing={summary?.children ?? []} />
      </button>
      {isOpen ? (
        <div class="rec" id={`e${number}`}>
          {/* biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/noStaticElementInteractions: each value has its menu by the button below too */}
          <div onClick={menu}>
            <Shown drawing={withoutSource(body?.children ?? [])} linkOf={linkOf} />
          </div>
          <RecordTools item={item} />
        </div>
      ) : null}
    </div>
  );
}

/** Where it lies in a file is said of files; on a server the event of the archive says it. */
function withoutSource(children: Drawing): Drawing {
  return children.filter((child) => typeof child === 'string' || child.tag !== 'p');
}

function RecordTools({ item: { record, number } }: { readonly item: PageRecord }): JSX.Element {
  const { events } = record as { readonly events?: string };
  const told = (ok: boolean): void =>
    say(ok ? 'The record is on the clipboard.' : 'This browser gives no clipboard here.');
  return (
    <p class="src">
      <button type="button" class="lnk" onClick={() => void copy(JSON.stringify(record, null, 2)).then(told)}>
        Copy record
      </button>
      <button type="button" class="lnk" onClick={(event) => openMenu('host', record.host, event.currentTarget)}>
        Host
      </button>
      {accountsOf(record.data).map((account) => (
        <button
          key={account}
          type="button"
          class="lnk"
          onClick={(event) => openMenu('account', account, event.currentTarget)}
        >
          {visibleText(account)}
        </button>
      ))}
      {events === undefined ? (
        <span class="muted">The archive holds its event no more.</span>
      ) : (
        <a href={urlOf('search', undefined, searchOf(events))}>The event as it was received</a>
      )}
      <a href={withQuery({ open: `e${number}` })}>Link to this record</a>
    </p>
  );
}

/** The parameters of the events that the server names, as the search page takes them. */
function searchOf(events: string): Readonly<Record<string, string>> {
  const asked = new URL(events, location.origin).searchParams;
  return Object.fromEntries(
    [...asked].filter(([name]) => ['from', 'to', 'host', 'channel', 'event_id', 'id', 'q'].includes(name)),
  );
}

function accountsOf(values: Readonly<Record<string, string>>): readonly string[] {
  const names = ['User', 'TargetUserName', 'SubjectUserName', 'SourceUser'].flatMap((name) => values[name] ?? []);
  return [...new Set(names.filter((name) => name !== '' && name !== '-'))].slice(0, 2);
}

function rawOf(record: PageRecord['record'], name: string): string | undefined {
  return record.data[name] ?? record.system[name];
}

function kindOfField(name: string): ObjectKind {
  if (/^(?:Computer|WorkstationName|SourceHostname|DestinationHostname|ClientMachine)$/.test(name)) return 'host';
  if (/(?:Ip|IpAddress|Address)$/.test(name)) return 'address';
  if (/User(?:Name|Sid)?$|^User$|Account/.test(name)) return 'account';
  if (/Hash(?:es)?$/.test(name)) return 'hash';
  if (/CommandLine|Destination|Query|Script|PossibleCause/.test(name)) return 'payload';
  return 'value';
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
