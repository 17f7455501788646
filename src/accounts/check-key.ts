import { timingSafeEqual } from 'node:crypto';
import { type AuthProblem, authProblem } from './auth-problems.ts';
import { keyState, type PresentedKey } from './key-text.ts';
import { covers, type Need, type Scope } from './scopes.ts';
import type { Sender } from './senders.ts';
import { isSourceAllowed } from './sources.ts';

/** What is kept of a key: never its secret (TRUST 2). Times are Unix milliseconds. */
export interface StoredKey {
  readonly id: string;
  readonly sha256: Uint8Array;
  /** Id of the sender it belongs to; `null` for a key that brings no events. */
  readonly sender: string | null;
  readonly scopes: readonly Scope[];
  /** Addresses and CIDR blocks that it may be used from; empty: any. */
  readonly sources: readonly string[];
  readonly createdMs: number;
  readonly expiresMs: number;
  readonly revokedMs: number | null;
}

export interface Checked {
  readonly kind: 'accepted';
  readonly key: StoredKey;
}

const NOBODY = new Uint8Array(32);

/**
 * Judges a presented key. `stored` is what the store has under its id, `sender` the sender of that. What a key is said to be (expired, revoked,
 * out of place) is told only to who knows its secret; an unknown id costs the same comparison as a wrong secret and gets the same answer.
 */
export function checkKey(
  presented: PresentedKey,
  stored: StoredKey | undefined,
  sender: Pick<Sender, 'state'> | undefined,
  use: { readonly need: Need; readonly address: string; readonly nowMs: number },
): Checked | AuthProblem {
  const isSame = timingSafeEqual(presented.sha256, stored?.sha256 ?? NOBODY);
  if (stored === undefined || !isSame || stored.id !== presented.id) return authProblem('key_invalid');
  const state = keyState(stored, use.nowMs);
  const isOrphan = stored.sender !== null && sender?.state !== 'active';
  if (state === 'revoked' || isOrphan) return authProblem('key_revoked');
  if (state === 'expired') return authProblem('key_expired');
  if (!isSourceAllowed(stored.sources, use.address)) return authProblem('source_forbidden');
  if (!stored.scopes.some((scope) => covers(scope, use.need))) return authProblem('scope_insufficient');
  return { kind: 'accepted', key: stored };
}
