import type { SubscriptionRowDocument } from '../../src/api/index.ts';
import { levelRank } from '../kit/words.ts';

/** What rows of one content say together: beside what it lists, what the worst of them says, whose dossier it leads to. */
export interface Group extends Omit<SubscriptionRowDocument, 'state' | 'creator' | 'origin'> {
  /** Of the rows that were read: a filter may have left out others. */
  readonly hosts: readonly string[];
  readonly states: readonly string[];
  /** Undefined where no record tells who. */
  readonly creators: readonly (string | undefined)[];
}

/** One row a fingerprint, for the same on 41 hosts is one thing (PRODUCT 9.3), or a row each. */
export function groupsOf(rows: readonly SubscriptionRowDocument[], isGrouped: boolean): readonly Group[] {
  return [...Map.groupBy(rows, (row) => (isGrouped && row.fingerprint) || row.id).values()].flatMap((own) => {
    const each = <T>(of: (row: SubscriptionRowDocument) => T): T[] => [...new Set(own.map(of))];
    const times = own.flatMap((row) => [row.firstSeen, row.lastSeen]).toSorted();
    return own
      .toSorted((a, b) => levelRank(b.level) - levelRank(a.level))
      .slice(0, 1)
      .map((worst) => ({
        ...worst,
        hosts: each((row) => row.host),
        states: each((row) => row.state),
        creators: each((row) => row.origin.account ?? row.creator),
        seenIn: [...new Set(own.flatMap((row) => row.seenIn))],
        conflicts: own.reduce((sum, row) => sum + row.conflicts, 0),
        isOrphan: own.some((row) => row.isOrphan),
        isKnown: own.every((row) => row.isKnown),
        firstSeen: `${times[0]}`,
        lastSeen: `${times.at(-1)}`,
      }));
  });
}
