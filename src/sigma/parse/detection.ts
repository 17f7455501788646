import { type ConditionNode, parseCondition } from './condition.ts';
import type { Path, Report } from './problem.ts';
import { spanInScalar } from './scalar-offset.ts';
import type { SourceText, Span } from './source.ts';
import { type Entry, listOf, type MapNode, type ScalarNode, type TreeNode } from './tree.ts';

/** A key of a selection: the field, and the modifiers after it, each with its place. */
export interface ItemKey {
  readonly text: string;
  readonly at: Span;
  /** Undefined for keywords. */
  readonly field: string | undefined;
  readonly modifiers: readonly { readonly name: string; readonly at: Span }[];
}

export interface Item {
  readonly key: ItemKey;
  readonly values: readonly ScalarNode[];
  readonly isList: boolean;
  readonly path: Path;
}

/** What a name of the detection stands for (SIGMA 2): items that must all match, or alternatives. */
export type Search =
  | { readonly kind: 'all'; readonly of: readonly Item[]; readonly at: Span }
  | { readonly kind: 'any'; readonly of: readonly Search[]; readonly at: Span };

export interface Identifier {
  readonly name: string;
  readonly at: Span;
  readonly search: Search;
}

export interface Condition {
  readonly scalar: ScalarNode;
  readonly text: string;
  readonly root: ConditionNode;
  readonly path: Path;
}

/** The part of a rule or filter that says what matches. */
export interface Detection {
  readonly at: Span;
  /** Every name, also of what could not be read. */
  readonly names: readonly string[];
  readonly identifiers: readonly Identifier[];
  readonly conditions: readonly Condition[];
}

/** Reads `detection` of a rule or the searches of `filter`; what is wrong is reported and left out. */
export function readDetection(
  source: SourceText,
  map: MapNode,
  path: Path,
  others: ReadonlySet<string>,
  report: Report,
): Detection {
  const names: string[] = [];
  const identifiers: Identifier[] = [];
  const conditions: Condition[] = [];
  let hasCondition = false;
  for (const entry of map.entries) {
    if (entry.key === 'condition') {
      hasCondition = true;
      conditions.push(...readConditions(source, entry, [...path, 'condition'], report));
    } else if (!others.has(entry.key)) {
      names.push(entry.key);
      const search = readSearch(entry.value, entry, [...path, entry.key], report);
      if (search !== undefined) identifiers.push({ name: entry.key, at: entry.keyAt, search });
    }
  }
  if (!hasCondition) {
    const hint = identifiers[0] === undefined ? undefined : `Write "condition: ${identifiers[0].name}".`;
    report({ code: 'S122', at: map.at, path, message: 'There is no condition.', hint });
  }
  return { at: map.at, names, identifiers, conditions };
}

function readConditions(source: SourceText, entry: Entry, path: Path, report: Report): readonly Condition[] {
  const nodes = listOf(entry.value);
  const isList = entry.value.kind === 'list';
  if (nodes.length === 0) report({ code: 'S122', at: entry.keyAt, path, message: 'The list of conditions is empty.' });
  return nodes.flatMap((scalar, i) => {
    const place = isList ? [...path, i] : path;
    if (scalar.kind !== 'scalar' || typeof scalar.value !== 'string') {
      const code = scalar.kind === 'scalar' && scalar.value === null ? 'S122' : 'S200';
      report({ code, at: spanOr(scalar, entry), path: place, message: 'A condition must be text.' });
      return [];
    }
    const reading = parseCondition(scalar.value);
    if (reading.kind === 'condition') return [{ scalar, text: scalar.value, root: reading.root, path: place }];
    const { at, ...trouble } = reading.trouble;
    report({ ...trouble, at: spanInScalar(source, scalar, at.start, at.end), path: place });
    return [];
  });
}

function spanOr(node: TreeNode, entry: Entry): Span {
  return node.at.end > node.at.start ? node.at : entry.keyAt;
}

/** The key `F|contains|all` in its parts; a key of modifiers alone is one of keywords. */
export function readItemKey(text: string, at: Span): ItemKey {
  const [field = '', ...names] = text.split('|');
  let offset = at.end - at.start === text.length + 2 ? at.start + 1 : at.start;
  offset += field.length;
  const modifiers = names.map((name) => {
    const start = offset + 1;
    offset = start + name.length;
    return { name, at: { start, end: Math.max(start + 1, offset) } };
  });
  return { text, at, field: field === '' ? undefined : field, modifiers };
}

const EMPTY = 'Give it at least one item or value, or take it out.';

function readSearch(node: TreeNode, entry: Entry, path: Path, report: Report): Search | undefined {
  const at = spanOr(node, entry);
  if (node.kind === 'scalar') return readKeywords([node], false, entry, path, report);
  if (node.kind === 'map') {
    if (node.entries.length === 0) {
      report({ code: 'S121', at, path, message: `"${entry.key}" is empty and would match everything.`, hint: EMPTY });
      return undefined;
    }
    const of = node.entries.flatMap((item) => readItem(item, [...path, item.key], report) ?? []);
    return of.length === 0 ? undefined : { kind: 'all', of, at };
  }
  if (node.items.length === 0) {
    report({ code: 'S121', at, path, message: `"${entry.key}" is empty.`, hint: EMPTY });
    return undefined;
  }
  const scalars = node.items.filter((item) => item.kind === 'scalar');
  if (scalars.length > 0 && scalars.length < node.items.length) {
    const message = 'The list mixes keywords and maps; an event matches if any of them does.';
    report({ code: 'S125', at, path, message, hint: 'Name two selections and write "1 of" them.' });
  }
  if (scalars.length === node.items.length) return readKeywords(scalars, true, entry, path, report);
  const of = node.items.flatMap((item, i) => readSearch(item, entry, [...path, i], report) ?? []);
  return of.length === 0 ? undefined : { kind: 'any', of, at };
}

function readKeywords(
  values: readonly ScalarNode[],
  isList: boolean,
  entry: Entry,
  path: Path,
  report: Report,
): Search | undefined {
  const alone = values[0];
  if (values.length === 1 && alone?.value === null) {
    const at = spanOr(alone, entry);
    report({ code: 'S121', at, path, message: `"${entry.key}" has no value.`, hint: EMPTY });
    return undefined;
  }
  const at = alone === undefined ? entry.keyAt : spanOr(alone, entry);
  const key: ItemKey = { text: '', at: entry.keyAt, field: undefined, modifiers: [] };
  return { kind: 'all', of: [{ key, values, isList, path }], at };
}

function readItem(entry: Entry, path: Path, report: Report): Item | undefined {
  const key = readItemKey(entry.key, entry.keyAt);
  const { value } = entry;
  if (value.kind === 'map') {
    const message = `"${key.text}" has a map where a value or a list of values is wanted.`;
    report({ code: 'S132', at: value.at, path, message, hint: 'A nested field is written with dots: Outer.Inner.' });
    return undefined;
  }
  if (value.kind === 'scalar') {
    const isMissing = value.at.end === value.at.start;
    // An empty value is null by YAML; its place is the key's.
    return { key, values: [isMissing ? { ...value, at: entry.keyAt } : value], isList: false, path };
  }
  if (value.items.length === 0) {
    const hint = "For an absent field write null, for an empty one ''.";
    report({ code: 'S121', at: spanOr(value, entry), path, message: `"${key.text}" has an empty list.`, hint });
    return undefined;
  }
  const values = value.items.flatMap((item, i) => {
    if (item.kind === 'scalar') return [item];
    const message = `A value of "${key.text}" must be text, a number, true, false or null.`;
    report({ code: 'S132', at: item.at, path: [...path, i], message });
    return [];
  });
  return values.length === 0 ? undefined : { key, values, isList: true, path };
}
