import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { GivenValue } from './setting.ts';
import { ANY_NAME, allSettings, isNamed, isSetting, SETTINGS, type SettingTree } from './settings.ts';
import { NAME_FORM, type NamedTrees } from './sink-settings.ts';

/** Something wrong with a configuration, with its place: `triad.yaml:3:5`, `TRIAD_LISTEN`, `--listen`. */
export interface ConfigProblem {
  readonly place: string;
  readonly message: string;
  /** What to write instead. */
  readonly action: string;
}

/** A value that some layer gives, and where it stands. */
export interface Given {
  readonly name: string;
  readonly value: GivenValue;
  readonly place: string;
}

export interface LayerReading {
  readonly given: readonly Given[];
  readonly problems: readonly ConfigProblem[];
}

export const MAX_CONFIG_BYTES: number = 1024 * 1024;
const MAX_DEPTH = 8;

/** Reads one file of settings: strict YAML without aliases, anchors and tags; an unknown key is told where it stands. */
export function readConfigText(text: string, file: string): LayerReading {
  if (Buffer.byteLength(text) > MAX_CONFIG_BYTES) {
    const message = `The file is larger than ${MAX_CONFIG_BYTES / 1024} KiB.`;
    return { given: [], problems: [{ place: file, message, action: 'A configuration is a page of settings.' }] };
  }
  const lines = new LineCounter();
  const reading = new FileReading(file, lines);
  let document: Document.Parsed;
  try {
    document = parseDocument(text, { lineCounter: lines, schema: 'core', merge: false, prettyErrors: false });
  } catch (cause) {
    // The parser's own recursion ends so on a file of nothing but brackets.
    if (!(cause instanceof RangeError)) throw cause;
    reading.wrong(0, 'The file is nested too deep.', 'Write settings as in docs/configuration.md.');
    return reading;
  }
  for (const { pos, message } of [...document.errors, ...document.warnings]) {
    reading.wrong(pos[0], message, 'Mend the YAML here.');
  }
  if (reading.problems.length === 0 && document.contents !== null) reading.tree(document.contents, SETTINGS, '', 1);
  return reading;
}

class FileReading implements LayerReading {
  readonly given: Given[] = [];
  readonly problems: ConfigProblem[] = [];
  readonly #file: string;
  readonly #lines: LineCounter;

  constructor(file: string, lines: LineCounter) {
    this.#file = file;
    this.#lines = lines;
  }

  wrong(offset: number, message: string, action: string): void {
    this.problems.push({ place: this.#place(offset), message, action });
  }

  tree(node: Node, settings: SettingTree, before: string, depth: number): void {
    const offset = node.range?.[0] ?? 0;
    if (!isMap(node) || depth > MAX_DEPTH) {
      const keys = Object.keys(settings).join(', ');
      this.wrong(
        offset,
        `"${before === '' ? 'The file' : before.slice(0, -1)}" must hold settings.`,
        `It has ${keys}.`,
      );
      return;
    }
    for (const { key, value } of node.items as { key: Node; value: Node | null }[]) {
      const word = isScalar(key) ? String(key.value) : '';
      const found = Object.hasOwn(settings, word) ? settings[word] : undefined;
      const name = `${before}${word}`;
      if (found === undefined) {
        this.wrong(
          key.range?.[0] ?? 0,
          `There is no setting "${name.slice(0, 80)}".`,
          unknownAction(name, settings, before),
        );
      } else if (isNamed(found)) {
        if (value !== null) this.#named(value, found, `${name}.`, depth + 1);
      } else if (!isSetting(found)) {
        if (value !== null) this.tree(value, found, `${name}.`, depth + 1);
      } else this.#leaf(name, value, key.range?.[0] ?? 0);
    }
  }

  /** Groups of one form under names of the user's own. */
  #named(node: Node, { each }: NamedTrees, before: string, depth: number): void {
    if (!isMap(node)) {
      this.wrong(
        node.range?.[0] ?? 0,
        `"${before.slice(0, -1)}" must hold names.`,
        'Write NAME: and its settings below.',
      );
      return;
    }
    for (const { key, value } of node.items as { key: Node; value: Node | null }[]) {
      const word = isScalar(key) ? String(key.value) : '';
      const at = key.range?.[0] ?? 0;
      if (!NAME_FORM.test(word)) {
        const message = `"${word.slice(0, 80)}" is no name for one of ${before.slice(0, -1)}.`;
        this.wrong(at, message, 'A name has 1 to 32 small letters, digits and -, a letter first.');
      } else if (value !== null) this.tree(value, each, `${before}${word}.`, depth + 1);
    }
  }

  #leaf(name: string, node: Node | null, offset: number): void {
    const at = node?.range?.[0] ?? offset;
    const value = this.#valueOf(node);
    if (value === undefined)
      this.wrong(at, `"${name}" has no value that can be read.`, 'Write it as plain text, or leave it out.');
    else this.given.push({ name, value, place: this.#place(at) });
  }

  #valueOf(node: Node | null): GivenValue | undefined {
    if (node === null || isAlias(node) || ('anchor' in node && node.anchor !== undefined)) return undefined;
    if (isSeq(node)) {
      const items = (node.items as Node[]).map((item) => (isScalar(item) ? item.value : undefined));
      return items.every((item) => typeof item === 'string' || typeof item === 'number')
        ? items.map(String)
        : undefined;
    }
    const value = isScalar(node) ? node.value : undefined;
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
  }

  #place(offset: number): string {
    const { line, col } = this.#lines.linePos(offset);
    return `${this.#file}:${Math.max(1, line)}:${Math.max(1, col)}`;
  }
}

const NAMES: ReadonlyMap<string, string> = new Map(
  allSettings()
    .filter(([name]) => !name.includes(`.${ANY_NAME}.`))
    .map(([name]) => [variableOf(name), name]),
);
const VARIABLE = /^TRIAD_[A-Z0-9_]+$/;
/** Variables of this prefix that are no settings: the folder, and what tests and packages use. */
const OTHER_VARIABLES: ReadonlySet<string> = new Set(['TRIAD_PEER_PYTHON', 'TRIAD_DATA']);

/** The variable of a setting: `limits.bodyBytes` is `TRIAD_LIMITS__BODY_BYTES`. */
export function variableOf(name: string): string {
  const words = name.split('.').map((part) => part.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase());
  return `TRIAD_${words.join('__')}`;
}

/** Settings in variables. One that begins with `TRIAD_` and is no setting is told: a typing error would be silent else. */
export function readVariables(variables: Readonly<Record<string, string | undefined>>): LayerReading {
  const given: Given[] = [];
  const problems: ConfigProblem[] = [];
  for (const [variable, value] of Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (value === undefined || !VARIABLE.test(variable) || OTHER_VARIABLES.has(variable)) continue;
    const name = NAMES.get(variable);
    if (name !== undefined) given.push({ name, value, place: variable });
    else {
      const action = 'Names are in docs/configuration.md: limits.bodyBytes is TRIAD_LIMITS__BODY_BYTES.';
      problems.push({ place: variable, message: 'There is no such setting.', action });
    }
  }
  return { given, problems };
}

function unknownAction(name: string, settings: SettingTree, before: string): string {
  const elsewhere = allSettings().find(([known]) => known.endsWith(`.${name.slice(before.length)}`));
  if (elsewhere !== undefined) return `Did you mean ${elsewhere[0]}?`;
  return `Known here: ${Object.keys(settings).join(', ')}.`;
}
