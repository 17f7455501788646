import type { QueueValues } from '../../src/api/index.ts';
import type { Change } from '../kit/live.ts';
import { levelRank, plural, upper } from '../kit/words.ts';
import { hostsWords } from '../queue/row-words.ts';
import { CALLING, type QueueRow, rowOf } from '../queue/rows.ts';

/** What a notice says. It stands outside of the page, where others may look on: level, number and hosts, nothing of what was run. */
export interface Notice {
  readonly title: string;
  readonly body: string;
  readonly id: string;
  /** Tabs that hear the same show one notice. */
  readonly tag: string;
}

const MOST_NAMED = 3;
const LEAST = levelRank('high');

/** One notice for a batch of changes: of critical and high incidents that are new, are open again, show again or rose; undefined where none is among them. */
export function noticeOf(changes: readonly Change[]): Notice | undefined {
  const rows = changes
    .flatMap(({ type, of }) => {
      const { change = '', row } = of as { readonly change?: string; readonly row?: QueueValues };
      if (type !== 'incident' || !CALLING.includes(change) || row === undefined) return [];
      const own = rowOf(row);
      // What is worked on calls where its level rose or nothing hides it any more.
      const isCalling = own.isToAcknowledge || (/raised|shown/.test(change) && own.state !== 'closed');
      return isCalling && levelRank(own.level) >= LEAST && !own.isHidden ? [own] : [];
    })
    .toSorted((a, b) => levelRank(b.level) - levelRank(a.level) || a.number - b.number);
  const [worst] = rows;
  if (worst === undefined) return undefined;
  const title = rows.length === 1 ? nameOf(worst) : `${plural(rows.length, 'new incident')}, the worst ${worst.level}`;
  const named = rows
    .slice(0, MOST_NAMED)
    .map((row) => (rows.length === 1 ? hostsOf(row) : `INC-${row.number} ${hostsOf(row)}`));
  const more = rows.length > MOST_NAMED ? [`and ${rows.length - MOST_NAMED} more`] : [];
  return {
    title,
    body: [...named, ...more].join('\n'),
    id: worst.id,
    tag: `triad-${rows.map(({ id }) => id).join('-')}`,
  };
}

function nameOf({ level, number }: QueueRow): string {
  return `${upper(level)}: INC-${number}`;
}

/** A name that evidence wrote is one line here, and short. */
function hostsOf(row: QueueRow): string {
  return hostsWords(row)
    .replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?')
    .slice(0, 80);
}
