import type { ApiRequest, Problem } from '../../api/index.ts';
import { type Attempts, makeSession, sessionDigest, typedName } from '../../people/index.ts';
import type { OpenSession, State, StoredPerson } from '../../state/index.ts';
import type { Metrics } from '../metrics.ts';
import type { FailedSignIns } from './failed-sign-ins.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { SessionGate } from './session-gate.ts';

export interface SignInParts {
  readonly state: State;
  readonly sessions: SessionGate;
  readonly hasher: PasswordHasher;
  readonly attempts: Attempts;
  readonly failures: FailedSignIns;
  readonly metrics: Metrics;
  nowMs(): number;
  random(bytes: number): Uint8Array;
}

/** From where, and by which request. */
type From = Pick<ApiRequest, 'peer' | 'id'>;

export interface Presented extends From {
  readonly name: string;
  readonly password: string;
}

export type Proof =
  | { readonly kind: 'person'; readonly person: StoredPerson }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** Longest wait for one of those whose passwords are hashed, milliseconds. */
const BUSY_MS = 2000;

/**
 * Whether somebody knows the password of a person. Names that nobody has and people who are barred cost the same hash and get the same answer; attempts
 * are limited by account and address (SETTLED G18).
 */
export async function provePerson(parts: SignInParts, { name: typed, password, peer, id }: Presented): Promise<Proof> {
  const { state, hasher, attempts, metrics, nowMs } = parts;
  const name = typedName(typed);
  const attempt = attempts.begin(name, peer, nowMs());
  if (attempt.kind === 'wait') {
    metrics.count('triad_auth_failures_total', ['too_many_requests']);
    const detail = 'There were too many attempts from this address.';
    return { kind: 'problem', problem: { code: 'too_many_requests', detail, retryAfterMs: attempt.retryAfterMs } };
  }
  const found = await state.call('findPerson', { name });
  if (found.kind === 'refused') {
    attempts.takeBack(name, peer, false);
    return { kind: 'problem', problem: { code: 'storage_unavailable', retryAfterMs: 1000 } };
  }
  const person = found.value ?? undefined;
  const isRight = await hasher.verify(password, person?.password);
  if (isRight === 'busy') {
    attempts.takeBack(name, peer, false);
    return { kind: 'problem', problem: { code: 'busy', detail: 'Many people sign in now.', retryAfterMs: BUSY_MS } };
  }
  if (isRight && person !== undefined && person.role !== 'none') {
    attempts.takeBack(name, peer, true);
    return { kind: 'person', person };
  }
  return { kind: 'problem', problem: await signInFailed(parts, person?.name, { peer, id }) };
}

/** Counts and audits that somebody was not let in; gives the one answer. `person`: the name, where somebody has it. */
export async function signInFailed(
  { metrics, failures }: SignInParts,
  person: string | undefined,
  from: From,
): Promise<Problem> {
  metrics.count('triad_auth_failures_total', ['sign_in_failed']);
  await failures.note(person, from);
  return { code: 'sign_in_failed' };
}

export type Begun =
  | { readonly kind: 'begun'; readonly session: OpenSession; readonly secret: string }
  | { readonly kind: 'problem'; readonly problem: Problem };

export interface Browser extends From {
  readonly agent: string;
  /** The secret of the session that it had. */
  readonly before: string | undefined;
}

/** Begins a session of a person who was proved; the one that the browser had ends (TRUST 6). `password`: the kept text of the one that was proved. */
export async function beginSession(
  parts: SignInParts,
  { name: person, password: was }: Pick<StoredPerson, 'name' | 'password'>,
  { peer, id, agent, before }: Browser,
): Promise<Begun> {
  const { state, sessions, nowMs, random } = parts;
  const made = makeSession(random);
  const replaces = before === undefined ? {} : { replaces: sessionDigest(before) };
  const begun = await state.call('beginSession', {
    session: { person, was, sha256: made.sha256, peer, agent, ...replaces },
    by: { who: person, atMs: nowMs(), via: { address: peer, request: id } },
  });
  if (begun.kind === 'refused') {
    const isGone = begun.code === 'unknown';
    const problem: Problem = isGone
      ? await signInFailed(parts, person, { peer, id })
      : { code: 'storage_unavailable', retryAfterMs: 1000 };
    return { kind: 'problem', problem };
  }
  sessions.ended(begun.value.ended);
  return { kind: 'begun', session: begun.value.session, secret: made.secret };
}
