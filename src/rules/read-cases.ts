import {
  entryOf,
  listOf,
  type MapNode,
  memberOf,
  placeOf,
  plainOf,
  type RuleSource,
  readYaml,
  type SourceText,
  type Span,
  sourceOf,
  type TreeNode,
  textOf,
} from '../sigma/index.ts';
import type { ObjectValue } from '../taxonomy/index.ts';
import { parseTime } from '../windows/index.ts';
import type { CaseEvent } from './case-event.ts';

/** A case: events of which one hits a rule, or none does; or one object that does or does not. */
export interface RuleCase {
  readonly name: string;
  readonly expect: 'hit' | 'miss';
  /** Id, name or title of the one rule that is meant, where the file beside it has several. */
  readonly rule?: string;
  /** None where there is an object. */
  readonly events: readonly CaseEvent[];
  /** A subscription by the names of the JSON output, for rules of `product: triad` (SETTLED E8). */
  readonly object?: CaseObject;
  readonly line: number;
}

export type CaseObject = { readonly [name: string]: ObjectValue };

/** Something wrong with a file of cases: lines and columns from 1. */
export interface CaseProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface CasesReading {
  readonly cases: readonly RuleCase[];
  readonly problems: readonly CaseProblem[];
}

export const MAX_CASES_BYTES: number = 1024 * 1024;
/** Levels of an object: deeper values are none of a hunt's either. */
export const MAX_OBJECT_DEPTH = 16;
/** Of one file; what follows is told when these are gone. */
const MAX_PROBLEMS = 100;

const CASE_KEYS = ['name', 'expect', 'rule', 'events', 'object'];
const EVENT_KEYS = ['channel', 'eventId', 'provider', 'computer', 'version', 'time', 'data'];

/**
 * Cases of `NAME.cases.yml`: a list of maps with name, expect, and events or an object (SETTLED E9). All that is wrong is told at
 * once; a file of more than `MAX_CASES_BYTES` is not read.
 */
export function readCases({ text, file }: RuleSource): CasesReading {
  if (Buffer.byteLength(text) > MAX_CASES_BYTES) {
    const message = `The file is larger than ${MAX_CASES_BYTES / 1024} KiB.`;
    return { cases: [], problems: [{ file, line: 1, column: 1, message }] };
  }
  const reading = new Reading(sourceOf(text, file));
  const cases = reading.cases();
  const problems = reading.problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  return { cases, problems: problems.slice(0, MAX_PROBLEMS) };
}

class Reading {
  readonly problems: CaseProblem[] = [];
  readonly #source: SourceText;
  readonly #names = new Set<string>();

  constructor(source: SourceText) {
    this.#source = source;
  }

  cases(): readonly RuleCase[] {
    const documents = readYaml(this.#source);
    for (const { troubles } of documents) for (const { at, message } of troubles) this.#tell(at, message);
    const cases = documents.flatMap(({ root }) => {
      if (root === undefined) return [];
      if (root.kind === 'list') return root.items.flatMap((item) => this.#case(item) ?? []);
      return this.#tell(root.at, 'A file of cases is a list of maps with name, expect, and events or an object.') ?? [];
    });
    if (cases.length === 0 && this.problems.length === 0) this.#tell({ start: 0, end: 1 }, 'There is no case.');
    return cases;
  }

  #tell(at: Span, message: string): undefined {
    const { file, line, column } = placeOf(this.#source, at);
    this.problems.push({ file, line, column, message });
  }

  #map(node: TreeNode, what: string, keys: readonly string[]): MapNode | undefined {
    if (node.kind !== 'map') return this.#tell(node.at, `${what} is a map of ${keys.join(', ')}.`);
    for (const { key, keyAt } of node.entries) {
      if (!keys.includes(key)) this.#tell(keyAt, `${what} has no "${key}": it has ${keys.join(', ')}.`);
    }
    return node;
  }

  #case(node: TreeNode): RuleCase | undefined {
    const map = this.#map(node, 'A case', CASE_KEYS);
    if (map === undefined) return undefined;
    const before = this.problems.length;
    const name = this.#name(map);
    const expect = textOf(memberOf(map, 'expect'));
    const rule = textOf(memberOf(map, 'rule'));
    if (expect !== 'hit' && expect !== 'miss') {
      this.#tell(memberOf(map, 'expect')?.at ?? map.at, '"expect" is hit or miss.');
    }
    const [events, object] = [memberOf(map, 'events'), memberOf(map, 'object')];
    if (events !== undefined && object !== undefined) this.#tell(map.at, 'The case has both events and an object.');
    if (object === undefined && listOf(events).length === 0)
      this.#tell(map.at, 'The case has no events and no object.');
    const read = listOf(events).flatMap((item) => this.event(item) ?? []);
    const members = object === undefined ? undefined : this.#object(object);
    if (name === undefined || (expect !== 'hit' && expect !== 'miss') || this.problems.length > before) {
      return undefined;
    }
    const { line } = placeOf(this.#source, map.at);
    return {
      name,
      expect,
      ...(rule === undefined ? {} : { rule }),
      events: read,
      ...(members === undefined ? {} : { object: members }),
      line,
    };
  }

  #name(map: MapNode): string | undefined {
    const node = memberOf(map, 'name');
    const name = textOf(node);
    if (node === undefined || name === undefined) return this.#tell(map.at, 'The case has no name.');
    if (this.#names.has(name)) this.#tell(node.at, `Another case is called "${name}".`);
    this.#names.add(name);
    return name;
  }

  #object(node: TreeNode): CaseObject | undefined {
    if (node.kind !== 'map') return this.#tell(node.at, '"object" is a map, as the JSON of a subscription is.');
    const deep = tooDeep(node, MAX_OBJECT_DEPTH);
    if (deep !== undefined) return this.#tell(deep.at, `An object has at most ${MAX_OBJECT_DEPTH} levels.`);
    // Maps, lists, texts, numbers, true, false and null: a tree of YAML has no other values.
    return plainOf(node) as CaseObject;
  }

  event(node: TreeNode): CaseEvent | undefined {
    const map = this.#map(node, 'An event', EVENT_KEYS);
    if (map === undefined) return undefined;
    const channel = textOf(memberOf(map, 'channel'));
    const eventId = this.#number(map, 'eventId');
    const version = this.#number(map, 'version');
    const [provider, computer] = [textOf(memberOf(map, 'provider')), textOf(memberOf(map, 'computer'))];
    const timeText = textOf(memberOf(map, 'time'));
    const time = timeText === undefined ? undefined : parseTime(timeText);
    if (channel === undefined) this.#tell(map.at, 'The event has no channel.');
    if (entryOf(map, 'eventId') === undefined) this.#tell(map.at, 'The event has no eventId.');
    if (timeText !== undefined && time === undefined) {
      this.#tell(memberOf(map, 'time')?.at ?? map.at, 'A time is written 2026-03-12T09:44:00Z.');
    }
    const data = this.#data(memberOf(map, 'data'));
    if (channel === undefined || eventId === undefined) return undefined;
    return {
      channel,
      eventId,
      ...(provider === undefined ? {} : { provider }),
      ...(computer === undefined ? {} : { computer }),
      ...(version === undefined ? {} : { version }),
      ...(time === undefined ? {} : { time }),
      data,
    };
  }

  #number(map: MapNode, key: string): number | undefined {
    const node = memberOf(map, key);
    if (node === undefined) return undefined;
    const number = Number(textOf(node));
    if (Number.isInteger(number) && number >= 0) return number;
    return this.#tell(node.at, `"${key}" is a number.`);
  }

  /** Values are text as written; a list gives a field several values, null leaves it out. */
  #data(node: TreeNode | undefined): readonly (readonly [string, string])[] {
    if (node === undefined) return [];
    if (node.kind !== 'map') return this.#tell(node.at, '"data" is a map of fields and values.') ?? [];
    return node.entries.flatMap(({ key, value }) =>
      listOf(value).flatMap((item): (readonly [string, string])[] => {
        if (item.kind !== 'scalar') return this.#tell(item.at, `A value of "${key}" is text or a number.`) ?? [];
        return item.value === null ? [] : [[key, textOf(item) ?? '']];
      }),
    );
  }
}

/** The first value that lies below this many levels of maps and lists. */
function tooDeep(node: TreeNode, levels: number): TreeNode | undefined {
  if (node.kind === 'scalar') return undefined;
  if (levels === 0) return node;
  const inner = node.kind === 'list' ? node.items : node.entries.map(({ value }) => value);
  for (const item of inner) {
    const found = tooDeep(item, levels - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** One event in the form of cases, as YAML or JSON; undefined for a text of another form. */
export function readCaseEvent(text: string): CaseEvent | undefined {
  const source = sourceOf(text, 'event');
  const [document] = readYaml(source);
  const root = document?.root;
  if (root?.kind !== 'map' || entryOf(root, 'channel') === undefined || entryOf(root, 'eventId') === undefined) {
    return undefined;
  }
  const reading = new Reading(source);
  const event = reading.event(root);
  return reading.problems.length === 0 ? event : undefined;
}
