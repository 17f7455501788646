import { keyExpiry, makeKey } from '../accounts/index.ts';
import type { By, State } from '../state/index.ts';

/** The sender that the first start makes, so that a newcomer can send an event at once. */
export const FIRST_SENDER = 'first';
const DAY_MS = 86_400_000;

export interface FirstKeyParts {
  readonly lifetimeMs: number;
  nowMs(): number;
  random(bytes: number): Uint8Array;
  /** Gives the secret to its owner. Called before the store knows the key: a start that is killed in between is a first start again. */
  keep(secret: string): Promise<void>;
}

/**
 * Makes the first sender and its key in a new store, also in one whose first start did not come that far. False where there is one
 * already, or where the state does not take it.
 */
export async function makeFirstKey(state: State, parts: FirstKeyParts): Promise<boolean> {
  const by = { who: 'server', atMs: parts.nowMs() };
  if (!(await hasFirstSender(state, by))) return false;
  const expiry = keyExpiry(by.atMs, Math.max(1, Math.round(parts.lifetimeMs / DAY_MS)));
  if (expiry.kind === 'problem') return false;
  const made = makeKey(parts.random);
  await parts.keep(made.text);
  const key = {
    id: made.id,
    sha256: made.sha256,
    sender: FIRST_SENDER,
    scopes: ['ingest:write'] as const,
    sources: [],
    expiresMs: expiry.expiresMs,
  };
  const stored = await state.call('addKey', { key, by });
  return stored.kind === 'done';
}

/** True where the first sender is alone and has no key yet; it is made where there is none. */
async function hasFirstSender(state: State, by: By): Promise<boolean> {
  const senders = await state.call('listSenders', { limit: 2 });
  const keys = await state.call('listKeys', { limit: 1 });
  if (senders.kind === 'refused' || keys.kind === 'refused' || keys.value.rows.length > 0) return false;
  const [first, second] = senders.value.rows;
  if (first !== undefined) return first.id === FIRST_SENDER && first.state === 'active' && second === undefined;
  const sender = {
    id: FIRST_SENDER,
    name: 'First sender',
    hosts: [],
    isRelay: false,
    note: 'Made at the first start.',
  };
  return (await state.call('addSender', { sender, by })).kind === 'done';
}
