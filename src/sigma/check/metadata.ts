import { LEVELS, type Level } from '../../windows/index.ts';
import type { Path, Report } from '../parse/problem.ts';
import { placeOf, type SourceText } from '../parse/source.ts';
import { type Entry, listOf, type MapNode, plainOf, textOf } from '../parse/tree.ts';

export const STATUSES = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'] as const;
export type Status = 'stable' | 'test' | 'experimental' | 'deprecated' | 'unsupported';

export interface Related {
  readonly id: string;
  readonly type: string;
}

/** What a rule says of itself. Lists are empty where the rule has none. */
export interface Metadata {
  readonly title: string;
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly status: Status | undefined;
  /** As written; a rule without one ranks as `medium` (SIGMA 1). */
  readonly level: Level | undefined;
  readonly description: string | undefined;
  readonly author: string | undefined;
  readonly license: string | undefined;
  readonly date: string | undefined;
  readonly modified: string | undefined;
  readonly taxonomy: string;
  readonly tags: readonly string[];
  readonly references: readonly string[];
  readonly falsepositives: readonly string[];
  readonly fields: readonly string[];
  readonly scope: readonly string[];
  readonly related: readonly Related[];
  /** Keys that Sigma does not define, as plain values. */
  readonly custom: Readonly<Record<string, unknown>>;
  readonly file: string;
  /** Of the document's first key, from 1. */
  readonly line: number;
}

const OWN: ReadonlySet<string> = new Set(
  (
    'title id name related taxonomy status level description author license references falsepositives fields tags scope ' +
    'date modified logsource detection correlation filter action sigma-version'
  ).split(' '),
);
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const RELATIONS = ['derived', 'obsolete', 'merged', 'renamed', 'similar'];
const MAX_TITLE = 256;
const MAX_DESCRIPTION = 65_535;

export function readMetadata(
  source: SourceText,
  root: MapNode,
  taxonomies: readonly string[],
  report: Report,
): Metadata {
  const reading = new MetadataReading(root, report);
  const title = reading.text('title', MAX_TITLE);
  if (title === undefined || title.trim() === '') {
    const at = reading.entry('title')?.keyAt ?? root.entries[0]?.keyAt ?? root.at;
    report({ code: 'S120', at, path: ['title'], message: 'There is no title.', hint: 'Write "title: What it finds".' });
  }
  const id = reading.text('id', MAX_TITLE);
  if (id !== undefined && !UUID.test(id)) reading.wrong('S106', 'id', 'An id is a UUID.', 'Make one with "uuidgen".');
  reading.version();
  const taxonomy = reading.text('taxonomy', MAX_TITLE) ?? 'sigma';
  if (!taxonomies.includes(taxonomy))
    reading.wrong('S106', 'taxonomy', `There is no mapping for the taxonomy "${taxonomy}".`);
  for (const key of ['date', 'modified']) {
    const date = reading.text(key, MAX_TITLE);
    if (date !== undefined && !/^\d{4}-\d\d-\d\d$/.test(date))
      reading.wrong('S107', key, 'A date is written YYYY-MM-DD.');
  }
  return {
    title: title ?? '',
    id,
    name: reading.text('name', MAX_TITLE),
    status: reading.oneOf('status', STATUSES),
    level: reading.oneOf('level', LEVELS),
    description: reading.text('description', MAX_DESCRIPTION),
    author: reading.author(),
    license: reading.text('license', MAX_TITLE),
    date: reading.text('date', MAX_TITLE),
    modified: reading.text('modified', MAX_TITLE),
    taxonomy,
    tags: reading.tags(),
    references: reading.texts('references'),
    falsepositives: reading.texts('falsepositives'),
    fields: reading.texts('fields'),
    scope: reading.texts('scope'),
    related: reading.related(),
    custom: Object.fromEntries(
      root.entries.filter(({ key }) => !OWN.has(key)).map(({ key, value }) => [key, plainOf(value)]),
    ),
    file: source.file,
    line: placeOf(source, root.entries[0]?.keyAt ?? root.at).line,
  };
}

class MetadataReading {
  readonly #root: MapNode;
  readonly #report: Report;
  readonly #told = new Set<string>();

  constructor(root: MapNode, report: Report) {
    this.#root = root;
    this.#report = report;
  }

  entry(key: string): Entry | undefined {
    return this.#root.entries.find((entry) => entry.key === key);
  }

  wrong(code: 'S106' | 'S107' | 'S109', key: string, message: string, hint?: string, path: Path = [key]): void {
    const entry = this.entry(key);
    if (entry === undefined || this.#told.has(key)) return;
    this.#told.add(key);
    const at = entry.value.at.end > entry.value.at.start ? entry.value.at : entry.keyAt;
    this.#report({ code, at, path, message, hint });
  }

  text(key: string, limit: number): string | undefined {
    const entry = this.entry(key);
    if (entry === undefined) return undefined;
    const text = textOf(entry.value);
    if (text === undefined) this.wrong('S106', key, `"${key}" must be text.`);
    else if (text.length > limit) this.wrong('S106', key, `"${key}" has more than ${limit} characters.`);
    return text;
  }

  texts(key: string): readonly string[] {
    const { value } = this.entry(key) ?? {};
    if (value === undefined || (value.kind === 'scalar' && value.value === null)) return [];
    if (value.kind !== 'list') this.wrong('S107', key, `"${key}" should be a list.`);
    const texts = listOf(value).map(textOf);
    if (texts.some((text) => text === undefined)) this.wrong('S107', key, `Every item of "${key}" should be text.`);
    return texts.filter((text) => text !== undefined);
  }

  oneOf<T extends string>(key: string, values: readonly T[]): T | undefined {
    const text = this.text(key, MAX_TITLE);
    const found = values.find((value) => value === text);
    if (text !== undefined && found === undefined) this.wrong('S106', key, `"${key}" is one of ${values.join(', ')}.`);
    return found;
  }

  /** One text; a list of names is joined by commas, as the specification has it. */
  author(): string | undefined {
    if (this.entry('author')?.value.kind !== 'list') return this.text('author', MAX_DESCRIPTION);
    this.wrong('S107', 'author', '"author" is one text; names are separated by commas.');
    return this.texts('author').join(', ');
  }

  /** Only the shape is checked: namespaces and their words grow from year to year (SIGMA 1). */
  tags(): readonly string[] {
    const tags = this.texts('tags');
    const odd = tags.find((tag) => !/^[a-z0-9-]+\.[A-Za-z0-9_.-]+$/.test(tag));
    if (odd !== undefined) this.wrong('S107', 'tags', `The tag "${odd.slice(0, 60)}" is not written namespace.value.`);
    return tags;
  }

  related(): readonly Related[] {
    return listOf(this.entry('related')?.value).flatMap((item, i) => {
      const map = item.kind === 'map' ? item : undefined;
      const id = textOf(map?.entries.find(({ key }) => key === 'id')?.value);
      const type = textOf(map?.entries.find(({ key }) => key === 'type')?.value);
      if (id !== undefined && type !== undefined && RELATIONS.includes(type)) return [{ id, type }];
      this.wrong('S107', 'related', `Each of "related" has an id and a type: ${RELATIONS.join(', ')}.`, undefined, [
        'related',
        i,
      ]);
      return [];
    });
  }

  /** The draft of version 3 changes what brackets in field names mean: a rule that asks for it is not read as version 2. */
  version(): void {
    const text = this.text('sigma-version', 32);
    if (text !== undefined && !/^[12](?:\.|$)/.test(text)) {
      this.wrong('S109', 'sigma-version', `Sigma ${text} is not read; versions 1 and 2 are.`);
    }
  }
}
