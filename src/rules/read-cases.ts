import {
  entryOf,
  listOf,
  type MapNode,
  memberOf,
  placeOf,
  type RuleSource,
  readYaml,
  type SourceText,
  type Span,
  sourceOf,
  type TreeNode,
  textOf,
} from '../sigma/index.ts';
import { parseTime } from '../windows/index.ts';
import type { CaseEvent } from './case-event.ts';

/** A case: events of which one hits a rule, or none does. */
export interface RuleCase {
  readonly name: string;
  readonly expect: 'hit' | 'miss';
  /** Id, name or title of the one rule that is meant, where the file beside it has several. */
  readonly rule?: string;
  readonly events: readonly CaseEvent[];
  readonly line: number;
}

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

const CASE_KEYS = ['name', 'expect', 'rule', 'events'];
const EVENT_KEYS = ['channel', 'eventId', 'provider', 'computer', 'version', 'time', 'data'];

/** Cases of `NAME.cases.yml`: a list of maps with name, expect and events (SETTLED E9). All that is wrong is told at once. */
export function readCases({ text, file }: RuleSource): CasesReading {
  const reading = new Reading(sourceOf(text, file));
  const cases = reading.cases();
  return { cases, problems: reading.problems };
}

class Reading {
  readonly problems: CaseProblem[] = [];
  readonly #source: SourceText;

  constructor(source: SourceText) {
    this.#source = source;
  }

  cases(): readonly RuleCase[] {
    const documents = readYaml(this.#source);
    for (const { troubles } of documents) for (const { at, message } of troubles) this.#tell(at, message);
    const cases = documents.flatMap(({ root }) => {
      if (root === undefined) return [];
      if (root.kind === 'list') return root.items.flatMap((item) => this.#case(item) ?? []);
      return this.#tell(root.at, 'A file of cases is a list of maps with name, expect and events.') ?? [];
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
    const name = textOf(memberOf(map, 'name'));
    const expect = textOf(memberOf(map, 'expect'));
    const rule = textOf(memberOf(map, 'rule'));
    const events = memberOf(map, 'events');
    if (name === undefined) this.#tell(map.at, 'The case has no name.');
    if (expect !== 'hit' && expect !== 'miss') {
      this.#tell(memberOf(map, 'expect')?.at ?? map.at, '"expect" is hit or miss.');
    }
    if (events === undefined || listOf(events).length === 0) this.#tell(map.at, 'The case has no events.');
    const before = this.problems.length;
    const read = listOf(events).flatMap((item) => this.event(item) ?? []);
    if (name === undefined || (expect !== 'hit' && expect !== 'miss') || this.problems.length > before)
      return undefined;
    const { line } = placeOf(this.#source, map.at);
    return { name, expect, ...(rule === undefined ? {} : { rule }), events: read, line };
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
