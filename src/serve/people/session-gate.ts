import type { Caller, Problem, Route } from '../../api/index.ts';
import {
  csrfOf,
  endOfSession,
  isCsrf,
  mayRole,
  originOf,
  PERMISSIONS,
  type Permission,
  readCookie,
  scopesOfRole,
  sessionDigest,
} from '../../people/index.ts';
import type { OpenSession, State } from '../../state/index.ts';
import type { RawRequest } from '../dispatch.ts';
import type { Log } from '../log.ts';
import type { AuditedRefusals } from './audited-refusals.ts';
import { looksAtEvidence } from './withhold.ts';

export interface SessionGateParts {
  readonly state: State;
  readonly log: Log;
  readonly refusals: AuditedRefusals;
  readonly publicUrl: string | undefined;
  readonly scheme: 'http' | 'https';
  /** Of the listener; it stands in the name of the cookie. */
  port(): number;
  nowMs(): number;
  /** Told of each session that ended: its streams end with it. */
  onEnded(key: string): void;
}

/** A session that was looked up is believed so long; what ends one says so at once. */
const REMEMBER_MS = 60_000;
const MOST_REMEMBERED = 10_000;
/** Requests of a page that no key or pointer asked for: they keep no session alive (SETTLED G19). */
const BACKGROUND = 'x-triad-background';
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

interface Remembered {
  readonly session: OpenSession;
  readonly untilMs: number;
  seenMs: number;
  writtenMs: number;
}

/** Judges sessions: who is signed in, whether a change comes from a page of this server, and whether the role may do it. */
export class SessionGate {
  readonly #parts: SessionGateParts;
  readonly #known = new Map<string, Remembered>();
  #forgotten = 0;

  constructor(parts: SessionGateParts) {
    this.#parts = parts;
  }

  get port(): number {
    return this.#parts.port();
  }

  /** The caller, or why they are not let in; undefined where no session is shown, and where none counts: what shippers ask takes keys alone. */
  async authorize(raw: RawRequest, route: Route): Promise<Caller | Problem | undefined> {
    if (route.access === 'open' || PERMISSIONS[route.access].roles.length === 0) return undefined;
    const cookie = readCookie(raw.headers['cookie'], this.port);
    if (cookie.kind === 'none') return undefined;
    if (cookie.kind === 'malformed') return { code: 'session_invalid' };
    const found = await this.#find(cookie.secret);
    if (found === 'unavailable') return { code: 'storage_unavailable', retryAfterMs: 1000 };
    if (found === undefined) return { code: 'session_invalid', detail: 'Sign in again.' };
    const { session } = found;
    const refused = this.#forgery(raw, cookie.secret) ?? problemOf(session, route);
    if (refused !== undefined) {
      const by = { who: session.person, session: session.number, peer: raw.peer, request: raw.id };
      await this.#parts.refusals.note({ ...by, route: route.id, code: refused.code });
      return refused;
    }
    const isUse = route.id !== 'streamChanges' && raw.headers[BACKGROUND] === undefined;
    if (isUse) found.seenMs = Math.max(found.seenMs, this.#parts.nowMs());
    return (await this.#unlogged(session, raw, route)) ?? callerOf(session, cookie.secret);
  }

  /** A request of a browser that another site made (TRUST 6); undefined where nothing says so. */
  forgedSignIn({ headers }: Pick<RawRequest, 'headers'>): Problem | undefined {
    return this.#originOf(headers) === 'foreign' ? { code: 'origin_forbidden' } : undefined;
  }

  /** Sessions that ended are not believed any more, and their streams end. */
  ended(numbers: readonly number[]): void {
    if (numbers.length === 0) return;
    this.#forgotten++;
    for (const [digest, { session }] of this.#known) if (numbers.includes(session.number)) this.#known.delete(digest);
    for (const number of numbers) this.#parts.onEnded(keyOf(number));
  }

  /** Writes when sessions were last used, and ends those that stood too long. */
  async sweep(): Promise<void> {
    const { state, nowMs, log } = this.#parts;
    const waiting = [...this.#known.values()].filter(({ seenMs, writtenMs }) => seenMs > writtenMs);
    const uses = waiting.map(({ session, seenMs }) => ({ number: session.number, seenMs }));
    const written = uses.length === 0 ? undefined : await state.call('noteSessionUses', { uses });
    if (written?.kind === 'refused') {
      // What was used may look idle then: nothing is ended before it is written.
      log.warn('uses of sessions not written', { code: written.code, message: written.message });
      return;
    }
    for (const [at, one] of waiting.entries()) one.writtenMs = uses[at]?.seenMs ?? one.writtenMs;
    const swept = await state.call('sweepSessions', { nowMs: nowMs() });
    if (swept.kind === 'done') this.ended(swept.value.ended);
  }

  async #find(secret: string): Promise<Remembered | 'unavailable' | undefined> {
    const { state, log, nowMs } = this.#parts;
    const sha256 = sessionDigest(secret);
    const digest = Buffer.from(sha256).toString('hex');
    const atMs = nowMs();
    const known = this.#known.get(digest);
    if (known !== undefined && endOfSession({ ...known.session, seenMs: known.seenMs }, atMs) !== undefined) {
      return undefined;
    }
    if (known !== undefined && atMs < known.untilMs) return known;
    const forgotten = this.#forgotten;
    // What a session was used since it was written counts where it is looked up anew.
    const found = await state.call('findSession', { sha256, nowMs: Math.min(atMs, known?.seenMs ?? atMs) });
    if (found.kind === 'refused') {
      log.error('session not looked up', { code: found.code, message: found.message });
      return 'unavailable';
    }
    const session = found.value;
    if (session === null) {
      this.#known.delete(digest);
      return undefined;
    }
    const seenMs = Math.max(session.seenMs, this.#known.get(digest)?.seenMs ?? 0);
    const remembered = { session, untilMs: atMs + REMEMBER_MS, seenMs, writtenMs: session.seenMs };
    // One that ended while it was looked up is not kept.
    if (forgotten !== this.#forgotten) return remembered;
    if (this.#known.size >= MOST_REMEMBERED) {
      await this.sweep();
      this.#known.clear();
    }
    this.#known.set(digest, remembered);
    return remembered;
  }

  #forgery({ method, headers }: RawRequest, secret: string): Problem | undefined {
    if (SAFE.has(method)) return undefined;
    if (this.#originOf(headers) !== 'own') return { code: 'origin_forbidden' };
    return isCsrf(headers['x-triad-csrf'], secret) ? undefined : { code: 'csrf_invalid' };
  }

  #originOf(headers: RawRequest['headers']): ReturnType<typeof originOf> {
    const { scheme, publicUrl } = this.#parts;
    const { origin, host } = headers;
    return originOf({ origin, host, secFetchSite: headers['sec-fetch-site'] }, scheme, publicUrl);
  }

  /** What some roles may do only with a line in the audit, as an auditor reads evidence (TRUST 6.1): why there is none. */
  async #unlogged(session: OpenSession, raw: RawRequest, { id, access }: Route): Promise<Problem | undefined> {
    const { state, nowMs } = this.#parts;
    const role = session.role;
    if (access === 'open' || role === 'none') return undefined;
    const permission = looksAtEvidence(id, raw.target) ? 'read:evidence' : access;
    if (PERMISSIONS[permission].logged?.includes(role) !== true) return undefined;
    const act = { action: 'evidence.read', object: `route/${id}`, result: { asked: raw.target } };
    const via = { session: session.number, address: raw.peer, request: raw.id };
    const by = { who: session.person, atMs: nowMs(), via };
    const kept = await state.call('appendAudit', { by, act });
    return kept.kind === 'refused' ? { code: 'storage_unavailable', retryAfterMs: 1000 } : undefined;
  }
}

function problemOf({ role, mustChange }: OpenSession, { access }: Route): Problem | undefined {
  if (access === 'open') return undefined;
  if (mustChange && access !== 'own') return { code: 'password_change_required' };
  if (role !== 'none' && mayRole(role, access)) return undefined;
  return { code: 'role_insufficient', detail: neededFor(access) };
}

/** Which roles may do it: pages show it where something is not there (SETTLED G20). */
function neededFor(permission: Permission): string {
  const { roles, what } = PERMISSIONS[permission];
  return `To ${what}: ${roles.join(', ')}.`;
}

function callerOf({ number, person, role, mustChange, endsMs }: OpenSession, secret: string): Caller {
  if (role === 'none') throw new Error('who is barred was let in');
  const signedIn = { name: person, role, session: number, mustChange, endsMs, csrf: csrfOf(secret) };
  return { key: keyOf(number), sender: '', scopes: scopesOfRole(role), name: person, person: signedIn };
}

function keyOf(number: number): string {
  return `session:${number}`;
}
