import type { EventDocument } from '../../src/api/index.ts';
import { cell } from '../../src/report/index.ts';
import type { Problem } from '../kit/api.ts';
import { stampOf, zoneWord } from '../kit/time.ts';
import { digits, plural } from '../kit/words.ts';
import { fieldsAsked, valueIn } from './columns.ts';
import { isOfList } from './hit.ts';
import type { AskPage } from './hits.ts';

/** `jsonl` has each event as the server gives it, `csv` what a spreadsheet takes. */
export type FileForm = 'csv' | 'jsonl';

/** Hits of one file, at most, and UTF-16 units of it. */
export const MOST_SAVED = 10_000;
const MOST_UNITS = 64 * 1024 * 1024;
const PAGE_ROWS = 500;

/** Members of an event that its row in a table has, by their names in the API. */
const COLUMNS = [
  ...(['time', 'host', 'channel', 'eventId', 'provider', 'recordId'] as const),
  ...(['sender', 'trust', 'id', 'bytes', 'text'] as const),
];

/** What of a search is saved, and where it ends. */
export interface HitsFile {
  /** Texts of the file, one a page of the server. */
  readonly parts: readonly string[];
  readonly count: number;
  /** Time of the oldest, where it has one. */
  readonly last: string | undefined;
  /** Why it does not hold all: the bound, somebody stopped it, or what went wrong. */
  readonly cut?: 'bound' | 'stopped' | Problem;
}

export interface FileRequest {
  /** The search, as `/v1/events` is asked for it. */
  readonly asked: string;
  readonly form: FileForm;
  /** Columns that were chosen: fields of the events beside what each row has. */
  readonly columns: readonly string[];
  /** Id of the newest hit on screen: what came since is no part of it. */
  readonly first: string;
  readonly ask: AskPage;
  readonly signal: AbortSignal;
  readonly onRead: (count: number) => void;
}

/** Reads the hits again, page by page from the newest on screen to the end of the search or of what a file holds: the page has only the rows around the screen. */
export async function readHitsFile(request: FileRequest): Promise<HitsFile> {
  const { asked, form, first, ask, signal, onRead } = request;
  const others = request.columns.filter((name) => !(COLUMNS as readonly string[]).includes(name));
  const parts = form === 'csv' ? [`${[...COLUMNS, ...others].map(cell).join(',')}\r\n`] : [];
  const lineOf =
    form === 'csv'
      ? (event: EventDocument): string => csvLine(event, others)
      : (event: EventDocument): string => `${JSON.stringify(event)}\n`;
  let [count, units, isBegun] = [0, 0, false];
  let last: string | undefined;
  let after = '';
  for (;;) {
    const answer = await ask(`/v1/events?${asked}${fieldsAsked(others)}&limit=${PAGE_ROWS}${after}`, signal);
    if (answer.kind === 'problem') return { parts, count, last, cut: signal.aborted ? 'stopped' : answer.problem };
    const { items, next } = answer.value;
    const lines: string[] = [];
    for (const event of items) {
      isBegun ||= isOfList(event.id, first);
      if (!isBegun) continue;
      if (count === MOST_SAVED || units > MOST_UNITS)
        return { parts: [...parts, lines.join('')], count, last, cut: 'bound' };
      const line = lineOf(event);
      lines.push(line);
      units += line.length;
      count++;
      last = event.time;
    }
    parts.push(lines.join(''));
    onRead(count);
    if (next === undefined) return { parts, count, last };
    // Whether there is one more may take the rest of the archive to find out.
    if (count === MOST_SAVED) return { parts, count, last, cut: 'bound' };
    after = `&after=${encodeURIComponent(next)}`;
  }
}

/** RFC 4180, every cell harmless (L20). */
function csvLine(event: EventDocument, others: readonly string[]): string {
  const cells = [...COLUMNS.map((name) => event[name]), ...others.map((name) => valueIn(event, name))];
  return `${cells.map((value) => cell(value)).join(',')}\r\n`;
}

/** What a file holds of how many hits; `total` is known where the search was looked through. */
export function savedWords({ count, last, cut }: HitsFile, total: number | undefined): string {
  if (cut === undefined) return `Saved ${count === 1 ? 'the one hit' : `all ${plural(count, 'hit')}`}.`;
  const why =
    cut === 'bound'
      ? 'a file holds no more'
      : cut === 'stopped'
        ? 'it was stopped'
        : `${cut.title}. ${cut.detail}`.replace(/[. ]+$/, '');
  if (count === 0) return `Nothing was saved: ${why}.`;
  const of = total === undefined ? '' : ` of ${digits(total)}`;
  const end = last === undefined ? '' : ` It ends at ${stampOf(last)} ${zoneWord()}.`;
  return `Saved the ${plural(count, 'newest hit')}${of}: ${why}.${end}${of === '' ? ' There may be more.' : ''}`;
}
