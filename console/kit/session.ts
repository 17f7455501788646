import { signal } from '@preact/signals';
import { type Answer, ask, csrf, isSignedOut } from './api.ts';
import { forgetAll } from './cache.ts';
import { forgetDraftsOfOthers } from './draft.ts';
import { closeStream, openStream } from './live.ts';

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
}

/** `unknown` until the server has said. */
export const session = signal<Session | 'unknown' | undefined>('unknown');

/** Asks who is signed in. */
export async function readSession(): Promise<void> {
  took(await ask<Session>('GET', '/v1/session'));
}

/** Signs in; gives back why not. */
export async function signIn(name: string, password: string): Promise<string | undefined> {
  const answer = await ask<Session>('POST', '/v1/session', { body: { name, password } });
  if (answer.kind === 'problem') {
    const { status, title, detail, retryAfterMs } = answer.problem;
    const wait = retryAfterMs === undefined ? '' : ` Try again in ${Math.ceil(retryAfterMs / 1000)} s.`;
    if (status === 401 || status === 403) return `Name or password is wrong.${wait}`;
    return `${title}. ${detail}${wait}`.trim();
  }
  took(answer);
  return undefined;
}

export async function signOut(): Promise<void> {
  await ask('DELETE', '/v1/session');
  took({ kind: 'ok', value: undefined, etag: undefined });
}

/** Content goes at the end of a session; the URL and drafts stay in the tab for the same person (SETTLED G19). */
function took(answer: Answer<Session | undefined>): void {
  const found = answer.kind === 'ok' ? answer.value : undefined;
  forgetAll();
  csrf.value = found?.csrf;
  isSignedOut.value = false;
  session.value = found;
  if (found === undefined) {
    closeStream();
    return;
  }
  forgetDraftsOfOthers(found.person);
  openStream();
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
