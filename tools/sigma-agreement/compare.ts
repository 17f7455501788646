import type { CompiledRule } from '../../src/sigma/index.ts';
import { fieldsOfTests } from './atoms.ts';
import { type Cause, causeOf } from './causes.ts';
import { type FlatTable, ownHits } from './flat-table.ts';

/** What the other side says of one table: places of rows by the place of the rule, and rules whose query failed. */
export interface PeerTable {
  readonly hits: Readonly<Record<string, readonly number[]>>;
  readonly failed: Readonly<Record<string, string>>;
}

export interface PeerAnswer {
  /** By the place of the rule's text. */
  readonly refused: Readonly<Record<string, string>>;
  /** In the order in which the tables were given. */
  readonly tables: readonly PeerTable[];
}

/** One log source, compared. */
export interface TableOutcome {
  readonly id: string;
  readonly rules: number;
  readonly realRows: number;
  readonly madeRows: number;
  /** Pairs of rule and row that both sides find, and that one of them alone does. */
  readonly both: number;
  readonly onlyOurs: number;
  readonly onlyTheirs: number;
  /** Of these the ones whose row is a record. */
  readonly bothOfRecords: number;
  readonly aloneOfRecords: number;
}

/** Rows of one cause. */
export interface CauseOutcome {
  /** Undefined for what nobody has looked into. */
  readonly cause: Cause | undefined;
  /** Files of the rules, sorted. */
  readonly rules: readonly string[];
  readonly onlyOurs: number;
  readonly onlyTheirs: number;
  readonly example: string;
}

export interface Agreement {
  readonly tables: readonly TableOutcome[];
  readonly causes: readonly CauseOutcome[];
  /** Files of rules: the same rows were found, at least one; the same, none at all; not the same. */
  readonly agreeing: readonly string[];
  readonly silent: readonly string[];
  readonly differing: readonly string[];
  /** Rules that the other side has no query for, or whose query fails, with what it says. */
  readonly refusedByPeer: readonly (readonly [file: string, reason: string])[];
}

interface CauseCount {
  readonly rules: Set<string>;
  onlyOurs: number;
  onlyTheirs: number;
  readonly example: string;
}

/** Compares which rows each rule finds. `places` has the place of a rule's text, by its file, as the other side counts. */
export function compareHits(
  tables: readonly FlatTable[],
  answer: PeerAnswer,
  places: ReadonlyMap<string, number>,
): Agreement {
  const comparison = new Comparison(answer, places);
  return comparison.result(
    tables.map((table, at) => comparison.add(table, answer.tables[at] ?? { hits: {}, failed: {} })),
  );
}

class Comparison {
  readonly #answer: PeerAnswer;
  readonly #places: ReadonlyMap<string, number>;
  readonly #causes = new Map<Cause | undefined, CauseCount>();
  readonly #refused = new Map<string, string>();
  readonly #tried = new Set<string>();
  readonly #hitting = new Set<string>();
  readonly #differing = new Set<string>();

  constructor(answer: PeerAnswer, places: ReadonlyMap<string, number>) {
    this.#answer = answer;
    this.#places = places;
  }

  add(table: FlatTable, theirs: PeerTable): TableOutcome {
    const own = ownHits(table);
    const counts = { both: 0, onlyOurs: 0, onlyTheirs: 0, bothOfRecords: 0, aloneOfRecords: 0 };
    const records = (rows: readonly number[]): number => rows.filter((at) => table.rows[at]?.isMade === false).length;
    for (const rule of table.rules) {
      const { file } = rule.metadata;
      const key = String(this.#places.get(file));
      const reason = this.#answer.refused[key] ?? theirs.failed[key];
      if (reason !== undefined) {
        this.#refused.set(file, reason);
        continue;
      }
      const ours = own.get(rule) ?? new Set<number>();
      const other = new Set(theirs.hits[key] ?? []);
      const both = [...ours.intersection(other)];
      const onlyOurs = [...ours.difference(other)];
      const onlyTheirs = [...other.difference(ours)];
      counts.both += both.length;
      counts.onlyOurs += onlyOurs.length;
      counts.onlyTheirs += onlyTheirs.length;
      counts.bothOfRecords += records(both);
      counts.aloneOfRecords += records([...onlyOurs, ...onlyTheirs]);
      this.#tried.add(file);
      if (ours.size + other.size > 0) this.#hitting.add(file);
      if (onlyOurs.length + onlyTheirs.length > 0) this.#differing.add(file);
      for (const place of onlyOurs) addTo(this.#causes, table, rule, place, 'onlyOurs');
      for (const place of onlyTheirs) addTo(this.#causes, table, rule, place, 'onlyTheirs');
    }
    const madeRows = table.rows.filter(({ isMade }) => isMade).length;
    const realRows = table.rows.length - madeRows;
    return { id: table.route.id, rules: table.rules.length, realRows, madeRows, ...counts };
  }

  result(tables: readonly TableOutcome[]): Agreement {
    const files = [...this.#tried].filter((file) => !this.#refused.has(file)).sort();
    const isHitting = (file: string): boolean => this.#hitting.has(file);
    const isDiffering = (file: string): boolean => this.#differing.has(file);
    return {
      tables,
      causes: [...this.#causes].map(([cause, { rules, ...rest }]) => ({ cause, rules: [...rules].sort(), ...rest })),
      agreeing: files.filter((file) => isHitting(file) && !isDiffering(file)),
      silent: files.filter((file) => !isHitting(file)),
      differing: files.filter(isDiffering),
      refusedByPeer: [...this.#refused].sort(([a], [b]) => (a < b ? -1 : 1)),
    };
  }
}

function addTo(
  causes: Map<Cause | undefined, CauseCount>,
  { names, rows }: FlatTable,
  rule: CompiledRule,
  place: number,
  side: 'onlyOurs' | 'onlyTheirs',
): void {
  const row = rows[place];
  if (row === undefined) throw new RangeError(`no row ${place}`);
  const cause = causeOf({ rule, names, row });
  const asked = fieldsOfTests(rule, () => true);
  const shown = names.flatMap((name, at) => {
    const value = row.values[at] ?? null;
    return value === null || !asked.has(name) ? [] : [`${name} = ${JSON.stringify(String(value).slice(0, 120))}`];
  });
  const known = causes.get(cause) ?? {
    rules: new Set<string>(),
    onlyOurs: 0,
    onlyTheirs: 0,
    example: `${rule.metadata.title} on ${shown.join(', ')}: only ${side === 'onlyOurs' ? 'Triad' : 'pySigma'} (${row.id})`,
  };
  known.rules.add(rule.metadata.file);
  known[side]++;
  causes.set(cause, known);
}
