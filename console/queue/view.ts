import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { onForget } from '../kit/cache.ts';
import { place, route } from '../kit/router.ts';
import { person } from '../kit/session.ts';
import { slowNowMs } from '../kit/time.ts';
import { isUnread, isUnreadNow, openedReadings } from './opened.ts';
import { fitsQuery, parseQueueQuery, type QueueQuery } from './query.ts';
import { compareRows, isOverdue, type QueueRow, SORTS, type Sort } from './rows.ts';
import { arranged, latestRows, queueState, shownRows } from './store.ts';

/** What the queue shows where the URL says nothing: what is still to be done. */
export const PRESET_QUERY = 'state:open,acknowledged,contained';

export const queryText: ReadonlySignal<string> = computed(() => place.value.query.get('q') ?? PRESET_QUERY);
export const query: ReadonlySignal<QueueQuery> = computed(() => parseQueueQuery(queryText.value));
export const sort: ReadonlySignal<Sort> = computed(
  () => SORTS.find(({ id }) => id === place.value.query.get('sort'))?.id ?? 'urgent',
);

let held: { readonly key: string; readonly order: ReadonlyMap<string, number> } = { key: '', order: new Map() };

/**
 * The order is worked out when filter or sorting change, or what waited is shown; not when time passes, nor by what a person does to a row: rows do
 * not move by themselves (SETTLED G6).
 */
export const rows: ReadonlySignal<readonly QueueRow[]> = computed(() => {
  const nowMs = Date.now();
  // A row that is opened stays where it is, also where what is unread was asked for.
  if (/\bis:unread\b/.test(queryText.value)) void openedReadings.value;
  const context = { nowMs, person: person(), isUnread: isUnreadNow };
  const wantsHidden = /\bis:hidden\b/.test(queryText.value);
  const own = query.value;
  const key = `${arranged.value} ${sort.value} ${queryText.value}`;
  const compare = compareRows(sort.value, nowMs);
  const order = key === held.key ? held.order : new Map<string, number>();
  const before = (a: QueueRow, b: QueueRow): number => (order.get(a.id) ?? Infinity) - (order.get(b.id) ?? Infinity);
  const sorted = [...shownRows.value.values()]
    .filter((row) => (wantsHidden || !row.isHidden) && fitsQuery(own, row, context))
    .sort((a, b) => before(a, b) || compare(a, b));
  held = { key, order: new Map(sorted.map(({ id }, at) => [id, at])) };
  return sorted;
});

/** Counts of the head; they do not wait for what the rows wait for. */
export const counts: ReadonlySignal<Readonly<Record<'open' | 'mine' | 'overdue' | 'unread', number>>> = computed(() => {
  const nowMs = slowNowMs.value;
  const me = person();
  let open = 0;
  let mine = 0;
  let overdue = 0;
  let unread = 0;
  for (const row of latestRows.value.values()) {
    if (row.isHidden || row.state === 'closed' || row.state === 'merged') continue;
    open++;
    if (row.owner === me) mine++;
    if (isOverdue(row, nowMs)) overdue++;
    if (isUnread(row)) unread++;
  }
  return { open: open + queueState.value.beyond, mine, overdue, unread };
});

/** The incident of the URL, or the one that keys moved to and that is not opened yet. */
export const moved = signal<string | undefined>(undefined);
export const currentId: ReadonlySignal<string | undefined> = computed(() => {
  const { page, id } = route.value;
  return moved.value ?? (page === 'incidents' ? id : undefined);
});
export const currentIndex: ReadonlySignal<number> = computed(() => {
  const id = currentId.value;
  if (id === undefined) return -1;
  const number = /^INC-(\d+)$/i.exec(id)?.[1];
  return rows.value.findIndex((row) => row.id === id || (number !== undefined && row.number === Number(number)));
});

/** Ids that are selected for an action on many. */
export const chosen = signal<ReadonlySet<string>>(new Set());

onForget(() => {
  chosen.value = new Set();
  moved.value = undefined;
});

export function toggleChosen(id: string): void {
  const next = new Set(chosen.value);
  if (!next.delete(id)) next.add(id);
  chosen.value = next;
}
