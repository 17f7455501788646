import type { JsonValue } from '../shapes/index.ts';
import type { WmiObject } from '../windows/index.ts';
import { isClassName } from './class-paths.ts';
import { PropertyReader } from './exported-object.ts';
import type { AuditReading } from './reading.ts';
import { pathOf, referencePath } from './references.ts';
import type { RowPlace } from './source-bytes.ts';
import { isList, isObject, type JsonObject, own, ownText } from './wmi-values.ts';

/** Members of items that are not properties of the object, or are told apart from them. */
const OWN_MEMBERS = new Set([
  'class',
  'props',
  'error',
  'superclasses',
  'superclass',
  'kind',
  'filter_ref',
  'consumer_ref',
  'provider_ref',
  // The collector tells these beside the properties: the same SID as bytes, types, and names whose values it did not take.
  'creator_sid_hex',
  'types',
  'withheld',
]);
/** Names that do not follow from their parts (HARDENING 7.4). */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['creator_sid', 'CreatorSID'],
  ['provider', 'provider'],
  ['max_queue', 'MaximumQueueSize'],
  ['delivery_qos', 'DeliveryQoS'],
  ['clsid', 'CLSID'],
  ['client_clsid', 'ClientLoadableCLSID'],
  ['interval_ms', 'IntervalBetweenEvents'],
  ['event_datetime', 'EventDateTime'],
  ['event_date_time', 'EventDateTime'],
]);
/** What the collector tells of the file behind a provider is no property of WMI. */
const FILE_OF_PROVIDER = new Set(['server', 'dll', 'dll_sha256', 'signed', 'signature_status', 'signer']);
const STYLE = { isTable: false };

export interface ObjectList {
  readonly name: string;
  readonly read: (item: JsonValue, namespace: string, place: RowPlace, reading: AuditReading) => WmiObject | undefined;
}

/** Lists of a namespace in the order in which the collector writes them, and what their items are. */
export const LISTS: readonly ObjectList[] = [
  { name: 'filters', read: instanceOf('__EventFilter', 'Name') },
  { name: 'consumers', read: instanceOf(undefined, 'Name') },
  { name: 'bindings', read: bindingOf },
  { name: 'timers', read: instanceOf('__IntervalTimerInstruction', undefined) },
  { name: 'providers', read: inPart(instanceOf('__Win32Provider', 'Name')) },
  { name: 'registrations', read: inPart(registrationOf) },
  { name: 'consumer_classes', read: classOf },
  { name: 'process_classes', read: classOf },
];

/** Reads items of one class, or of the class that each names. */
function instanceOf(fixed: string | undefined, needed: string | undefined): ObjectList['read'] {
  return (item, namespace, place, reading) => {
    if (!isObject(item)) return undefined;
    const className = ownText(item, 'class') ?? fixed;
    if (className === undefined || !isClassName(className)) return undefined;
    const properties = propertiesOf(item, className, place, reading);
    if (needed !== undefined && !properties.read.has(needed)) return undefined;
    return instance(namespace, className, item, properties);
  };
}

/** Of providers and registrations the collector lists what matters, and not every property. */
function inPart(read: ObjectList['read']): ObjectList['read'] {
  return (...given) => {
    const object = read(...given);
    return object === undefined ? undefined : { ...object, isWhole: false };
  };
}

function instance(namespace: string, className: string, item: JsonObject, properties: PropertyReader): WmiObject {
  return {
    kind: 'instance',
    namespace,
    className,
    superclasses: superclassesOf(item),
    properties: properties.read,
    isWhole: !properties.hasLost && own(item, 'error') === undefined && !hasWithheld(item),
  };
}

function propertiesOf(item: JsonObject, className: string, place: RowPlace, reading: AuditReading): PropertyReader {
  const properties = new PropertyReader(className, STYLE, place, reading);
  for (const [name, value] of Object.entries(item)) {
    if (OWN_MEMBERS.has(name) || FILE_OF_PROVIDER.has(name)) continue;
    if (!properties.take(NAMES.get(name) ?? pascal(name), value)) break;
  }
  const typed = own(item, 'props');
  if (isObject(typed)) {
    for (const [name, value] of Object.entries(typed)) {
      const given = isObject(value) && Object.hasOwn(value, 'value') ? (own(value, 'value') ?? null) : value;
      if (!properties.read.has(name) && !properties.take(name, given)) break;
    }
  }
  return properties;
}

/** `query_language` as WMI names it. */
function pascal(name: string): string {
  return name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function bindingOf(item: JsonValue, namespace: string, place: RowPlace, reading: AuditReading): WmiObject | undefined {
  if (!isObject(item)) return undefined;
  const { filter, consumer, ...rest } = item;
  const ends: Record<string, JsonValue> = {};
  for (const [name, parts, ref] of [
    ['Filter', filter, ownText(item, 'filter_ref')],
    ['Consumer', consumer, ownText(item, 'consumer_ref')],
  ] as const) {
    const path = ref ?? endPath(parts, namespace);
    if (path === undefined || referencePath(path) === undefined) return undefined;
    ends[name] = path;
  }
  const className = '__FilterToConsumerBinding';
  const properties = propertiesOf({ ...ends, ...rest }, className, place, reading);
  return instance(namespace, className, item, properties);
}

/** True where the collector left values out on purpose: names that look like secrets. */
function hasWithheld(item: JsonObject): boolean {
  const withheld = own(item, 'withheld');
  return isList(withheld) && withheld.length > 0;
}

/** A registration of a provider, with the reference to it as a path. */
function registrationOf(
  item: JsonValue,
  namespace: string,
  place: RowPlace,
  reading: AuditReading,
): WmiObject | undefined {
  if (!isObject(item)) return undefined;
  const className = ownText(item, 'class');
  if (className === undefined || !isClassName(className)) return undefined;
  const { provider, ...rest } = item;
  const path = ownText(item, 'provider_ref') ?? endPath(provider, namespace);
  const properties = propertiesOf(path === undefined ? rest : { provider: path, ...rest }, className, place, reading);
  return instance(namespace, className, item, properties);
}

/** The path of an end told by its parts; one that names no namespace is of the binding's own. */
function endPath(parts: JsonValue | undefined, namespace: string): string | undefined {
  if (typeof parts === 'string') return parts;
  if (!isObject(parts)) return undefined;
  const className = ownText(parts, 'class');
  const name = own(parts, 'name');
  if (className === undefined || !isClassName(className) || typeof name !== 'string') return undefined;
  return pathOf(className, name, ownText(parts, 'namespace') ?? namespace);
}

function classOf(item: JsonValue, namespace: string, place: RowPlace, reading: AuditReading): WmiObject | undefined {
  const className =
    typeof item === 'string' ? item : isObject(item) ? (ownText(item, 'class') ?? ownText(item, 'name')) : undefined;
  if (className === undefined || !isClassName(className)) return undefined;
  const typed = isObject(item) ? own(item, 'props') : undefined;
  const properties = propertiesOf(isObject(typed) ? { props: typed } : {}, className, place, reading);
  return {
    kind: 'class',
    namespace,
    className,
    superclasses: isObject(item) ? superclassesOf(item) : [],
    properties: properties.read,
    isWhole: false,
  };
}

function superclassesOf(item: JsonObject): readonly string[] {
  const list = own(item, 'superclasses') ?? own(item, 'derivation') ?? own(item, 'superclass');
  const names = isList(list) ? list : [list];
  return names.filter((name) => typeof name === 'string' && isClassName(name)).slice(0, 64) as string[];
}
