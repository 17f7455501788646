import { type JsonObject, numberTexts, readJsonText } from './json-reader.ts';
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
    return this.#expand(place, value, numberTexts(text), []);
  }

  /** The units in a text that begins with `{` or `<`; undefined when it cannot be read. */
  text(place: UnitPlace, text: string, wrappers: readonly string[], sentMs?: number): readonly Candidate[] | string {
    const trimmed = text.trim();
    if (trimmed.startsWith('{')) {
      const reading = readJsonText(trimmed);
      if (reading.kind === 'problem') return reading.reason;
      return this.#expand(place, reading.value, numberTexts(reading.text), wrappers);
    }
    if (trimmed.startsWith('<')) {
      const element = parseXml(trimmed);
      if (typeof element === 'string') return element;
      return [this.other({ ...place, kind: 'xml', element }, wrappers)];
    }
    const sent = sentMs === undefined ? {} : { sentMs };
    return [this.other({ ...place, kind: 'text', text, ...sent }, wrappers)];
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
    const found = this.#expand(place, objectOfRow(part.columns, part.values), undefined, []);
    return found.some(({ recognition }) => recognition !== undefined) ? found : [plain];
  }

  /** A unit that is no JSON. */
  other(unit: Unit, wrappers: readonly string[] = []): Candidate {
    return { unit, recognition: recogniseUnit(unit, this.#shapes), wrappers };
  }

  #expand(
    place: UnitPlace,
    value: JsonObject,
    numbers: ((path: JsonPath) => string | undefined) | undefined,
    wrappers: readonly string[],
  ): readonly Candidate[] {
    if (wrappers.length < MAX_WRAPPERS) {
      const inside = this.#unwrap(OUTER_WRAPPERS, place, value, numbers, wrappers);
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
      const carried = this.#unwrap(CARRIERS_OF_EVENTS, place, value, numbers, wrappers);
      if (carried?.some((candidate) => candidate.recognition !== undefined) === true) return carried;
    }
    return [{ unit, recognition, wrappers }];
  }

  #unwrap(
    table: readonly Wrapper[],
    place: UnitPlace,
    value: JsonObject,
    numbers: ((path: JsonPath) => string | undefined) | undefined,
    wrappers: readonly string[],
  ): readonly Candidate[] | undefined {
    for (const wrapper of table) {
      const inner = wrapper.unwrap(value);
      if (inner === undefined) continue;
      const names = [...wrappers, wrapper.name];
      const found = inner.flatMap((item) => this.#inner(place, item, numbers, names) ?? []);
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
  ): readonly Candidate[] | undefined {
    if (inner.kind === 'text') {
      const found = this.text(place, inner.text, wrappers, inner.sentMs);
      return typeof found === 'string' ? undefined : found;
    }
    const { pathOf } = inner;
    const below = numbers === undefined || pathOf === undefined ? undefined : (path: JsonPath) => numbers(pathOf(path));
    return this.#expand(place, inner.value, below, wrappers);
  }
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
