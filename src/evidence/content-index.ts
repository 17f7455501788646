import { hash } from 'node:crypto';
import type { PackedEvent } from '../windows/index.ts';
import { type Content, contentOf } from './record-content.ts';

/** Sets of names of fields that records of one kind have; and of those, how many each is looked up by. Past it only whole copies are found. */
const MAX_SHAPES = 64;
/** Longer texts stand as their digest. */
const MAX_TEXT = 128;

/** A record that may have copies. */
export interface IndexedRecord {
  readonly event: PackedEvent;
  /** In order of arrival. */
  readonly number: number;
  /** Of `event`, while it is asked for. */
  content: Content | undefined;
}

export function heldContent(record: IndexedRecord): Content {
  record.content ??= contentOf(record.event);
  return record.content;
}

/** Records whose fields of some names have one text, by source: most are alone. */
type Posting<Row extends IndexedRecord> = Row | Map<number, Set<Row>>;

/** Records that have values in the same fields. */
class Group<Row extends IndexedRecord> {
  readonly names: readonly string[];
  readonly rows = new Set<Row>();
  /** By the names that are looked up by, then by the text of their values. */
  readonly #lookups = new Map<
    string,
    { readonly names: readonly string[]; readonly rows: Map<string, Posting<Row>> }
  >();

  constructor(names: readonly string[]) {
    this.names = names;
  }

  add(row: Row): void {
    this.rows.add(row);
    for (const { names, rows } of this.#lookups.values()) put(rows, textOf(heldContent(row), names), row);
  }

  delete(row: Row): void {
    this.rows.delete(row);
    for (const { names, rows } of this.#lookups.values()) take(rows, textOf(heldContent(row), names), row);
  }

  /** Those that have the values of `content` in all fields that both have; `full` where that is past the bound. */
  agreeing(content: Content, fewest: number): Posting<Row> | 'full' | undefined {
    const names = this.names.filter((name) => content.has(name));
    if (names.length < fewest) return undefined;
    const key = names.join('\u0000');
    let lookup = this.#lookups.get(key);
    if (lookup === undefined) {
      if (this.#lookups.size >= MAX_SHAPES && names.length < this.names.length) return 'full';
      lookup = { names, rows: new Map() };
      for (const row of this.rows) put(lookup.rows, textOf(heldContent(row), names), row);
      this.#lookups.set(key, lookup);
    }
    return lookup.rows.get(textOf(content, names));
  }
}

/** What `ContentIndex` finds. */
export interface Agreeing<Row> {
  /** Records that agree. */
  readonly rows: Iterable<Row>;
  /** False where the fields were too many to look for copies that lack some. */
  readonly isWhole: boolean;
}

/** Finds among many records those that agree with one, by looking their common fields up instead of comparing it with each. */
export class ContentIndex<Row extends IndexedRecord> {
  readonly #groups = new Map<string, Group<Row>>();

  add(row: Row): void {
    const names = namesOf(heldContent(row));
    const key = names.join('\u0000');
    const group = this.#groups.get(key) ?? new Group<Row>(names);
    this.#groups.set(key, group);
    group.add(row);
  }

  delete(row: Row): void {
    const key = namesOf(heldContent(row)).join('\u0000');
    const group = this.#groups.get(key);
    group?.delete(row);
    if (group?.rows.size === 0) this.#groups.delete(key);
  }

  /** Those of any source but one that have a value in common. */
  othersThan(source: number, content: Content): Agreeing<Row> {
    const { postings, isWhole } = this.#postings(content, 1);
    return { rows: othersIn(postings, source), isWhole };
  }

  /** The one that came first. */
  first(content: Content): Row | undefined {
    let first: Row | undefined;
    for (const posting of this.#postings(content, 0).postings)
      for (const row of firstsOf(posting)) if (first === undefined || row.number < first.number) first = row;
    return first;
  }

  #postings(
    content: Content,
    fewest: number,
  ): { readonly postings: readonly Posting<Row>[]; readonly isWhole: boolean } {
    const postings: Posting<Row>[] = [];
    let isWhole = this.#groups.size <= MAX_SHAPES;
    const own = this.#groups.get(namesOf(content).join('\u0000'));
    for (const group of isWhole ? this.#groups.values() : own === undefined ? [] : [own]) {
      const posting = group.agreeing(content, fewest);
      if (posting === 'full') isWhole = false;
      else if (posting !== undefined) postings.push(posting);
    }
    return { postings, isWhole };
  }
}

function namesOf(content: Content): readonly string[] {
  return [...content.keys()].sort();
}

/** One text for the values of these fields. */
function textOf(content: Content, names: readonly string[]): string {
  let text = '';
  for (const name of names) {
    const value = content.get(name) ?? '';
    text += `${value.length} ${value}`;
  }
  return text.length <= MAX_TEXT ? text : `#${hash('sha256', text, 'base64')}`;
}

function put<Row extends IndexedRecord>(rows: Map<string, Posting<Row>>, text: string, row: Row): void {
  const known = rows.get(text);
  if (known === undefined) {
    rows.set(text, row);
    return;
  }
  const bySource = known instanceof Map ? known : new Map([[known.event.sourceNumber, new Set([known])]]);
  rows.set(text, bySource);
  const ofSource = bySource.get(row.event.sourceNumber);
  if (ofSource === undefined) bySource.set(row.event.sourceNumber, new Set([row]));
  else ofSource.add(row);
}

function take<Row extends IndexedRecord>(rows: Map<string, Posting<Row>>, text: string, row: Row): void {
  const known = rows.get(text);
  if (known === row) rows.delete(text);
  if (!(known instanceof Map)) return;
  const ofSource = known.get(row.event.sourceNumber);
  ofSource?.delete(row);
  if (ofSource?.size === 0) known.delete(row.event.sourceNumber);
  if (known.size === 0) rows.delete(text);
}

function* othersIn<Row extends IndexedRecord>(
  postings: readonly Posting<Row>[],
  source: number,
): Generator<Row, void, undefined> {
  for (const posting of postings) {
    if (!(posting instanceof Map)) {
      if (posting.event.sourceNumber !== source) yield posting;
      continue;
    }
    for (const [number, rows] of posting) if (number !== source) yield* rows;
  }
}

function* firstsOf<Row extends IndexedRecord>(posting: Posting<Row>): Generator<Row, void, undefined> {
  if (!(posting instanceof Map)) {
    yield posting;
    return;
  }
  for (const rows of posting.values())
    for (const row of rows) {
      yield row;
      break;
    }
}
