import { effect, signal } from '@preact/signals';
import { ask, csrf, isSignedOut, type Problem } from './api.ts';
import { forgetAll } from './cache.ts';
import { forgetDraftsOfOthers } from './draft.ts';
import { closeStream, openStream, streamState } from './live.ts';
import { go } from './router.ts';

export type Role = 'viewer' | 'analyst' | 'engineer' | 'admin' | 'auditor';

/** Who is signed in. */
export interface Session {
  readonly person: string;
  readonly role: Role;
  readonly csrf: string;
  /** How long it may stand without a key or pointer. */
  readonly idleMs: number;
  /** When it ends whatever is done, Unix milliseconds. */
  readonly endsMs: number;
  /** The password was given out: nothing is answered until another one is chosen. */
  readonly mustChangePassword?: boolean;
  /** Where the stream of changes stood. */
  readonly place: string;
}

/** `unknown` until the server has said. */
export const session = signal<Session | 'unknown' | undefined>('unknown');
/** Why the server did not say; the page asks again when told to. */
export const sessionProblem = signal<Problem | undefined>(undefined);
/** Somebody was signed in here and did not sign out: the sign-in says that a session has ended. */
export const hasEnded = signal(false);

let abort = new AbortController();

/** Gives up asking who is signed in. */
export function cancelSession(): void {
  abort.abort();
}

/** Asks who is signed in. Where no answer comes, whoever was signed in stays. */
export async function readSession(): Promise<void> {
  // One for all that are under way: who gives up gives up all.
  if (abort.signal.aborted) abort = new AbortController();
  sessionProblem.value = undefined;
  const answer = await ask<Session>('GET', '/v1/session', { signal: abort.signal });
  const isTold = answer.kind === 'ok' || answer.problem.status === 401 || answer.problem.status === 403;
  sessionProblem.value = isTold ? undefined : answer.problem;
  if (isTold) took(answer.kind === 'ok' ? answer.value : undefined);
}

/** The same past the end of a session, which another tab may have kept, and of a page that a browser kept: where no answer comes what is shown goes. */
export async function readPastEnd(): Promise<void> {
  await readSession();
  if (sessionProblem.value !== undefined) took(undefined);
}

/** Signs in; gives back why not. */
export async function signIn(name: string, password: string): Promise<string | undefined> {
  const answer = await ask<Session>('POST', '/v1/session', { body: { name, password } });
  if (answer.kind === 'problem') {
    const { status, title, detail, retryAfterMs } = answer.problem;
    const wait = retryAfterMs === undefined ? '' : ` Try again in ${Math.ceil(retryAfterMs / 1000)} s.`;
    if (status === 401) return `Name or password is wrong.${wait}`;
    return `${title}. ${detail}${wait}`.trim();
  }
  took(answer.value);
  return undefined;
}

/** Signs out; gives back why the server did not end the session, which then still stands. */
export async function signOut(): Promise<string | undefined> {
  const answer = await ask('DELETE', '/v1/session');
  if (answer.kind === 'problem' && answer.problem.status !== 401) return answer.problem.title;
  took(undefined);
  hasEnded.value = false;
  return undefined;
}

/** Content goes at the end of a session; the URL and drafts stay in the tab for the same person alone (SETTLED G19). */
function took(found: Session | undefined): void {
  const before = session.value;
  const wasIn = before !== 'unknown' && before !== undefined;
  const isSame = wasIn && before.person === found?.person && before.role === found.role && !isSignedOut.value;
  if (!isSame) forgetAll();
  hasEnded.value = found === undefined && (wasIn || hasEnded.value);
  csrf.value = found?.csrf;
  session.value = found;
  isSignedOut.value = false;
  if (found === undefined) {
    closeStream();
    return;
  }
  forgetDraftsOfOthers(found.person);
  leavePlaceOfOther(found.person);
  // Until a password that was given out is another, the server refuses the stream.
  if (found.mustChangePassword !== true) openStream(found.place);
}

/** Who was signed in last in this tab; it outlives a reload. */
const LAST_PERSON = 'triad.person';

/** Another person begins at the queue: what the last one looked at is no concern of theirs (SETTLED G19). */
function leavePlaceOfOther(name: string): void {
  const before = sessionStorage.getItem(LAST_PERSON);
  sessionStorage.setItem(LAST_PERSON, name);
  if (before !== null && before !== name) go('/incidents', 'replace');
}

/** A request that was refused because nobody is signed in any more ends what is on screen, too; and a stream ends with its session. */
export function followEnd(): void {
  effect(() => {
    if (streamState.value === 'lost') void readSession();
  });
  effect(() => {
    if (!isSignedOut.value) return;
    hasEnded.value = true;
    closeStream();
    forgetAll();
  });
}

const RANK: Readonly<Record<Role, number>> = { viewer: 0, auditor: 0, analyst: 1, engineer: 2, admin: 3 };

/** True for whoever may do what this role may (TRUST 6.1). */
export function isAtLeast(role: Role): boolean {
  const now = session.value;
  return now !== undefined && now !== 'unknown' && RANK[now.role] >= RANK[role];
}

export function person(): string {
  const now = session.value;
  return now === undefined || now === 'unknown' ? '' : now.person;
}

/** Records, payloads, search and reports are not for viewers (SETTLED G20). */
export function mayReadEvidence(): boolean {
  const now = session.value;
  return now !== undefined && now !== 'unknown' && now.role !== 'viewer';
}
