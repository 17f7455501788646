import { channelKey, EVERY_CHANNEL, type Event, foldName } from '../windows/index.ts';
import type { FieldSource } from './derived-fields.ts';

/** What of a rule says which events it is about. Other keys are dimensions of someone else's. */
export interface LogSource {
  readonly category?: string | undefined;
  readonly product?: string | undefined;
  readonly service?: string | undefined;
  /** Dimensions that Sigma does not define. */
  readonly others?: Readonly<Record<string, string>> | undefined;
}

export type RouteProduct = 'windows' | 'zeek' | 'triad';

/** A test of the record that the log source implies: the field is one of these texts, whatever their case. */
export interface RouteCondition {
  readonly field: string;
  readonly oneOf: readonly string[];
}

/** One place where events of a log source come from. */
export interface Route {
  /** `process_creation/security`; unique, and the same in every version. */
  readonly id: string;
  readonly product: RouteProduct;
  /** In lower case; `EVERY_CHANNEL` for all of Windows. Of Triad's own objects `triad/subscription`. */
  readonly channel: string;
  readonly eventIds: readonly number[] | 'all';
  /** In lower case, where another provider of the channel may use the same numbers. */
  readonly provider?: string;
  /** All of them hold. */
  readonly conditions: readonly RouteCondition[];
  /** Fields by Sigma's names; what is not listed is read by its own name. */
  readonly fields: ReadonlyMap<string, FieldSource>;
  /** Values that follow from the number alone, whatever the record says: a rule's test of them can be folded away. */
  readonly constants: ReadonlyMap<string, string>;
  /** Fields that other sources of the same category have and this one never has. */
  readonly blind: ReadonlySet<string>;
  /** Fields that are empty unless a setting is on, with that setting: a rule on them is blind without it. */
  readonly unfilled: ReadonlyMap<string, string>;
  /** True where it tells less than the source that the category is named for, or tells it otherwise. */
  readonly isLossy: boolean;
  /** True where events of another number are made of the record first (`virtualWmiEvents`). */
  readonly isVirtual: boolean;
}

/** The parts of a route that a table says; the rest is empty. */
export interface RouteParts {
  readonly id: string;
  readonly product?: RouteProduct;
  readonly channel: string;
  readonly eventIds?: readonly number[] | 'all';
  readonly provider?: string;
  readonly conditions?: readonly RouteCondition[];
  readonly fields?: Readonly<Record<string, FieldSource>>;
  readonly constants?: Readonly<Record<string, string>>;
  readonly blind?: readonly string[];
  readonly unfilled?: Readonly<Record<string, string>>;
  readonly isLossy?: boolean;
  readonly isVirtual?: boolean;
}

export function route(parts: RouteParts): Route {
  return {
    id: parts.id,
    product: parts.product ?? 'windows',
    channel: parts.channel.toLowerCase(),
    eventIds: parts.eventIds ?? 'all',
    ...(parts.provider === undefined ? {} : { provider: parts.provider.toLowerCase() }),
    conditions: parts.conditions ?? [],
    fields: new Map(Object.entries(parts.fields ?? {})),
    constants: new Map(Object.entries(parts.constants ?? {})),
    blind: new Set(parts.blind ?? []),
    unfilled: new Map(Object.entries(parts.unfilled ?? {})),
    isLossy: parts.isLossy ?? false,
    isVirtual: parts.isVirtual ?? false,
  };
}

/** Numbers of the events that are made of the records of a virtual route. */
const VIRTUAL_IDS: readonly number[] = [19, 20, 21];

/**
 * Numbers of the events that rules of the route are tried on: of a virtual route those of what is made of its records, so that a
 * test of EventID is decided by them and not by the record's.
 */
export function seenIds({ isVirtual, eventIds }: Route): readonly number[] | 'all' {
  return isVirtual ? VIRTUAL_IDS : eventIds;
}

/** The route with fewer numbers: of a rule that names them. A number that the route does not have stays out. */
export function narrowedTo(route: Route, eventIds: readonly number[]): Route {
  const { eventIds: own } = route;
  // Its records stay those that are read: the numbers are of what is made of them.
  if (route.isVirtual) return VIRTUAL_IDS.some((id) => eventIds.includes(id)) ? route : { ...route, eventIds: [] };
  const kept = own === 'all' ? [...new Set(eventIds)] : own.filter((id) => eventIds.includes(id));
  return { ...route, eventIds: kept.sort((a, b) => a - b) };
}

/** True for an event that comes from this source: by channel, number, provider and what the source implies. */
export function isOfRoute(route: Route, event: Event): boolean {
  if (!isOfChannel(route, event)) return false;
  if (route.eventIds !== 'all' && !route.eventIds.includes(event.eventId)) return false;
  const { provider } = event;
  // Some shapes lose the provider.
  if (route.provider !== undefined && provider !== '' && foldName(provider) !== route.provider) return false;
  return route.conditions.every(({ field, oneOf }) => {
    const text = event.get(field);
    if (text === undefined) return false;
    const folded = text.toLowerCase();
    return oneOf.some((one) => one.toLowerCase() === folded);
  });
}

function isOfChannel(route: Route, event: Event): boolean {
  if (route.channel !== EVERY_CHANNEL) return channelKey(event) === route.channel;
  return event.sight === undefined && event.look === undefined && !channelKey(event).startsWith('zeek/');
}
