import type { Node } from 'yaml';
import type { Placeholders } from '../sigma/index.ts';
import { NodeReader, parsedDocument, problemAt, TOO_DEEP } from './pipeline-nodes.ts';
import type { PipelineProblem } from './pipeline-types.ts';

export const MAX_PLACEHOLDER_BYTES: number = 1024 * 1024;
const MAX_PROBLEMS = 100;

export type PlaceholderReading =
  | { readonly kind: 'placeholders'; readonly placeholders: Placeholders }
  | { readonly kind: 'problems'; readonly problems: readonly PipelineProblem[] };

/**
 * Reads values for `expand` (SETTLED E10): YAML, a mapping of names to lists of texts and numbers. Everything else is refused with its
 * place, all at once.
 */
export async function readPlaceholders(text: string): Promise<PlaceholderReading> {
  if (Buffer.byteLength(text) > MAX_PLACEHOLDER_BYTES) {
    return problems([problemAt(1, 1, `The file is larger than ${MAX_PLACEHOLDER_BYTES / 1024} KiB.`)]);
  }
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  const document = parsedDocument(text, lines, yaml);
  if (document === undefined) return problems([TOO_DEEP]);
  const check = new PlaceholderCheck(lines, yaml);
  check.document(document);
  const found = check.problems.length === 0 ? check.placeholders(document.contents) : undefined;
  if (found !== undefined && check.problems.length === 0) return { kind: 'placeholders', placeholders: found };
  return problems(check.problems);
}

function problems(found: readonly PipelineProblem[]): PlaceholderReading {
  const sorted = [...found].sort((a, b) => a.line - b.line || a.column - b.column);
  return { kind: 'problems', problems: sorted.slice(0, MAX_PROBLEMS) };
}

class PlaceholderCheck extends NodeReader {
  placeholders(node: Node | null): Placeholders | undefined {
    const members = this.members(node, 'A file of placeholders');
    if (members === undefined) return undefined;
    const found = new Map<string, readonly string[]>();
    for (const [name, value] of members) {
      const shown = name.slice(0, 64);
      if (/[%\s\\]/.test(name)) {
        this.wrong(this.keyOf(node, name) ?? value, `"${shown}" is no name: it is written without %, blanks and \\.`);
      }
      const items = value === null ? undefined : this.yaml.isSeq(value) ? (value.items as Node[]) : undefined;
      if (items === undefined || items.length === 0) {
        this.wrong(value ?? this.keyOf(node, name), `"${shown}" must be a list of one value or more.`);
      }
      found.set(
        name,
        (items ?? []).flatMap((item) => this.#value(item, shown) ?? []),
      );
    }
    return found;
  }

  /** A text, or a number as it is written. */
  #value(node: Node, name: string): string | undefined {
    const value = this.yaml.isScalar(node) ? node.value : undefined;
    if (typeof value === 'number' && this.yaml.isScalar(node)) return node.source ?? String(value);
    return typeof value === 'string' ? value : this.wrong(node, `A value of "${name}" must be text or a number.`);
  }
}
