import { computed, type ReadonlySignal } from '@preact/signals';
import { known, refreshUnder } from '../kit/cache.ts';
import { lostSinceMs, onChanges, streamState } from '../kit/live.ts';
import { session } from '../kit/session.ts';
import { millisOf, nowMs, spanOf, stampOf, zoneWord } from '../kit/time.ts';
import { visibleText } from '../kit/words.ts';

/** What the server says of what it sees and of its senders. */
interface SeenDocument {
  readonly asOf: string;
  /** When something arrived last. */
  readonly heard?: string;
  /** How many are active. */
  readonly senders?: number;
  readonly blind: readonly { readonly code: string; readonly since: string; readonly text: string }[];
  readonly late: readonly { readonly sender: string; readonly last: string; readonly lateAfterMs: number }[];
}

const BLIND = '/v1/health/blind';

const blind = computed(() => (isIn() ? known<SeenDocument>(BLIND).known.value : undefined));

const seen = computed(() => blind.value?.value);

/** Senders that are silent for longer than is usual with them. */
export const lateSenders: ReadonlySignal<readonly string[]> = computed(
  () => seen.value?.late.map(({ sender }) => sender) ?? [],
);

/** How many senders are active, where the server knows. */
export const senderCount: ReadonlySignal<number | undefined> = computed(() => seen.value?.senders);

function isIn(): boolean {
  const now = session.value;
  return now !== undefined && now !== 'unknown';
}

/** Looks at the server's health when the stream tells that it changed, and every ten seconds. */
export function followHealth(): () => void {
  const timer = setInterval(() => refreshUnder(BLIND), 10_000);
  const stop = onChanges((changes) => {
    if (changes.some(({ type }) => type === 'health' || type === 'resync')) refreshUnder(BLIND);
  });
  return () => {
    clearInterval(timer);
    stop();
  };
}

/**
 * How long ago something arrived last, milliseconds, by the clock of the server as it was asked and by what went by here since; undefined where it is not told.
 * No time that an event has counts: its clock may be another.
 */
export const lastRecordAgeMs: ReadonlySignal<number | undefined> = computed(() => {
  const { asOf, heard } = seen.value ?? {};
  if (asOf === undefined || heard === undefined) return undefined;
  return Math.max(0, millisOf(asOf) - millisOf(heard) + nowMs.value - (blind.value?.atMs ?? 0));
});

/** Why Triad itself is blind, with how long by now where that is known: words before it, and behind it. */
interface Blind {
  readonly why: string;
  readonly span?: string;
  readonly end?: string;
}

/** Why Triad itself is blind now, worst first; empty where it sees (SETTLED G15). */
export const blindness: ReadonlySignal<readonly Blind[]> = computed(() => {
  const lost = lostSinceMs.value;
  const told: Blind[] = [];
  if (streamState.value === 'lost' && lost > 0 && nowMs.value - lost > 5000) {
    told.push({
      why: 'No connection to the server',
      span: ` for ${spanOf(nowMs.value - lost)}`,
      end: ': what is shown may be old.',
    });
  }
  if (blind.value?.problem !== undefined && seen.value === undefined)
    told.push({ why: 'What Triad is blind to could not be read.' });
  for (const { since, text } of seen.value?.blind ?? []) {
    const why = `${visibleText(text)} (since ${stampOf(since)} ${zoneWord()}`;
    told.push({ why, span: `, ${spanOf(nowMs.value - millisOf(since))}`, end: ')' });
  }
  return told;
});
