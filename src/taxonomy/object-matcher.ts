import { type CompiledRule, conditionsOf, type RuledRoute, type Rules } from '../sigma/index.ts';
import { ObjectFields, type ObjectValue } from './object-fields.ts';
import { sourceOfRoute } from './sigma-taxonomy.ts';

/** A rule that matched one of Triad's own objects. */
export interface ObjectHit {
  readonly rule: CompiledRule;
  readonly ruled: RuledRoute;
  /** Positions of the conditions that hold. */
  readonly conditions: readonly number[];
  readonly fields: ObjectFields;
}

interface Tried {
  readonly service: string;
  readonly rule: CompiledRule;
  readonly ruled: RuledRoute;
}

/** Tries rules of `product: triad` on objects by the names of the JSON output (SETTLED E8). */
export class ObjectMatcher {
  readonly #tried: readonly Tried[];

  constructor({ rules }: Rules) {
    this.#tried = rules.flatMap((rule) =>
      rule.routes.flatMap((ruled) => {
        const route = sourceOfRoute(ruled.route);
        return route?.product === 'triad' ? [{ service: route.channel.replace(/^triad\//, ''), rule, ruled }] : [];
      }),
    );
  }

  /** True where no rule speaks of such objects. */
  get isEmpty(): boolean {
    return this.#tried.length === 0;
  }

  /** Every hit of the rules of these services (`subscription`, `repository`, `audit`), in order of the rules. */
  match(
    services: ReadonlySet<string>,
    object: { readonly [name: string]: ObjectValue | undefined },
  ): readonly ObjectHit[] {
    if (this.isEmpty) return [];
    const fields = new ObjectFields();
    fields.moveTo(object);
    return this.#tried.flatMap(({ service, rule, ruled }) => {
      if (!services.has(service)) return [];
      const conditions = conditionsOf(ruled, fields);
      return conditions.length === 0 ? [] : [{ rule, ruled, conditions, fields }];
    });
  }
}
