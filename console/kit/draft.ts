import { type Signal, signal } from '@preact/signals';
import { actionKey } from './api.ts';

/** What somebody began to enter in a dialog, kept in the tab. */
export interface KeptDraft {
  readonly person: string;
  /** Sent with the action, so that a second press does nothing twice. */
  readonly key: string;
  readonly fields: Readonly<Record<string, string>>;
  /** It was put aside: it waits for whoever opens it again, and does not open by itself. */
  readonly isAside?: boolean;
}

/** One of an action on an incident, kept by both (SETTLED G5). */
export interface Draft extends KeptDraft {
  /** The incident that the next press is for; another one than the draft began with after that became part of it (SETTLED G3). */
  readonly id: string;
  /** What the person saw when the dialog opened. */
  readonly revision: number;
  readonly version: number;
  /** After a refusal: the revision that the next press decides over; `shown` is whatever is on screen then. */
  readonly over?: number | 'shown';
}

const PREFIX = 'triad.draft:';

/** The draft of a dialog; begun where there is none of this person. */
export function draftOf(name: string, begin: Omit<Draft, 'key'>): Signal<Draft> {
  return signal(keptDraft<Draft>(name, begin.person) ?? { ...begin, key: actionKey() });
}

/** The draft of this person, where one was left; whoever reads it says what was kept under that name. */
export function keptDraft<D extends KeptDraft>(name: string, person: string): D | undefined {
  const kept = read<D>(PREFIX + name);
  return kept?.person === person ? kept : undefined;
}

export function keepDraft<D extends KeptDraft>(name: string, draft: D): void {
  sessionStorage.setItem(PREFIX + name, JSON.stringify(draft));
}

/** Something was entered: an empty dialog leaves nothing behind. */
export function draftIsKept(name: string): boolean {
  return sessionStorage.getItem(PREFIX + name) !== null;
}

export function dropDraft(name: string): void {
  sessionStorage.removeItem(PREFIX + name);
}

/** Names of drafts that begin so and were not put aside: which dialogs of an incident stood open. */
export function draftsUnder(prefix: string): readonly string[] {
  return keysUnder(prefix)
    .filter((key) => read(key)?.isAside !== true)
    .map((key) => key.slice(PREFIX.length));
}

/** Gives the drafts of one incident to another: it became part of that one (SETTLED G3). */
export function moveDrafts(from: string, to: string): void {
  for (const key of keysUnder(`${from}:`)) {
    const text = sessionStorage.getItem(key);
    if (text !== null) sessionStorage.setItem(key.replace(PREFIX + from, PREFIX + to), text);
    sessionStorage.removeItem(key);
  }
}

function keysUnder(prefix: string): readonly string[] {
  return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX + prefix));
}

/** Another person at this tab sees nothing of them. */
export function forgetDraftsOfOthers(person: string): void {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX) && read(key)?.person !== person) sessionStorage.removeItem(key);
  }
}

function read<D extends KeptDraft>(key: string): D | undefined {
  const text = sessionStorage.getItem(key);
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as D;
  } catch {
    // Not ours: it is begun anew.
    return undefined;
  }
}
