export { AUTH_PROBLEMS, type AuthCode, type AuthProblem, authProblem } from './auth-problems.ts';
export {
  type AuthorizationOptions,
  type AuthorizationRequest,
  type Carrier,
  type Credential,
  readAuthorization,
} from './authorization.ts';
export { type Checked, checkKey, type StoredKey } from './check-key.ts';
export { hostPatternProblem, MOST_HOST_PATTERNS, matchesHost } from './host-patterns.ts';
export { keyProblem } from './key-problem.ts';
export {
  hideKeys,
  KEY_DAYS,
  type KeyState,
  keyExpiry,
  keyState,
  type MadeKey,
  MOST_KEY_DAYS,
  makeKey,
  type PresentedKey,
  readKeyText,
} from './key-text.ts';
export { HOUR_MS, type KeyUse, KeyUses } from './key-uses.ts';
export { leastScope } from './least-scope.ts';
export { LOOPBACK_SOURCES, localKey } from './local-token.ts';
export { covers, type Need, type Scope, scopesProblem } from './scopes.ts';
export {
  type Binding,
  type Sender,
  type SenderState,
  type Standing,
  senderProblem,
  speaksFor,
  standing,
} from './senders.ts';
export { isSourceAllowed, sourceProblem } from './sources.ts';
