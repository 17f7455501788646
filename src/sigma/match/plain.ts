import type { RuledRoute } from '../compile/compile-route.ts';
import type { CompiledRule, Rules } from '../compile/compile-rules.ts';
import type { Atom, Ir } from '../compile/ir.ts';
import type { Route } from '../compile/taxonomy.ts';
import type { FieldValue } from '../values/number.ts';
import { matchesValue, matchesValues } from '../values/test.ts';
import type { FieldReader } from './field-reader.ts';

/** An event as rules see it. */
export interface RoutedEvent {
  /** In lower case; undefined where it is not known, which no route with a channel takes. */
  readonly channel: string | undefined;
  readonly eventId: number | undefined;
  /**
   * The event's fields by the names of this route, which has its channel and number; undefined where it is not of the route for
   * another reason.
   */
  readerFor(route: Route): FieldReader | undefined;
}

export interface Hit {
  readonly rule: CompiledRule;
  readonly route: RuledRoute;
  /** What it was matched on; valid as long as the event is. */
  readonly fields: FieldReader;
  /** Positions of the conditions that hold, in the rule's list. */
  readonly conditions: readonly number[];
}

/** Tries rules on events; whoever makes one decides how many rules are tried, never which ones match. */
export interface Matcher {
  readonly rules: Rules;
  /** Rules that match, in their order; one hit a rule, on its first route that matches. */
  match(event: RoutedEvent): readonly Hit[];
}

/** Every rule on every event, as the specification reads: what faster matchers are held against. */
export function plainMatcher(rules: Rules): Matcher {
  return {
    rules,
    match: (event) => rules.rules.flatMap((rule) => matchRule(rule, event) ?? []),
  };
}

export function matchRule(rule: CompiledRule, event: RoutedEvent): Hit | undefined {
  for (const route of rule.routes) {
    const fields = takes(route, event) ? event.readerFor(route.route) : undefined;
    if (fields === undefined) continue;
    const conditions: number[] = [];
    for (const [i, ir] of route.conditions.entries()) if (evaluate(ir, fields)) conditions.push(i);
    if (conditions.length > 0) return { rule, route, fields, conditions };
  }
  return undefined;
}

export function takes({ route: { channel }, eventIds }: RuledRoute, event: RoutedEvent): boolean {
  if (channel !== undefined && channel !== event.channel) return false;
  return eventIds === undefined || (event.eventId !== undefined && eventIds.includes(event.eventId));
}

export function evaluate(ir: Ir, fields: FieldReader): boolean {
  switch (ir.kind) {
    case 'and':
      return ir.of.every((part) => evaluate(part, fields));
    case 'or':
      return ir.of.some((part) => evaluate(part, fields));
    case 'not':
      return !evaluate(ir.of, fields);
    case 'constant':
      return ir.value;
    case 'atom':
      return evaluateAtom(ir, fields);
  }
}

export function evaluateAtom({ field, names, test }: Atom, fields: FieldReader): boolean {
  if (field !== undefined) {
    const others = test.op === 'fieldref' ? valuesOf(test.names, fields) : undefined;
    return matchesValues(test, valuesOf(names, fields), others);
  }
  if (test.op === 'exists' || test.op === 'null' || test.op === 'fieldref') return false;
  return fields.keywordValues().some((value) => matchesValue(test, value));
}

/** Values of all names together; undefined when none is there. */
export function valuesOf(names: readonly string[], fields: FieldReader): readonly FieldValue[] | undefined {
  const [only] = names;
  if (names.length === 1 && only !== undefined) return fields.values(only);
  const found = names.map((name) => fields.values(name)).filter((values) => values !== undefined);
  return found.length === 0 ? undefined : found.flat();
}
