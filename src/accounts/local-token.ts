import type { StoredKey } from './check-key.ts';
import type { MadeKey } from './key-text.ts';

export const LOOPBACK_SOURCES: readonly string[] = ['127.0.0.0/8', '::1'];

/**
 * The key that verbs on the same machine use (SERVE 0.1 point 16), as the server keeps it in memory: it administers, has no sender, and ends
 * with the server that made it. `sources` are the server's own addresses where it does not listen on loopback.
 */
export function localKey(made: MadeKey, nowMs: number, sources: readonly string[] = LOOPBACK_SOURCES): StoredKey {
  const life = { createdMs: nowMs, expiresMs: Number.MAX_SAFE_INTEGER, revokedMs: null };
  return { id: made.id, sha256: made.sha256, sender: null, scopes: ['admin:*'], sources, ...life };
}
