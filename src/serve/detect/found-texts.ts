import { type FoundRevisions, type KnownFound, type ToldPart, textsOf } from '../../live/index.ts';
import type { FoundChanges, FoundName, ToldFound } from './messages.ts';

/** What a judgement changes of findings and subscriptions, as it travels: documents as JSON texts. */
export function foundChanges({ told, withdrawn, final }: FoundRevisions): FoundChanges {
  return { told: told.map(toldFound), withdrawn: withdrawn.map(foundName), final: final.map(foundName) };
}

export function foundName({ of, id }: KnownFound): FoundName {
  return { of, id };
}

function toldFound(part: ToldPart): ToldFound {
  const { of, id, digest, extent, isWhole, hosts, firstMs, incident = null } = part;
  const { print = null, ...texts } = textsOf(part);
  return { of, id, digest, extent, isWhole, hosts, firstMs, incident, print, ...texts };
}
