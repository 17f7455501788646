import type { Document, LineCounter, Node } from 'yaml';
import { checkFields, type Field } from './check-fields.ts';
import { PIN_BOUNDS, PIN_KINDS, type Pin, type PinFile, type PinProblem, type PinReading } from './pin.ts';
import { pinId } from './prints.ts';

/** How many problems are told of at once. */
const MOST_PROBLEMS = 100;

/**
 * Reads files of pins together: strict YAML without aliases, anchors and tags. All that is wrong is told at once, each with its
 * place; a pin that stands twice is wrong, for one of the two would be forgotten. The YAML library is loaded here, so that runs without pins do not pay for it.
 */
export async function readPins(files: readonly PinFile[]): Promise<PinReading> {
  const problems: PinProblem[] = [];
  const pins: Pin[] = [];
  const seen = new Map<string, string>();
  for (const file of files) {
    for (const pin of await pinsOfFile(file, problems)) {
      const before = seen.get(pin.id);
      if (before === undefined) {
        seen.set(pin.id, pin.place);
        pins.push(pin);
      } else {
        const message = `This is the pin of ${before} once more (${pin.id}).`;
        problems.push({ place: pin.place, message, action: 'Take one of the two out.' });
      }
    }
  }
  if (pins.length > PIN_BOUNDS.pins) {
    const message = `There are ${pins.length} pins; ${PIN_BOUNDS.pins} are the most.`;
    problems.push({ place: files[0]?.path ?? 'pins', message, action: 'Pin a payload or wider hosts instead.' });
  }
  return problems.length > 0
    ? { kind: 'problems', problems: problems.slice(0, MOST_PROBLEMS) }
    : { kind: 'pins', pins };
}

async function pinsOfFile({ path, text }: PinFile, problems: PinProblem[]): Promise<readonly Pin[]> {
  if (Buffer.byteLength(text) > PIN_BOUNDS.fileBytes) {
    const message = `The file is larger than ${PIN_BOUNDS.fileBytes / 1024} KiB.`;
    problems.push({ place: path, message, action: 'Split it: pins.d holds as many files as there are owners.' });
    return [];
  }
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  const reader = new FileReader(path, lines, yaml, problems);
  let document: Document.Parsed;
  try {
    document = yaml.parseDocument(text, { lineCounter: lines, schema: 'core', merge: false, prettyErrors: false });
  } catch (cause) {
    // The parser's own recursion ends so on a file of nothing but brackets.
    if (!(cause instanceof RangeError)) throw cause;
    reader.wrong(0, 'The file is nested too deep.', 'Write pins as in docs/pins.md.');
    return [];
  }
  const faults = [...document.errors, ...document.warnings];
  for (const { pos, message } of faults) reader.wrong(pos[0], message, 'Mend the YAML here.');
  return faults.length > 0 || document.contents === null ? [] : reader.file(document.contents);
}

type Yaml = typeof import('yaml');

class FileReader {
  readonly #path: string;
  readonly #lines: LineCounter;
  readonly #yaml: Yaml;
  readonly #problems: PinProblem[];

  constructor(path: string, lines: LineCounter, yaml: Yaml, problems: PinProblem[]) {
    this.#path = path;
    this.#lines = lines;
    this.#yaml = yaml;
    this.#problems = problems;
  }

  wrong(offset: number, message: string, action: string): void {
    this.#problems.push({ place: this.#place(offset), message, action });
  }

  /** `version: 1` and a list `pins`. */
  file(node: Node): readonly Pin[] {
    const fields = this.#fields(node, 'The file', ['version', 'pins']);
    if (fields === undefined) return [];
    const version = fields.get('version');
    if (version?.value !== 1) {
      this.wrong(version?.at ?? 0, 'The version of the file must be 1.', 'Write "version: 1" in it.');
    }
    const list = fields.get('pins');
    if (list?.node === undefined || list.node === null || isNothing(this.#yaml, list.node)) return [];
    if (!this.#yaml.isSeq(list.node)) {
      this.wrong(list.at ?? 0, '"pins" must be a list.', 'Begin each pin with "- ".');
      return [];
    }
    return (list.node.items as (Node | null)[]).flatMap((item) => (item === null ? [] : (this.#pin(item) ?? [])));
  }

  #pin(node: Node): Pin | undefined {
    const at = node.range?.[0] ?? 0;
    const fields = this.#fields(node, 'A pin', PIN_FIELDS);
    if (fields === undefined) return undefined;
    const { pin, problems } = checkFields(fields);
    for (const { at: offset, message, action } of problems) this.wrong(offset ?? at, message, action);
    return pin === undefined ? undefined : { ...pin, id: pinId(pin), place: this.#place(at) };
  }

  /** Plain values by their keys; undefined where it is no map. What is unknown or is no plain value is told. */
  #fields(
    node: Node,
    what: string,
    known: readonly string[],
  ): ReadonlyMap<string, Field & { node: Node | null }> | undefined {
    const start = node.range?.[0] ?? 0;
    if (!this.#yaml.isMap(node) || this.#isDecorated(node)) {
      this.wrong(start, `${what} must hold ${known.join(', ')}.`, 'Write pins as in docs/pins.md.');
      return undefined;
    }
    const fields = new Map<string, Field & { node: Node | null }>();
    for (const { key, value } of node.items as { key: Node; value: Node | null }[]) {
      const name = this.#yaml.isScalar(key) ? String(key.value) : '';
      const at: number = value?.range?.[0] ?? key.range?.[0] ?? start;
      if (!known.includes(name)) {
        this.wrong(key.range?.[0] ?? start, `There is no "${name.slice(0, 80)}" here.`, `Known: ${known.join(', ')}.`);
      } else fields.set(name, { at, value: this.#valueOf(value), node: value });
    }
    return fields;
  }

  #valueOf(node: Node | null): Field['value'] {
    if (node === null || this.#isDecorated(node)) return undefined;
    if (this.#yaml.isSeq(node)) {
      const items = (node.items as Node[]).map((item) =>
        this.#yaml.isScalar(item) && !this.#isDecorated(item) ? item.value : undefined,
      );
      return items.every((item) => typeof item === 'string' || typeof item === 'number')
        ? items.map(String)
        : undefined;
    }
    const value = this.#yaml.isScalar(node) ? node.value : undefined;
    return typeof value === 'string' || typeof value === 'number' ? value : undefined;
  }

  #isDecorated(node: Node): boolean {
    if (this.#yaml.isAlias(node)) return true;
    const hasTag = node.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:');
    return hasTag || ('anchor' in node && node.anchor !== undefined);
  }

  #place(offset: number): string {
    const { line, col } = this.#lines.linePos(offset);
    return `${this.#path}:${Math.max(1, line)}:${Math.max(1, col)}`;
  }
}

/** "pins:" with nothing behind it. */
function isNothing(yaml: Yaml, node: Node): boolean {
  return yaml.isScalar(node) && node.value === null;
}

const PIN_FIELDS: readonly string[] = [
  ...PIN_KINDS,
  'hosts',
  'accounts',
  'sources',
  'owner',
  'reason',
  'created',
  'review',
  'what',
];
