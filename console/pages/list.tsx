import type { ComponentChildren, JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { type Entry, known } from '../kit/cache.ts';
import { onChanges } from '../kit/live.ts';
import { Failed, Stale, Waiting } from '../kit/parts.tsx';

export interface Paged<T> {
  readonly items: readonly T[];
  readonly next?: string;
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
  readonly columns: readonly Column<T>[];
  readonly keyOf: (row: T) => string;
  readonly empty: ComponentChildren;
  readonly head?: (page: Paged<unknown>) => ComponentChildren;
  /** Stands there whatever becomes of the list. */
  readonly before?: ComponentChildren;
  /** Rows of the page where they are not its items as they come. */
  readonly rows?: (page: Paged<unknown>) => readonly T[];
}

/** Reads a path and keeps it up to date with the stream. */
export function useLive<T>(path: string, follows: readonly string[]): Entry<T> {
  const entry = known<T>(path);
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
    return () => {
      stop();
      clearTimeout(timer);
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
  const now = entry.known.value;
  const again = (): void => void entry.refresh();
  if (now.value === undefined)
    return now.problem === undefined ? (
      <Waiting what={what} onCancel={entry.cancel} />
    ) : (
      <Failed what={what} problem={now.problem} onAgain={again} />
    );
  return (
    <>
      <Stale known={now} onAgain={again} />
      {children(now.value)}
    </>
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
  return <p class="note">These are the first {count.toLocaleString('en-GB')}; there are more, which the API has.</p>;
}

/** A page that is one list. */
export function ListPage<T>({
  title,
  path,
  follows,
  columns,
  keyOf,
  empty,
  head,
  before,
  rows,
}: ListPageProps<T>): JSX.Element {
  const entry = useLive<Paged<T>>(path, follows);
  return (
    <main id="main" class="page" data-scroll={title}>
      <h1>{title}</h1>
      {before}
      <Read what={title} entry={entry}>
        {(page) => {
          const shown = rows?.(page) ?? page.items;
          return (
            <>
              {head?.(page)}
              {shown.length === 0 ? (
                <div class="state">{empty}</div>
              ) : (
                <Table title={title} rows={shown} columns={columns} keyOf={keyOf} />
              )}
              <More count={page.items.length} next={page.next} />
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
