import type { PageRecord } from '../../src/report/index.ts';
import { EVENT_NAMES } from '../search/search-query.ts';

/** Records with a text in their words, their host or a value, as people read it. */
export function filtered(records: readonly PageRecord[], text: string): readonly PageRecord[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return records;
  return records.filter(({ record, words }) =>
    [words.long, record.host, ...Object.values(record.data)].join('\n').toLowerCase().includes(wanted),
  );
}

/** What stands open by the URL: ids of records, which stay the same however many are read; a link may name a place as well (`e3`). */
export function openNames(open: string | null): readonly string[] {
  return (open ?? '').split(',').filter((name) => name !== '');
}

export function isNamed({ record, number }: Pick<PageRecord, 'record' | 'number'>, names: readonly string[]): boolean {
  return names.includes(record.id) || names.includes(`e${number}`);
}

/** True where something is named that is not among what was read. */
export function isMissing(records: readonly PageRecord[], names: readonly string[]): boolean {
  return names.some((name) => !records.some((item) => isNamed(item, [name])));
}

/** The id behind a link of a drawing (`e9`): a number is a place among what was read by then. */
export function recordOfLink(records: readonly PageRecord[], target: string): string | undefined {
  const number = /^e(\d+)$/.exec(target)?.[1];
  return number === undefined ? undefined : records[Number(number) - 1]?.record.id;
}

/** The parameters of the events that the server names, as the search page takes them. */
export function searchOfEvents(events: string): Readonly<Record<string, string>> {
  const names: readonly string[] = [...EVENT_NAMES, 'from', 'to', 'q'];
  const asked = new URLSearchParams(events.slice(events.indexOf('?') + 1));
  return Object.fromEntries([...asked].filter(([name]) => names.includes(name)));
}
