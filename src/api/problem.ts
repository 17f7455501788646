import type { AuthCode } from '../accounts/index.ts';

/** Codes of refusals: those of keys, of people and their sessions, and those of requests. */
export type ProblemCode =
  | AuthCode
  | 'sign_in_failed'
  | 'session_invalid'
  | 'origin_forbidden'
  | 'csrf_invalid'
  | 'role_insufficient'
  | 'password_change_required'
  | 'bad_request'
  | 'bad_body'
  | 'digest_mismatch'
  | 'bad_cursor'
  | 'not_found'
  | 'method_not_allowed'
  | 'timeout'
  | 'batch_conflict'
  | 'conflict'
  | 'merged'
  | 'precondition_failed'
  | 'too_large'
  | 'media_type_unsupported'
  | 'misdirected'
  | 'invalid'
  | 'precondition_required'
  | 'too_many_requests'
  | 'internal'
  | 'busy'
  | 'storage_unavailable'
  | 'stopping';

/** Errors of `/v1` (RFC 9457): status and title of each code. The text of `code` never changes; a title may be reworded. */
export const PROBLEMS: Readonly<Record<ProblemCode, readonly [status: number, title: string]>> = {
  auth_required: [401, 'A key is needed'],
  auth_scheme_unsupported: [401, 'The scheme of authorization is not known'],
  auth_ambiguous: [400, 'There are two authorizations'],
  auth_location_forbidden: [401, 'A key may not stand in the address'],
  key_malformed: [401, 'This is not a key of Triad'],
  key_invalid: [401, 'The key is not valid'],
  key_expired: [401, 'The key has expired'],
  key_revoked: [401, 'The key was revoked'],
  scope_insufficient: [403, 'The key may not do this'],
  source_forbidden: [403, 'The key may not be used from this address'],
  sign_in_failed: [401, 'Name or password is wrong'],
  session_invalid: [401, 'The session has ended'],
  origin_forbidden: [403, 'The request does not come from a page of this server'],
  csrf_invalid: [403, 'The request does not show the token of its session'],
  role_insufficient: [403, 'The role may not do this'],
  password_change_required: [403, 'The password that was given out must be changed first'],
  bad_request: [400, 'The request is not well formed'],
  bad_body: [400, 'The body is not what is expected'],
  digest_mismatch: [400, 'The body is not what its digest says'],
  bad_cursor: [400, 'The cursor is not one of this list'],
  not_found: [404, 'There is nothing here'],
  method_not_allowed: [405, 'The method is not allowed here'],
  timeout: [408, 'The request came too slowly'],
  batch_conflict: [409, 'Another batch has this id'],
  conflict: [409, 'This contradicts what is there'],
  merged: [409, 'It is part of another one now'],
  precondition_failed: [412, 'It was changed meanwhile'],
  too_large: [413, 'The request is too large'],
  media_type_unsupported: [415, 'The type or coding of the body is not known'],
  misdirected: [421, 'This server does not answer under this name'],
  invalid: [422, 'Something in the body is not valid'],
  precondition_required: [428, 'The version that was seen must be named'],
  too_many_requests: [429, 'Too much at once'],
  internal: [500, 'Something went wrong in the server'],
  busy: [503, 'The server is busy'],
  storage_unavailable: [503, 'The disk does not take what is sent'],
  stopping: [503, 'The server is ending'],
};

/** One thing that is wrong in a body: a JSON pointer, and why. */
export interface FieldProblem {
  readonly pointer: string;
  readonly detail: string;
}

/** A refusal in words, before it is written in the form of the protocol that asked. */
export interface Problem {
  readonly code: ProblemCode;
  readonly detail?: string;
  readonly errors?: readonly FieldProblem[];
  /** What a program has to know of it: the survivor of what was merged, the revision of now. */
  readonly about?: Readonly<Record<string, string | number>>;
  readonly retryAfterMs?: number;
  /** True when the rest of the request was not read: the connection cannot be used again. */
  readonly closes?: boolean;
}

export function statusOf(code: ProblemCode): number {
  return PROBLEMS[code][0];
}

/**
 * The document `application/problem+json`. `type` is an address that stays the same; nothing is served there. Where fields are wrong and no more is said,
 * `detail` tells the first of them: a client that knows no `errors` has the reason too (L30). `instance` is the path that was asked, `requestId` what the log and the audit
 * call the request.
 */
export function problemDocument(
  problem: Problem,
  { instance, requestId }: { readonly instance: string; readonly requestId: string },
): Readonly<Record<string, unknown>> {
  const [status, title] = PROBLEMS[problem.code];
  const detail = problem.detail ?? wordsOf(problem.errors ?? []);
  return {
    type: `urn:triad:problem:${problem.code}`,
    title,
    status,
    code: problem.code,
    ...(detail === undefined ? {} : { detail }),
    instance,
    requestId,
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
    ...(problem.about === undefined ? {} : { about: problem.about }),
  };
}

/** `next: It is the password that you have.` */
function wordsOf([first, ...others]: readonly FieldProblem[]): string | undefined {
  if (first === undefined) return undefined;
  const field = first.pointer === '' ? '' : `${first.pointer.slice(1)}: `;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return `${field}${first.detail}${more}`;
}
