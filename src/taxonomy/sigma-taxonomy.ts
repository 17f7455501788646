import type { Route as RuleRoute, Taxonomy } from '../sigma/index.ts';
import { EVERY_CHANNEL } from '../windows/index.ts';
import { type Route, seenIds } from './route.ts';
import { routesOf } from './routes-of.ts';

const known = new Map<Route, RuleRoute>();
const sources = new Map<RuleRoute, Route>();

/** The log sources of Windows, of Zeek and of Triad's own objects, as rules are compiled for them. */
export const LOG_SOURCES: Taxonomy = {
  routesOf: (logsource) => {
    const routing = routesOf(logsource);
    return 'refused' in routing ? undefined : routing.routes.map(ruleRouteOf);
  },
};

/** What a rule is compiled for: fields keep Sigma's names, which `EventFields` reads. What the source implies is asked once an event. */
function ruleRouteOf(route: Route): RuleRoute {
  const made = known.get(route);
  if (made !== undefined) return made;
  const { id, channel, constants, blind } = route;
  const eventIds = seenIds(route);
  const ruleRoute: RuleRoute = {
    label: id,
    channel: channel === EVERY_CHANNEL || route.isVirtual ? undefined : channel,
    eventIds: eventIds === 'all' ? undefined : eventIds,
    namesOf: (field) => (blind.has(field) ? undefined : [field]),
    constants,
  };
  known.set(route, ruleRoute);
  sources.set(ruleRoute, route);
  return ruleRoute;
}

/** The log source behind a route that a rule was compiled for. */
export function sourceOfRoute(route: RuleRoute): Route | undefined {
  return sources.get(route);
}
