import { matchesValues } from '../values/test.ts';
import { wildcardsOf } from '../values/wildcards.ts';
import type { CompiledCondition } from './compile-detection.ts';
import { type Atom, allOf, anyOf, FALSE, type Ir, mapAtoms, TRUE } from './ir.ts';
import type { Route } from './taxonomy.ts';

/** A rule as it is tried on the events of one route. */
export interface RuledRoute {
  readonly route: Route;
  /** Numbers of the route's events on which it can match; undefined for all of its channel. */
  readonly eventIds: readonly number[] | undefined;
  /** As in the rule; one that cannot match here is false. */
  readonly conditions: readonly Ir[];
  /** Fields that only negations ask for and that the route lacks: their filters cannot hold anything back. */
  readonly blindFilters: readonly string[];
}

export type RouteCompiling =
  | { readonly kind: 'ruled'; readonly ruled: RuledRoute }
  /** The rule needs fields that the route lacks (S500). */
  | { readonly kind: 'blind'; readonly fields: readonly string[] }
  /** What the rule asks of the event id, or of another constant, never holds here. */
  | { readonly kind: 'never' };

/** Renames fields and decides what the route already decides: event ids, constants, fields that it lacks (SIGMA 8.4). */
export function compileRoute(conditions: readonly CompiledCondition[], route: Route): RouteCompiling {
  const eventIds = narrowed(conditions, route);
  if (eventIds?.length === 0) return { kind: 'never' };
  const needed = new Set<string>();
  const negated = new Set<string>();
  const renamed = conditions.map(({ ir }) =>
    mapAtoms(ir, (atom, isNegated) => {
      const found = renamedAtom(atom, route, eventIds);
      if (found.missing !== undefined) (isNegated ? negated : needed).add(found.missing);
      return found.ir;
    }),
  );
  const extra = (route.conditions ?? []).map(({ name, oneOf }) => conditionAtom(name, oneOf));
  if (renamed.some((ir) => !isFalse(ir))) {
    const kept = renamed.map((ir) => allOf([...extra, ir]));
    return { kind: 'ruled', ruled: { route, eventIds, conditions: kept, blindFilters: [...negated].sort() } };
  }
  const isBlind = conditions.some(({ ir }) => !isFalse(mapAtoms(ir, (atom) => decided(atom, route, eventIds) ?? atom)));
  return isBlind ? { kind: 'blind', fields: [...needed].sort() } : { kind: 'never' };
}

function isFalse(ir: Ir): boolean {
  return ir.kind === 'constant' && !ir.value;
}

/** Numbers that the route has and some condition may match on. */
function narrowed(conditions: readonly CompiledCondition[], route: Route): readonly number[] | undefined {
  // Without a channel a number means nothing, and is left to the field.
  const asked = route.channel === undefined ? undefined : idsOf(anyOf(conditions.map(({ ir }) => ir)));
  if (asked === undefined) return route.eventIds;
  if (route.eventIds === undefined) return [...asked].sort((a, b) => a - b);
  return route.eventIds.filter((id) => asked.has(id));
}

/** Every event id on which the tree can hold; undefined where it does not say. */
function idsOf(ir: Ir): ReadonlySet<number> | undefined {
  switch (ir.kind) {
    case 'atom':
      return idsOfAtom(ir);
    case 'and': {
      const said = ir.of.map(idsOf).filter((ids) => ids !== undefined);
      return said.length === 0 ? undefined : said.reduce((all, ids) => new Set(all).intersection(ids));
    }
    case 'or':
      return ir.of
        .map(idsOf)
        .reduce((all, ids) => (all === undefined || ids === undefined ? undefined : new Set(all).union(ids)));
    default:
      return undefined;
  }
}

function idsOfAtom({ field, test }: Atom): ReadonlySet<number> | undefined {
  if (field !== 'EventID') return undefined;
  if (test.op === 'number') return new Set([Number(test.value)]);
  if (test.op !== 'text' || test.pattern.isStartFree || test.pattern.isEndFree) return undefined;
  const { literal } = test.pattern;
  return literal !== undefined && /^(?:0|[1-9]\d{0,8})$/.test(literal) ? new Set([Number(literal)]) : undefined;
}

function renamedAtom(
  atom: Atom,
  route: Route,
  eventIds: readonly number[] | undefined,
): { readonly ir: Ir; readonly missing?: string } {
  if (atom.field === undefined) return { ir: atom };
  const constant = decided(atom, route, eventIds);
  if (constant !== undefined) return { ir: constant };
  const names = route.namesOf(atom.field);
  if (names === undefined)
    return { ir: matchesValues(atom.test, undefined, undefined) ? TRUE : FALSE, missing: atom.field };
  if (atom.test.op !== 'fieldref') return { ir: { ...atom, names } };
  const others = route.namesOf(atom.test.field);
  if (others === undefined) return { ir: FALSE, missing: atom.test.field };
  return { ir: { ...atom, names, test: { ...atom.test, names: others } } };
}

/** True or false where every event of the route gives the same answer. */
function decided({ field, test }: Atom, route: Route, eventIds: readonly number[] | undefined): Ir | undefined {
  if (field === undefined || test.op === 'fieldref') return undefined;
  const constant = route.constants?.get(field);
  const values = constant !== undefined ? [constant] : field === 'EventID' ? eventIds : undefined;
  if (values === undefined || values.length === 0) return undefined;
  const answers = values.map((value) => matchesValues(test, [value], undefined));
  if (answers.every((answer) => answer)) return TRUE;
  return answers.some((answer) => answer) ? undefined : FALSE;
}

function conditionAtom(name: string, oneOf: readonly string[]): Ir {
  return anyOf(
    oneOf.map((text) => ({
      kind: 'atom',
      field: name,
      names: [name],
      test: { op: 'text', pattern: wildcardsOf([{ text }], false) },
      origin: { identifier: 'logsource', key: name, wanted: text, line: 0, column: 0 },
    })),
  );
}
