import { type ApiRequest, type ApiResponse, refused } from '../../api/index.ts';
import type { PageRequest } from '../../state/index.ts';
import { LEVELS, type Level, parseTime } from '../../windows/index.ts';
import { pageRequestOf, timeOf } from './lists.ts';

/** How one value of a query is read; `says` completes "NAME is …". */
export interface QueryValue<Value> {
  readonly says: string;
  /** Undefined where it is none. */
  read(text: string): Value | undefined;
}

type Values<Fields> = {
  readonly [Name in keyof Fields]?: Fields[Name] extends QueryValue<infer Value> ? Value : never;
};

/** Names that every list takes. */
const PAGED: ReadonlySet<string> = new Set(['limit', 'after']);

/** Reads the query of a list: each name at most once, none that is not known, every value well formed. What was not given is left out. */
export function readQuery<Fields extends Readonly<Record<string, QueryValue<unknown>>>>(
  query: URLSearchParams,
  fields: Fields,
  others: ReadonlySet<string> = PAGED,
): { readonly kind: 'values'; readonly values: Values<Fields> } | ApiResponse {
  const values: Record<string, unknown> = {};
  for (const name of new Set(query.keys())) {
    const field = fields[name];
    if (field === undefined && !others.has(name)) return wrong(`There is no ${name.slice(0, 64)} to ask for here.`);
    if (query.getAll(name).length > 1) return wrong(`${name} stands there more than once.`);
    if (field === undefined) continue;
    const value = field.read(query.get(name) ?? '');
    if (value === undefined) return wrong(`${name} is ${field.says}.`);
    values[name] = value;
  }
  return { kind: 'values', values: values as Values<Fields> };
}

/** The page of a list that has no filters. */
export function plainPageOf(request: ApiRequest): PageRequest | ApiResponse {
  const read = readQuery(request.query, {});
  return read.kind === 'values' ? pageRequestOf(request) : read;
}

export function oneOf<Word extends string>(words: readonly Word[]): QueryValue<Word> {
  return { says: words.join(', '), read: (text) => words.find((word) => word === text) };
}

/** One or more of some words, with commas between. */
export function someOf<Word extends string>(words: readonly Word[]): QueryValue<readonly Word[]> {
  return {
    says: `one or more of ${words.join(', ')}`,
    read: (text) => {
      const found = text.split(',').map((part) => words.find((word) => word === part));
      return found.every((word) => word !== undefined) ? [...new Set(found)] : undefined;
    },
  };
}

export const LEVEL: QueryValue<Level> = oneOf(LEVELS);

/** RFC 3339; given back in UTC with seven digits. */
export const TIME: QueryValue<string> = {
  says: 'a time, RFC 3339',
  read: (text) => {
    const instant = parseTime(text);
    return instant === undefined ? undefined : timeOf(instant.ms);
  },
};

export const FLAG: QueryValue<boolean> = {
  says: 'true or false',
  read: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
};

/** A name or an id: 1 to `most` characters, none of them a control character. */
export function nameOf(most: number): QueryValue<string> {
  return {
    says: `a text of 1 to ${most} characters`,
    read: (text) => (text.length >= 1 && text.length <= most && !/\p{Cc}/u.test(text) ? text : undefined),
  };
}

function wrong(detail: string): ApiResponse {
  return refused({ code: 'bad_request', detail });
}
