import { keyExpiry, makeKey } from '../accounts/index.ts';
import type { By, Outcome, State } from '../state/index.ts';

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
 * already; refused where the state does not take it, and what was kept is worth nothing then.
 */
export async function makeFirstKey(state: Pick<State, 'call'>, parts: FirstKeyParts): Promise<Outcome<boolean>> {
  const by = { who: 'server', atMs: parts.nowMs() };
  const sender = await hasFirstSender(state, by);
  if (sender.kind === 'refused' || !sender.value) return sender;
  const expiry = keyExpiry(by.atMs, Math.max(1, Math.round(parts.lifetimeMs / DAY_MS)));
  if (expiry.kind === 'problem') throw new Error(expiry.message);
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
  return stored.kind === 'refused' ? stored : { kind: 'done', value: true };
}

/** True where the first sender is alone and has no key yet; it is made where there is none. */
async function hasFirstSender(state: Pick<State, 'call'>, by: By): Promise<Outcome<boolean>> {
  const senders = await state.call('listSenders', { limit: 2 });
  if (senders.kind === 'refused') return senders;
  const keys = await state.call('listKeys', { limit: 1 });
  if (keys.kind === 'refused') return keys;
  if (keys.value.rows.length > 0) return { kind: 'done', value: false };
  const [first, second] = senders.value.rows;
  if (first !== undefined) {
    const isAlone = first.id === FIRST_SENDER && first.state === 'active' && second === undefined;
    return { kind: 'done', value: isAlone };
  }
  const sender = {
    id: FIRST_SENDER,
    name: 'First sender',
    hosts: [],
    isRelay: false,
    note: 'Made at the first start.',
  };
  const added = await state.call('addSender', { sender, by });
  return added.kind === 'refused' ? added : { kind: 'done', value: true };
}
