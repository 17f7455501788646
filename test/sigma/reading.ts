import assert from 'node:assert/strict';
import { EventFields, type LogSource, type Route, routesOf } from '../../src/taxonomy/index.ts';
import type { Event } from '../../src/windows/index.ts';
import { type EventModel, sysmon } from '../../testkit/index.ts';
import { madeEvents } from '../made-event.ts';

export function routeOf(logsource: LogSource, channel?: string): Route {
  const routing = routesOf(logsource);
  assert.ok('routes' in routing, JSON.stringify(routing));
  const route = routing.routes.find((one) => channel === undefined || one.channel === channel);
  assert.ok(route !== undefined);
  return route;
}

export function only(model: EventModel): Event {
  const [event] = madeEvents([model]);
  assert.ok(event !== undefined);
  return event;
}

/** A reader of this event by the route. */
export function reading(event: Event, logsource: LogSource, channel?: string): EventFields {
  const fields = new EventFields(routeOf(logsource, channel));
  fields.moveTo(event);
  return fields;
}

/** A Windows event with these fields. */
export function withFields(fields: readonly (readonly [string, string])[], parts: Partial<Event> = {}): Event {
  const event: Event = {
    ...only(sysmon.event(4)),
    provider: 'Example',
    channel: 'Application',
    get: (name) => fields.find(([key]) => key === name)?.[1],
    all: (name) => fields.flatMap(([key, value]) => (key === name ? [value] : [])),
    entries: () => fields,
    ...parts,
  };
  return event;
}

export function readAll(fields: EventFields, names: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(names.map((name) => [name, fields.values(name)]));
}
