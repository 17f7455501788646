import { levelRank, plural, visibleText } from '../kit/words.ts';
import type { QueueRow } from './rows.ts';

/** Rows that run the same payload, which stand behind each other (PRODUCT 9.4). */
export interface PayloadGroup {
  /** The beginning of the payload's print; `none` where no record tells what runs. */
  readonly id: string;
  /** The longest beginning of its text that a row has; empty where none has one. */
  readonly text: string;
  readonly rows: readonly QueueRow[];
  /** On how many hosts it happened, and whether it may be more. */
  readonly hosts: number;
  readonly isMore: boolean;
  /** The highest of its rows. */
  readonly level: string;
}

/** What stands in the list: rows, and above those of a group its head. */
export type Entry = QueueRow | PayloadGroup;

const NONE = 'none';

export function isGroup(entry: Entry | undefined): entry is PayloadGroup {
  return entry !== undefined && 'rows' in entry;
}

export function groupIdOf({ payload }: QueueRow): string {
  return payload ?? NONE;
}

/** Rows by what they run: groups and the rows of each in the order of the rows, those without a payload last. */
export function byPayload(rows: Iterable<QueueRow>): ReadonlyMap<string, readonly QueueRow[]> {
  const groups = Map.groupBy(rows, groupIdOf);
  const without = groups.get(NONE);
  if (groups.delete(NONE) && without !== undefined) groups.set(NONE, without);
  return groups;
}

/** Of groups that fold each has its head, and those that are unfolded their rows. */
export function entriesOf(rows: readonly QueueRow[], unfolded: readonly string[]): readonly Entry[] {
  return [...byPayload(rows)].flatMap(([id, own]): readonly Entry[] => {
    const group = groupOf(id, own);
    return unfolded.includes(id) ? [group, ...own] : [group];
  });
}

function groupOf(id: string, rows: readonly QueueRow[]): PayloadGroup {
  let [text, level] = ['', ''];
  for (const row of rows) {
    if (row.payloadText.length > text.length) text = row.payloadText;
    if (level === '' || levelRank(row.level) > levelRank(level)) level = row.level;
  }
  // Each names the first of its hosts alone.
  const hosts = Math.max(new Set(rows.map(({ host }) => host)).size, ...rows.map((row) => row.hosts));
  return { id, text, rows, hosts, isMore: rows.some((row) => row.hosts > 1), level };
}

/** Of a payload whose text no row has room for its print stands there. */
export function payloadWords({ id, text }: PayloadGroup): string {
  if (id === NONE) return 'No payload is known';
  return text === '' ? `Payload ${id}` : visibleText(text);
}

export function sizeWords({ rows, hosts, isMore }: PayloadGroup): string {
  return `${plural(rows.length, 'incident')} on ${isMore ? 'at least ' : ''}${plural(hosts, 'host')}`;
}
