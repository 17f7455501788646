import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { type Answer, ask, type Problem } from './api.ts';

/** What is known of one path of `/v1` now. Old rows stay while they are asked for again, and when that fails (PRODUCT 9.4). */
export interface Known<T> {
  readonly value: T | undefined;
  readonly etag: string | undefined;
  /** When it was read, Unix milliseconds; 0 where it never was. */
  readonly atMs: number;
  /** Since when it is being asked for; 0 where it is not. */
  readonly sinceMs: number;
  /** Why the last look failed. */
  readonly problem: Problem | undefined;
}

export interface Entry<T> {
  readonly path: string;
  readonly known: ReadonlySignal<Known<T>>;
  /** Asks again; one look at a time, a look that is asked for meanwhile follows. */
  refresh(): Promise<void>;
  /** The same where a person asks: what never came is waited for once more, with the way out that the wait has. */
  again(): void;
  /** Gives up the look that is under way: what was waited for is said not to have come. */
  cancel(): void;
  /** Takes a value that came another way. */
  put(value: T, etag?: string): void;
}

const NOTHING: Known<never> = { value: undefined, etag: undefined, atMs: 0, sinceMs: 0, problem: undefined };
/** Entries that are kept; what nobody shows goes first that was asked for longest ago. */
export const MOST_ENTRIES = 60;

const entries = new Map<string, KeptEntry>();

interface KeptEntry extends Entry<unknown> {
  /** True while something on screen follows it: it must not be forgotten, or what follows it would see nothing new. */
  isShown(): boolean;
}

/** How a path is read where one request is not all of it. */
export type Reader<T> = (path: string, abort: AbortSignal) => Promise<Answer<T>>;

/** What is known of a path; asked for when it is new. A path is always read the same way. */
export function known<T>(path: string, read: Reader<T> = readOnce): Entry<T> {
  const found = entries.get(path) as (Entry<T> & KeptEntry) | undefined;
  if (found !== undefined) {
    entries.delete(path);
    entries.set(path, found);
    return found;
  }
  const entry = makeEntry<T>(path, read);
  entries.set(path, entry as Entry<unknown> as KeptEntry);
  makeRoom(path);
  void entry.refresh();
  return entry;
}

/** Whoever has just asked for a path has not shown it yet. */
function makeRoom(asked: string): void {
  for (const [path, entry] of entries) {
    if (entries.size <= MOST_ENTRIES) return;
    if (path !== asked && !entry.isShown()) entries.delete(path);
  }
}

/** Asks again for everything under these paths that anybody looked at. */
export function refreshUnder(prefix: string): void {
  for (const [path, entry] of entries) if (path.startsWith(prefix)) void entry.refresh();
}

const forgetters = new Set<() => void>();

/** Told when content goes: whatever else holds some of it forgets it then. */
export function onForget(forget: () => void): void {
  forgetters.add(forget);
}

/** Forgets everything: another person signed in, or nobody is. */
export function forgetAll(): void {
  entries.clear();
  for (const forget of forgetters) forget();
}

function readOnce<T>(path: string, abort: AbortSignal): Promise<Answer<T>> {
  return ask<T>('GET', path, { signal: abort });
}

function makeEntry<T>(path: string, read: Reader<T>): Entry<T> & Pick<KeptEntry, 'isShown'> {
  let isShown = false;
  const state: Signal<Known<T>> = signal<Known<T>>(NOTHING, {
    watched: () => {
      isShown = true;
    },
    unwatched: () => {
      isShown = false;
    },
  });
  let running: Promise<void> | undefined;
  let following: Promise<void> | undefined;
  let abort = new AbortController();
  const look = async (): Promise<void> => {
    abort = new AbortController();
    state.value = { ...state.value, sinceMs: Date.now() };
    const answer = await read(path, abort.signal);
    state.value =
      answer.kind === 'ok'
        ? { value: answer.value, etag: answer.etag, atMs: Date.now(), sinceMs: 0, problem: undefined }
        : { ...state.value, sinceMs: 0, problem: answer.problem };
  };
  // Whoever asks while a look is under way waits for one that began later: what they did may not be in the first.
  const refresh = (): Promise<void> => {
    if (running !== undefined) {
      following ??= running.then(() => {
        following = undefined;
        return refresh();
      });
      return following;
    }
    running = look().finally(() => {
      running = undefined;
    });
    return running;
  };
  return {
    path,
    known: state,
    isShown: () => isShown,
    refresh,
    again: () => {
      if (state.value.value === undefined) state.value = { ...state.value, problem: undefined };
      void refresh();
    },
    cancel: () => abort.abort(),
    put: (value, etag) => {
      state.value = { value, etag: etag ?? state.value.etag, atMs: Date.now(), sinceMs: 0, problem: undefined };
    },
  };
}
