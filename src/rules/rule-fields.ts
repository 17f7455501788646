import type { Atom, CompiledRule, Ir, Origin } from '../sigma/index.ts';
import { LOG_SOURCES, narrowedTo, type Route, sourceOfRoute } from '../taxonomy/index.ts';

/** A field that a rule asks for, and where it does so first. */
export interface AskedField {
  readonly field: string;
  readonly origin: Origin;
  /** Only negations ask for it. */
  readonly isNegated: boolean;
}

/** Every test of a tree, with whether an odd number of "not" stands above it. */
export function* atomsOf(ir: Ir, isNegated = false): Generator<readonly [atom: Atom, isNegated: boolean]> {
  if (ir.kind === 'atom') yield [ir, isNegated];
  else if (ir.kind === 'not') yield* atomsOf(ir.of, !isNegated);
  else if (ir.kind !== 'constant') for (const part of ir.of) yield* atomsOf(part, isNegated);
}

/** A filter document's tests are part of a rule, and stand in another file. */
export function isOfFilter({ origin }: Atom): boolean {
  return origin.identifier.startsWith('filter ');
}

/** The fields of a rule's own searches, each once. */
export function fieldsOf(rule: CompiledRule): readonly AskedField[] {
  const fields = new Map<string, AskedField>();
  for (const { ir } of rule.conditions) {
    for (const [atom, isNegated] of atomsOf(ir)) {
      if (atom.field === undefined || isOfFilter(atom)) continue;
      const known = fields.get(atom.field);
      if (known === undefined) fields.set(atom.field, { field: atom.field, origin: atom.origin, isNegated });
      else if (known.isNegated && !isNegated) fields.set(atom.field, { ...known, isNegated });
    }
  }
  return [...fields.values()];
}

/** The numbers that a rule names under EventID, and does not exclude. */
function eventIdsOf(rule: CompiledRule): readonly number[] {
  const ids = new Set<number>();
  for (const { ir } of rule.conditions) {
    for (const [{ field, test }, isNegated] of atomsOf(ir)) {
      if (field !== 'EventID' || isNegated) continue;
      const id =
        test.op === 'number' ? Number(test.value) : test.op === 'text' ? Number(test.pattern.literal) : Number.NaN;
      if (Number.isInteger(id)) ids.add(id);
    }
  }
  return [...ids];
}

/** Where the events of a rule come from, a service narrowed to the numbers that the rule names. Blind routes are left out. */
export function narrowRoutesOf(rule: CompiledRule): readonly Route[] {
  const ids = eventIdsOf(rule);
  return rule.routes.flatMap((ruled) => {
    const route = sourceOfRoute(ruled.route);
    if (route === undefined) return [];
    return [route.eventIds === 'all' && ids.length > 0 && route.product === 'windows' ? narrowedTo(route, ids) : route];
  });
}

/** Every route of the rule's log source, those included on which it cannot match. */
export function allRoutesOf(rule: CompiledRule): readonly Route[] {
  return (LOG_SOURCES.routesOf(rule.logsource) ?? []).flatMap((one) => sourceOfRoute(one) ?? []);
}
