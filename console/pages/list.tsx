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

/** A page that is one list. */
export function ListPage<T>({
  title,
  path,
  follows,
  columns,
  keyOf,
  empty,
  head,
  rows,
}: ListPageProps<T>): JSX.Element {
  const entry = useLive<Paged<T>>(path, follows);
  const now = entry.known.value;
  const page = now.value;
  const shown = page === undefined ? [] : (rows?.(page) ?? page.items);
  return (
    <main id="main" class="page" data-scroll={title}>
      <h1>{title}</h1>
      <Stale known={now} onAgain={() => void entry.refresh()} />
      {page === undefined ? (
        now.problem === undefined ? (
          <Waiting what={title} onCancel={entry.cancel} />
        ) : (
          <Failed what={title} problem={now.problem} onAgain={() => void entry.refresh()} />
        )
      ) : (
        <>
          {head?.(page)}
          {shown.length === 0 ? (
            <div class="state">{empty}</div>
          ) : (
            <Table title={title} rows={shown} columns={columns} keyOf={keyOf} />
          )}
          {page.next === undefined ? null : (
            <p class="note">
              The first {page.items.length.toLocaleString('en-GB')}; there are more. Narrow it, or ask the API.
            </p>
          )}
        </>
      )}
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
