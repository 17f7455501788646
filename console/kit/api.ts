import { signal } from '@preact/signals';

/** Why a request came to nothing, as `application/problem+json` tells it, or `unreachable` where no answer came. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly requestId?: string;
  readonly retryAfterMs?: number;
  /** What a problem carries beside its own members: `survivor`, `acted`. */
  readonly more: Readonly<Record<string, unknown>>;
}

/** The same in words. */
export function whyOf({ title, detail }: Problem): string {
  return `${title}. ${detail}`;
}

export type Answer<T> =
  | { readonly kind: 'ok'; readonly value: T; readonly etag: string | undefined }
  | { readonly kind: 'problem'; readonly problem: Problem };

export interface Ask {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Proof that a change comes from this page (TRUST 6); set when a session is known. */
export const csrf = signal<string | undefined>(undefined);
/** Raised when the server says that nobody is signed in any more. */
export const isSignedOut = signal(false);

/** When a key or the pointer was last used, Unix milliseconds: what a person asks for keeps a session alive, a refresh does not (SETTLED G19). */
let touchedMs = Date.now();

/** How long after a key or pointer a request counts as the person's own. */
const OWN_MS = 10_000;

/** When something was last asked for as the person's own; the server counts from there. */
let ownMs = Date.now();

export function noteTouch(): void {
  touchedMs = Date.now();
}

/** Milliseconds since the server last heard that somebody is here. */
export function unheardMs(): number {
  return Date.now() - ownMs;
}

/** Asks `/v1`; never throws. A change is sent once: what came of it is for the person to see (SETTLED G5). */
export async function ask<T>(
  method: string,
  path: string,
  { body, headers, signal: abort }: Ask = {},
): Promise<Answer<T>> {
  const sent: Record<string, string> = { accept: 'application/json', ...headers };
  if (body !== undefined) sent['content-type'] = 'application/json';
  if (method !== 'GET' && csrf.value !== undefined) sent['x-triad-csrf'] = csrf.value;
  if (Date.now() - touchedMs > OWN_MS) sent['x-triad-background'] = '1';
  else ownMs = Date.now();
  const init: RequestInit = { method, headers: sent, credentials: 'same-origin', cache: 'no-store' };
  if (body !== undefined) init.body = JSON.stringify(body);
  if (abort !== undefined) init.signal = abort;
  try {
    const response = await fetch(path, init);
    if (response.ok) {
      const value = (response.status === 204 ? undefined : await response.json()) as T;
      return { kind: 'ok', value, etag: response.headers.get('etag') ?? undefined };
    }
    if (response.status === 401 && !path.startsWith('/v1/session')) isSignedOut.value = true;
    return { kind: 'problem', problem: await problemOf(response) };
  } catch (cause) {
    const isAborted = abort?.aborted === true;
    return { kind: 'problem', problem: unreachable(isAborted ? 'aborted' : 'unreachable', cause) };
  }
}

/** A key by which an action is done once, however often it is sent. */
export function actionKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text();
  const told = read(text);
  const { title, detail, code, requestId, ...more } = told;
  const after = Number(response.headers.get('retry-after'));
  const id = typeof requestId === 'string' ? requestId : response.headers.get('x-request-id');
  return {
    status: response.status,
    code: typeof code === 'string' ? code : `http_${response.status}`,
    title: typeof title === 'string' ? title : `The server answered ${response.status}`,
    detail: typeof detail === 'string' ? detail : '',
    ...(id === null ? {} : { requestId: id }),
    ...(Number.isFinite(after) && after > 0 ? { retryAfterMs: after * 1000 } : {}),
    more,
  };
}

function read(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // A proxy between may answer with a page of its own: its status says what there is to say.
    return {};
  }
}

function unreachable(code: string, cause: unknown): Problem {
  const isCancelled = code === 'aborted';
  return {
    status: 0,
    code,
    title: isCancelled ? 'It was cancelled' : 'The server does not answer',
    detail: isCancelled ? '' : cause instanceof Error ? cause.message : String(cause),
    more: {},
  };
}
