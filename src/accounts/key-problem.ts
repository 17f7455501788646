import type { StoredKey } from './check-key.ts';
import { MOST_KEY_DAYS } from './key-text.ts';
import { scopesProblem } from './scopes.ts';
import { MOST_SOURCES, sourceProblem } from './sources.ts';

/** Why a key may not be kept; `undefined` when it may. */
export function keyProblem(key: Omit<StoredKey, 'revokedMs' | 'createdMs'>, nowMs: number): string | undefined {
  if (!/^[0-9A-Za-z]{12}$/.test(key.id) || key.sha256.length !== 32)
    return 'A key has an id of 12 letters or digits and a digest of 32 bytes.';
  const ofScopes = scopesProblem(key.scopes);
  if (ofScopes !== undefined) return ofScopes;
  const isIngest = key.scopes.some((scope) => scope.startsWith('ingest:'));
  if (isIngest && key.sender === null) return 'A key that writes events belongs to a sender.';
  if (key.sources.length > MOST_SOURCES) return `A key has at most ${MOST_SOURCES} address blocks.`;
  if (key.expiresMs <= nowMs) return 'The key would have expired already.';
  if (key.expiresMs > nowMs + MOST_KEY_DAYS * 86_400_000) return `A key lives for at most ${MOST_KEY_DAYS} days.`;
  return key.sources.map(sourceProblem).find((problem) => problem !== undefined);
}
