import { type CompiledRule, explainRule, type FieldReader, type TestExplanation } from '../sigma/index.ts';
import {
  EventFields,
  isOfRoute,
  knowledgeOf,
  LOG_SOURCES,
  ObjectFields,
  type ObjectValue,
  type Route,
  sourceOfRoute,
  virtualWmiEvents,
} from '../taxonomy/index.ts';
import { channelKey, EVERY_CHANNEL, type Event } from '../windows/index.ts';

/** One line of a rule, `Image|endswith: [...]`, on one event. */
export interface ItemExplanation {
  readonly identifier: string;
  /** `Image|endswith`; empty for keywords. */
  readonly key: string;
  readonly field: string | undefined;
  readonly line: number;
  readonly holds: boolean;
  /** It stands below a "not": where it holds, the rule is held back. */
  readonly isNegated: boolean;
  /** Every value that the rule lists. */
  readonly wanted: readonly string[];
  /** Of those, the ones that were found. */
  readonly found: readonly string[];
  /** What the event has; undefined where the field is absent. */
  readonly seen: readonly string[] | undefined;
  /** The part of the value that matched: bytes of its UTF-8 text. */
  readonly matched: TestExplanation['matched'];
  readonly why: string | undefined;
}

export interface ConditionOnEvent {
  readonly text: string;
  readonly holds: boolean;
  readonly items: readonly ItemExplanation[];
}

export interface RouteExplanation {
  readonly route: string;
  /** The number of the event that a record implies, where the rule sees that and not the record (SETTLED E3). */
  readonly impliedId?: number;
  readonly conditions: readonly ConditionOnEvent[];
  readonly holds: boolean;
}

export interface EventExplanation {
  readonly holds: boolean;
  /** One for each route of the rule that takes the event. */
  readonly routes: readonly RouteExplanation[];
  /** The events that the rule speaks of, where this is none of them. */
  readonly wantedEvents: readonly string[];
}

/** Why a rule matches an event or does not: every item, none left out because others decided already. */
export function explainEvent(rule: CompiledRule, event: Event): EventExplanation {
  return explainOn(rule, (route) => {
    if (route.product === 'triad' || !isOfRoute(route, event)) return [];
    const seen = route.isVirtual ? virtualWmiEvents(event, 'Registered') : [event];
    return seen.map((one) => {
      const fields = new EventFields(route);
      fields.moveTo(one);
      return { channel: channelKey(one), eventId: one.eventId, fields };
    });
  });
}

/** The same for one of Triad's own objects, by the names of the JSON output; a rule over events has no route here. */
export function explainObject(
  rule: CompiledRule,
  object: { readonly [name: string]: ObjectValue | undefined },
): EventExplanation {
  return explainOn(rule, (route) => {
    if (route.product !== 'triad') return [];
    const fields = new ObjectFields();
    fields.moveTo(object);
    return [{ channel: route.channel, eventId: undefined, fields }];
  });
}

/** What a route sees of what is explained. */
interface Seen {
  readonly channel: string | undefined;
  readonly eventId: number | undefined;
  readonly fields: FieldReader;
}

function explainOn(rule: CompiledRule, seenBy: (route: Route) => readonly Seen[]): EventExplanation {
  const routes: RouteExplanation[] = [];
  const wantedEvents: string[] = [];
  for (const ruleRoute of LOG_SOURCES.routesOf(rule.logsource) ?? []) {
    const route = sourceOfRoute(ruleRoute);
    if (route === undefined) continue;
    wantedEvents.push(describe(route));
    // What the rule was written as, so that tests that a route decides are told too.
    const conditions = rule.conditions.map(({ ir }) => ir);
    const { channel, eventIds } = ruleRoute;
    const whole = { ...rule, routes: [{ route: ruleRoute, eventIds, conditions, blindFilters: [] }] };
    for (const seen of seenBy(route)) {
      const routed = { channel: channel ?? seen.channel, eventId: seen.eventId, readerFor: () => seen.fields };
      for (const explained of explainRule(whole, routed)) {
        const told = explained.conditions.map(({ text, holds, tests }) => ({
          text,
          holds,
          items: itemsOf(tests, route),
        }));
        routes.push({
          route: route.id,
          ...(route.isVirtual && seen.eventId !== undefined ? { impliedId: seen.eventId } : {}),
          conditions: told,
          holds: told.some(({ holds }) => holds),
        });
      }
    }
  }
  return { holds: routes.some(({ holds }) => holds), routes, wantedEvents };
}

function describe({ id, channel, eventIds, product }: Route): string {
  if (product === 'triad') return `${id}: objects that Triad puts together`;
  const ids = eventIds === 'all' ? 'any event' : eventIds.join(', ');
  return `${id}: ${channel === EVERY_CHANNEL ? 'every channel' : channel} ${ids}`;
}

/** Tests of one line of the rule together: a list of values is one item. */
function itemsOf(tests: readonly TestExplanation[], route: Route): readonly ItemExplanation[] {
  const groups: TestExplanation[][] = [];
  for (const test of tests) {
    const last = groups.at(-1);
    const [first] = last ?? [];
    const isSame =
      first !== undefined &&
      first.identifier === test.identifier &&
      first.key === test.key &&
      first.isNegated === test.isNegated &&
      test.line >= first.line;
    if (isSame && last !== undefined) last.push(test);
    else groups.push([test]);
  }
  return groups.flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [itemOf(first, group, route)];
  });
}

function itemOf(first: TestExplanation, group: readonly TestExplanation[], route: Route): ItemExplanation {
  const { identifier, key, field, line, isNegated, seen } = first;
  const isAll = key.split('|').slice(1).includes('all');
  const found = group.filter((test) => test.holds);
  const wanted = [...new Set(group.map((test) => test.wanted))];
  const foundTexts = [...new Set(found.map((test) => test.wanted))];
  const holds = isAll ? foundTexts.length === wanted.length : found.length > 0;
  const failing = group.find((test) => !test.holds);
  const why = holds ? undefined : (whyOf(field, route, seen) ?? failing?.why);
  return {
    identifier,
    key,
    field,
    line,
    holds,
    isNegated,
    wanted,
    found: foundTexts,
    seen,
    matched: found.find(({ matched }) => matched !== undefined)?.matched,
    why,
  };
}

/** Why a field is not there: on this route never, or only without a setting (SETTLED E10). */
function whyOf(field: string | undefined, route: Route, seen: readonly string[] | undefined): string | undefined {
  if (field === undefined) return undefined;
  const setting = route.unfilled.get(field);
  if (setting !== undefined && (seen === undefined || seen.every((value) => value === ''))) {
    return `the field is empty unless this is on: ${setting}`;
  }
  if (seen !== undefined) return undefined;
  const isTriad = route.product === 'triad';
  if (knowledgeOf(route, field) !== 'never') return `the field is absent from this ${isTriad ? 'object' : 'event'}`;
  return `blind: ${isTriad ? 'objects' : 'events'} of ${route.id} never have the field`;
}
