import { type Bound, type Database, done } from '../disk/index.ts';
import { type Outcome, type Refusal, refused } from './outcome.ts';

export interface PageRequest {
  /** Rows a page, 1 to 1,000; 100 when left out. */
  readonly limit?: number;
  /** `next` of the page before; the newest rows when left out. */
  readonly cursor?: string;
}

export interface Page<Row> {
  /** Newest first. */
  readonly rows: readonly Row[];
  /** Where the next page begins: a text that means something to this list of this object alone, and the same place under other filters. `null` at the end. */
  readonly next: string | null;
}

/** A list that is read from its newest row to its oldest. The key columns order it, are never changed, and are given as columns too. */
export interface List<Raw, Row> {
  readonly name: string;
  /** Whose list it is, where every object has one of its own; at most 64 characters. */
  readonly of?: string;
  readonly select: string;
  readonly keys: readonly string[];
  readonly row: (raw: Raw) => Row;
}

/** What rows must meet besides columns that equal a value: SQL that is a constant of this room, with one `?`. */
export interface Condition {
  readonly sql: string;
  readonly value: Bound;
}

export const MOST_ROWS = 1000;
const USUAL_ROWS = 100;
/** Characters: longer is no cursor of any list. */
const MOST_CURSOR = 256;

/** Rows that are added while somebody turns pages come before the first page, so no page misses or repeats a row. */
export function readPage<Raw extends object, Row>(
  database: Database,
  list: List<Raw, Row>,
  request: PageRequest,
  wanted: Readonly<Record<string, Bound | undefined>> = {},
  conditions: readonly Condition[] = [],
): Outcome<Page<Row>> {
  const limit = request.limit ?? USUAL_ROWS;
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_ROWS) {
    return refused('invalid', `A page has 1 to ${MOST_ROWS} rows, not ${limit}.`);
  }
  const after = request.cursor === undefined ? [] : readCursor(list, request.cursor);
  if ('kind' in after) return after;
  const filters = Object.entries(wanted).filter((entry): entry is [string, Bound] => entry[1] !== undefined);
  const keys = list.keys.join(', ');
  const where = [...filters.map(([column]) => `${column} = ?`), ...conditions.map(({ sql }) => sql)];
  if (after.length > 0) where.push(`(${keys}) < (${list.keys.map(() => '?').join(', ')})`);
  const condition = where.length > 0 ? ` WHERE ${where.join(' AND ')}` : '';
  const order = list.keys.map((key) => `${key} DESC`).join(', ');
  const bound = [...filters.map(([, value]) => value), ...conditions.map(({ value }) => value)];
  const values = [...bound, ...after, limit + 1];
  const found = database.all<Raw>(`${list.select}${condition} ORDER BY ${order} LIMIT ?`, ...values);
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const next = found.length > limit && last !== undefined ? writeCursor(list, last) : null;
  return done({ rows: shown.map(list.row), next });
}

function writeCursor<Raw extends object, Row>(list: List<Raw, Row>, raw: Raw): string {
  const values = new Map<string, unknown>(Object.entries(raw));
  return encode([...nameOf(list), ...list.keys.map((key) => Number(values.get(key)))]);
}

function readCursor<Raw, Row>(list: List<Raw, Row>, cursor: string): readonly number[] | Refusal {
  const keys = cursor.length <= MOST_CURSOR ? decode(cursor).slice(nameOf(list).length) : [];
  const numbers = keys.filter((key): key is number => Number.isSafeInteger(key));
  if (numbers.length !== list.keys.length || encode([...nameOf(list), ...numbers]) !== cursor) {
    return refused('cursor', `This is no cursor of the list of ${list.name}; begin without one.`);
  }
  return numbers;
}

function nameOf<Raw, Row>({ name, of }: List<Raw, Row>): readonly string[] {
  return of === undefined ? [name] : [name, of];
}

function encode(parts: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

function decode(cursor: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
