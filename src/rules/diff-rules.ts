import {
  compileRules,
  entryOf,
  type MapNode,
  memberOf,
  parseRules,
  plainOf,
  type RuleSource,
  STATUSES,
  textOf,
} from '../sigma/index.ts';

/** One document of rules, as two sets of them are compared. */
export interface ComparedRule {
  readonly id?: string;
  readonly title: string;
  /** Below the path that was given: the same in both sets. */
  readonly file: string;
}

export interface ChangedRule extends ComparedRule {
  /** Top keys whose values differ: `level`, `status`, `logsource`, `detection`, ... */
  readonly keys: readonly string[];
  /** What a level, a status or another short text was, and is. */
  readonly values: readonly { readonly key: string; readonly before: string; readonly after: string }[];
  /** Where it was before, if elsewhere. */
  readonly movedFrom?: string;
}

export interface RuleDiff {
  readonly added: readonly ComparedRule[];
  readonly removed: readonly ComparedRule[];
  readonly changed: readonly ChangedRule[];
  readonly unchanged: number;
  /** Rules that can be loaded in one set and not in the other, by title. */
  readonly noLongerLoaded: readonly ComparedRule[];
}

interface Document extends ComparedRule {
  readonly root: MapNode;
  readonly isLoaded: boolean;
}

/** What changed from one set of rules to another: by id, else by path and place in its file. */
export function diffRules(before: readonly RuleSource[], after: readonly RuleSource[]): RuleDiff {
  const [old, young] = [documentsOf(before), documentsOf(after)];
  const added: ComparedRule[] = [];
  const changed: ChangedRule[] = [];
  const noLongerLoaded: ComparedRule[] = [];
  let unchanged = 0;
  for (const [key, document] of young) {
    const was = old.get(key);
    if (was === undefined) {
      added.push(shown(document));
      continue;
    }
    if (was.isLoaded && !document.isLoaded) noLongerLoaded.push(shown(document));
    const change = changeOf(was, document);
    if (change === undefined) unchanged++;
    else changed.push(change);
  }
  const removed = [...old].filter(([key]) => !young.has(key)).map(([, document]) => shown(document));
  return { added, removed, changed, unchanged, noLongerLoaded };
}

function documentsOf(sources: readonly RuleSource[]): ReadonlyMap<string, Document> {
  const prefix = sharedFolder(sources.map(({ file }) => file));
  const { rules } = compileRules(sources, { statuses: STATUSES });
  const loaded = new Set(
    [...rules.rules, ...rules.correlations].map(({ metadata }) => `${metadata.line} ${metadata.file}`),
  );
  const documents = new Map<string, Document>();
  for (const source of sources) {
    const file = source.file.slice(prefix.length);
    for (const [i, { root, id, kind, source: text }] of parseRules(source.text, source.file).documents.entries()) {
      const start = root.entries[0]?.keyAt.start ?? 0;
      const line = text.lineStarts.findLastIndex((at) => at <= start) + 1;
      const isLoaded = kind === 'filter' || loaded.has(`${line} ${source.file}`);
      const title = textOf(memberOf(root, 'title')) ?? '(without a title)';
      const own = id === undefined ? `path ${file} ${i}` : `id ${id.toLowerCase()}`;
      const key = documents.has(own) ? `${own} ${file} ${i}` : own;
      documents.set(key, { ...(id === undefined ? {} : { id }), title, file, root, isLoaded });
    }
  }
  return documents;
}

/** The folders that all files lie in, with the last separator. */
function sharedFolder(files: readonly string[]): string {
  const [first = ''] = files;
  let shared = first.slice(0, lastSeparator(first) + 1);
  for (const file of files) {
    while (!file.startsWith(shared)) shared = shared.slice(0, lastSeparator(shared.slice(0, -1)) + 1);
  }
  return shared;
}

function lastSeparator(path: string): number {
  return Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
}

function shown({ id, title, file }: Document): ComparedRule {
  return { ...(id === undefined ? {} : { id }), title, file };
}

const MAX_VALUE = 200;

function changeOf(before: Document, after: Document): ChangedRule | undefined {
  const names = new Set([...before.root.entries, ...after.root.entries].map(({ key }) => key));
  const keys: string[] = [];
  const values: ChangedRule['values'][number][] = [];
  for (const key of names) {
    const [was, is] = [before.root, after.root].map((root) => contentOf(root, key));
    if (was === is) continue;
    keys.push(key);
    const texts = [before.root, after.root].map((root) => textOf(memberOf(root, key)));
    const isShort = [before.root, after.root].every((root) => (memberOf(root, key)?.kind ?? 'scalar') === 'scalar');
    if (isShort) {
      const [old = '-', young = '-'] = texts.map((text) => text?.slice(0, MAX_VALUE));
      values.push({ key, before: old, after: young });
    }
  }
  if (keys.length === 0 && before.file === after.file) return undefined;
  return {
    ...shown(after),
    keys,
    values,
    ...(before.file === after.file ? {} : { movedFrom: before.file }),
  };
}

/** What a key holds, whatever the order of maps below it and the way it is written. */
function contentOf(root: MapNode, key: string): string | undefined {
  const entry = entryOf(root, key);
  return entry === undefined ? undefined : JSON.stringify(sorted(plainOf(entry.value)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}
