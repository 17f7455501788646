import { signal } from '@preact/signals';
import { type Answer, whyOf } from './api.ts';
import { onForget } from './cache.ts';
import { nowMs } from './time.ts';
import { plural } from './words.ts';

/** The status line: what was done last, and on which incident (SETTLED G14). Announced politely. */
export interface Status {
  readonly text: string;
  readonly undo?: { readonly label: string; readonly run: () => void };
  /** Unix milliseconds. */
  readonly untilMs: number;
}

export const status = signal<Status | undefined>(undefined);

const SHOWN_MS = 8000;

onForget(() => {
  status.value = undefined;
});

/** What can still be undone stays so under words that bring no way back of their own. */
export function say(text: string, undo?: Status['undo'], shownMs: number = SHOWN_MS): void {
  // The clock is up to a second behind: what can be undone would be promised too long.
  nowMs.value = Date.now();
  const untilMs = nowMs.value + shownMs;
  const last = status.value;
  const told: Status =
    undo === undefined ? { untilMs, ...(last?.undo === undefined ? {} : last), text } : { text, undo, untilMs };
  status.value = told;
  setTimeout(() => {
    if (status.value === told) status.value = undefined;
  }, told.untilMs - nowMs.value);
}

/** Says that it is done, or why not. */
export function sayOutcome(answer: Answer<unknown>, done: string): void {
  say(answer.kind === 'ok' ? done : whyOf(answer.problem));
}

/** What assistive technology hears of the queue; at most once in ten seconds (SETTLED G6). */
export const heard = signal('');

const HEARD_MS = 10_000;
/** Between two texts nothing stands there: the same words once more would be no change, and not be heard. */
const BETWEEN_MS = 100;
let heardMs = 0;
let unheard = 0;
let later: ReturnType<typeof setTimeout> | undefined;

/** New incidents came: how many since it was said last. */
export function announceNew(count: number): void {
  unheard += count;
  if (later !== undefined) return;
  heard.value = '';
  later = setTimeout(
    () => {
      later = undefined;
      heardMs = Date.now();
      heard.value = `${plural(unheard, 'new incident')}.`;
      unheard = 0;
    },
    Math.max(BETWEEN_MS, heardMs + HEARD_MS - Date.now()),
  );
}
