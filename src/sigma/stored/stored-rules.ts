import type { Logsource } from '../check/logsource.ts';
import type { CompiledCondition } from '../compile/compile-detection.ts';
import type { RuledRoute } from '../compile/compile-route.ts';
import type { CompiledRule, Compiling, Rules } from '../compile/compile-rules.ts';
import type { Ir } from '../compile/ir.ts';
import type { NamedTaxonomy, Route } from '../compile/taxonomy.ts';
import { canBeMade } from '../values/regex.ts';
import { each, flag, list, Misshapen, member, members, text, textOrNone, texts, whole } from './shape.ts';
import { readCorrelation, storeCorrelation } from './stored-correlation.ts';
import { readMetadata } from './stored-metadata.ts';
import { readProblem, storeProblem } from './stored-problem.ts';
import { TreeReader, TreeWriter } from './stored-trees.ts';

/** Raised whenever compiled rules of one version would mean something else, or nothing, to the other. */
export const STORED_VERSION = 1;

/** Compiled rules as plain JSON: what matching, findings, explanations and counts need, without the rules' texts. */
export interface StoredRules {
  readonly version: number;
  /** Of the log sources that they were compiled for. */
  readonly logSources: string;
  readonly tests: readonly unknown[];
  readonly items: readonly unknown[];
  readonly atoms: readonly unknown[];
  readonly rules: readonly unknown[];
  readonly correlations: readonly unknown[];
  readonly problems: readonly unknown[];
}

export type StoredReading =
  | { readonly kind: 'compiling'; readonly compiling: Compiling }
  /** Made by another version, or for other log sources; or no compiled rules at all. */
  | { readonly kind: 'trouble'; readonly message: string };

/** Compiled rules as JSON; `readStoredRules` gives back what matches the same. */
export function storeRules({ rules, problems }: Compiling, taxonomy: NamedTaxonomy): StoredRules {
  const trees = new TreeWriter();
  const stored = rules.rules.map(({ metadata, logsource, conditions, routes, blindRoutes, isMuted }) => ({
    metadata,
    logsource: storeLogsource(logsource),
    conditions: conditions.map((one) => [one.text, trees.store(one.ir)]),
    routes: routes.map(({ route, eventIds, conditions: of, blindFilters }) => {
      return [route.label, eventIds ?? 'all', of.map((ir) => trees.store(ir)), blindFilters];
    }),
    blindRoutes,
    isMuted,
  }));
  return {
    version: STORED_VERSION,
    logSources: taxonomy.digest,
    ...trees.tables,
    rules: stored,
    correlations: rules.correlations.map(storeCorrelation),
    problems: problems.map(storeProblem),
  };
}

/**
 * Rules from JSON, which nobody need trust: every value is checked, and every expression made once. With `isOwn`, for what this program has
 * stored itself, conditions are read when they are first asked for.
 */
export function readStoredRules(value: unknown, taxonomy: NamedTaxonomy, isOwn = false): StoredReading {
  try {
    const map = members(value);
    const version = member(map, 'version');
    if (typeof version !== 'number') return trouble('They are no compiled rules.');
    if (version !== STORED_VERSION) {
      return trouble(`They are of format ${version}; this version of Triad reads ${STORED_VERSION}.`);
    }
    if (member(map, 'logSources') !== taxonomy.digest) {
      return trouble('They were compiled for the log sources of another version of Triad.');
    }
    const compiling = new Reading(map, taxonomy).compiling();
    if (!isOwn) tryAll(compiling.rules);
    return { kind: 'compiling', compiling };
  } catch (cause) {
    if (!(cause instanceof Misshapen)) throw cause;
    const place = cause.places.length === 0 ? '' : `, at ${cause.places.join(', ')}`;
    return trouble(`They are damaged${place}: ${cause.message}.`);
  }
}

function trouble(message: string): StoredReading {
  return { kind: 'trouble', message };
}

class Reading {
  readonly #map: Readonly<Record<string, unknown>>;
  readonly #taxonomy: NamedTaxonomy;
  readonly #trees: TreeReader;

  constructor(map: Readonly<Record<string, unknown>>, taxonomy: NamedTaxonomy) {
    this.#map = map;
    this.#taxonomy = taxonomy;
    this.#trees = new TreeReader(member(map, 'tests'), member(map, 'items'), member(map, 'atoms'));
  }

  compiling(): Compiling {
    const rules = each(member(this.#map, 'rules'), 'rules', (one, index) => this.#rule(one, index));
    const correlations = each(member(this.#map, 'correlations'), 'correlations', (one, index) =>
      readCorrelation(one, index, rules.length),
    );
    const problems = each(member(this.#map, 'problems'), 'problems', readProblem);
    return { rules: { rules, correlations }, problems };
  }

  #rule(value: unknown, index: number): CompiledRule {
    const map = members(value);
    const conditions = list(member(map, 'conditions')).map((one) => {
      const [condition, tree] = list(one);
      return new LaterCondition(text(condition), this.#trees, tree);
    });
    return {
      kind: 'rule',
      index,
      metadata: readMetadata(member(map, 'metadata')),
      logsource: readLogsource(member(map, 'logsource')),
      conditions,
      routes: each(member(map, 'routes'), 'routes', (one) => this.#route(one)),
      blindRoutes: texts(member(map, 'blindRoutes')),
      isMuted: flag(member(map, 'isMuted')),
    };
  }

  #route(value: unknown): RuledRoute {
    const [label, ids, trees, blindFilters] = list(value);
    const route = this.#taxonomy.routeNamed(text(label));
    if (route === undefined) throw new Misshapen('there is no such log source');
    const eventIds = ids === 'all' ? undefined : list(ids).map((id) => whole(id));
    return new LaterRoute(route, eventIds, texts(blindFilters), this.#trees, list(trees));
  }
}

/** In one order, whatever that of the rule is. */
function storeLogsource({ category, product, service, others }: Logsource): object {
  return { category, product, service, others };
}

function readLogsource(value: unknown): Logsource {
  const map = members(value);
  const others = member(map, 'others');
  const named = (['category', 'product', 'service'] as const).flatMap((key) => {
    const found = textOrNone(member(map, key));
    return found === undefined ? [] : [[key, found] as const];
  });
  if (others === undefined) return Object.fromEntries(named);
  return {
    ...Object.fromEntries(named),
    others: Object.fromEntries(Object.entries(members(others)).map(([key, one]) => [key, text(one)])),
  };
}

/** A condition whose tree is made when it is first asked for. */
class LaterCondition implements CompiledCondition {
  readonly text: string;
  readonly #trees: TreeReader;
  readonly #stored: unknown;
  #ir: Ir | undefined;

  constructor(condition: string, trees: TreeReader, stored: unknown) {
    this.text = condition;
    this.#trees = trees;
    this.#stored = stored;
  }

  get ir(): Ir {
    this.#ir ??= this.#trees.read(this.#stored);
    return this.#ir;
  }
}

/** A rule on a route, whose conditions are made when they are first asked for. */
class LaterRoute implements RuledRoute {
  readonly route: Route;
  readonly eventIds: readonly number[] | undefined;
  readonly blindFilters: readonly string[];
  readonly #trees: TreeReader;
  readonly #stored: readonly unknown[];
  #conditions: readonly Ir[] | undefined;

  constructor(
    route: Route,
    eventIds: readonly number[] | undefined,
    blindFilters: readonly string[],
    trees: TreeReader,
    stored: readonly unknown[],
  ) {
    this.route = route;
    this.eventIds = eventIds;
    this.blindFilters = blindFilters;
    this.#trees = trees;
    this.#stored = stored;
  }

  get conditions(): readonly Ir[] {
    this.#conditions ??= this.#stored.map((tree) => this.#trees.read(tree));
    return this.#conditions;
  }
}

/** Makes everything that would be made later, so that what is wrong is found now. */
function tryAll({ rules }: Rules): void {
  each(rules, 'rules', (_, at) => {
    const rule = rules[at];
    if (rule?.conditions.length === 0) throw new Misshapen('a rule has conditions');
    for (const { ir } of rule?.conditions ?? []) tryExpressions(ir);
    for (const { conditions } of rule?.routes ?? []) {
      if (conditions.length !== rule?.conditions.length) throw new Misshapen('a route lacks conditions');
      conditions.forEach(tryExpressions);
    }
  });
}

function tryExpressions(ir: Ir): void {
  if (ir.kind === 'not') tryExpressions(ir.of);
  else if (ir.kind === 'and' || ir.kind === 'or') for (const part of ir.of) tryExpressions(part);
  else if (ir.kind === 'atom' && ir.test.op === 'regex' && !canBeMade(ir.test.regex)) {
    throw new Misshapen(`the expression ${ir.test.regex.source.slice(0, 60)} cannot be made`);
  }
}
