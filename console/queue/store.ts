import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { QueueValues } from '../../src/api/index.ts';
import { ask, type Problem } from '../kit/api.ts';
import { onForget } from '../kit/cache.ts';
import { type Change, onChanges } from '../kit/live.ts';
import { announceNew } from '../kit/status.ts';
import { type CountsDocument, countOf, readCounts } from './head-counts.ts';
import { HeardRows } from './heard-rows.ts';
import { followOwnActs, isAfterMute, isOwnAct, tellOwnAct } from './own-acts.ts';
import { MOST_ROWS, makeRoom } from './room.ts';
import { CALLING, callsAgain, type QueueRow, rowOf } from './rows.ts';

const PAGE_ROWS = 1000;
/** What is to be done is read first: what is closed takes the room that is left. */
const TO_DO: readonly string[] = ['open', 'acknowledged', 'contained'];
const PARTS: readonly string[] = [TO_DO.join(','), 'closed'];

interface QueuePage {
  readonly columns: readonly string[];
  readonly items: readonly QueueValues[];
  readonly next?: string;
}

export interface QueueState {
  readonly problem: Problem | undefined;
  readonly isReading: boolean;
  /** When it was read whole, Unix milliseconds; 0 where it never was. */
  readonly atMs: number;
  /** More incidents than the page holds. */
  readonly hasMore: boolean;
  /** Some of these are not closed: what the page counts of them is not all. */
  readonly isOpenCut: boolean;
  /** How many those are, as the server counted; 0 where it did not say. */
  readonly beyond: number;
  readonly hidden: { readonly incidents: number; readonly suppressions: number };
}

/** Rows as they stand on screen: they change when the person says so, or did it (SETTLED G6). */
export const shownRows = signal<ReadonlyMap<string, QueueRow>>(new Map());
/** Rows as they are. */
const latest = signal<ReadonlyMap<string, QueueRow>>(new Map());
const UNREAD: QueueState = {
  problem: undefined,
  isReading: false,
  atMs: 0,
  hasMore: false,
  isOpenCut: false,
  beyond: 0,
  hidden: { incidents: 0, suppressions: 0 },
};
export const queueState = signal<QueueState>(UNREAD);

let reading: Promise<void> | undefined;
/** Another look follows the one that is under way. */
let isFollowed = false;
/** What is heard of rows while they are read: pages may be of before. */
const heard = new HeardRows();
let abort = new AbortController();

/** Gives up the look that is under way. */
export function cancelQueue(): void {
  abort.abort();
}

/** Counts what was forgotten: rows of a look that began before are nobody's now. */
let forgotten = 0;

onForget(() => {
  forgotten++;
  latest.value = new Map();
  shownRows.value = latest.value;
  queueState.value = UNREAD;
  reading = undefined;
  heard.end();
});

/** All rows as they are now: what counts are made of, which do not wait. */
export const latestRows: ReadonlySignal<ReadonlyMap<string, QueueRow>> = latest;

/** What waits behind the button: rows that came, and rows that are another now. */
export const waiting: ReadonlySignal<Waiting> = computed(() => {
  const shown = shownRows.value;
  const none: Waiting = { fresh: 0, changed: 0, graves: { fresh: [], changed: [] } };
  if (shown === latest.value) return none;
  let { fresh, changed } = none;
  const graves: Record<'fresh' | 'changed', string[]> = { fresh: [], changed: [] };
  for (const [id, row] of latest.value) {
    const old = shown.get(id);
    if (old === undefined) {
      // What a suppression hides calls nobody (SETTLED G8).
      if (row.isHidden) continue;
      fresh++;
      graves.fresh.push(row.level);
    } else if (
      old.version !== row.version ||
      old.revision !== row.revision ||
      old.standing !== row.standing ||
      old.isHidden !== row.isHidden
    ) {
      changed++;
      if (callsAgain(old, row)) graves.changed.push(row.level);
    }
  }
  for (const id of shown.keys()) if (!latest.value.has(id)) changed++;
  return { fresh, changed, graves };
});

interface Waiting {
  readonly fresh: number;
  readonly changed: number;
  /** Levels of the new ones, and of the changed ones that somebody has to look at again. */
  readonly graves: Readonly<Record<'fresh' | 'changed', readonly string[]>>;
}

/** "3 new (1 critical), 2 changed"; nothing where nothing waits. */
export function waitingWords({ fresh, changed, graves }: Waiting): string {
  const words = [
    fresh > 0 ? `${fresh} new${graveWords(graves.fresh)}` : '',
    changed > 0 ? `${changed} changed${graveWords(graves.changed)}` : '',
  ];
  return words.filter(Boolean).join(', ');
}

function graveWords(levels: readonly string[]): string {
  const counted = ['critical', 'high'].flatMap((level) => {
    const count = levels.filter((one) => one === level).length;
    return count === 0 ? [] : [`${count} ${level}`];
  });
  return counted.length === 0 ? '' : ` (${counted.join(', ')})`;
}

/** Counts what may put rows into another order: the rest leaves each where it stands. It changes with the rows, or those that come stand at the end. */
export const arranged = signal(0);

export function showWaiting(): void {
  batch(() => {
    arranged.value++;
    shownRows.value = latest.value;
  });
}

/** A person's own change shows at once, where its row stands. */
export function showOwn(
  ids: readonly string[],
  changes: Partial<QueueRow> | ((row: QueueRow) => Partial<QueueRow>),
): void {
  const change = (rows: ReadonlyMap<string, QueueRow>): ReadonlyMap<string, QueueRow> => {
    const next = new Map(rows);
    for (const id of ids) {
      const row = next.get(id);
      if (row !== undefined) next.set(id, { ...row, ...(typeof changes === 'function' ? changes(row) : changes) });
    }
    return next;
  };
  const isSame = shownRows.value === latest.value;
  latest.value = change(latest.value);
  heard.take(ids, latest.value);
  shownRows.value = isSame ? latest.value : change(shownRows.value);
  for (const id of ids) {
    const revision = latest.value.get(id)?.revision;
    if (revision !== undefined) tellOwnAct({ id, revision });
  }
}

/** A person's own mute, or its end: what it hides or shows goes or comes at once, when it is read. */
export function showOwnMute(): void {
  tellOwnAct({ muted: true });
  showSame(latest.value);
}

/** Reads the queue whole, page by page. The first page shows while the others come. */
export function readQueue(): Promise<void> {
  if (reading !== undefined) return reading;
  heard.begin();
  const own = readAll().finally(() => {
    if (reading !== own) return;
    reading = undefined;
    heard.end();
  });
  reading = own;
  return own;
}

/** The same where a person asks: what never came is waited for once more, with the way out that the wait has. */
export function askQueueAgain(): void {
  queueState.value = { ...queueState.value, problem: undefined };
  void readQueue();
}

/** Reads it once more: what a look that is under way has read may be of before. */
function readAnew(): void {
  if (reading === undefined) void readQueue();
  else if (!isFollowed) {
    const own = forgotten;
    isFollowed = true;
    void reading.then(() => {
      isFollowed = false;
      if (own === forgotten) void readQueue();
    });
  }
}

async function readAll(): Promise<void> {
  const own = forgotten;
  abort = new AbortController();
  queueState.value = { ...queueState.value, isReading: true };
  const rows = new Map<string, QueueRow>();
  const isFirst = shownRows.value.size === 0;
  let at: Place | undefined = { part: 0, after: undefined };
  const counted = readCounts();
  do {
    const answer = await ask<QueuePage>('GET', pathOf(at), { signal: abort.signal });
    if (own !== forgotten) return;
    if (answer.kind === 'problem') {
      queueState.value = { ...queueState.value, isReading: false, problem: answer.problem };
      return;
    }
    const { columns, items } = answer.value;
    for (const values of items) {
      const row = rowOf(values, columns);
      rows.set(row.id, row);
    }
    at = placeAfter(at, answer.value.next);
    if (isFirst) {
      latest.value = heard.over(rows);
      showWaiting();
    }
  } while (at !== undefined && rows.size < MOST_ROWS);
  const whole = heard.over(rows);
  const gone = makeRoom(whole, new Map());
  latest.value = whole;
  if (shownRows.value.size === 0 || isFirst) showWaiting();
  else
    batch(() => {
      arranged.value++;
      showSame(whole);
    });
  const counts = await counted;
  if (own !== forgotten) return;
  const isOpenCut = at?.part === 0 || gone.some(isToDo);
  queueState.value = {
    problem: undefined,
    isReading: false,
    atMs: Date.now(),
    hasMore: at !== undefined || gone.length > 0,
    isOpenCut,
    beyond: isOpenCut && counts !== undefined ? beyondOf(counts) : 0,
    hidden: counts?.suppressed ?? queueState.value.hidden,
  };
}

/** What of the queue is read next. */
interface Place {
  readonly part: number;
  readonly after: string | undefined;
}

function pathOf({ part, after }: Place): string {
  const cursor = after === undefined ? '' : `&after=${encodeURIComponent(after)}`;
  return `/v1/incidents?view=row&limit=${PAGE_ROWS}&suppressed=show&state=${PARTS[part] ?? ''}${cursor}`;
}

function placeAfter({ part }: Place, next: string | undefined): Place | undefined {
  if (next !== undefined) return { part, after: next };
  return part + 1 < PARTS.length ? { part: part + 1, after: undefined } : undefined;
}

/** How many the server counts that are not closed and that the page does not hold. */
function beyondOf(counts: CountsDocument): number {
  const held = [...latest.value.values()].filter(({ isHidden, state }) => !isHidden && TO_DO.includes(state)).length;
  return Math.max(0, countOf(counts, TO_DO) - held);
}

/** Of a queue that the page does not hold whole the server's counts are read at most so often. */
const COUNTS_MS = 10_000;
let countsAtMs = 0;
let countsLater: ReturnType<typeof setTimeout> | undefined;

/** Reads again what the server counts, where the page cannot: soon, and not at each change. */
export function countAgain(): void {
  if (!queueState.value.isOpenCut || countsLater !== undefined) return;
  countsLater = setTimeout(
    async () => {
      countsAtMs = Date.now();
      const counts = await readCounts();
      countsLater = undefined;
      if (counts === undefined) return;
      queueState.value = { ...queueState.value, beyond: beyondOf(counts), hidden: counts.suppressed };
    },
    Math.max(1000, countsAtMs + COUNTS_MS - Date.now()),
  );
}

interface IncidentChange {
  readonly id: string;
  readonly change: string;
  readonly row?: QueueValues;
}

/** Follows the stream: rows change behind the screen. */
export function followQueue(): () => void {
  const stopOwn = followOwnActs(() => showSame(latest.value));
  const stop = onChanges((changes) => {
    // What is hidden is another: which rows that are, only the server knows.
    if (changes.some(({ type }) => type === 'resync' || type === 'queue')) {
      readAnew();
      return;
    }
    const own = changes.filter(({ type }) => type === 'incident');
    if (own.length === 0) return;
    takeChanges(own);
    countAgain();
  });
  return () => {
    stop();
    stopOwn();
  };
}

/**
 * What the stream tells of a change that this person made, here or in another tab, stands on screen whole: what is due next is another
 * thing. What others hid or showed meanwhile waits.
 */
function showSame(rows: ReadonlyMap<string, QueueRow>): void {
  const told = [...rows.values()].filter((row) => {
    const old = shownRows.value.get(row.id);
    if (old === undefined || old === row || old.version !== row.version) return false;
    if (old.revision !== row.revision && !isOwnAct(row)) return false;
    return old.isHidden === row.isHidden || isAfterMute();
  });
  if (told.length === 0) return;
  const shown = new Map(shownRows.value);
  for (const row of told) shown.set(row.id, row);
  shownRows.value = shown;
}

function takeChanges(changes: readonly Change[]): void {
  const wasSame = shownRows.value === latest.value;
  const next = new Map(latest.value);
  const told = new Map<string, QueueRow>();
  let fresh = 0;
  for (const { of } of changes) {
    const { id, change, row: values } = of as unknown as IncidentChange;
    const row = values === undefined ? undefined : rowOf(values);
    if (row === undefined || row.standing === 'merged' || row.state === 'merged') {
      next.delete(id);
      told.delete(id);
      continue;
    }
    const old = next.get(id);
    // A late event of an older look must not undo what is known.
    const isOlder = old !== undefined && (old.version > row.version || old.revision > row.revision);
    told.set(id, isOlder ? old : row);
    // Of what the page has no room for a change is nothing new.
    if (old === undefined && next.size >= MOST_ROWS && !CALLING.includes(change)) continue;
    if (!row.isHidden && (old === undefined || callsAgain(old, row))) fresh++;
    if (!isOlder) next.set(id, row);
  }
  takeOut(makeRoom(next, told));
  latest.value = next;
  heard.take(
    changes.map(({ of }) => String(of['id'])),
    told,
  );
  showSame(next);
  // Nothing stands on screen yet that could move.
  if (wasSame && shownRows.value.size === 0) shownRows.value = next;
  if (fresh > 0) announceNew(fresh);
}

/** What had to make room goes from the screen too: it waits behind no button. */
function takeOut(gone: readonly QueueRow[]): void {
  if (gone.length === 0) return;
  const shown = new Map(shownRows.value);
  for (const { id } of gone) shown.delete(id);
  shownRows.value = shown;
  queueState.value = {
    ...queueState.value,
    hasMore: true,
    isOpenCut: queueState.value.isOpenCut || gone.some(isToDo),
  };
}

function isToDo({ state }: QueueRow): boolean {
  return TO_DO.includes(state);
}
