import {
  type ApiRequest,
  type ApiResponse,
  type Caller,
  type Handler,
  jsonAnswer,
  refused,
  type SessionDocument,
  type SessionRowDocument,
  type SignedIn,
} from '../../api/index.ts';
import {
  cookieHeader,
  csrfOf,
  IDLE_MS,
  isRole,
  mayRole,
  passwordProblem,
  readCookie,
  typedName,
} from '../../people/index.ts';
import type { Session } from '../../state/index.ts';
import {
  type Begun,
  type Browser,
  beginSession,
  provePerson,
  type SignInParts,
  signInFailed,
} from '../people/sign-in.ts';
import { byOf } from './by.ts';
import { pageAnswer, pageRequestOf, refusalAnswer, timeOf } from './lists.ts';
import { nameOf, oneOf, readQuery } from './query.ts';

type SessionOperation = 'signIn' | 'readSession' | 'signOut' | 'changePassword' | 'listSessions' | 'endSession';

interface SessionParts extends SignInParts {
  /** The id of the newest change of the stream. */
  place(): string;
}

/** People sign in, see their sessions, end them, and choose passwords (TRUST 6, SETTLED G18). */
export function sessionHandlers(parts: SessionParts): Readonly<Record<SessionOperation, Handler>> {
  return {
    signIn: (request) => signIn(parts, request),
    readSession: ({ caller }) => withPerson(caller, (person) => jsonAnswer(ofPerson(person, parts.place()))),
    signOut: (request) => withPerson(request.caller, (person) => signOut(parts, request, person)),
    changePassword: (request) => withPerson(request.caller, (person) => changePassword(parts, request, person)),
    listSessions: (request) => withPerson(request.caller, (person) => list(parts, request, person)),
    endSession: (request) => withPerson(request.caller, (person) => end(parts, request, person)),
  };
}

async function signIn(parts: SessionParts, request: ApiRequest): Promise<ApiResponse> {
  const forged = parts.sessions.forgedSignIn(request);
  if (forged !== undefined) return refused(forged);
  const { name, password } = request.json as { readonly name: string; readonly password: string };
  const proof = await provePerson(parts, { name, password, peer: request.peer, id: request.id });
  if (proof.kind === 'problem') return refused(proof.problem);
  return begunAnswer(parts, await beginSession(parts, proof.person, browserOf(parts, request)));
}

async function signOut(
  { state, sessions, nowMs }: SignInParts,
  request: ApiRequest,
  { session }: SignedIn,
): Promise<ApiResponse> {
  const by = byOf(request, nowMs());
  const ended = await state.call('endSession', { number: session, reason: 'signedOut', by });
  if (ended.kind === 'refused') return refusalAnswer(ended);
  sessions.ended([session]);
  return jsonAnswer({ ended: true }, 200, { 'set-cookie': cookieHeader(sessions.port, undefined) });
}

async function changePassword(parts: SessionParts, request: ApiRequest, { name }: SignedIn): Promise<ApiResponse> {
  const { state, sessions, hasher, nowMs } = parts;
  const { current, next } = request.json as { readonly current: string; readonly next: string };
  const wrong = passwordProblem(next, name) ?? (next === current ? 'It is the password that you have.' : undefined);
  if (wrong !== undefined) return refused({ code: 'invalid', errors: [{ pointer: '/next', detail: wrong }] });
  const proof = await provePerson(parts, { name, password: current, peer: request.peer, id: request.id });
  if (proof.kind === 'problem') return refused(proof.problem);
  const password = await hasher.make(next);
  if (password === 'busy') return refused({ code: 'busy', retryAfterMs: 2000 });
  const { password: was } = proof.person;
  const changed = await state.call('changePassword', { name, was, password, by: byOf(request, nowMs()) });
  // Another password since, or barred: what was proved counts no more.
  if (changed.kind === 'refused' && changed.code === 'unknown') {
    return refused(await signInFailed(parts, name, request));
  }
  if (changed.kind === 'refused') return refusalAnswer(changed);
  sessions.ended(changed.value.ended);
  const browser = { ...browserOf(parts, request), before: undefined };
  return begunAnswer(parts, await beginSession(parts, { name, password }, browser));
}

async function list(parts: SignInParts, request: ApiRequest, person: SignedIn): Promise<ApiResponse> {
  const read = readQuery(request.query, { of: nameOf(64), state: oneOf(['open', 'ended'] as const) });
  if (read.kind !== 'values') return read;
  const page = pageRequestOf(request);
  if ('kind' in page) return page;
  const of = read.values.of ?? 'self';
  const whose = of === 'self' ? person.name : typedName(of);
  if (whose !== person.name && !ofOthers(person)) {
    const code = mayRole(person.role, 'admin:people') ? 'password_change_required' : 'role_insufficient';
    return refused({ code, detail: 'To see sessions of others: admin.' });
  }
  const wanted = {
    ...(of === 'all' ? {} : { person: whose }),
    ...(read.values.state === undefined ? {} : { isOpen: read.values.state === 'open' }),
  };
  const rows = await parts.state.call('listSessions', { ...page, ...wanted });
  return pageAnswer(rows, (session) => rowOf(session, person.session));
}

async function end(
  { state, sessions, nowMs }: SignInParts,
  request: ApiRequest,
  person: SignedIn,
): Promise<ApiResponse> {
  const text = request.params['number'] ?? '';
  const number = /^\d{1,12}$/.test(text) ? Number(text) : 0;
  const own = ofOthers(person) ? {} : { person: person.name };
  const by = byOf(request, nowMs());
  const ended = await state.call('endSession', { number, ...own, reason: 'ended', by });
  if (ended.kind === 'refused') return refusalAnswer(ended);
  sessions.ended([number]);
  return jsonAnswer(rowOf(ended.value, person.session));
}

/** Who may see and end sessions of others. A password that was given out is good for one's own alone. */
function ofOthers({ role, mustChange }: SignedIn): boolean {
  return !mustChange && mayRole(role, 'admin:people');
}

/** The gate lets nobody else to routes of one's own. */
function withPerson(
  caller: Caller | undefined,
  answer: (person: SignedIn) => Promise<ApiResponse> | ApiResponse,
): Promise<ApiResponse> | ApiResponse {
  return caller?.person === undefined ? refused({ code: 'auth_required' }) : answer(caller.person);
}

function browserOf({ sessions }: SignInParts, { id, peer, headers }: ApiRequest): Browser {
  const cookie = readCookie(headers['cookie'], sessions.port);
  const before = cookie.kind === 'secret' ? cookie.secret : undefined;
  return { id, peer, agent: headers['user-agent'] ?? '', before };
}

function begunAnswer({ sessions, place }: SessionParts, begun: Begun): ApiResponse {
  if (begun.kind === 'problem') return refused(begun.problem);
  const { session, secret } = begun;
  const { person: name, role, number, mustChange, endsMs } = session;
  if (!isRole(role)) return refused({ code: 'sign_in_failed' });
  const person = { name, role, session: number, mustChange, endsMs, csrf: csrfOf(secret) };
  return jsonAnswer(ofPerson(person, place()), 200, { 'set-cookie': cookieHeader(sessions.port, secret) });
}

function ofPerson({ name, role, csrf, endsMs, mustChange }: SignedIn, place: string): SessionDocument {
  return { person: name, role, csrf, idleMs: IDLE_MS, endsMs, mustChangePassword: mustChange, place };
}

function rowOf(session: Session, own: number): SessionRowDocument {
  const { number, person, createdMs, seenMs, endsMs, peer, agent, endedMs, endedBy, endReason } = session;
  return {
    number,
    person,
    began: timeOf(createdMs),
    lastUsed: timeOf(seenMs),
    ends: timeOf(endsMs),
    address: peer,
    agent,
    isThis: number === own,
    ...(endedMs === null ? {} : { ended: timeOf(endedMs) }),
    ...(endedBy === null ? {} : { endedBy }),
    ...(endReason === null ? {} : { reason: endReason }),
  };
}
