import { type IncidentRowDocument, MOST_QUEUE_ROW_BYTES, type QueueValues } from '../../api/index.ts';
import type { IncidentRow, TellingPayload } from '../../state/index.ts';
import { timeOf } from './lists.ts';

/** A row of the queue as the API has it: what there is none of is left out. */
export function rowDocument(whole: IncidentRow): IncidentRowDocument {
  const { owner, verdict, source, confidence, due, ...row } = whole;
  return {
    ...row,
    ...(source === null ? {} : { source }),
    ...(confidence === null ? {} : { confidence }),
    ...(owner === null ? {} : { owner }),
    ...(verdict === null ? {} : { verdict }),
    ...(due === null ? {} : { due: { for: due.for, at: timeOf(due.atMs), isOverdue: due.isOverdue } }),
  };
}

/**
 * A row in short: a value for each of `QUEUE_COLUMNS`; what runs only where it is handed over. It has at most 400 bytes of JSON, and what a long owner takes beyond a word: half a name is nobody's, and
 * whoever asks for their own finds nothing.
 */
export function queueValues(row: IncidentRow, payload?: TellingPayload): QueueValues {
  const most = MOST_QUEUE_ROW_BYTES + (row.owner === null ? 0 : Math.max(0, bytesOf(row.owner) - 2 - MOST_WORD));
  const text = payload?.text ?? null;
  const print = payload?.print ?? null;
  const valuesWith = (title: string, line: string | null, source = word(row.source)): QueueValues => [
    ...valuesOf(row, title, source),
    print,
    line,
  ];
  const whole = valuesWith(row.title, text);
  if (bytesOf(whole) <= most) return whole;
  // The title comes first; the beginning of what runs takes what that leaves, and goes for the least of a title: its print stands for it.
  const least = Math.min(LEAST_TITLE, bytesOf(row.title) - 2);
  const roomBeside = (line: string | null, source?: string | null): number =>
    most - bytesOf(valuesWith('', line, source));
  if (text === null || roomBeside(cutToJson(text, LEAST_TEXT)) < least) {
    const source = shorterSource(row, least - roomBeside(null));
    return valuesWith(cutToJson(row.title, roomBeside(null, source)), null, source);
  }
  const title = cutToJson(row.title, roomBeside(cutToJson(text, LEAST_TEXT)));
  return valuesWith(title, cutToJson(text, most - bytesOf(valuesWith(title, ''))));
}

/** Where the call came from, with so many bytes of JSON less. A page counts hosts by their names, and tells no source that is the host: these stay as they are in every row. */
function shorterSource({ source, host }: IncidentRow, less: number): string | null {
  const whole = word(source);
  return whole === null || less <= 0 || source === host ? whole : cutToJson(whole, bytesOf(whole) - 2 - less);
}

function valuesOf(row: IncidentRow, title: string, source: string | null): QueueValues {
  const { id, number, version, revision, state, standing, level, isWmi, isRetrospective, first, last, due } = row;
  const { host, hosts, confidence, owner, verdict, suppressedBy = [] } = row;
  const { isToAcknowledge, isJudgedBefore } = row;
  const head = [id, number, version, revision, state, standing, level, isWmi, isRetrospective, title];
  const rest = [shortTime(first), shortTime(last), word(host), hosts, source, confidence];
  const work = [owner, verdict, due?.for ?? null];
  const owed = [
    due === null ? null : shortTime(timeOf(due.atMs)),
    suppressedBy.length,
    isToAcknowledge,
    isJudgedBefore,
  ];
  return [...head, ...rest, ...work, ...owed];
}

/** Longest name of a short row but its owner's, in bytes of JSON. */
const MOST_WORD = 30;
/** A title has at least this beside the longest of all other values, in bytes of JSON; where the source is the host, 46. */
const LEAST_TITLE = 60;
/** What runs has at least this where it stands, in bytes of JSON. */
const LEAST_TEXT = 24;

function word(text: string | null): string | null {
  return text === null ? null : cutToJson(text, MOST_WORD);
}

/** RFC 3339 in whole seconds; a time of evidence that is none stays what it is. */
function shortTime(time: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/.test(time) ? `${time.slice(0, 19)}Z` : cutToJson(time, 20);
}

/** A text of at most that many bytes of JSON, without its quotes; a longer one ends in "…". */
function cutToJson(text: string, bytes: number): string {
  if (bytesOf(text) - 2 <= bytes) return text;
  const room = bytes - Buffer.byteLength('…');
  let kept = '';
  let used = 0;
  for (const character of text.toWellFormed()) {
    used += bytesOf(character) - 2;
    if (used > room) break;
    kept += character;
  }
  return `${kept}…`;
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
