import type { RuledRoute } from '../compile/compile-route.ts';
import type { CompiledRule } from '../compile/compile-rules.ts';
import type { FieldReader } from '../match/field-reader.ts';
import type { RouteHit, RouteMatcher } from '../match/route-matcher.ts';
import { type Column, Columns } from './columns.ts';
import { asksForKeywords, columnsAsked } from './columns-asked.ts';
import type { Predicate } from './compile-test.ts';
import { compileTree } from './compile-tree.ts';
import { commonFrequencies, type Frequencies } from './frequencies.ts';
import { GramIndex } from './gram-index.ts';
import type { Finder } from './gram-table.ts';
import type { Literal } from './literal.ts';
import { RememberedHits } from './remembered-hits.ts';
import { together, witnessOf } from './witness.ts';

export interface IndexOptions {
  /** How often texts stand in ordinary events; what is shipped where it is left out. */
  readonly frequencies?: Frequencies;
  /** Whether many rules are remembered what they said; they are where it is left out. Who measures what trying costs does without. */
  readonly isRemembering?: boolean;
}

/** How a route's rules are found. */
export interface IndexFigures {
  readonly rules: number;
  /** Rules that are tried on every event. */
  readonly always: readonly CompiledRule[];
  readonly fields: number;
  readonly shortLiterals: number;
  readonly tableBytes: number;
}

export interface IndexedRouteMatcher extends RouteMatcher {
  /** Rules that were tried, counted over all events so far. */
  readonly tried: number;
  figures(): IndexFigures;
}

type Ruled = readonly [CompiledRule, RuledRoute];
const NONE: readonly RouteHit[] = [];
/** So few rules answer as fast as their answers are looked up. */
const LEAST_REMEMBERED = 100;

/**
 * Tries on an event the rules alone of which it holds a text that they need (SIGMA 8.4), and gives the hits of
 * `plainRouteMatcher`. Nothing is built before the first event, unless it is asked for, and a rule is made ready when it is first tried.
 */
export function indexedRouteMatcher(rules: readonly Ruled[], options: IndexOptions = {}): IndexedRouteMatcher {
  let made: Index | undefined;
  const ready = (): Index => {
    made ??= indexOf(rules, options);
    return made;
  };
  return {
    match: (fields) => ready().match(fields),
    makeReady: () => {
      ready();
    },
    figures: () => ready().figures,
    get tried() {
      return made?.tried ?? 0;
    },
  };
}

interface Index {
  readonly figures: IndexFigures;
  readonly tried: number;
  match(fields: FieldReader): readonly RouteHit[];
}

/** Many rules are remembered what they said of the same values. A few of them look into all values, which are never the same: these are tried by themselves. */
function indexOf(
  rules: readonly Ruled[],
  { frequencies = commonFrequencies(), isRemembering = true }: IndexOptions,
): Index {
  if (rules.length < LEAST_REMEMBERED || !isRemembering) return new Indexed(rules, frequencies, false);
  const { true: keyed = [], false: others = [] } = Object.groupBy(rules, (rule) => `${asksForKeywords(rule)}`);
  if (keyed.length === 0) return new Indexed(rules, frequencies, true);
  return new Parted(rules, new Indexed(others, frequencies, true), new Indexed(keyed, frequencies, false));
}

/** Rules in two parts, hits in the order of all of them. */
class Parted implements Index {
  readonly #places: ReadonlyMap<RuledRoute, number>;
  readonly #one: Index;
  readonly #other: Index;

  constructor(rules: readonly Ruled[], one: Index, other: Index) {
    this.#places = new Map(rules.map(([, ruled], at) => [ruled, at]));
    this.#one = one;
    this.#other = other;
  }

  match(fields: FieldReader): readonly RouteHit[] {
    const one = this.#one.match(fields);
    const other = this.#other.match(fields);
    if (other.length === 0) return one;
    const placeOf = ({ ruled }: RouteHit): number => this.#places.get(ruled) ?? 0;
    return [...one, ...other].sort((a, b) => placeOf(a) - placeOf(b));
  }

  get tried(): number {
    return this.#one.tried + this.#other.tried;
  }

  get figures(): IndexFigures {
    const [one, other] = [this.#one.figures, this.#other.figures];
    return {
      rules: one.rules + other.rules,
      always: [...one.always, ...other.always],
      fields: one.fields + other.fields,
      shortLiterals: one.shortLiterals + other.shortLiterals,
      tableBytes: one.tableBytes + other.tableBytes,
    };
  }
}

class Indexed implements Finder, Index {
  readonly figures: IndexFigures;
  tried = 0;
  readonly #rules: readonly Ruled[];
  readonly #columns = new Columns();
  readonly #indexes: readonly (readonly [Column, GramIndex])[];
  /** Conditions of each rule, made when the rule is first tried. */
  readonly #conditions: (readonly Predicate[] | undefined)[];
  readonly #always: Int32Array;
  /** The turn in which a rule was found, and those of this turn. */
  readonly #turns: Float64Array;
  readonly #found: Int32Array;
  #count = 0;
  readonly #remembered: RememberedHits | undefined;

  constructor(rules: readonly Ruled[], frequencies: Frequencies, isRemembered: boolean) {
    this.#rules = rules;
    this.#conditions = new Array<undefined>(rules.length).fill(undefined);
    this.#turns = new Float64Array(rules.length);
    this.#found = new Int32Array(rules.length);
    const always: number[] = [];
    const wanted = new Map<Column, (readonly [Literal, number])[]>();
    for (const [at, [, { conditions }]] of rules.entries()) {
      const witness = together(conditions.map((ir) => witnessOf(ir, this.#columns, frequencies)));
      if (witness === undefined) always.push(at);
      for (const { column, literal } of witness?.places ?? []) {
        const list = wanted.get(column);
        if (list === undefined) wanted.set(column, [[literal, at]]);
        else list.push([literal, at]);
      }
    }
    this.#always = Int32Array.from(always);
    if (isRemembered) this.#remembered = new RememberedHits(columnsAsked(rules, this.#columns));
    this.#indexes = [...wanted].map(([column, list]) => [column, GramIndex.of(list, frequencies)] as const);
    this.figures = {
      rules: rules.length,
      always: always.flatMap((at) => rules[at]?.[0] ?? []),
      fields: this.#indexes.length,
      shortLiterals: this.#indexes.reduce((sum, [, index]) => sum + index.shortCount, 0),
      tableBytes: this.#indexes.reduce((sum, [, index]) => sum + index.bytes, 0),
    };
  }

  found(id: number): void {
    const turn = this.#columns.sight.turn;
    if (this.#turns[id] === turn) return;
    this.#turns[id] = turn;
    this.#found[this.#count++] = id;
  }

  match(fields: FieldReader): readonly RouteHit[] {
    this.#columns.sight.moveTo(fields);
    const remembered = this.#remembered;
    if (remembered === undefined) return this.#matchAnew();
    const known = remembered.recall();
    if (known !== undefined) return known;
    const hits = this.#matchAnew();
    remembered.keep(hits);
    return hits;
  }

  #matchAnew(): readonly RouteHit[] {
    const { sight } = this.#columns;
    this.#count = 0;
    for (let i = 0; i < this.#always.length; i++) this.found(this.#always[i] as number);
    for (let i = 0; i < this.#indexes.length; i++) {
      const [column, index] = this.#indexes[i] as readonly [Column, GramIndex];
      const texts = column.texts();
      for (let k = 0; k < texts.length; k++) index.scan(texts[k] as string, sight.turn, this);
    }
    this.tried += this.#count;
    if (this.#count === 0) return NONE;
    this.#sortFound();
    return this.#tryFound();
  }

  /** Few are found as a rule: an insertion sort makes no list. */
  #sortFound(): void {
    const found = this.#found;
    if (this.#count > 32) {
      found.subarray(0, this.#count).sort();
      return;
    }
    for (let i = 1; i < this.#count; i++) {
      const one = found[i] as number;
      let at = i - 1;
      while (at >= 0 && (found[at] as number) > one) {
        found[at + 1] = found[at] as number;
        at--;
      }
      found[at + 1] = one;
    }
  }

  #tryFound(): readonly RouteHit[] {
    let hits: RouteHit[] | undefined;
    for (let i = 0; i < this.#count; i++) {
      const id = this.#found[i] as number;
      const conditions = this.#conditions[id] ?? this.#makeReady(id);
      let held: number[] | undefined;
      for (let k = 0; k < conditions.length; k++) {
        if (!(conditions[k] as Predicate)()) continue;
        held ??= [];
        held.push(k);
      }
      if (held === undefined) continue;
      const [rule, ruled] = this.#rules[id] as Ruled;
      hits ??= [];
      hits.push({ rule, ruled, conditions: held });
    }
    return hits ?? NONE;
  }

  #makeReady(id: number): readonly Predicate[] {
    const [, { conditions }] = this.#rules[id] as Ruled;
    const made = conditions.map((ir) => compileTree(ir, this.#columns));
    this.#conditions[id] = made;
    return made;
  }
}
