import type { CompiledRule } from '../sigma/index.ts';
import { knowledgeOf, type Route } from '../taxonomy/index.ts';
import { EVERY_CHANNEL } from '../windows/index.ts';
import { allRoutesOf, fieldsOf, narrowRoutesOf } from './rule-fields.ts';

/** Events that a rule is tried on. */
export interface ReadRoute {
  /** `process_creation/sysmon`. */
  readonly route: string;
  /** In lower case; `every channel`, or `triad/subscription` and its like for objects of Triad's own. */
  readonly channel: string;
  readonly eventIds: readonly number[] | 'all';
}

export interface RuleReach {
  readonly reads: readonly ReadRoute[];
  /** What it does not see where: sentences, none for a rule that sees all that it asks for. */
  readonly blind: readonly string[];
}

/** Which events a rule is tried on, and where it is blind: known from the routes that it was compiled for, without any evidence. */
export function reachOf(rule: CompiledRule): RuleReach {
  const open = narrowRoutesOf(rule);
  const asked = fieldsOf(rule).map(({ field }) => field);
  const closed = allRoutesOf(rule).filter(({ id }) => rule.blindRoutes.includes(id));
  const filters = rule.routes.filter(({ blindFilters }) => blindFilters.length > 0);
  return {
    reads: open.map(({ id, channel, eventIds }) => ({
      route: id,
      channel: channel === EVERY_CHANNEL ? 'every channel' : channel,
      eventIds,
    })),
    blind: [
      ...closed.map((route) => `it cannot match on ${route.id}, which never has ${lackedOf(route, asked)}`),
      ...filters.map(
        ({ route: { label }, blindFilters }) =>
          `on ${label} nothing is held back by ${[...blindFilters].sort().join(', ')}, which it never has`,
      ),
      ...open.flatMap((route) =>
        asked.flatMap((field) => {
          const setting = route.unfilled.get(field);
          return setting === undefined ? [] : [`on ${route.id} ${field} is empty unless this is on: ${setting}`];
        }),
      ),
    ],
  };
}

function lackedOf(route: Route, asked: readonly string[]): string {
  const lacked = asked.filter((field) => knowledgeOf(route, field) === 'never');
  return lacked.length === 0 ? 'what it asks for' : lacked.toSorted().join(', ');
}
