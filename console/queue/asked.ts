import { batch, computed, effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import type { IncidentIdsDocument } from '../../src/api/index.ts';
import { ask, type Problem } from '../kit/api.ts';
import { onForget } from '../kit/cache.ts';
import { type Change, onChanges } from '../kit/live.ts';
import { session } from '../kit/session.ts';
import { askedWords } from './filter.ts';
import { arranged, latestRows, shownRows } from './store.ts';

/** Which incidents fit words that rows do not tell, as the server said. */
export interface Answer {
  readonly words: string;
  readonly ids: ReadonlySet<string>;
  /** More fit than the server names. */
  readonly isMore: boolean;
  /** How many changes had come when it was asked for. */
  readonly changes: number;
  /** Unix milliseconds. */
  readonly atMs: number;
}

/** What is waited for, or why it did not come. */
export interface Asking {
  readonly words: string;
  /** Unix milliseconds. */
  readonly sinceMs: number;
  readonly problem: Problem | undefined;
}

/** The answer that rows on screen are chosen by: a later one waits with the rows (SETTLED G6). */
export const shownAnswer = signal<Answer | undefined>(undefined);
const latest = signal<Answer | undefined>(undefined);
/** Undefined where nothing is waited for: a look again by itself is not. */
export const asking = signal<Asking | undefined>(undefined);

/** Answers that are kept; the oldest goes. */
const MOST_KEPT = 8;
/** Somebody types: the next letter may come. */
const TYPING_MS = 200;
/** Between looks by itself: at least this, and so many times what the last one took. */
const LEAST_MS = 1000;
const TIMES_TAKEN = 10;
/** Each look of an auditor at what payloads hold is written to the audit, also one that the page takes by itself. */
const LOGGED_MS = 30_000;
/** What may make another set of incidents fit. */
const TOUCHING: ReadonlySet<string> = new Set(['incident', 'subscription', 'resync']);

const kept = new Map<string, Answer>();
let words = '';
let timer: ReturnType<typeof setTimeout> | undefined;
let abort: AbortController | undefined;
let changes = 0;
let tookMs = 0;
/** The next answer goes on screen at once: nothing stands there yet, or the person asked for what is new. */
let isShownNext = true;

onForget(() => {
  stop();
  kept.clear();
  words = '';
  shownAnswer.value = undefined;
  latest.value = undefined;
  asking.value = undefined;
});

/** Rows on screen whose place in the list is another by the newest answer, beside those that changed themselves. */
export const refitted: ReadonlySignal<number> = computed(() => {
  const [old, now] = [shownAnswer.value, latest.value];
  if (old === undefined || now === undefined || old === now || old.words !== now.words) return 0;
  let count = 0;
  for (const [id, row] of shownRows.value) {
    const other = latestRows.value.get(id);
    const isSame = other?.version === row.version && other.revision === row.revision;
    if (isSame && old.ids.has(id) !== now.ids.has(id)) count++;
  }
  return count;
});

/** Asks as the filter changes, and again as incidents do. */
export function followAsked(): () => void {
  const ends = [
    effect(() => {
      const wanted = askedWords.value;
      untracked(() => turnTo(wanted));
    }),
    effect(() => {
      void arranged.value;
      untracked(showLatest);
    }),
    onChanges(takeChanges),
  ];
  return () => {
    for (const end of ends) end();
    stop();
    words = '';
  };
}

/** Asks once more, now. */
export function askAgain(): void {
  stop();
  asking.value = { words, sinceMs: Date.now(), problem: undefined };
  void askServer();
}

/** Gives up what is waited for, and says so. */
export function cancelAsking(): void {
  abort?.abort();
}

function stop(): void {
  clearTimeout(timer);
  timer = undefined;
  const under = abort;
  abort = undefined;
  under?.abort();
}

function turnTo(wanted: string): void {
  if (wanted === words) return;
  const isFirst = words === '' && shownAnswer.value === undefined && shownRows.value.size === 0;
  stop();
  words = wanted;
  const known = kept.get(wanted);
  batch(() => {
    latest.value = known;
    shownAnswer.value = wanted === '' ? undefined : (known ?? shownAnswer.value);
    const isKnown = wanted === '' || known?.changes === changes;
    asking.value = isKnown ? undefined : { words, sinceMs: Date.now(), problem: undefined };
  });
  if (asking.value === undefined) return;
  isShownNext = true;
  later(isFirst ? 0 : TYPING_MS);
}

function later(ms: number): void {
  timer = setTimeout(() => {
    timer = undefined;
    void askServer();
  }, ms);
}

async function askServer(): Promise<void> {
  const own = new AbortController();
  abort = own;
  const asked = { words, changes };
  const begunMs = performance.now();
  const path = `/v1/incidents?view=id&suppressed=show&q=${encodeURIComponent(words)}`;
  const answer = await ask<IncidentIdsDocument>('GET', path, { signal: own.signal });
  if (abort !== own) return;
  abort = undefined;
  tookMs = performance.now() - begunMs;
  if (answer.kind === 'problem') {
    asking.value = { words, sinceMs: 0, problem: answer.problem };
    return;
  }
  take({ ...asked, ids: new Set(answer.value.ids), isMore: answer.value.isMore, atMs: Date.now() });
  if (asked.changes !== changes) lookAgain();
}

function take(answer: Answer): void {
  kept.delete(answer.words);
  kept.set(answer.words, answer);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
  batch(() => {
    asking.value = undefined;
    latest.value = answer;
    if (isShownNext) shownAnswer.value = answer;
  });
  isShownNext = false;
}

function takeChanges(told: readonly Change[]): void {
  if (!told.some(({ type }) => TOUCHING.has(type))) return;
  changes++;
  lookAgain();
}

/** One look at a time; what the server refuses it would refuse again. */
function lookAgain(): void {
  const isRefused = asking.value?.problem?.status === 403;
  if (words === '' || timer !== undefined || abort !== undefined || isRefused) return;
  later(Math.max(isLogged() ? LOGGED_MS : LEAST_MS, tookMs * TIMES_TAKEN));
}

function isLogged(): boolean {
  const now = session.value;
  return now !== 'unknown' && now?.role === 'auditor' && /(?:^|\s)-?payload:/i.test(words);
}

/** What waited is shown: the newest answer too, and the one that is still to come of what changed. */
function showLatest(): void {
  const now = latest.value;
  if (now === undefined || now.words !== words) return;
  shownAnswer.value = now;
  isShownNext = now.changes !== changes;
}
