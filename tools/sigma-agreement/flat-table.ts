import { createHash } from 'node:crypto';
import {
  type CompiledRule,
  type FieldReader,
  type FieldValue,
  indexedRouteMatcher,
  type RuledRoute,
} from '../../src/sigma/index.ts';
import { EventFields, isOfRoute, type Route, routesOf, sourceOfRoute } from '../../src/taxonomy/index.ts';
import type { Event } from '../../src/windows/index.ts';
import { atomsOf } from './atoms.ts';
import { madeRows } from './made-rows.ts';

/** One value a field: what a table of a database can hold, and what both sides are asked about. */
export interface FlatRow {
  /** File and record; of a record whose fields have several values the position too. */
  readonly id: string;
  readonly eventId: number;
  /** By the names of the table; null where the record has no such field. */
  readonly values: readonly FieldValue[];
  /** What keywords look into. */
  readonly texts: readonly string[];
  /** True where it is no record but was made for a rule. */
  readonly isMade: boolean;
}

/** The events of one log source as rules see them, and the rules that speak of it. */
export interface FlatTable {
  readonly route: Route;
  readonly names: readonly string[];
  /** Also those that are known to be blind here. */
  readonly rules: readonly CompiledRule[];
  readonly rows: readonly FlatRow[];
}

/** Bounds of one table. */
const OF_EACH_NUMBER = 1500;
const MAX_VALUES = 8;

/** Fills a table with the records of its route, of which each that differs in what rules ask is kept once. */
export class TableBuilder implements FlatTable {
  readonly route: Route;
  readonly names: readonly string[];
  readonly rules: readonly CompiledRule[];
  readonly rows: FlatRow[] = [];
  readonly #reader: EventFields;
  readonly #looksIntoTexts: boolean;
  readonly #seen = new Set<string>();
  readonly #counts = new Map<number, number>();

  constructor(route: Route, rules: readonly CompiledRule[]) {
    this.route = route;
    this.rules = rules;
    this.#reader = new EventFields(route);
    const names = new Set<string>(['EventID']);
    const atoms = rules.flatMap(atomsOf);
    for (const { field, test } of atoms) {
      if (field !== undefined) names.add(field);
      if (test.op === 'fieldref') names.add(test.field);
    }
    this.names = [...names];
    this.#looksIntoTexts = atoms.some(({ field }) => field === undefined);
  }

  /** Adds the rows that are made for each of its rules. */
  addMade(): void {
    for (const rule of this.rules) {
      for (const { eventId, values, texts } of madeRows(rule, this.route)) {
        const row = this.names.map((name) => (name === 'EventID' ? eventId : wellFormed(values.get(name) ?? null)));
        const key = keyOf([eventId, row, texts]);
        if (this.#seen.has(key)) continue;
        this.#seen.add(key);
        this.rows.push({ id: `made for ${rule.metadata.file}`, eventId, values: row, texts, isMade: true });
      }
    }
  }

  add(event: Event, where: string): void {
    if (!this.route.isVirtual && !isOfRoute(this.route, event)) return;
    const count = this.#counts.get(event.eventId) ?? 0;
    if (count >= OF_EACH_NUMBER) return;
    this.#reader.moveTo(event);
    const lists = this.names.map((name) => this.#reader.values(name));
    const texts = this.#looksIntoTexts ? this.#reader.keywordValues().map((text) => text.toWellFormed()) : [];
    const key = keyOf([event.eventId, lists, texts]);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#counts.set(event.eventId, count + 1);
    const width = Math.min(MAX_VALUES, Math.max(1, ...lists.map((list) => list?.length ?? 0)));
    for (let at = 0; at < width; at++) {
      const values = lists.map((list) => wellFormed(list?.[at] ?? list?.at(-1) ?? null));
      this.rows.push({
        id: width === 1 ? where : `${where}, value ${at + 1}`,
        eventId: event.eventId,
        values,
        texts,
        isMade: false,
      });
    }
  }
}

/** A digest, since texts of scripts are long. */
function keyOf(parts: readonly unknown[]): string {
  return createHash('sha1').update(JSON.stringify(parts, withoutBigints)).digest('base64');
}

/** Halves of a pair of surrogates are no text for a database. */
function wellFormed(value: FieldValue): FieldValue {
  return typeof value === 'string' ? value.toWellFormed() : value;
}

/** For `JSON.stringify`: 64-bit numbers as text. */
export function withoutBigints(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

/** A table for each log source that any of the rules speaks of; rules for Triad's own objects have none. */
export function tablesOf(rules: readonly CompiledRule[]): readonly TableBuilder[] {
  const byRoute = new Map<Route, CompiledRule[]>();
  for (const rule of rules) {
    const routing = routesOf(rule.logsource);
    if ('refused' in routing) continue;
    for (const route of routing.routes) {
      if (route.product === 'triad') continue;
      const list = byRoute.get(route) ?? [];
      byRoute.set(route, list);
      list.push(rule);
    }
  }
  return [...byRoute].map(([route, list]) => new TableBuilder(route, list));
}

/** A row as a matcher reads it. */
class RowFields implements FieldReader {
  readonly #places: ReadonlyMap<string, number>;
  #row: FlatRow;

  constructor(names: readonly string[], row: FlatRow) {
    this.#places = new Map(names.map((name, at) => [name, at]));
    this.#row = row;
  }

  moveTo(row: FlatRow): void {
    this.#row = row;
  }

  values(name: string): readonly FieldValue[] | undefined {
    const value = this.#row.values[this.#places.get(name) ?? -1] ?? null;
    return value === null ? undefined : [value];
  }

  keywordValues(): readonly string[] {
    return this.#row.texts;
  }
}

/** Places of the rows that each rule matches, as a hunt tries it; of rules without a hit nothing. */
export function ownHits({ route, names, rules, rows }: FlatTable): ReadonlyMap<CompiledRule, ReadonlySet<number>> {
  const hits = new Map<CompiledRule, Set<number>>();
  const [first] = rows;
  if (first === undefined) return hits;
  const ruled = rules.flatMap((rule) =>
    rule.routes
      .filter((one) => sourceOfRoute(one.route) === route)
      .map((one): readonly [CompiledRule, RuledRoute] => [rule, one]),
  );
  const matcher = indexedRouteMatcher(ruled);
  const fields = new RowFields(names, first);
  for (const [at, row] of rows.entries()) {
    fields.moveTo(row);
    // The same reader for another row: the matcher counts rows by its calls.
    for (const {
      rule,
      ruled: { eventIds },
    } of matcher.match(fields)) {
      if (eventIds !== undefined && !eventIds.includes(row.eventId)) continue;
      const places = hits.get(rule) ?? new Set<number>();
      hits.set(rule, places.add(at));
    }
  }
  return hits;
}
