import type { WordProblem } from '../../api/index.ts';
import type { ArchiveQuery, Word } from '../../archive/index.ts';
import { type Instant, parseTime } from '../../windows/index.ts';
import { eventWords } from '../words/event-words.ts';

export type QueryReading =
  | { readonly kind: 'query'; readonly query: ArchiveQuery }
  /** A word of `q` that is none, at its place. */
  | { readonly kind: 'word'; readonly problem: WordProblem }
  | { readonly kind: 'wrong'; readonly detail: string };

const NAMES: ReadonlySet<string> = new Set([
  ...['limit', 'after', 'from', 'to', 'host', 'channel', 'event', 'record', 'sender', 'word', 'part', 'q'],
]);

/** The others may be repeated: a list of them is any of them. */
const ONCE = ['limit', 'after', 'from', 'to', 'q'];

/** What a search asks for, from the query of its address; `others` are names that its caller reads. A name that is none is refused: a filter with a typing error would find everything. */
export function readEventQuery(query: URLSearchParams, others: readonly string[] = []): QueryReading {
  const names = [...NAMES, ...others];
  const unknown = [...query.keys()].find((name) => !names.includes(name));
  if (unknown !== undefined) {
    return wrong(`There is no ${JSON.stringify(unknown.slice(0, 40))} here; known are ${names.join(', ')}.`);
  }
  const twice = ONCE.find((name) => query.getAll(name).length > 1);
  if (twice !== undefined) return wrong(`${twice} stands there more than once.`);
  const empty = [...query].find(([, value]) => value.trim() === '')?.[0];
  if (empty !== undefined) return wrong(`${empty} is empty: leave it out to ask for all.`);
  const times = { from: instantOf(query, 'from'), to: instantOf(query, 'to') };
  for (const [name, time] of Object.entries(times)) if (time === null) return wrong(`${name} is a time, RFC 3339.`);
  const eventIds = listOf(query, 'event')?.map(eventIdOf);
  if (eventIds?.includes(Number.NaN)) return wrong('event is one event id or several, with commas.');
  const lists = {
    hosts: listOf(query, 'host'),
    channels: listOf(query, 'channel'),
    recordIds: listOf(query, 'record'),
    senders: listOf(query, 'sender'),
    eventIds,
  };
  const said = eventWords(query.get('q') ?? '');
  if (said.kind === 'problem') return { kind: 'word', problem: said.problem };
  const words = [...wordsOf(query, 'word', 'whole'), ...wordsOf(query, 'part', 'part'), ...(said.query.words ?? [])];
  const given = { ...times, ...lists, words: words.length === 0 ? undefined : words };
  const set = Object.entries(given).filter(([, value]) => value !== undefined && value !== null);
  // What a name of the address asks for stands in place of what the words say of the same.
  const { words: _, ...named } = said.query;
  return { kind: 'query', query: { ...named, ...(Object.fromEntries(set) as ArchiveQuery) } };
}

function wrong(detail: string): QueryReading {
  return { kind: 'wrong', detail };
}

/** `null` where it is no time. */
function instantOf(query: URLSearchParams, name: string): Instant | undefined | null {
  const text = query.get(name);
  return text === null ? undefined : (parseTime(text) ?? null);
}

/** Values with commas, those of a name that is repeated too; undefined where there are none. */
function listOf(query: URLSearchParams, name: string): readonly string[] | undefined {
  const values = query
    .getAll(name)
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
  return values.length === 0 ? undefined : values;
}

function eventIdOf(text: string): number {
  return /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
}

function wordsOf(query: URLSearchParams, name: string, match: Word['match']): readonly Word[] {
  return query
    .getAll(name)
    .filter((text) => text !== '')
    .map((text) => ({ text, match }));
}
