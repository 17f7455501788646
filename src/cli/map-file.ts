import type { Document, LineCounter, Node, YAMLMap } from 'yaml';
import type { Loss, MapFields, MappedValue, MapTimeFormat, ShapeMap } from '../shapes/index.ts';
import { zoneOf } from '../windows/index.ts';

/** Something wrong with a mapping: lines and columns from 1. */
export interface MapProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type MapReading =
  | { readonly kind: 'map'; readonly map: ShapeMap }
  | { readonly kind: 'problems'; readonly problems: readonly MapProblem[] };

export const MAX_MAP_BYTES: number = 256 * 1024;
const MAX_DEPTH = 16;
const MAX_NODES = 10_000;
const MAX_LIST = 1000;
const MAX_TEXT = 1024;
const MAX_PROBLEMS = 100;

const KEYS = [
  'name',
  'match',
  'time',
  'host',
  'channel',
  'provider',
  'eventId',
  'recordId',
  'fields',
  'rename',
  'losses',
] as const;
const REQUIRED = ['name', 'match', 'time', 'host', 'channel', 'provider', 'eventId', 'fields'] as const;
const FORMATS: readonly MapTimeFormat[] = ['iso', 'epoch-seconds', 'epoch-milliseconds', 'epoch-nanoseconds'];
const LAYOUTS: readonly MapFields['as'][] = ['flat', 'path', 'json', 'xml', 'positional'];

/**
 * Reads a mapping of `--map` (SETTLED B7): YAML without aliases, anchors, tags, code or patterns. All that is wrong is told at
 * once, each with its place. The YAML library is loaded here only, so that runs without a mapping do not pay for it.
 */
export async function readMapText(text: string): Promise<MapReading> {
  if (Buffer.byteLength(text) > MAX_MAP_BYTES) {
    return { kind: 'problems', problems: [at(1, 1, `The file is larger than ${MAX_MAP_BYTES / 1024} KiB.`)] };
  }
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  let document: Document.Parsed;
  try {
    document = yaml.parseDocument(text, { lineCounter: lines, schema: 'core', merge: false, prettyErrors: false });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    return { kind: 'problems', problems: [at(1, 1, `The file is nested deeper than ${MAX_DEPTH} levels.`)] };
  }
  const check = new MapCheck(lines, yaml);
  for (const { code, pos, message } of [...document.errors, ...document.warnings]) {
    // A tag is told by the look at the nodes.
    if (code !== 'TAG_RESOLVE_FAILED') check.placed(pos[0], message);
  }
  if (check.problems.length === 0) check.bounds(document.contents, 1);
  const map = check.isWithinBounds ? check.map(document.contents) : undefined;
  if (map !== undefined && check.problems.length === 0) return { kind: 'map', map };
  const problems = [...check.problems].sort((a, b) => a.line - b.line || a.column - b.column);
  return { kind: 'problems', problems: problems.slice(0, MAX_PROBLEMS) };
}

function at(line: number, column: number, message: string): MapProblem {
  return { line, column, message };
}

type Yaml = typeof import('yaml');

class MapCheck {
  readonly problems: MapProblem[] = [];
  readonly #lines: LineCounter;
  readonly #yaml: Yaml;
  #nodes = 0;

  constructor(lines: LineCounter, yaml: Yaml) {
    this.#lines = lines;
    this.#yaml = yaml;
  }

  /** False once the file is broken, or larger or deeper than a mapping may be. */
  get isWithinBounds(): boolean {
    return this.problems.length === 0;
  }

  placed(offset: number, message: string): void {
    const { line, col } = this.#lines.linePos(offset);
    this.problems.push(at(Math.max(1, line), Math.max(1, col), message));
  }

  #wrong(node: Node | null | undefined, message: string): undefined {
    this.placed(node?.range?.[0] ?? 0, message);
    return undefined;
  }

  /** Aliases, anchors and tags are refused, depth and number of nodes are bounded. */
  bounds(node: unknown, depth: number): void {
    if (!this.#yaml.isNode(node)) return;
    if (++this.#nodes === MAX_NODES + 1) this.#wrong(node, `The file has more than ${MAX_NODES} nodes.`);
    if (this.#nodes > MAX_NODES) return;
    if (depth > MAX_DEPTH) {
      this.#wrong(node, `This is nested deeper than ${MAX_DEPTH} levels.`);
      return;
    }
    if (this.#yaml.isAlias(node)) {
      this.#wrong(node, 'Aliases are not allowed: write the value out.');
      return;
    }
    if ('anchor' in node && node.anchor !== undefined) this.#wrong(node, 'Anchors are not allowed.');
    if (node.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:'))
      this.#wrong(node, 'Tags are not allowed.');
    if (this.#yaml.isMap(node)) {
      for (const { key, value } of node.items) {
        this.bounds(key, depth + 1);
        this.bounds(value, depth + 1);
      }
    } else if (this.#yaml.isSeq(node)) for (const item of node.items) this.bounds(item, depth + 1);
  }

  map(node: Node | null): ShapeMap | undefined {
    const members = this.#members(node, 'The file', KEYS, REQUIRED);
    if (members === undefined) return undefined;
    const name = this.#text(members.get('name'), 'name');
    if (name !== undefined && !/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
      this.#wrong(members.get('name'), 'A name is 1 to 64 letters, digits, dots, hyphens and underscores.');
    }
    const match = this.#match(members.get('match'));
    const time = this.#time(members.get('time'));
    const host = this.#mapped(members.get('host'), 'host');
    const channel = this.#mapped(members.get('channel'), 'channel');
    const provider = this.#mapped(members.get('provider'), 'provider');
    const eventId = this.#mapped(members.get('eventId'), 'eventId');
    const recordId = members.has('recordId') ? this.#mapped(members.get('recordId'), 'recordId') : undefined;
    const fields = this.#fields(members.get('fields'));
    const rename = members.has('rename') ? this.#pairs(members.get('rename'), 'rename') : [];
    const losses = members.has('losses') ? this.#losses(members.get('losses')) : [];
    if (name === undefined || match === undefined || time === undefined || host === undefined) return undefined;
    if (channel === undefined || provider === undefined || eventId === undefined || fields === undefined) {
      return undefined;
    }
    const all = { name, match, time, host, channel, provider, eventId, fields, rename, losses };
    return recordId === undefined ? all : { ...all, recordId };
  }

  #members(
    node: Node | null | undefined,
    what: string,
    keys: readonly string[],
    required: readonly string[],
  ): ReadonlyMap<string, Node> | undefined {
    if (!this.#yaml.isMap(node)) return this.#wrong(node, `${what} must be a mapping of ${keys.join(', ')}.`);
    const members = new Map<string, Node>();
    for (const { key, value } of (node as YAMLMap<Node, Node | null>).items) {
      const name = this.#yaml.isScalar(key) ? String(key.value) : '';
      if (!keys.includes(name)) this.#wrong(key, `${what} has no "${name.slice(0, 64)}": it has ${keys.join(', ')}.`);
      else if (value === null) this.#wrong(key, `"${name}" has no value.`);
      else members.set(name, value);
    }
    for (const name of required) if (!members.has(name)) this.#wrong(node, `${what} lacks "${name}".`);
    return members;
  }

  #text(node: Node | undefined, what: string): string | undefined {
    if (node === undefined) return undefined;
    const value = this.#yaml.isScalar(node) ? node.value : undefined;
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      return this.#wrong(node, `"${what}" must be text.`);
    }
    const text = String(value);
    if (text === '' || text.length > MAX_TEXT)
      return this.#wrong(node, `"${what}" must have 1 to ${MAX_TEXT} characters.`);
    return text;
  }

  #list(node: Node | undefined, what: string): readonly Node[] | undefined {
    if (!this.#yaml.isSeq(node)) return this.#wrong(node, `"${what}" must be a list.`);
    if (node.items.length > MAX_LIST) return this.#wrong(node, `"${what}" has more than ${MAX_LIST} items.`);
    return node.items as Node[];
  }

  #pairs(node: Node | undefined, what: string): readonly (readonly [string, string])[] {
    if (!this.#yaml.isMap(node)) return this.#wrong(node, `"${what}" must be a mapping of text to text.`) ?? [];
    if (node.items.length > MAX_LIST) return this.#wrong(node, `"${what}" has more than ${MAX_LIST} items.`) ?? [];
    return (node as YAMLMap<Node, Node | null>).items.flatMap(({ key, value }) => {
      const name = this.#text(key, what);
      const text = this.#text(value ?? undefined, what);
      if (value === null) this.#wrong(key, `"${what}" must be text.`);
      return name === undefined || text === undefined ? [] : [[name, text] as const];
    });
  }

  #match(node: Node | undefined): ShapeMap['match'] | undefined {
    if (node === undefined) return undefined;
    const members = this.#members(node, '"match"', ['present', 'equals'], []);
    if (members === undefined) return undefined;
    const present = members.has('present') ? (this.#list(members.get('present'), 'present') ?? []) : [];
    const equals = members.has('equals') ? this.#pairs(members.get('equals'), 'equals') : [];
    if (present.length === 0 && equals.length === 0) {
      return this.#wrong(node, '"match" must ask for a field: present, equals or both.');
    }
    return { present: present.flatMap((item) => this.#text(item, 'present') ?? []), equals };
  }

  #time(node: Node | undefined): ShapeMap['time'] | undefined {
    if (node === undefined) return undefined;
    const members = this.#members(node, '"time"', ['field', 'format', 'zone'], ['field', 'format']);
    const field = this.#text(members?.get('field'), 'field');
    const format = this.#text(members?.get('format'), 'format');
    const known = FORMATS.find((one) => one === format);
    if (format !== undefined && known === undefined) {
      this.#wrong(members?.get('format'), `A format is one of ${FORMATS.join(', ')}.`);
    }
    const zoneText = this.#text(members?.get('zone'), 'zone');
    const zone = zoneText === undefined ? undefined : zoneOf(zoneText);
    if (zoneText !== undefined && zone === undefined) {
      this.#wrong(members?.get('zone'), 'A zone is utc, +hh:mm, -hh:mm or a name such as Europe/Paris.');
    }
    if (field === undefined || known === undefined) return undefined;
    return { field, format: known, ...(zone === undefined ? {} : { zone }) };
  }

  /** `host: evt.host` and `host: {field: evt.host}` are a field, `host: {value: WS-17}` is a text. */
  #mapped(node: Node | undefined, what: string): MappedValue | undefined {
    if (node === undefined) return undefined;
    if (!this.#yaml.isMap(node)) {
      const field = this.#text(node, what);
      return field === undefined ? undefined : { field };
    }
    const members = this.#members(node, `"${what}"`, ['field', 'value'], []);
    if (members?.size !== 1) return this.#wrong(node, `"${what}" has either a field or a value.`);
    const field = this.#text(members.get('field'), 'field');
    const value = this.#text(members.get('value'), 'value');
    return field !== undefined ? { field } : value !== undefined ? { value } : undefined;
  }

  #fields(node: Node | undefined): MapFields | undefined {
    if (node === undefined) return undefined;
    if (this.#yaml.isScalar(node) && node.value === 'flat') return { as: 'flat' };
    const members = this.#members(node, '"fields"', ['as', 'field'], ['as']);
    const text = this.#text(members?.get('as'), 'as');
    const as = LAYOUTS.find((one) => one === text);
    if (text !== undefined && as === undefined)
      this.#wrong(members?.get('as'), `"as" is one of ${LAYOUTS.join(', ')}.`);
    if (as === undefined || as === 'flat') return as === undefined ? undefined : { as };
    const field = this.#text(members?.get('field'), 'field');
    if (field === undefined) return this.#wrong(node, `"fields" as ${as} needs the field that holds them.`);
    return { as, field };
  }

  #losses(node: Node | undefined): readonly Loss[] {
    return (this.#list(node, 'losses') ?? []).flatMap((item) => {
      const members = this.#members(item, 'A loss', ['code', 'what', 'close', 'blinds'], ['code', 'what', 'close']);
      const code = this.#text(members?.get('code'), 'code');
      if (code !== undefined && !/^[a-z0-9-]{1,64}$/.test(code)) {
        this.#wrong(members?.get('code'), 'A code is lower-case letters, digits and hyphens.');
      }
      const what = this.#text(members?.get('what'), 'what');
      const close = this.#text(members?.get('close'), 'close');
      const listed = members?.has('blinds') === true ? (this.#list(members.get('blinds'), 'blinds') ?? []) : [];
      const blinds = listed.flatMap((one) => this.#text(one, 'blinds') ?? []);
      return code === undefined || what === undefined || close === undefined ? [] : [{ code, what, close, blinds }];
    });
  }
}
