import type { ComponentChildren, JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { type Answer, ask } from '../kit/api.ts';
import { type Entry, known, type Reader } from '../kit/cache.ts';
import { onChanges } from '../kit/live.ts';
import { NotRead, Stale } from '../kit/parts.tsx';
import { digits } from '../kit/words.ts';
import { NameField, type Narrowed, NothingFits, namedPart, pathNamed } from './named.tsx';

export interface Paged<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

/** Rows that a list is read for, in pages of the server. */
const MOST_READ = 10_000;
/** Rows that are drawn of them. */
export const MOST_DRAWN = 1000;

/** Reads a list page by page: what it says of the whole is true of the whole, and where it ends before that, `next` is there. */
export async function readWhole<P extends Paged<unknown>>(path: string, abort: AbortSignal): Promise<Answer<P>> {
  const first = await ask<P>('GET', path, { signal: abort });
  if (first.kind === 'problem') return first;
  const items = [...first.value.items];
  let { next } = first.value;
  while (next !== undefined && items.length < MOST_READ) {
    const more: Answer<P> = await ask<P>('GET', `${path}&after=${encodeURIComponent(next)}`, { signal: abort });
    if (more.kind === 'problem') return more;
    items.push(...more.value.items);
    next = more.value.next;
  }
  return { ...first, value: Object.assign({}, first.value, { items, next }) };
}

export interface Column<T> {
  readonly name: string;
  readonly cell: (row: T) => ComponentChildren;
  readonly kind?: 'num' | 'mono';
}

export interface ListPageProps<T> {
  readonly title: string;
  readonly path: string;
  /** Types of the stream after which it is read again. */
  readonly follows: readonly string[];
  /** It is read again so often too, where it tells what the stream does not. */
  readonly everyMs?: number;
  readonly columns: readonly Column<T>[];
  readonly keyOf: (row: T) => string;
  readonly empty: ComponentChildren;
  readonly head?: (page: Paged<unknown>) => ComponentChildren;
  /** Stands below the rows. */
  readonly foot?: (page: Paged<unknown>) => ComponentChildren;
  /** The server finds rows of this list by a part of their names. */
  readonly isNamed?: boolean;
  /** What the path asks for beside a name. */
  readonly narrowed?: Narrowed | undefined;
  /** Stands there whatever becomes of the list. */
  readonly before?: ComponentChildren;
  /** Rows of the page where they are not its items as they come. */
  readonly rows?: (page: Paged<unknown>) => readonly T[];
}

/** Reads a path and keeps it up to date with the stream; `everyMs` as well where that is not enough, while somebody can see it. */
export function useLive<T>(path: string, follows: readonly string[], read?: Reader<T>, everyMs?: number): Entry<T> {
  const entry = known<T>(path, read);
  useEffect(() => {
    // What was read when somebody looked last is shown at once, and read again: nobody followed it meanwhile.
    const { atMs, sinceMs } = entry.known.peek();
    if (atMs > 0 && sinceMs === 0 && Date.now() - atMs > 1000) void entry.refresh();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onChanges((changes) => {
      if (!changes.some(({ type }) => type === 'resync' || follows.includes(type))) return;
      // Many changes are one look: a list is read at most every two seconds.
      timer ??= setTimeout(() => {
        timer = undefined;
        void entry.refresh();
      }, 2000);
    });
    const often =
      everyMs === undefined
        ? undefined
        : setInterval(() => {
            if (!document.hidden) void entry.refresh();
          }, everyMs);
    return () => {
      stop();
      clearTimeout(timer);
      clearInterval(often);
    };
  }, [path]);
  return entry;
}

/** What was read; until it is there that it is waited for, or why it cannot be read: neither is an empty list (PRODUCT 9.4). */
export function Read<T>({
  what,
  entry,
  children,
}: {
  readonly what: string;
  readonly entry: Entry<T>;
  readonly children: (value: T) => ComponentChildren;
}): JSX.Element {
  const { value } = entry.known.value;
  if (value === undefined) return <NotRead what={what} entry={entry} />;
  return (
    <>
      <Stale entry={entry} />
      {children(value)}
    </>
  );
}

/** How many rows there are where not all are drawn. */
export function Drawn({ total, isNamed }: { readonly total: number; readonly isNamed: boolean }): JSX.Element | null {
  if (total <= MOST_DRAWN) return null;
  return (
    <p class="note">
      {digits(MOST_DRAWN)} of {digits(total)} are drawn.
      {isNamed ? ' A part of a name finds the others.' : ''}
    </p>
  );
}

/** A list that goes on beyond what the page reads of it says so. */
export function More({
  count,
  next,
}: {
  readonly count: number;
  readonly next: string | undefined;
}): JSX.Element | null {
  if (next === undefined) return null;
  return <p class="note">These are the first {digits(count)}; there are more, which the API has.</p>;
}

/** A page that is one list. */
export function ListPage<T>({
  title,
  path,
  follows,
  everyMs,
  columns,
  keyOf,
  empty,
  head,
  foot,
  before,
  rows,
  isNamed = false,
  narrowed,
}: ListPageProps<T>): JSX.Element {
  const named = isNamed ? namedPart() : '';
  const entry = useLive<Paged<T>>(pathNamed(path, named), follows, readWhole, everyMs);
  return (
    <main id="main" class="page" data-scroll={title}>
      <h1>{title}</h1>
      {before}
      {isNamed ? <NameField named={named} /> : null}
      <Read what={title} entry={entry}>
        {(page) => {
          const shown = rows?.(page) ?? page.items;
          return (
            <>
              {head?.(page)}
              {shown.length > 0 ? (
                <>
                  <Table title={title} rows={shown.slice(0, MOST_DRAWN)} columns={columns} keyOf={keyOf} />
                  <Drawn total={shown.length} isNamed={isNamed} />
                  <More count={page.items.length} next={page.next} />
                </>
              ) : named === '' && narrowed === undefined ? (
                <div class="state">{empty}</div>
              ) : (
                <NothingFits named={named} narrowed={narrowed} />
              )}
              {foot?.(page)}
            </>
          );
        }}
      </Read>
    </main>
  );
}

export function Table<T>({
  title,
  rows,
  columns,
  keyOf,
}: {
  readonly title: string;
  readonly rows: readonly T[];
  readonly columns: readonly Column<T>[];
  readonly keyOf: (row: T) => string;
}): JSX.Element {
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={title}>
      <table class="rows">
        <caption class="vh">{title}</caption>
        <thead>
          <tr>
            {columns.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ name, cell, kind }) => (
                <td key={name} class={kind ?? ''}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
