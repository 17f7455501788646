/** Why a request is not let in (TRUST 5, rows 1 to 10): the code, its HTTP status, and a sentence that never holds a secret. */
export type AuthCode =
  | 'auth_required'
  | 'auth_scheme_unsupported'
  | 'auth_ambiguous'
  | 'auth_location_forbidden'
  | 'key_malformed'
  | 'key_invalid'
  | 'key_expired'
  | 'key_revoked'
  | 'scope_insufficient'
  | 'source_forbidden';

export interface AuthProblem {
  readonly kind: 'problem';
  readonly code: AuthCode;
  /** HTTP status; every 401 is answered with `WWW-Authenticate`. */
  readonly status: 400 | 401 | 403;
  readonly message: string;
}

type Row = Omit<AuthProblem, 'kind' | 'code'>;

/** Constant answers: what a caller sees depends on the code alone (TRUST T8). */
export const AUTH_PROBLEMS: Readonly<Record<AuthCode, Row>> = {
  auth_required: { status: 401, message: 'This needs a key, in an Authorization header.' },
  auth_scheme_unsupported: {
    status: 401,
    message: 'This scheme of the Authorization header is not taken here; use Bearer with the whole key.',
  },
  auth_ambiguous: { status: 400, message: 'There is more than one Authorization header; send one.' },
  auth_location_forbidden: {
    status: 401,
    message:
      'A key in the address ends up in logs and is never taken; send it in the Authorization header and replace it.',
  },
  key_malformed: {
    status: 401,
    message: 'The key is not a whole triad_… key, or the id before it is not its own; copy it again, all of it.',
  },
  key_invalid: { status: 401, message: 'No such key.' },
  key_expired: { status: 401, message: 'The key has expired; make a new one with triad key rotate.' },
  key_revoked: { status: 401, message: 'The key, or its sender, was revoked.' },
  scope_insufficient: { status: 403, message: 'The key may not do this.' },
  source_forbidden: { status: 403, message: 'The key may not be used from this address.' },
};

export function authProblem(code: AuthCode): AuthProblem {
  return { kind: 'problem', code, ...AUTH_PROBLEMS[code] };
}
