import { type ApiRequest, type ApiResponse, jsonAnswer, refused } from '../../api/index.ts';
import type { Outcome, Page, PageRequest, Refusal } from '../../state/index.ts';
import { formatTime } from '../../windows/index.ts';

const MOST_ROWS = 1000;

/** What a list is asked for; a problem where the query is none. */
export function pageRequestOf({ query }: ApiRequest): PageRequest | ApiResponse {
  const limit = query.get('limit');
  const cursor = query.get('after');
  const rows = limit === null ? undefined : /^\d{1,4}$/.test(limit) ? Number(limit) : 0;
  if (rows !== undefined && !(rows >= 1 && rows <= MOST_ROWS)) {
    return refused({ code: 'bad_request', detail: `limit is a whole number from 1 to ${MOST_ROWS}.` });
  }
  return { ...(rows === undefined ? {} : { limit: rows }), ...(cursor === null ? {} : { cursor }) };
}

/** A page of a list as JSON. */
export function pageAnswer<Row>(outcome: Outcome<Page<Row>>, document: (row: Row) => unknown): ApiResponse {
  if (outcome.kind === 'refused') return refusalAnswer(outcome);
  const { rows, next } = outcome.value;
  return jsonAnswer({ items: rows.map(document), ...(next === null ? {} : { next }) });
}

/** A page of a list that is whole in memory and short; its cursor counts, under the name of the list. */
export function countedPage(all: readonly unknown[], { limit = 100, cursor }: PageRequest, name: string): ApiResponse {
  const from = cursor === undefined ? 0 : placeIn(cursor, name);
  if (from === undefined || from > all.length)
    return refused({ code: 'bad_cursor', detail: `This is no cursor of the list of ${name}; begin without one.` });
  const end = from + limit;
  const next = end < all.length ? { next: Buffer.from(`${name}.${end}`).toString('base64url') } : {};
  return jsonAnswer({ items: all.slice(from, end), ...next });
}

function placeIn(cursor: string, name: string): number | undefined {
  const [word, place = ''] = Buffer.from(cursor.slice(0, 64), 'base64url').toString().split('.');
  return word === name && /^\d{1,9}$/.test(place) ? Number(place) : undefined;
}

/** Why the state did not do something, as the API says it. */
export function refusalAnswer({ code, message }: Refusal): ApiResponse {
  switch (code) {
    case 'cursor':
      return refused({ code: 'bad_cursor', detail: message });
    case 'unknown':
      return refused({ code: 'not_found', detail: message });
    case 'exists':
      return refused({ code: 'conflict', detail: message });
    case 'invalid':
    case 'backwards':
      return refused({ code: 'invalid', detail: message });
    default:
      return refused({ code: 'storage_unavailable', detail: message, retryAfterMs: 1000 });
  }
}

export function timeOf(ms: number): string {
  return formatTime(ms, 0);
}
