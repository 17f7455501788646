import { signal } from '@preact/signals';
import { onForget } from './cache.ts';

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

export function say(text: string, undo?: Status['undo'], shownMs: number = SHOWN_MS): void {
  const told: Status = { text, untilMs: Date.now() + shownMs, ...(undo === undefined ? {} : { undo }) };
  status.value = told;
  setTimeout(() => {
    if (status.value === told) status.value = undefined;
  }, shownMs);
}

/** What assistive technology hears of the queue; at most once in ten seconds (SETTLED G6). */
export const heard = signal('');

const HEARD_MS = 10_000;
let heardMs = 0;
let later: ReturnType<typeof setTimeout> | undefined;

export function announce(text: string): void {
  clearTimeout(later);
  const wait = Math.max(0, heardMs + HEARD_MS - Date.now());
  later = setTimeout(() => {
    heardMs = Date.now();
    heard.value = text;
  }, wait);
}
