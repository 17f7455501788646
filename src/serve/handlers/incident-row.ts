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
  const valuesWith = (title: string, line: string | null): QueueValues => [
    ...valuesOf(row, title),
    payload?.print ?? null,
    line,
  ];
  const whole = valuesWith(row.title, text);
  if (bytesOf(whole) <= most) return whole;
  // The title comes first; the beginning of what runs takes what that leaves.
  const least = text === null ? null : cutToJson(text, LEAST_TEXT);
  const title = cutToJson(row.title, most - bytesOf(valuesWith('', least)));
  const room = most - bytesOf(valuesWith(title, ''));
  return valuesWith(title, text === null ? null : cutToJson(text, room));
}

function valuesOf(row: IncidentRow, title: string): QueueValues {
  const { id, number, version, revision, state, standing, level, isWmi, isRetrospective, first, last, due } = row;
  const { host, hosts, source, confidence, owner, verdict, suppressedBy = [] } = row;
  const { isToAcknowledge, isJudgedBefore } = row;
  const head = [id, number, version, revision, state, standing, level, isWmi, isRetrospective, title];
  const rest = [
    shortTime(first),
    shortTime(last),
    word(host),
    hosts,
    source === null ? null : word(source),
    confidence,
  ];
  const work = [owner, verdict, due?.for ?? null];
  const owed = [
    due === null ? null : shortTime(timeOf(due.atMs)),
    suppressedBy.length,
    isToAcknowledge,
    isJudgedBefore,
  ];
  return [...head, ...rest, ...work, ...owed];
}

/** Longest name of a short row but its owner's in bytes of JSON: with the longest of all other values a title still has some 15. */
const MOST_WORD = 30;
/** What runs has at least this, in bytes of JSON. */
const LEAST_TEXT = 24;

function word(text: string): string {
  return cutToJson(text, MOST_WORD);
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
