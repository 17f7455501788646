import { EVERY_CHANNEL, FIELD_LAYOUTS, fieldLayoutOf, fieldLayoutOfChannel } from '../windows/index.ts';
import { SYSTEM_SOURCES } from './derived-fields.ts';
import { KNOWN_ROWS } from './known-field-table.ts';
import { type Route, seenIds } from './route.ts';
import { isTriadField, TRIAD_FIELDS } from './triad-fields.ts';
import { ZEEK_LOGS } from './zeek-logs.ts';

/**
 * Whether events of a route have a field: each of them, some of them, none; `unknown` where the fields of an event are not in
 * any table, so that nothing can be said of it.
 */
export type FieldKnowledge = 'always' | 'sometimes' | 'never' | 'unknown';

/** What is known of the fields of a route, by the names that rules have. */
export interface KnownFields {
  readonly always: ReadonlySet<string>;
  readonly sometimes: ReadonlySet<string>;
  /** False where some event of the route has fields that are in no table. */
  readonly isComplete: boolean;
}

/** Present in every record, whatever wrote it. */
const ALWAYS_IN_SYSTEM: ReadonlySet<string> = new Set([
  'EventID',
  'Provider_Name',
  'Channel',
  'Computer',
  'ComputerName',
  'Version',
]);

type Fields = ReadonlyMap<string, 'always' | 'sometimes'>;

const EXTRA: ReadonlyMap<string, Fields> = new Map(
  KNOWN_ROWS.flatMap(([channel, ids, list]) => {
    const fields = new Map(
      list
        .split(' ')
        .map((field) =>
          field.endsWith('+') ? ([field.slice(0, -1), 'sometimes'] as const) : ([field, 'always'] as const),
        ),
    );
    return ids.map((id) => [`${channel.toLowerCase()} ${id}`, fields] as const);
  }),
);

/** Every field that an event of this channel and number may have; undefined where no table has it. */
function fieldsOfEvent(channel: string, provider: string | undefined, eventId: number): Fields | undefined {
  const extra = EXTRA.get(`${channel} ${eventId}`);
  if (extra !== undefined) return extra;
  const layout =
    (provider === undefined ? undefined : fieldLayoutOf(provider, eventId)) ?? fieldLayoutOfChannel(channel, eventId);
  if (layout === undefined) return undefined;
  if (layout.isUnnamed)
    return new Map([
      ['Data', 'sometimes'],
      ['Binary', 'sometimes'],
    ]);
  const fields = new Map<string, 'always' | 'sometimes'>();
  for (const { name, addedBy } of layout.fields) fields.set(name, addedBy === 0 ? 'always' : 'sometimes');
  return fields;
}

/** Whose events a binding of WMI-Activity is read as. */
const SYSMON_CHANNEL = 'microsoft-windows-sysmon/operational';

/** What of a route is known. A service without numbers of events is never complete. */
export function knownFieldsOf(route: Route): KnownFields {
  if (route.product === 'zeek') return ofZeek(route);
  if (route.product === 'triad') return { always: new Set(), sometimes: TRIAD_FIELDS, isComplete: true };
  const own = ownFields(route);
  const always = new Set<string>(ALWAYS_IN_SYSTEM);
  const sometimes = new Set<string>([...SYSTEM_SOURCES.keys()].filter((name) => !ALWAYS_IN_SYSTEM.has(name)));
  for (const [name, how] of own.fields) (how === 'always' ? always : sometimes).add(name);
  for (const [name, source] of route.fields) {
    const from = typeof source === 'string' ? [source] : source.from;
    const known = from.map((one) => own.fields.get(one));
    always.delete(name);
    sometimes.delete(name);
    const isPartial = typeof source !== 'string' && source.isPartial === true;
    if (known.includes('always') && !isPartial) always.add(name);
    else if (known.some((how) => how !== undefined) || !own.isComplete) sometimes.add(name);
  }
  for (const name of route.constants.keys()) always.add(name);
  for (const name of route.unfilled.keys()) if (always.delete(name)) sometimes.add(name);
  for (const name of route.blind) {
    always.delete(name);
    sometimes.delete(name);
  }
  for (const name of always) sometimes.delete(name);
  return { always, sometimes, isComplete: own.isComplete };
}

function ownFields(route: Route): { readonly fields: Fields; readonly isComplete: boolean } {
  const { channel, provider, eventIds } = route;
  if (channel === EVERY_CHANNEL) return { fields: new Map(), isComplete: false };
  const idsSeen = seenIds(route);
  const ids = idsSeen === 'all' ? idsOfChannel(channel) : idsSeen;
  let isComplete = eventIds !== 'all';
  const fields = new Map<string, 'always' | 'sometimes'>();
  const seen = new Map<string, number>();
  let events = 0;
  for (const id of ids) {
    const found = route.isVirtual ? fieldsOfEvent(SYSMON_CHANNEL, undefined, id) : fieldsOfEvent(channel, provider, id);
    if (found === undefined) {
      isComplete = false;
      continue;
    }
    events++;
    for (const [name, how] of found) {
      fields.set(name, fields.get(name) === 'sometimes' ? 'sometimes' : how);
      seen.set(name, (seen.get(name) ?? 0) + 1);
    }
  }
  for (const [name, count] of seen) if (count < events || !isComplete) fields.set(name, 'sometimes');
  return { fields, isComplete };
}

/** Numbers of a channel that are in a table. */
function idsOfChannel(channel: string): readonly number[] {
  const extra = KNOWN_ROWS.flatMap(([name, ids]) => (name.toLowerCase() === channel ? ids : []));
  const laid = FIELD_LAYOUTS.flatMap((layout) => (layout.channel.toLowerCase() === channel ? [layout.eventId] : []));
  return [...new Set([...extra, ...laid])];
}

function ofZeek(route: Route): KnownFields {
  const log = ZEEK_LOGS.find((one) => one.route.channel === route.channel);
  const always = new Set(log?.always ?? []);
  const sometimes = new Set(log?.sometimes ?? []);
  for (const [name, source] of route.fields) {
    const from = typeof source === 'string' ? [source] : source.from;
    if (from.some((one) => always.has(one))) always.add(name);
    else if (from.some((one) => sometimes.has(one))) sometimes.add(name);
  }
  return { always, sometimes, isComplete: log !== undefined };
}

/** What is known of routes, by their identity: a run asks the same ones again and again. */
const KNOWN = new WeakMap<Route, KnownFields>();

function known(route: Route): KnownFields {
  const before = KNOWN.get(route);
  if (before !== undefined) return before;
  const fields = knownFieldsOf(route);
  KNOWN.set(route, fields);
  return fields;
}

/** Whether events of the route have the field. A route of a service says more once it is narrowed to the numbers of a rule. */
export function knowledgeOf(route: Route, field: string): FieldKnowledge {
  if (route.blind.has(field)) return 'never';
  const { always, sometimes, isComplete } = known(route);
  if (always.has(field)) return 'always';
  if (sometimes.has(field)) return 'sometimes';
  if (route.product === 'triad' && isTriadField(field)) return 'sometimes';
  return isComplete ? 'never' : 'unknown';
}

/** A field of the route that differs from this name in case only: names compare exactly, so a rule with it never matches. */
export function caseOf(route: Route, field: string): string | undefined {
  const { always, sometimes } = known(route);
  if (always.has(field) || sometimes.has(field)) return undefined;
  const folded = field.toLowerCase();
  for (const names of [always, sometimes]) for (const name of names) if (name.toLowerCase() === folded) return name;
  return undefined;
}

/**
 * What is odd about a field that a rule of these routes reads: no event of any of them has it. Undefined where one may have it, or
 * nothing is known. Routes are told by their category or service.
 */
export function fieldLint(routes: readonly Route[], field: string): string | undefined {
  if (routes.length === 0) return undefined;
  const near = routes.map((route) => caseOf(route, field)).find((name) => name !== undefined);
  const isNever = routes.every((route) => knowledgeOf(route, field) === 'never');
  const isUnheard = routes.every((route) => ['never', 'unknown'].includes(knowledgeOf(route, field)));
  if (!isNever && !(isUnheard && near !== undefined)) return undefined;
  const names = [...new Set(routes.map(({ id }) => id.replace(/^service:/, '').replace(/\/.*$/, '')))];
  const hint = near === undefined ? '' : ` Names compare with upper and lower case: did you mean ${near}?`;
  return `No event of ${names.join(' or ')} has the field ${field}.${hint}`;
}
