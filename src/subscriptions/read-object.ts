import { isSidText, type ObjectSight, type WmiObject } from '../windows/index.ts';
import {
  canonicalNamespace,
  canonicalProperties,
  isDefaultValue,
  payloadOf,
  propertyOf,
  standardConsumer,
} from '../wmi/index.ts';
import { bindingOf } from './read-sysmon.ts';
import type { BindingSight, ConsumerSight, FilterSight, Sighting } from './sighting.ts';

const FILTER = '__eventfilter';
const CONSUMER = '__eventconsumer';
const BINDING = '__filtertoconsumerbinding';
/** Below it only loose bytes tell of an object (CIM 7.5: slack): what follows from them is inferred. */
const SURE = 0.7;

/** What an object at rest says of a subscription; undefined for one that is no part of any. */
export function readRestingObject({ object, source, act, repository, boundClass }: ObjectSight): Sighting | undefined {
  if (object.kind !== 'instance') return undefined;
  // A declaration is intent: nobody says that it was ever stored.
  const isDeclared = source === 'mof' || act === 'declared';
  const base = {
    source,
    act: isDeclared ? ('standing' as const) : act,
    namespace: object.namespace === undefined ? undefined : canonicalNamespace(object.namespace),
    isInferred: (repository?.confidence ?? 1) < SURE,
  };
  const chain = [object.className, ...object.superclasses].map((name) => name.toLowerCase());
  if (chain.includes(BINDING)) {
    const binding = bindingSight(object);
    if (binding === undefined) return undefined;
    return { ...base, binding: boundClass === undefined ? binding : { ...binding, consumerClass: boundClass } };
  }
  if (chain.includes(FILTER)) return { ...base, filter: filterOf(object) };
  if (chain.includes(CONSUMER) || standardConsumer(object.className) !== undefined) {
    return { ...base, consumer: consumerOf(object) };
  }
  return undefined;
}

function texts(object: WmiObject): Map<string, string> {
  return canonicalProperties(object.properties);
}

function sidOf(properties: ReadonlyMap<string, string>): string | undefined {
  const sid = propertyOf(properties, 'CreatorSID');
  return sid !== undefined && isSidText(sid) ? sid.toUpperCase() : undefined;
}

function filterOf(object: WmiObject): FilterSight {
  const properties = texts(object);
  const eventNamespace = propertyOf(properties, 'EventNamespace');
  return {
    name: propertyOf(properties, 'Name'),
    query: propertyOf(properties, 'Query'),
    language: propertyOf(properties, 'QueryLanguage'),
    eventNamespace: eventNamespace === undefined ? undefined : canonicalNamespace(eventNamespace),
    creatorSid: sidOf(properties),
  };
}

function consumerOf(object: WmiObject): ConsumerSight {
  const { className, isWhole } = object;
  const properties = texts(object);
  const name = propertyOf(properties, 'Name');
  const creatorSid = sidOf(properties);
  properties.delete('Name');
  properties.delete('CreatorSID');
  // 5861 leaves defaults out; one content is one content whoever tells it. A derived class inherits those of the standard one.
  const standard = [className, ...object.superclasses].find((name) => standardConsumer(name) !== undefined);
  for (const [key, value] of properties) {
    if (isDefaultValue(standard ?? className, key, value)) properties.delete(key);
  }
  return {
    // Some audits tell that it is a consumer, not which.
    className: className.toLowerCase() === CONSUMER ? undefined : className,
    name,
    payload: payloadOf(className, properties),
    properties,
    creatorSid,
    isWhole,
    isCut: false,
  };
}

function bindingSight(object: WmiObject): BindingSight | undefined {
  const properties = texts(object);
  const creatorSid = sidOf(properties);
  const filterRef = propertyOf(properties, 'Filter');
  const consumerRef = propertyOf(properties, 'Consumer');
  for (const key of ['Filter', 'Consumer', 'CreatorSID']) properties.delete(key);
  const binding = bindingOf(filterRef, consumerRef, properties);
  return binding === undefined ? undefined : { ...binding, creatorSid };
}
