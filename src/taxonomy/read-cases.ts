import type { Node } from 'yaml';
import type { ObjectValue } from './object-fields.ts';
import { NodeReader, parsedDocument, problemAt, TOO_DEEP } from './pipeline-nodes.ts';
import type { PipelineProblem } from './pipeline-types.ts';
import type { CaseEvent, RuleCase } from './rule-cases.ts';

export const MAX_CASES_BYTES: number = 1024 * 1024;
const MAX_PROBLEMS = 100;

export type CasesReading =
  | { readonly kind: 'cases'; readonly cases: readonly RuleCase[] }
  | { readonly kind: 'problems'; readonly problems: readonly PipelineProblem[] };

/**
 * Reads a file of cases (SETTLED E9): a list of `{name, expect: hit|miss, events: [{channel, provider?, eventId, data{}}]}`, or of
 * `object{}` in place of events. A field with a list as its value stands once for each. All that is wrong is told at once, each with
 * line and column. The YAML library is loaded here only.
 */
export async function readCases(text: string): Promise<CasesReading> {
  if (Buffer.byteLength(text) > MAX_CASES_BYTES) {
    return refused([problemAt(1, 1, `The file is larger than ${MAX_CASES_BYTES / 1024} KiB.`)]);
  }
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  const document = parsedDocument(text, lines, yaml);
  if (document === undefined) return refused([TOO_DEEP]);
  const reader = new CaseReader(lines, yaml);
  reader.document(document);
  const cases =
    reader.problems.length === 0
      ? reader.cases(document.contents, (node) => lines.linePos(node.range?.[0] ?? 0).line)
      : [];
  return reader.problems.length === 0 ? { kind: 'cases', cases } : refused(reader.problems);
}

function refused(found: readonly PipelineProblem[]): CasesReading {
  const sorted = [...found].sort((a, b) => a.line - b.line || a.column - b.column);
  return { kind: 'problems', problems: sorted.slice(0, MAX_PROBLEMS) };
}

class CaseReader extends NodeReader {
  cases(node: Node | null, lineOf: (node: Node) => number): readonly RuleCase[] {
    const items = this.list(node, 'A file of cases') ?? [];
    if (this.problems.length === 0 && items.length === 0) this.wrong(node, 'There are no cases.');
    const names = new Set<string>();
    return items.flatMap((item) => this.#case(item, lineOf(item), names) ?? []);
  }

  #case(node: Node, line: number, names: Set<string>): RuleCase | undefined {
    const members = this.members(node, 'A case');
    if (members === undefined) return undefined;
    this.allowKeys(node, members, ['name', 'expect', 'events', 'object'], 'A case');
    const name = this.text(this.needed(node, members, 'name', 'A case'), 'name');
    if (name !== undefined && names.has(name)) this.wrong(members.get('name'), `Another case is called "${name}".`);
    if (name !== undefined) names.add(name);
    const expect = this.text(this.needed(node, members, 'expect', 'A case'), 'expect');
    if (expect !== undefined && expect !== 'hit' && expect !== 'miss') {
      this.wrong(members.get('expect'), '"expect" must be hit or miss.');
    }
    if (members.has('events') === members.has('object')) {
      this.wrong(node, 'A case has either "events" or an "object".');
      return undefined;
    }
    const object = members.has('object') ? this.#object(members.get('object')) : undefined;
    const items = this.list(members.get('events'), 'events') ?? [];
    if (members.has('events') && items.length === 0) this.wrong(members.get('events') ?? node, 'There are no events.');
    const events = items.flatMap((item) => this.#event(item) ?? []);
    if (name === undefined || (expect !== 'hit' && expect !== 'miss')) return undefined;
    return { name, expect, events, ...(object === undefined ? {} : { object }), line };
  }

  #event(node: Node): CaseEvent | undefined {
    const members = this.members(node, 'An event');
    if (members === undefined) return undefined;
    this.allowKeys(node, members, ['channel', 'provider', 'eventId', 'data'], 'An event');
    const channel = this.text(this.needed(node, members, 'channel', 'An event'), 'channel');
    const provider = this.text(members.get('provider') ?? undefined, 'provider');
    const eventId = this.number(this.needed(node, members, 'eventId', 'An event'), 'eventId');
    const fields = this.members(this.needed(node, members, 'data', 'An event'), 'data') ?? new Map<string, Node>();
    const data = [...fields].flatMap(([name, value]) =>
      (this.yaml.isSeq(value) ? (value.items as Node[]) : [value]).flatMap((one) => {
        const text = this.#fieldText(one, name);
        return text === undefined ? [] : [[name, text] as const];
      }),
    );
    if (channel === undefined || eventId === undefined) return undefined;
    return { channel, eventId, data, ...(provider === undefined ? {} : { provider }) };
  }

  /** What a record holds is text; numbers and words of YAML are taken as they are written. */
  #fieldText(node: Node | null, name: string): string | undefined {
    const value = this.yaml.isScalar(node) ? node.value : undefined;
    if (typeof value === 'string') return value;
    if (this.yaml.isScalar(node) && (typeof value === 'number' || typeof value === 'boolean')) {
      return node.source ?? String(value);
    }
    return this.wrong(node, `The field ${name} must be a text or a number.`);
  }

  #object(node: Node | null | undefined): NonNullable<RuleCase['object']> | undefined {
    if (this.members(node, '"object"') === undefined) return undefined;
    // Bounds were looked at, and aliases refused: plain values only.
    return this.yaml.isMap(node) ? (node.toJSON() as { readonly [name: string]: ObjectValue }) : undefined;
  }
}
