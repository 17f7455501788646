import type { Document, LineCounter, Node, YAMLMap } from 'yaml';
import type { PipelineProblem } from './pipeline-types.ts';

const MAX_NODES = 50_000;
const MAX_TEXT = 4096;
export const MAX_DEPTH: number = 16;

export type Yaml = typeof import('yaml');
export type Members = ReadonlyMap<string, Node | null>;

/** A problem at a line and column, both from 1. */
export function problemAt(line: number, column: number, message: string): PipelineProblem {
  return { line, column, message };
}

export const TOO_DEEP: PipelineProblem = problemAt(1, 1, `The file is nested deeper than ${MAX_DEPTH} levels.`);

/** One document of plain YAML; undefined where it is nested too deeply for the library. */
export function parsedDocument(text: string, lines: LineCounter, yaml: Yaml): Document.Parsed | undefined {
  let document: Document.Parsed;
  try {
    document = yaml.parseDocument(text, { lineCounter: lines, schema: 'core', merge: false, prettyErrors: false });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    return undefined;
  }
  // The library catches the overflow itself where it composes collections in a line.
  return document.errors.some(({ message }) => message.startsWith('Maximum call stack')) ? undefined : document;
}

/** Reads nodes of YAML as what they must be; what is wrong is noted with its place, and the answer is undefined. */
export class NodeReader {
  readonly problems: PipelineProblem[] = [];
  readonly yaml: Yaml;
  readonly #lines: LineCounter;
  #nodes = 0;

  constructor(lines: LineCounter, yaml: Yaml) {
    this.#lines = lines;
    this.yaml = yaml;
  }

  placed(offset: number, message: string): void {
    const { line, col } = this.#lines.linePos(offset);
    this.problems.push(problemAt(Math.max(1, line), Math.max(1, col), message));
  }

  wrong(node: Node | null | undefined, message: string): undefined {
    this.placed(node?.range?.[0] ?? 0, message);
    return undefined;
  }

  /** Notes what the library found wrong; where that is nothing, what is refused here. */
  document(document: Document.Parsed): void {
    for (const { code, pos, message } of [...document.errors, ...document.warnings]) {
      // A tag is told by the look at the nodes.
      if (code !== 'TAG_RESOLVE_FAILED') this.placed(pos[0], message);
    }
    if (this.problems.length === 0) this.bounds(document.contents, 1);
  }

  /** Aliases, anchors and tags are refused, depth and number of nodes are bounded. */
  bounds(node: unknown, depth: number): void {
    if (!this.yaml.isNode(node)) return;
    if (++this.#nodes === MAX_NODES + 1) this.wrong(node, `The file has more than ${MAX_NODES} nodes.`);
    if (this.#nodes > MAX_NODES) return;
    if (depth > MAX_DEPTH) {
      this.wrong(node, `This is nested deeper than ${MAX_DEPTH} levels.`);
      return;
    }
    if (this.yaml.isAlias(node)) {
      this.wrong(node, 'Aliases are not allowed: write the value out.');
      return;
    }
    if ('anchor' in node && node.anchor !== undefined) this.wrong(node, 'Anchors are not allowed.');
    if (node.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:')) this.wrong(node, 'Tags are not allowed.');
    if (this.yaml.isMap(node)) {
      for (const { key, value } of node.items) {
        this.bounds(key, depth + 1);
        this.bounds(value, depth + 1);
      }
    } else if (this.yaml.isSeq(node)) {
      for (const item of node.items) this.bounds(item, depth + 1);
    }
  }

  members(node: Node | null | undefined, what: string): Members | undefined {
    if (!this.yaml.isMap(node)) return this.wrong(node, `${what} must be a mapping.`);
    const members = new Map<string, Node | null>();
    for (const { key, value } of (node as YAMLMap<Node, Node | null>).items) {
      const name = this.yaml.isScalar(key) ? String(key.value) : '';
      if (name === '') this.wrong(key, 'A key must be text.');
      else members.set(name, value);
    }
    return members;
  }

  allowKeys(node: Node | null, members: Members, keys: readonly string[], what: string): void {
    for (const [name, value] of members) {
      if (!keys.includes(name)) {
        this.wrong(this.keyOf(node, name) ?? value ?? node, `${what} has no "${name.slice(0, 64)}" here.`);
      }
    }
  }

  keyOf(node: Node | null, name: string): Node | undefined {
    if (!this.yaml.isMap(node)) return undefined;
    const pair = (node as YAMLMap<Node, Node | null>).items.find(
      ({ key }) => this.yaml.isScalar(key) && String(key.value) === name,
    );
    return pair?.key;
  }

  needed(node: Node | null, members: Members, key: string, what: string): Node | null | undefined {
    const value = members.get(key);
    return value === undefined ? this.wrong(node, `${what} lacks "${key}".`) : value;
  }

  word<Word extends string>(
    node: Node | null,
    value: Node | null | undefined,
    words: readonly Word[],
    what: string,
  ): Word | undefined {
    if (value === undefined) return this.wrong(node, `A ${what} needs a "type".`);
    const text = this.text(value, 'type');
    const known = words.find((word) => word === text);
    if (text !== undefined && known === undefined) {
      return this.wrong(value, `The ${what} "${text.slice(0, 64)}" is not supported: there are ${words.join(', ')}.`);
    }
    return known;
  }

  isEmpty(node: Node | null): boolean {
    if (node === null || (this.yaml.isScalar(node) && node.value === null)) return true;
    return (this.yaml.isSeq(node) || this.yaml.isMap(node)) && node.items.length === 0;
  }

  text(node: Node | null | undefined, what: string): string | undefined {
    if (node === undefined) return undefined;
    const value = this.yaml.isScalar(node) ? node.value : undefined;
    if (typeof value !== 'string' || value === '' || value.length > MAX_TEXT) {
      return this.wrong(node, `"${what}" must be text of 1 to ${MAX_TEXT} characters.`);
    }
    return value;
  }

  number(node: Node | null | undefined, what: string): number | undefined {
    const value = this.yaml.isScalar(node) ? node.value : undefined;
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
    return this.wrong(node, `"${what}" must be a whole number.`);
  }

  boolean(node: Node | null | undefined, what: string): boolean | undefined {
    const value = this.yaml.isScalar(node) ? node.value : undefined;
    return typeof value === 'boolean' ? value : this.wrong(node, `"${what}" must be true or false.`);
  }

  list(node: Node | null | undefined, what: string): readonly Node[] | undefined {
    if (node === undefined) return undefined;
    if (!this.yaml.isSeq(node)) return this.wrong(node, `"${what}" must be a list.`);
    return node.items as Node[];
  }
}
