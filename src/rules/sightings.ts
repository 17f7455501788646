import type { CompiledRule, Rules } from '../sigma/index.ts';
import { EventFields, isOfRoute, type Route, seenIds, virtualWmiEvents } from '../taxonomy/index.ts';
import { channelKey, EVERY_CHANNEL, type Event } from '../windows/index.ts';
import { fieldsOf, narrowRoutesOf } from './rule-fields.ts';

/** What evidence has of one route: how many events, and which of the fields that rules ask for none of them has. */
export interface RouteSighting {
  readonly route: Route;
  readonly events: number;
  readonly missing: ReadonlySet<string>;
}

class Sighting implements RouteSighting {
  readonly route: Route;
  readonly missing = new Set<string>();
  readonly #fields: EventFields;
  events = 0;

  constructor(route: Route) {
    this.route = route;
    this.#fields = new EventFields(route);
  }

  add(event: Event): void {
    this.events++;
    if (this.missing.size === 0) return;
    this.#fields.moveTo(event);
    for (const field of this.missing) if (this.#fields.values(field) !== undefined) this.missing.delete(field);
  }
}

/** Looks through evidence for the events and fields that rules ask for. */
export class Sightings {
  readonly #byKey = new Map<string, Sighting>();
  readonly #byChannel = new Map<string, Sighting[]>();

  constructor(rules: Rules) {
    for (const rule of rules.rules) {
      const fields = fieldsOf(rule);
      for (const route of narrowRoutesOf(rule)) {
        const sighting = this.#of(route);
        for (const { field } of fields) sighting.missing.add(field);
      }
    }
  }

  add(event: Event): void {
    const isBinding = event.eventId === 5861;
    for (const key of [channelKey(event), EVERY_CHANNEL]) {
      for (const sighting of this.#byChannel.get(key) ?? []) {
        const { route } = sighting;
        if (!isOfRoute(route, event)) continue;
        if (!route.isVirtual) sighting.add(event);
        else if (isBinding) {
          const ids = seenIds(route);
          for (const one of virtualWmiEvents(event, 'Registered')) {
            if (ids === 'all' || ids.includes(one.eventId)) sighting.add(one);
          }
        }
      }
    }
  }

  /** What was seen of each route of a rule. */
  of(rule: CompiledRule): readonly RouteSighting[] {
    return narrowRoutesOf(rule).map((route) => this.#of(route));
  }

  #of(route: Route): Sighting {
    const key = `${route.id} ${route.eventIds === 'all' ? 'all' : route.eventIds.join(',')}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const sighting = new Sighting(route);
    this.#byKey.set(key, sighting);
    const ofChannel = this.#byChannel.get(route.channel);
    if (ofChannel === undefined) this.#byChannel.set(route.channel, [sighting]);
    else ofChannel.push(sighting);
    return sighting;
  }
}
