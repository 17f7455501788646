import {
  type AskedOf,
  type IsWord,
  QUEUE_WORDS,
  type QueueTerm,
  readQueueWords,
  type WordPattern,
  type WordProblem,
} from '../../src/api/index.ts';
import { foldedOf, partOf, wholeOf } from './pattern.ts';
import { isOverdue, type QueueRow } from './rows.ts';

/** What somebody typed into the filter of the queue, read by the server's own table of words (PRODUCT 9.2). */
export interface QueueQuery {
  readonly terms: readonly Term[];
  /** Words that are none, with their places: an unknown word is an error, not a filter that finds nothing (SETTLED G11). */
  readonly problems: readonly WordProblem[];
  /** The words that need the whole incident, as they were typed; empty where there is none. */
  readonly ofServer: string;
  /** Free text, as it was typed: of a title that is cut the server alone knows the rest. */
  readonly ofTitles: string;
  /** What is hidden is asked for: without that it stays out. */
  readonly asksHidden: boolean;
  /** What fits is another when the person opens an incident. */
  readonly asksUnread: boolean;
}

interface Term {
  readonly isNegated: boolean;
  /** Undefined where the row does not tell. */
  readonly holdsOf: (row: QueueRow, context: QueryContext) => boolean | undefined;
}

export interface QueryContext {
  readonly nowMs: number;
  /** Who is signed in: `owner:me`. */
  readonly person: string;
  readonly isUnread: (row: QueueRow) => boolean;
  /** True where the server said that all words fit which rows do not tell. */
  readonly fitsByServer: (id: string) => boolean;
}

const IS: Readonly<Record<IsWord, (row: QueueRow, context: QueryContext) => boolean>> = {
  overdue: (row, { nowMs }) => isOverdue(row, nowMs),
  unassigned: ({ owner }) => owner === undefined,
  unacknowledged: ({ isToAcknowledge }) => isToAcknowledge,
  unread: (row, { isUnread }) => isUnread(row),
  hidden: ({ isHidden }) => isHidden,
  retrospective: ({ isRetrospective }) => isRetrospective,
  withdrawn: ({ standing }) => standing === 'withdrawn',
};

export function parseQueueQuery(text: string): QueueQuery {
  const { terms, problems } = readQueueWords(text);
  const typed = (wanted: (asked: AskedOf) => boolean): string =>
    terms
      .filter(({ asked }) => wanted(asked))
      .map(({ at, length }) => text.slice(at, at + length))
      .join(' ');
  return {
    terms: terms.map(termOf),
    problems,
    ofServer: typed(({ word }) => word !== undefined && !QUEUE_WORDS[word].isOfRow),
    ofTitles: typed(({ word }) => word === undefined),
    asksHidden: terms.some(({ asked, isNegated }) => isOf(asked, 'hidden') && !isNegated),
    asksUnread: terms.some(({ asked }) => isOf(asked, 'unread')),
  };
}

function isOf(asked: AskedOf, value: IsWord): boolean {
  return asked.kind === 'is' && asked.value === value;
}

/** Of these rows those that the list has: what is hidden only where it is asked for. */
export function rowsThatFit(query: QueueQuery, rows: Iterable<QueueRow>, context: QueryContext): QueueRow[] {
  return [...rows].filter((row) => (query.asksHidden || !row.isHidden) && fitsQuery(query, row, context));
}

/** False of every row where a word is none: nothing is asked for then. */
export function fitsQuery({ terms, problems }: QueueQuery, row: QueueRow, context: QueryContext): boolean {
  if (problems.length > 0) return false;
  return terms.every(({ isNegated, holdsOf }) => {
    const isTrue = holdsOf(row, context);
    return isTrue === undefined ? context.fitsByServer(row.id) : isTrue !== isNegated;
  });
}

/** True of a row whose title goes on beyond what it has room for. */
export function hasCutTitle({ title }: Pick<QueueRow, 'title'>): boolean {
  return title.endsWith('…');
}

function termOf({ asked, isNegated }: QueueTerm): Term {
  return { isNegated, holdsOf: testOf(asked) };
}

function testOf(asked: AskedOf): Term['holdsOf'] {
  switch (asked.kind) {
    case 'oneOf': {
      const { word, values } = asked;
      return (row) => values.includes(row[word]);
    }
    case 'is':
      return IS[asked.value];
    case 'none':
      return (row) => row[asked.word] === undefined || (asked.word === 'verdict' && row.isJudgedBefore);
    case 'me':
      return ({ owner }, { person }) => owner !== undefined && foldedOf(owner) === foldedOf(person);
    case 'pattern':
      return patternTest(asked.word, asked.pattern);
  }
}

function patternTest(word: Extract<AskedOf, { kind: 'pattern' }>['word'], pattern: WordPattern): Term['holdsOf'] {
  const isWhole = wholeOf(pattern);
  const isNumber = ({ number }: QueueRow): boolean => isWhole(`inc-${number}`);
  switch (word) {
    case undefined: {
      const isPart = partOf(pattern);
      return (row) => {
        if (isPart(foldedTitle(row)) || isNumber(row)) return true;
        return hasCutTitle(row) ? undefined : false;
      };
    }
    case 'owner':
    case 'verdict':
      return (row) => isWhole(foldedOf(row[word] ?? ''));
    case 'id':
      return (row) => isWhole(foldedOf(row.id)) || isNumber(row);
    default:
      return () => undefined;
  }
}

/** A row is never changed, and its title is looked at with each key: to fold 10,000 titles takes 20 ms, to look through them 2. */
const titles = new WeakMap<QueueRow, string>();

function foldedTitle(row: QueueRow): string {
  const known = titles.get(row);
  if (known !== undefined) return known;
  const folded = foldedOf(row.title);
  titles.set(row, folded);
  return folded;
}
