import { type Event, getFolded } from '../windows/index.ts';
import {
  canonicalNamespace,
  canonicalProperties,
  creatorSidOf,
  type MofInstance,
  mofText,
  parse5861Cause,
  parseReference,
  payloadOf,
  referenceName,
} from '../wmi/index.ts';
import type { ConsumerSight, FilterSight, Sighting } from './sighting.ts';

const NO_PROPERTIES: ReadonlyMap<string, string> = new Map();

/**
 * What a WMI-Activity 5861 says: the whole subscription, standing (DOMAIN 2.1). Names of `ESS` and `CONSUMER` win over
 * those inside the MOF text; undefined for a record that names neither end.
 */
export function readBindingRecord(event: Event): Sighting | undefined {
  const cause = parse5861Cause(getFolded(event, 'PossibleCause') ?? '');
  const consumerText = stated(getFolded(event, 'CONSUMER'));
  const reference = consumerText === undefined ? undefined : parseReference(consumerText);
  const filterName = stated(getFolded(event, 'ESS')) ?? nameOf(cause.filter);
  const consumerClass = reference?.className ?? cause.consumer?.className;
  const consumerName =
    (reference === undefined ? undefined : referenceName(reference)) ?? nameOf(cause.consumer) ?? consumerText;
  if (filterName === undefined && consumerName === undefined) return undefined;
  const namespace = stated(getFolded(event, 'Namespace'));
  return {
    source: '5861',
    act: 'standing',
    namespace: namespace === undefined ? undefined : canonicalNamespace(namespace),
    filter: filterSight(filterName, cause.filter),
    consumer: consumerSight(consumerClass, consumerName, cause.consumer),
    binding: { filterName, consumerClass, consumerName, isRelative: false, properties: NO_PROPERTIES },
    isInferred: event.isForeignTemplate,
  };
}

function stated(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === undefined || trimmed === '' ? undefined : trimmed;
}

function nameOf(instance: MofInstance | undefined): string | undefined {
  return instance === undefined ? undefined : mofText(instance, 'Name');
}

function filterSight(name: string | undefined, instance: MofInstance | undefined): FilterSight {
  if (instance === undefined) return { name, query: undefined };
  const eventNamespace = mofText(instance, 'EventNamespace');
  return {
    name,
    query: mofText(instance, 'Query'),
    language: mofText(instance, 'QueryLanguage'),
    eventNamespace: eventNamespace === undefined ? undefined : canonicalNamespace(eventNamespace),
    creatorSid: creatorSidOf(instance),
  };
}

function consumerSight(
  className: string | undefined,
  name: string | undefined,
  instance: MofInstance | undefined,
): ConsumerSight {
  if (instance === undefined) {
    return { className, name, payload: undefined, properties: NO_PROPERTIES, isWhole: false, isCut: false };
  }
  const properties = canonicalProperties(instance.properties);
  properties.delete('Name');
  properties.delete('CreatorSID');
  return {
    className,
    name,
    payload: payloadOf(className ?? instance.className, properties),
    properties,
    creatorSid: creatorSidOf(instance),
    isWhole: true,
    isCut: instance.isCut,
  };
}
