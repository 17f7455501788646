import { setTimeout as pause } from 'node:timers/promises';
import { makePassword } from '../../people/index.ts';
import type { Outcome, State } from '../../state/index.ts';
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
 * start makes one: the account comes before it. False where the store is not new or has people; refused where the state does not take it, and what was kept is
 * worth nothing then.
 */
export async function makeFirstAdmin(
  state: Pick<State, 'call'>,
  { hasher, nowMs, random, keep }: FirstAdminParts,
): Promise<Outcome<boolean>> {
  const keys = await state.call('listKeys', { limit: 1 });
  if (keys.kind === 'refused') return keys;
  const people = await state.call('countPeople', null);
  if (people.kind === 'refused') return people;
  if (keys.value.rows.length > 0 || people.value.people > 0) return { kind: 'done', value: false };
  const password = makePassword(random);
  let kept = await hasher.make(password);
  for (; kept === 'busy'; kept = await hasher.make(password)) await pause(BUSY_MS);
  await keep(password);
  const change = { action: 'add', name: FIRST_ADMIN, role: 'admin', password: kept, mustChange: true } as const;
  const made = await state.call('askChange', { change, by: { who: 'server', atMs: nowMs() } });
  return made.kind === 'refused' ? made : { kind: 'done', value: true };
}
