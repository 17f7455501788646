export { ATTEMPT_LIMITS, type Attempt, type AttemptLimits, Attempts } from './attempts.ts';
export { type ClosingNeeds, closingNeeds, isVerdictBefore } from './closing.ts';
export { nameProblem, typedName } from './names.ts';
export {
  FEWEST_CHARACTERS,
  HASH_BYTES,
  MOST_CHARACTERS,
  makePassword,
  type PasswordHash,
  passwordBytes,
  passwordProblem,
  passwordText,
  readPasswordText,
  SALT_BYTES,
  SCRYPT,
  type ScryptCost,
} from './passwords.ts';
export {
  type KeyNeed,
  mayRole,
  PERMISSIONS,
  type Permission,
  type PermissionRow,
  scopesOfRole,
} from './permissions.ts';
export { CONFIRMING, isRole, ROLES, type Role, type Standing } from './roles.ts';
export {
  type CookieReading,
  cookieHeader,
  cookieName,
  csrfOf,
  endOfSession,
  IDLE_MS,
  isCsrf,
  LIFETIME_MS,
  type MadeSession,
  MOST_SESSIONS,
  makeSession,
  type OriginHeaders,
  originOf,
  readCookie,
  sessionDigest,
} from './sessions.ts';
export { type Judged, judgedProblem, VERDICT_CODES, VERDICTS, type Verdict, type VerdictCode } from './verdicts.ts';
export { isRawEvidence, type Withheld, withoutEvidence, withoutPrints } from './withheld.ts';
