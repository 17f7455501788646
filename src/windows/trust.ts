/** How an event came (L18), best first. */
export type TrustClass = 'signed' | 'authenticated' | 'file' | 'unauthenticated';

/** What is known of the way that a copy of a record came. A file that somebody hands over is its own witness: nothing is said of it. */
export interface CameBy {
  readonly trust?: TrustClass;
  /** Its sender is bound to hosts, and this one is not among them. */
  readonly hostNotBound?: true;
  /** Brought by a sender that brings events of other machines, and proves none of them. */
  readonly relayed?: true;
}

/** What rests on nothing that is proven counts at most so much: the highest of `medium` (TRUST 9, class F). */
export const UNPROVEN_SCORE = 59;

/** The same keys alone, those that are known. */
export function cameBy({ trust, hostNotBound, relayed }: CameBy): CameBy {
  return {
    ...(trust === undefined ? {} : { trust }),
    ...(hostNotBound === undefined ? {} : { hostNotBound }),
    ...(relayed === undefined ? {} : { relayed }),
  };
}

/** False of what anybody could have sent, and of what was said of a host that its sender does not speak for. */
export function isProven({ trust, hostNotBound }: CameBy): boolean {
  return trust !== 'unauthenticated' && hostNotBound !== true;
}

/**
 * The class of a way as a number, less for a higher one: signed; by a key or in a file, which are believed alike (TRUST 9, C and D) and
 * so do not displace each other; what proves nothing.
 */
export function trustRank(way: CameBy): number {
  if (!isProven(way)) return 2;
  return way.trust === 'signed' ? 0 : 1;
}

/** The best class of several ways of one record. */
export function bestTrustRank(ways: Iterable<CameBy>): number {
  let best = 2;
  for (const way of ways) best = Math.min(best, trustRank(way));
  return best;
}

const RANK: Readonly<Record<TrustClass, number>> = { signed: 0, authenticated: 1, file: 2, unauthenticated: 3 };

/** What is told of a record that came by all of these ways: the best class, and a mark only where it holds of each of them. */
export function bestWay(ways: readonly CameBy[]): CameBy {
  const classes = ways.flatMap(({ trust }) => trust ?? []).sort((a, b) => RANK[a] - RANK[b]);
  const [trust] = classes;
  return {
    ...(trust === undefined ? {} : { trust }),
    ...(ways.length > 0 && ways.every(({ hostNotBound }) => hostNotBound === true) ? { hostNotBound: true } : {}),
    ...(ways.length > 0 && ways.every(({ relayed }) => relayed === true) ? { relayed: true } : {}),
  };
}

/** True where there is evidence, and none of it is proven. */
export function isUnproven(evidence: readonly CameBy[]): boolean {
  return evidence.length > 0 && !evidence.some(isProven);
}

/** The line of a sum that keeps evidence which proves nothing from counting for more than it may. */
export function unprovenTerm(evidence: readonly CameBy[]): { readonly code: string; readonly text: string } {
  const isOfHosts = evidence.filter((way) => !isProven(way)).every(({ hostNotBound }) => hostNotBound === true);
  return isOfHosts
    ? {
        code: 'NOT_BOUND',
        text: 'said by senders of hosts that they are not bound to: at most medium until it comes by one that is',
      }
    : {
        code: 'UNPROVEN',
        text: 'came by senders that prove nothing: at most medium until it comes by a key or a file',
      };
}
