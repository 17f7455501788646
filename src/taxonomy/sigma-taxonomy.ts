import { createHash } from 'node:crypto';
import type { NamedTaxonomy, Route as RuleRoute } from '../sigma/index.ts';
import { EVERY_CHANNEL } from '../windows/index.ts';
import { type Route, seenIds } from './route.ts';
import { allSources, routesOf } from './routes-of.ts';

const known = new Map<Route, RuleRoute>();
const sources = new Map<RuleRoute, Route>();

/** The log sources of Windows, of Zeek and of Triad's own objects, as rules are compiled for them. */
export const LOG_SOURCES: NamedTaxonomy = {
  routesOf: (logsource) => {
    const routing = routesOf(logsource);
    return 'refused' in routing ? undefined : routing.routes.map(ruleRouteOf);
  },
  routeNamed: (label) => {
    const route = routesById().get(label);
    return route === undefined ? undefined : ruleRouteOf(route);
  },
  get digest() {
    digest ??= digestOf(allSources());
    return digest;
  },
};

/** Made when they are first asked for: most runs have no rules. */
let byId: ReadonlyMap<string, Route> | undefined;
let digest: string | undefined;

function routesById(): ReadonlyMap<string, Route> {
  byId ??= new Map(allSources().flatMap(([, routes]) => routes.map((route) => [route.id, route] as const)));
  return byId;
}

/** What of the routes is decided when rules are compiled; how fields are read is asked of the event each time. */
function digestOf(sources: ReturnType<typeof allSources>): string {
  const facts = sources.map(([name, routes]) => [
    name,
    routes.map((route) => {
      const { id, product, channel, constants, blind } = route;
      return [id, product, channel, seenIds(route), [...constants].sort(), [...blind].sort()];
    }),
  ]);
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

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
