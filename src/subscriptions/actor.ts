import { isSameAccount } from '../entities/index.ts';
import type { FoldedSighting } from './sighting.ts';

/** Who did a thing, as far as records name them. */
export interface Actor {
  readonly account: string | undefined;
  readonly sid: string | undefined;
}

/** The one who is named by these records; undefined where nobody is, or two are. */
export function actorOf(sightings: readonly FoldedSighting[]): Actor | undefined {
  let account: string | undefined;
  let sid: string | undefined;
  for (const { sighting } of sightings) {
    const { user, userSid } = sighting;
    if (user !== undefined && account !== undefined && !isSameAccount(user, account)) return undefined;
    if (userSid !== undefined && sid !== undefined && userSid.toUpperCase() !== sid.toUpperCase()) return undefined;
    account ??= user;
    sid ??= userSid;
  }
  return account === undefined && sid === undefined ? undefined : { account, sid };
}
