import { keyExpiry, makeKey } from '../accounts/index.ts';
import type { State } from '../state/index.ts';

/** The sender that the first start makes, so that a newcomer can send an event at once. */
export const FIRST_SENDER = 'first';
const DAY_MS = 86_400_000;

/** Makes the first sender and its key in a new store; undefined where there are senders, or the state does not take it. */
export async function firstKey(
  state: State,
  parts: { nowMs(): number; random(bytes: number): Uint8Array; readonly lifetimeMs: number },
): Promise<string | undefined> {
  const known = await state.call('listSenders', { limit: 1 });
  if (known.kind === 'refused' || known.value.rows.length > 0) return undefined;
  const by = { who: 'server', atMs: parts.nowMs() };
  const sender = {
    id: FIRST_SENDER,
    name: 'First sender',
    hosts: [],
    isRelay: false,
    note: 'Made at the first start.',
  };
  const added = await state.call('addSender', { sender, by });
  const expiry = keyExpiry(by.atMs, Math.max(1, Math.round(parts.lifetimeMs / DAY_MS)));
  if (added.kind === 'refused' || expiry.kind === 'problem') return undefined;
  const made = makeKey(parts.random);
  const key = {
    id: made.id,
    sha256: made.sha256,
    sender: FIRST_SENDER,
    scopes: ['ingest:write'] as const,
    sources: [],
    expiresMs: expiry.expiresMs,
  };
  const stored = await state.call('addKey', { key, by });
  return stored.kind === 'refused' ? undefined : made.text;
}
