import { type JsonObject, numberTexts, readJsonText } from './json-reader.ts';
import { JsonRoot, type Standing } from './json-root.ts';
import { otlpLogs } from './otlp.ts';
import { type Recognition, recogniseUnit } from './table.ts';
import type { Shape, Unit, UnitPlace } from './types.ts';
import { CARRIERS_OF_EVENTS, type Inner, type JsonPath, WRAPPERS, type Wrapper } from './wrappers.ts';
import { parseXml } from './xml-reader.ts';

/** A unit as the table of shapes sees it. */
export interface Candidate {
  readonly unit: Unit;
  /** Undefined where no shape knows it. */
  readonly recognition: Recognition | undefined;
  /** The wrappers that were taken off, outermost first. */
  readonly wrappers: readonly string[];
  /** Where it stands in each JSON text that it was taken out of, outermost first; empty for what is in none. */
  readonly stands: readonly Standing[];
}

/** Wrappers inside wrappers: a search answer whose documents carry XML is three deep. */
const MAX_WRAPPERS = 6;
const OUTER_WRAPPERS: readonly Wrapper[] = [...WRAPPERS, otlpLogs];

/** Takes the wrappers off units and asks the table of shapes. */
export class Expander {
  readonly #shapes: readonly Shape[];

  constructor(shapes: readonly Shape[]) {
    this.#shapes = shapes;
  }

  /** The units that a JSON object holds; itself when it is no wrapper. `text` is what it was parsed from. */
  json(place: UnitPlace, value: JsonObject, text: string): readonly Candidate[] {
    return this.again(place, new JsonRoot(value, text, []), value);
  }

  /** What a JSON text would hold with another value, whose numbers stand where they stood. */
  again(place: UnitPlace, root: JsonRoot, value: JsonObject, outside: readonly Standing[] = []): readonly Candidate[] {
    return this.#expand(place, value, numberTexts(root.text), root.wrappers, [...outside, { root, path: [] }]);
  }

  /** The units in a text that begins with `{` or `<`; undefined when it cannot be read. */
  text(
    place: UnitPlace,
    text: string,
    wrappers: readonly string[],
    sentMs?: number,
    stands: readonly Standing[] = [],
  ): readonly Candidate[] | string {
    const trimmed = text.trim();
    if (trimmed.startsWith('{')) {
      const reading = readJsonText(trimmed);
      if (reading.kind === 'problem') return reading.reason;
      return this.again(place, new JsonRoot(reading.value, reading.text, wrappers), reading.value, stands);
    }
    if (trimmed.startsWith('<')) {
      const element = parseXml(trimmed);
      if (typeof element === 'string') return element;
      return [this.other({ ...place, kind: 'xml', element }, wrappers, stands)];
    }
    const sent = sentMs === undefined ? {} : { sentMs };
    return [this.other({ ...place, kind: 'text', text, ...sent }, wrappers, stands)];
  }

  /**
   * A row or block of text. A row that no shape knows as it is may hold a whole event in one column, or be an object whose
   * columns are its keys.
   */
  dialectUnit(
    place: UnitPlace,
    part:
      | { readonly kind: 'text'; readonly text: string }
      | {
          readonly kind: 'row';
          readonly columns: readonly string[];
          readonly values: readonly string[];
          readonly path?: string;
        },
  ): readonly Candidate[] {
    const plain = this.other({ ...place, ...part });
    if (part.kind === 'text' || plain.recognition !== undefined) return [plain];
    const found = this.#expand(place, objectOfRow(part.columns, part.values), undefined, [], []);
    return found.some(({ recognition }) => recognition !== undefined) ? found : [plain];
  }

  /** A unit that is no JSON. */
  other(unit: Unit, wrappers: readonly string[] = [], stands: readonly Standing[] = []): Candidate {
    return { unit, recognition: recogniseUnit(unit, this.#shapes), wrappers, stands };
  }

  #expand(
    place: UnitPlace,
    value: JsonObject,
    numbers: ((path: JsonPath) => string | undefined) | undefined,
    wrappers: readonly string[],
    stands: readonly Standing[],
  ): readonly Candidate[] {
    if (wrappers.length < MAX_WRAPPERS) {
      const inside = this.#unwrap(OUTER_WRAPPERS, place, value, numbers, wrappers, stands);
      if (inside !== undefined) return inside;
    }
    const unit: Unit = {
      ...place,
      kind: 'json',
      value,
      ...(numbers === undefined ? {} : { numberText: (...path: JsonPath) => numbers(path) }),
    };
    const recognition = recogniseUnit(unit, this.#shapes);
    if (recognition === undefined && wrappers.length < MAX_WRAPPERS) {
      const carried = this.#unwrap(CARRIERS_OF_EVENTS, place, value, numbers, wrappers, stands);
      if (carried?.some((candidate) => candidate.recognition !== undefined) === true) return carried;
    }
    return [{ unit, recognition, wrappers, stands }];
  }

  #unwrap(
    table: readonly Wrapper[],
    place: UnitPlace,
    value: JsonObject,
    numbers: ((path: JsonPath) => string | undefined) | undefined,
    wrappers: readonly string[],
    stands: readonly Standing[],
  ): readonly Candidate[] | undefined {
    for (const wrapper of table) {
      const inner = wrapper.unwrap(value);
      if (inner === undefined) continue;
      const names = [...wrappers, wrapper.name];
      const found = inner.flatMap((item) => this.#inner(place, item, numbers, names, stands) ?? []);
      // A wrapper that holds nothing readable is no wrapper: the object itself may be what is wanted.
      if (found.length > 0) return found;
    }
    return undefined;
  }

  #inner(
    place: UnitPlace,
    inner: Inner,
    numbers: ((path: JsonPath) => string | undefined) | undefined,
    wrappers: readonly string[],
    stands: readonly Standing[],
  ): readonly Candidate[] | undefined {
    if (inner.kind === 'text') {
      const found = this.text(place, inner.text, wrappers, inner.sentMs, downTo(stands, inner.at));
      return typeof found === 'string' ? undefined : found;
    }
    const { pathOf } = inner;
    const below = numbers === undefined || pathOf === undefined ? undefined : (path: JsonPath) => numbers(pathOf(path));
    return this.#expand(place, inner.value, below, wrappers, downTo(stands, inner.at));
  }
}

/** Further down in the last of the texts. */
function downTo(stands: readonly Standing[], at: JsonPath = []): readonly Standing[] {
  const last = stands.at(-1);
  if (last === undefined || at.length === 0) return stands;
  return [...stands.slice(0, -1), { root: last.root, path: [...last.path, ...at] }];
}

/** The row as an object; empty cells are absent. Log Analytics' portal writes ` [UTC]` behind the names of times. */
function objectOfRow(columns: readonly string[], values: readonly string[]): JsonObject {
  const object: JsonObject = Object.create(null);
  for (const [index, column] of columns.entries()) {
    const value = values[index];
    if (value !== undefined && value !== '') object[column.replace(/ \[UTC\]$/, '')] = value;
  }
  return object;
}
