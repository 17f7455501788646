import {
  type CompiledRule,
  indexedRouteMatcher,
  type RouteHit,
  type RouteMatcher,
  type RuledRoute,
  type Rules,
} from '../sigma/index.ts';
import { channelKey, EVERY_CHANNEL, type Event, type KeptChannels, type Pieces } from '../windows/index.ts';
import { EventFields } from './event-fields.ts';
import { keepOf } from './keep.ts';
import { isOfRoute, narrowedTo, type Route } from './route.ts';
import { sourceOfRoute } from './sigma-taxonomy.ts';
import { type BindingOperation, virtualWmiEvents } from './virtual-events.ts';

/** A rule that matched an event. */
export interface EventHit {
  readonly rule: CompiledRule;
  readonly ruled: RuledRoute;
  readonly route: Route;
  /** Positions of the conditions that hold. */
  readonly conditions: readonly number[];
  /** What the rule saw: the event itself, or one that the event implies (SETTLED E3). */
  readonly seen: Event;
}

/** Rules of one route with the reader of its events. */
interface Group {
  readonly route: Route;
  readonly fields: EventFields;
  readonly matcher: RouteMatcher;
}

/** Rules of one route that are tried on the same numbers. */
interface Tried {
  readonly ids: readonly number[] | 'all';
  readonly rules: (readonly [CompiledRule, RuledRoute])[];
}

export interface EventMatcherOptions {
  /** How the rules of one route are tried; by an index of their texts where it is left out. */
  readonly routeMatcher?: (rules: readonly (readonly [CompiledRule, RuledRoute])[]) => RouteMatcher;
}

/** Rules, and what of them matches an event: an `EventMatcher`, or one that knows some of the answers. */
export type HitFinder = Pick<EventMatcher, 'rules' | 'match'>;

const NONE: readonly EventHit[] = [];
/** So many rules of one route take tens of milliseconds and more to be made ready; [M] 1,300 take half a second. */
const MANY_RULES = 100;

/**
 * Tries rules on events as they are read, whatever shape they came in: each rule on the routes of its log source, and on what a 5861
 * implies where there is no Sysmon.
 *
 * ```ts
 * const { rules } = compileRules(sources, { taxonomy: LOG_SOURCES });
 * const matcher = new EventMatcher(rules);
 * for (const hit of matcher.match(event)) console.log(hit.rule.metadata.title);
 * ```
 */
export class EventMatcher {
  readonly rules: Rules;
  readonly #byChannel = new Map<string, Map<number | 'all', Group[]>>();
  readonly #routes: Route[] = [];
  /** Those of many rules. */
  readonly #large: RouteMatcher[] = [];
  readonly #makesVirtual: boolean;

  constructor(rules: Rules, options: EventMatcherOptions = {}) {
    this.rules = rules;
    const makeMatcher = options.routeMatcher ?? indexedRouteMatcher;
    const ofRoute = new Map<Route, Map<string, Tried>>();
    for (const rule of rules.rules) {
      for (const ruled of rule.routes) {
        const route = sourceOfRoute(ruled.route);
        if (route === undefined || route.product === 'triad') continue;
        const sets = ofRoute.get(route) ?? new Map<string, Tried>();
        ofRoute.set(route, sets);
        // What a rule asks of the number may be folded away: it is tried on these numbers only.
        const ids = ruled.eventIds ?? 'all';
        const tried = sets.get(String(ids)) ?? { ids, rules: [] };
        tried.rules.push([rule, ruled]);
        sets.set(String(ids), tried);
      }
    }
    for (const [route, sets] of ofRoute) {
      const isWhole = route.isVirtual || sets.has('all');
      const numbers = [...sets.values()].flatMap(({ ids }) => (ids === 'all' ? [] : ids));
      this.#routes.push(isWhole ? route : narrowedTo(route, numbers));
      const fields = new EventFields(route);
      for (const tried of sets.values()) {
        const group = { route, fields, matcher: makeMatcher(tried.rules) };
        if (tried.rules.length >= MANY_RULES) this.#large.push(group.matcher);
        for (const id of tried.ids === 'all' ? (['all'] as const) : tried.ids) this.#add(id, group);
      }
    }
    this.#makesVirtual = this.#routes.some(({ isVirtual }) => isVirtual);
  }

  /** The channels and ids that the rules speak of (SETTLED A8). */
  get channels(): KeptChannels {
    return keepOf(this.#routes);
  }

  /**
   * Every hit on an event: at most one a rule and route. Valid until the event changes. `operation` is what a 5861 says of its own
   * making: `Registered` where nobody knows better (L1).
   */
  match(event: Event, operation: BindingOperation = 'Registered'): readonly EventHit[] {
    const hits = this.#matchOne(event, event);
    if (!this.#makesVirtual || event.eventId !== 5861) return hits;
    return [...hits, ...virtualWmiEvents(event, operation).flatMap((one) => this.#matchOne(one, event, true))];
  }

  /** Makes ready what the first event of a route with many rules would have to wait for, a piece a route. */
  *makingReady(): Pieces<void> {
    for (const matcher of this.#large) {
      matcher.makeReady?.();
      yield;
    }
  }

  #add(id: number | 'all', group: Group): void {
    const { channel, isVirtual } = group.route;
    // Events that a record implies are found under the record's channel.
    const key = isVirtual ? `virtual ${channel}` : channel;
    const byId = this.#byChannel.get(key) ?? new Map<number | 'all', Group[]>();
    this.#byChannel.set(key, byId);
    byId.set(id, [...(byId.get(id) ?? []), group]);
  }

  #matchOne(event: Event, record: Event, isVirtual = false): readonly EventHit[] {
    const channel = isVirtual ? `virtual ${channelKey(record)}` : channelKey(event);
    const own = this.#matchIn(this.#byChannel.get(channel), event, isVirtual, undefined);
    const all = isVirtual ? own : this.#matchIn(this.#byChannel.get(EVERY_CHANNEL), event, false, own);
    return all ?? NONE;
  }

  #matchIn(
    byId: ReadonlyMap<number | 'all', Group[]> | undefined,
    event: Event,
    isVirtual: boolean,
    before: EventHit[] | undefined,
  ): EventHit[] | undefined {
    if (byId === undefined) return before;
    const hits = this.#matchGroups(byId.get(event.eventId), event, isVirtual, before);
    return this.#matchGroups(byId.get('all'), event, isVirtual, hits);
  }

  /** A list is made for the first hit: most events have none. */
  #matchGroups(
    groups: readonly Group[] | undefined,
    event: Event,
    isVirtual: boolean,
    before: EventHit[] | undefined,
  ): EventHit[] | undefined {
    if (groups === undefined) return before;
    let hits = before;
    for (let i = 0; i < groups.length; i++) {
      const { route, fields, matcher } = groups[i] as Group;
      if (!isVirtual && !isOfRoute(route, event)) continue;
      fields.moveTo(event);
      const found = matcher.match(fields);
      for (let k = 0; k < found.length; k++) {
        const { rule, ruled, conditions } = found[k] as RouteHit;
        hits ??= [];
        hits.push({ rule, ruled, route, conditions, seen: event });
      }
    }
    return hits;
  }
}
