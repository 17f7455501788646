import { setTimeout as pause } from 'node:timers/promises';
import { makePassword } from '../../people/index.ts';
import type { State } from '../../state/index.ts';
import type { PasswordHasher } from './password-hasher.ts';

/** The account that the first start makes, so that a newcomer can sign in. */
export const FIRST_ADMIN = 'admin';
const BUSY_MS = 100;

export interface FirstAdminParts {
  readonly hasher: Pick<PasswordHasher, 'make'>;
  nowMs(): number;
  random(bytes: number): Uint8Array;
  /** Gives the password to its owner. Called before the store knows it, as the first key is: a start that is killed in between is a first start again. */
  keep(password: string): Promise<void>;
}

/**
 * Makes the account `admin` in a new store, with a password that must be changed at the first sign-in (SERVE 0.1: 16). A store is new while it has no key, for each
 * start makes one: the account comes before it. False where the store is not new or has people, or does not take it.
 */
export async function makeFirstAdmin(state: State, { hasher, nowMs, random, keep }: FirstAdminParts): Promise<boolean> {
  const keys = await state.call('listKeys', { limit: 1 });
  const people = await state.call('countPeople', null);
  if (keys.kind === 'refused' || people.kind === 'refused') return false;
  if (keys.value.rows.length > 0 || people.value.people > 0) return false;
  const password = makePassword(random);
  let kept = await hasher.make(password);
  for (; kept === 'busy'; kept = await hasher.make(password)) await pause(BUSY_MS);
  await keep(password);
  const change = { action: 'add', name: FIRST_ADMIN, role: 'admin', password: kept, mustChange: true } as const;
  const made = await state.call('askChange', { change, by: { who: 'server', atMs: nowMs() } });
  return made.kind === 'done' && made.value.kind === 'done';
}
