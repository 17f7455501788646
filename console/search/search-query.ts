import { readEventWords, type WordProblem } from '../../src/api/index.ts';

/** A search of received events, as the URL of the page has it (PRODUCT 9.2, SETTLED G11). */
export interface SearchQuery {
  /** The words as they were typed. */
  readonly text: string;
  /** What is asked for beside the words: links of the page name events by these. */
  readonly named: readonly { readonly name: string; readonly value: string }[];
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** The query for `/v1/events` and for its survey. */
  readonly asked: string;
  /** Texts that are looked for in the events, without their fields. */
  readonly texts: readonly string[];
  /** Of these one that has to stand whole. */
  readonly whole: string | undefined;
  /** A word that is none, at its place: the table of words is the server's own. */
  readonly problem: WordProblem | undefined;
}

/** What an address of events may name beside words and times. */
export const EVENT_NAMES = ['host', 'channel', 'event', 'record', 'sender', 'word', 'part'] as const;

/** Undefined where nothing is searched. */
export function searchOf(place: URLSearchParams): SearchQuery | undefined {
  const text = (place.get('q') ?? '').trim();
  const from = place.get('from') ?? undefined;
  const to = place.get('to') ?? undefined;
  const named = EVENT_NAMES.flatMap((name) => place.getAll(name).map((value) => ({ name, value })));
  if (text === '' && from === undefined && to === undefined && named.length === 0) return undefined;
  const asked = new URLSearchParams(named.map(({ name, value }) => [name, value]));
  if (text !== '') asked.set('q', text);
  if (from !== undefined) asked.set('from', from);
  if (to !== undefined) asked.set('to', to);
  const read = readEventWords(text);
  const terms = read.kind === 'terms' ? read.terms : [];
  const isText = (field: string | undefined): boolean =>
    !/^(?:host|channel|event|record|sender|from|to)$/.test(field ?? '');
  return {
    text,
    named,
    from,
    to,
    asked: asked.toString(),
    texts: [
      ...terms.filter(({ field }) => isText(field)).map(({ value }) => value),
      ...named.filter(({ name }) => name === 'word' || name === 'part').map(({ value }) => value),
    ],
    whole: terms.find(({ field, isPart }) => isText(field) && !isPart)?.value,
    problem: read.kind === 'problem' ? read.problem : undefined,
  };
}
