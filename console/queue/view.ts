import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { onForget } from '../kit/cache.ts';
import { place, route } from '../kit/router.ts';
import { mayReadEvidence, person } from '../kit/session.ts';
import { slowNowMs } from '../kit/time.ts';
import { digits } from '../kit/words.ts';
import { asking, shownAnswer } from './asked.ts';
import { askedWords, query, queryText } from './filter.ts';
import { byPayload, type Entry, entriesOf, groupIdOf, isGroup } from './groups.ts';
import { serverCounts } from './head-counts.ts';
import { isUnread, isUnreadNow, openedReadings } from './opened.ts';
import { type QueryContext, rowsThatFit } from './query.ts';
import { compareRows, isOverdue, type QueueRow, SORTS, type Sort } from './rows.ts';
import { arranged, latestRows, queueState, shownRows } from './store.ts';

export const sort: ReadonlySignal<Sort> = computed(
  () => SORTS.find(({ id }) => id === place.value.query.get('sort'))?.id ?? 'urgent',
);

/** `payload` where rows are grouped by it, and which of the groups are unfolded; payloads are not for viewers (SETTLED G20). */
export const grouping: ReadonlySignal<string> = computed(() =>
  mayReadEvidence() ? (place.value.query.get('group') ?? '') : '',
);
export const isGrouped: ReadonlySignal<boolean> = computed(() => /^payload\b/.test(grouping.value));

let held: { readonly key: string; readonly rows: readonly QueueRow[]; readonly order: ReadonlyMap<string, number> } = {
  key: '',
  rows: [],
  order: new Map(),
};

/** True where what fits is known: by the rows alone, or the server has said. */
export const isSettled: ReadonlySignal<boolean> = computed(
  () => askedWords.value === '' || shownAnswer.value?.words === askedWords.value,
);

/**
 * The order is worked out when filter or sorting change, or what waited is shown; not when time passes, nor by what a person does to a row: rows do
 * not move by themselves (SETTLED G6). While the server is asked which incidents fit, those of before stay; where it did not say, there is none. Of free text alone rows are shown at once,
 * and those with a title that is cut once it has said.
 */
export const rows: ReadonlySignal<readonly QueueRow[]> = computed(() => {
  const nowMs = Date.now();
  const own = query.value;
  // A row that is opened stays where it is, also where what is unread was asked for.
  if (own.asksUnread) void openedReadings.value;
  if (!isSettled.value && own.ofServer !== '') {
    if (asking.value?.problem !== undefined) return [];
    return held.rows.flatMap(({ id }) => shownRows.value.get(id) ?? []);
  }
  const ids = isSettled.value ? shownAnswer.value?.ids : undefined;
  const context: QueryContext = {
    nowMs,
    person: person(),
    isUnread: isUnreadNow,
    fitsByServer: (id) => ids?.has(id) ?? false,
  };
  const key = `${arranged.value} ${isGrouped.value} ${sort.value} ${shownAnswer.value?.atMs ?? 0} ${queryText.value}`;
  const compare = compareRows(sort.value, nowMs);
  const order = key === held.key ? held.order : new Map<string, number>();
  const before = (a: QueueRow, b: QueueRow): number => (order.get(a.id) ?? Infinity) - (order.get(b.id) ?? Infinity);
  const sorted = rowsThatFit(own, shownRows.value.values(), context).sort((a, b) => before(a, b) || compare(a, b));
  const all = isGrouped.value ? [...byPayload(sorted).values()].flat() : sorted;
  held = { key, rows: all, order: new Map(all.map(({ id }, at) => [id, at])) };
  return all;
});

/** The rows as they stand in the list, with the heads of their groups. */
export const entries: ReadonlySignal<readonly Entry[]> = computed(() =>
  isGrouped.value ? entriesOf(rows.value, grouping.value.split(',')) : rows.value,
);

/** Counts of what is not closed. */
export interface HeadCounts {
  readonly open: number;
  readonly mine: number;
  readonly overdue: number;
  readonly unread: number;
  /** Of the open ones those that are not on screen yet: they wait behind “Show”. */
  readonly behind: number;
  /** There are more than the page holds, and what is counted are its rows. */
  readonly isOfHeld: boolean;
}

/** Counts of the head; they do not wait for what the rows wait for. Where the page does not hold all, they are the server's. */
export const counts: ReadonlySignal<HeadCounts> = computed(() => {
  const { open, ...own } = heldCounts();
  const { beyond, isOpenCut } = queueState.value;
  const told = serverCounts.value;
  if (!isOpenCut || told === undefined) return { ...own, open: open + beyond, isOfHeld: isOpenCut };
  const { mine, overdue, unread } = told;
  return { open: open + beyond, mine, overdue, unread, behind: own.behind, isOfHeld: false };
});

/** `, 1 of them behind “Show”`; nothing where all that is counted stands on screen. */
export function behindWords({ behind }: Pick<HeadCounts, 'behind'>): string {
  return behind === 0 ? '' : `, ${digits(behind)} of them behind “Show”`;
}

function heldCounts(): Omit<HeadCounts, 'isOfHeld'> {
  const nowMs = slowNowMs.value;
  const me = person();
  let open = 0;
  let mine = 0;
  let overdue = 0;
  let unread = 0;
  let behind = 0;
  for (const row of latestRows.value.values()) {
    if (!isOpen(row)) continue;
    open++;
    const shown = shownRows.value.get(row.id);
    if (shown === undefined || !isOpen(shown)) behind++;
    if (row.owner === me) mine++;
    if (isOverdue(row, nowMs)) overdue++;
    if (isUnread(row)) unread++;
  }
  return { open, mine, overdue, unread, behind };
}

function isOpen({ isHidden, state }: QueueRow): boolean {
  return !isHidden && state !== 'closed' && state !== 'merged';
}

/** The incident of the URL, or the one that keys moved to and that is not opened yet. */
export const moved = signal<string | undefined>(undefined);
export const currentId: ReadonlySignal<string | undefined> = computed(() => {
  const { page, id } = route.value;
  return moved.value ?? (page === 'incidents' ? id : undefined);
});
/** The head of a group that keys moved to, until another incident is the current one. */
export const head = signal<{ readonly id: string; readonly of: string | undefined } | undefined>(undefined);
/** Where the current one stands in the list; of an incident in a group that is folded, its head. */
export const currentIndex: ReadonlySignal<number> = computed(() => {
  const id = currentId.value;
  const all = entries.value;
  const groupAt = (group: string | undefined): number => all.findIndex((entry) => isGroup(entry) && entry.id === group);
  const headAt = head.value?.of === id ? groupAt(head.value?.id) : -1;
  if (headAt >= 0 || id === undefined) return headAt;
  const number = Number(/^INC-(\d+)$/i.exec(id)?.[1]);
  const row = rows.value.find((one) => one.id === id || one.number === number);
  if (row === undefined) return -1;
  const at = all.indexOf(row);
  return at >= 0 ? at : groupAt(groupIdOf(row));
});

/** Ids that are selected for an action on many. */
export const chosen = signal<ReadonlySet<string>>(new Set());

onForget(() => {
  chosen.value = new Set();
  moved.value = undefined;
  head.value = undefined;
});

export function toggleChosen(id: string): void {
  const next = new Set(chosen.value);
  if (!next.delete(id)) next.add(id);
  chosen.value = next;
}
