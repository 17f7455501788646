import { type Signal, signal } from '@preact/signals';
import { actionKey } from './api.ts';

/** What somebody began to enter, kept in the tab by incident and action (SETTLED G5). */
export interface Draft {
  readonly person: string;
  /** Sent with the action, so that a second press does nothing twice. */
  readonly key: string;
  readonly fields: Readonly<Record<string, string>>;
  /** What the person saw when the dialog opened. */
  readonly revision: number;
  readonly version: number;
  /** After a refusal: what is there now, which the next press decides over. */
  readonly over?: number;
}

const PREFIX = 'triad.draft:';

/** The draft of a dialog; begun where there is none of this person. */
export function draftOf(name: string, begin: Omit<Draft, 'key'>): Signal<Draft> {
  const kept = read(PREFIX + name);
  return signal(kept !== undefined && kept.person === begin.person ? kept : { ...begin, key: actionKey() });
}

export function keepDraft(name: string, draft: Draft): void {
  sessionStorage.setItem(PREFIX + name, JSON.stringify(draft));
}

export function dropDraft(name: string): void {
  sessionStorage.removeItem(PREFIX + name);
}

/** Names of drafts that begin so: which dialogs of an incident wait. */
export function draftsUnder(prefix: string): readonly string[] {
  return Object.keys(sessionStorage)
    .filter((key) => key.startsWith(PREFIX + prefix))
    .map((key) => key.slice(PREFIX.length));
}

/** Another person at this tab sees nothing of them. */
export function forgetDraftsOfOthers(person: string): void {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX) && read(key)?.person !== person) sessionStorage.removeItem(key);
  }
}

function read(key: string): Draft | undefined {
  const text = sessionStorage.getItem(key);
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as Draft;
  } catch {
    // Not ours: it is begun anew.
    return undefined;
  }
}
