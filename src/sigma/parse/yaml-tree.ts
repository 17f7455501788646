import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseAllDocuments,
  type Scalar,
} from 'yaml';
import type { Trouble } from './problem.ts';
import { placeOf, type SourceText, type Span } from './source.ts';
import type { Entry, MapNode, ScalarNode, ScalarStyle, ScalarValue, TreeNode } from './tree.ts';

export const MAX_FILE_CHARS: number = 4 * 1024 * 1024;
export const MAX_DEPTH = 64;
/** After the first few, errors of a syntax are mostly each other's echo. */
const MAX_SYNTAX_TROUBLES = 3;
/** Nodes that aliases and merge keys may add to one document (SIGMA 1, SETTLED E5). */
export const MAX_EXPANDED_NODES = 10_000;

export interface YamlDocument {
  /** Undefined for a document that is broken, too deep, or expands too far. */
  readonly root: TreeNode | undefined;
  readonly troubles: readonly Trouble[];
}

/** The documents of a YAML 1.2 stream (core schema). A broken one costs itself; empty ones are left out. */
export function readYaml(source: SourceText): readonly YamlDocument[] {
  const { text } = source;
  if (text.length > MAX_FILE_CHARS) {
    const message = `The file has ${text.length} characters; at most ${MAX_FILE_CHARS} are read.`;
    return [{ root: undefined, troubles: [{ code: 'S105', at: { start: 0, end: 1 }, path: [], message }] }];
  }
  let parsed: readonly Document.Parsed[];
  try {
    parsed = parseAllDocuments(text, {
      schema: 'core',
      version: '1.2',
      merge: false,
      intAsBigInt: true,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
    }) as Document.Parsed[];
  } catch (cause) {
    // The composer of `yaml` recurses: what is nested beyond the stack ends as a RangeError.
    if (!(cause instanceof RangeError)) throw cause;
    return [{ root: undefined, troubles: [tooDeep({ start: 0, end: 1 })] }];
  }
  return Array.isArray(parsed) ? parsed.flatMap((document) => readDocument(document, source)) : [];
}

function tooDeep(at: Span): Trouble {
  return { code: 'S105', at, path: [], message: `This is nested deeper than ${MAX_DEPTH} levels.` };
}

function readDocument(document: Document.Parsed, source: SourceText): readonly YamlDocument[] {
  const wrong = [...document.errors, ...document.warnings];
  const overflow = wrong.find(({ message }) => message.includes('Maximum call stack'));
  if (overflow !== undefined) {
    return [{ root: undefined, troubles: [tooDeep({ start: overflow.pos[0], end: overflow.pos[1] })] }];
  }
  const troubles: Trouble[] = wrong.slice(0, MAX_SYNTAX_TROUBLES).map(({ pos, message }) => ({
    code: 'S100',
    at: { start: pos[0], end: pos[1] },
    path: [],
    message: message.slice(0, 300),
  }));
  if (troubles.length > 0) return [{ root: undefined, troubles }];
  const { contents } = document as { contents: Node | null };
  if (contents === null || (isScalar(contents) && contents.value === null)) return [];
  const reading = new TreeReading(document, source);
  const root = reading.node(contents, 1, []);
  return [{ root: reading.isBroken ? undefined : root, troubles: reading.troubles }];
}

const STYLES: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

class TreeReading {
  readonly troubles: Trouble[] = [];
  isBroken = false;
  readonly #document: Document.Parsed;
  readonly #source: SourceText;
  #expanded = 0;
  #aliases = 0;

  constructor(document: Document.Parsed, source: SourceText) {
    this.#document = document;
    this.#source = source;
  }

  node(node: Node | null, depth: number, path: readonly (string | number)[]): TreeNode {
    const at = spanOf(node);
    const nothing: ScalarNode = { kind: 'scalar', at, value: null, text: '', style: 'plain' };
    if (this.isBroken || node === null) return nothing;
    if (depth > MAX_DEPTH) return this.#break(tooDeep(at), nothing);
    if (this.#aliases > 0 && ++this.#expanded > MAX_EXPANDED_NODES) {
      const message = `Aliases and merge keys add more than ${MAX_EXPANDED_NODES} nodes to this document.`;
      return this.#break({ code: 'S105', at, path, message }, nothing);
    }
    if (isAlias(node)) return this.#alias(node, depth, path) ?? nothing;
    if (node.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:')) {
      return this.#break(
        { code: 'S100', at, path, message: `The tag ${node.tag.slice(0, 60)} is not known.` },
        nothing,
      );
    }
    if (isScalar(node)) return scalarOf(node, at);
    if (isSeq(node)) {
      const items = node.items.map((item, i) => this.node(item as Node | null, depth + 1, [...path, i]));
      return { kind: 'list', at, items };
    }
    return isMap(node) ? this.#map(node.items as readonly Pair[], at, depth, path) : nothing;
  }

  #break(trouble: Trouble, nothing: ScalarNode): ScalarNode {
    this.isBroken = true;
    this.troubles.push(trouble);
    return nothing;
  }

  /** What an alias stands for, read anew: it counts as often as it is used, and ends at the limits of depth and number. */
  #alias(alias: Alias, depth: number, path: readonly (string | number)[]): TreeNode | undefined {
    const target = alias.resolve(this.#document);
    if (target === undefined) return undefined;
    this.#aliases++;
    const node = this.node(target as Node, depth + 1, path);
    this.#aliases--;
    return node;
  }

  #map(pairs: readonly Pair[], at: Span, depth: number, path: readonly (string | number)[]): MapNode {
    const own = new Map<string, Entry>();
    const merged: Entry[] = [];
    for (const { key, value } of pairs) {
      if (this.isBroken) break;
      const keyAt = spanOf(key);
      if (!isScalar(key)) {
        this.#break({ code: 'S100', at: keyAt, path, message: 'A key must be text.' }, NOTHING);
        break;
      }
      const name = key.source ?? String(key.value ?? '');
      const node = this.node(value, depth + 1, [...path, name]);
      if (name === '<<' && key.type === 'PLAIN') {
        merged.push(...this.#merge(node, path));
        continue;
      }
      const first = own.get(name);
      if (first === undefined) own.set(name, { key: name, keyAt, value: node });
      else this.#repeated(name, keyAt, first.keyAt, path);
    }
    for (const entry of merged) if (!own.has(entry.key)) own.set(entry.key, entry);
    return { kind: 'map', at, entries: [...own.values()] };
  }

  #merge(node: TreeNode, path: readonly (string | number)[]): readonly Entry[] {
    const maps = node.kind === 'list' ? node.items : [node];
    return maps.flatMap((map) => {
      if (map.kind === 'map') return map.entries;
      this.troubles.push({ code: 'S100', at: map.at, path, message: 'A merge key takes a map, or a list of maps.' });
      return [];
    });
  }

  #repeated(name: string, at: Span, firstAt: Span, path: readonly (string | number)[]): void {
    const { line } = placeOf(this.#source, firstAt);
    const message = `The key "${name.slice(0, 80)}" stands twice in this map; the first is in line ${line}.`;
    const hint = 'Of two equal keys only one can count: write the values as one list, or name a second selection.';
    this.troubles.push({ code: 'S103', at, path: [...path, name], message, hint });
  }
}

const NOTHING: ScalarNode = { kind: 'scalar', at: { start: 0, end: 1 }, value: null, text: '', style: 'plain' };

interface Pair {
  readonly key: Node | null;
  readonly value: Node | null;
}

function spanOf(node: Node | null): Span {
  const range = node?.range;
  return range ? { start: range[0], end: Math.max(range[1], range[0]) } : { start: 0, end: 1 };
}

function scalarOf(node: Scalar, at: Span): ScalarNode {
  const style = STYLES[node.type ?? 'PLAIN'] ?? 'plain';
  const value = node.value as ScalarValue;
  return { kind: 'scalar', at, value, text: node.source ?? (value === null ? '' : String(value)), style };
}
