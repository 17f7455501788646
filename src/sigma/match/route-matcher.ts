import type { RuledRoute } from '../compile/compile-route.ts';
import type { CompiledRule } from '../compile/compile-rules.ts';
import type { FieldReader } from './field-reader.ts';
import { evaluate } from './plain.ts';

/** A rule that matched on a route. */
export interface RouteHit {
  readonly rule: CompiledRule;
  readonly ruled: RuledRoute;
  /** Positions of the conditions that hold, in the rule's list. */
  readonly conditions: readonly number[];
}

/** Tries the rules of one route on its events; whoever makes one decides how many are tried, never which ones match. */
export interface RouteMatcher {
  /** Rules that match, in their order. */
  match(fields: FieldReader): readonly RouteHit[];
  /** Builds what the first event would have to wait for, where anything is. */
  makeReady?(): void;
}

const NONE: readonly RouteHit[] = [];

/** Every rule on every event of the route: what faster ways are held against. */
export function plainRouteMatcher(rules: readonly (readonly [CompiledRule, RuledRoute])[]): RouteMatcher {
  return {
    match: (fields) => {
      let hits: RouteHit[] | undefined;
      for (const [rule, ruled] of rules) {
        const conditions = conditionsOf(ruled, fields);
        if (conditions.length === 0) continue;
        hits ??= [];
        hits.push({ rule, ruled, conditions });
      }
      return hits ?? NONE;
    },
  };
}

/** The conditions of a rule that hold on these fields. */
export function conditionsOf({ conditions }: RuledRoute, fields: FieldReader): readonly number[] {
  const held: number[] = [];
  for (const [at, ir] of conditions.entries()) if (evaluate(ir, fields)) held.push(at);
  return held;
}
