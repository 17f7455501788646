import { type PageRecord, recordKind } from '../../src/report/index.ts';
import { wayBack } from '../kit/way-back.ts';
import { timeOf } from '../search/bins.ts';
import { around } from './span.ts';

/** Records with a text in their words, their log, their host or a value, as people read it. */
export function filtered(records: readonly PageRecord[], text: string): readonly PageRecord[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return records;
  return records.filter(({ record, words }) =>
    [words.long, recordKind(record), record.host, ...Object.values(record.data)]
      .join('\n')
      .toLowerCase()
      .includes(wanted),
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

/** The search of all events of the host of a record, around its time; `events` is the address by which the server finds the event itself. */
export function searchAround(
  { id, time, hostRaw }: Pick<PageRecord['record'], 'id' | 'time' | 'hostRaw'>,
  events: string,
): Readonly<Record<string, string>> {
  const host = new URLSearchParams(events.slice(events.indexOf('?') + 1)).get('host') ?? hostRaw;
  if (time === undefined) return { host, ...wayBack(id) };
  const { fromMs, toMs } = around(time);
  return { host, from: timeOf(fromMs), to: timeOf(toMs), ...wayBack(id) };
}
