import type { Event } from '../windows/index.ts';
import {
  canonicalNamespace,
  consumerClassOfSysmonType,
  parseReference,
  referenceName,
  unwrapSysmonValue,
} from '../wmi/index.ts';
import type { Act, BindingSight, Sighting } from './sighting.ts';

const NO_PROPERTIES: ReadonlyMap<string, string> = new Map();

const ACTS: ReadonlyMap<string, Act> = new Map([
  ['created', 'created'],
  ['modified', 'modified'],
  ['deleted', 'deleted'],
]);

function unwrapped(event: Event, field: string): string | undefined {
  const raw = event.get(field);
  if (raw === undefined) return undefined;
  const text = unwrapSysmonValue(raw);
  return text === '' || text === '-' ? undefined : text;
}

/**
 * What a Sysmon 19, 20 or 21 says (DOMAIN 2.1); undefined for a record that names nothing. An operation that is none of
 * the three known ones only shows that the object stands.
 */
export function readSysmonObject(event: Event): Sighting | undefined {
  const user = event.get('User');
  const base = {
    source: 'sysmon' as const,
    act: ACTS.get((event.get('Operation') ?? '').trim().toLowerCase()) ?? ('standing' as const),
    user: user === undefined || user.trim() === '' ? undefined : user.trim(),
    isInferred: event.isForeignTemplate,
  };
  const name = unwrapped(event, 'Name');
  if (event.eventId === 19) {
    const query = unwrapped(event, 'Query');
    const eventNamespace = unwrapped(event, 'EventNamespace');
    if (name === undefined && query === undefined) return undefined;
    return {
      ...base,
      namespace: undefined,
      filter: {
        name,
        query,
        eventNamespace: eventNamespace === undefined ? undefined : canonicalNamespace(eventNamespace),
      },
    };
  }
  if (event.eventId === 20) {
    const payload = unwrapped(event, 'Destination');
    const type = unwrapped(event, 'Type');
    if (name === undefined && payload === undefined) return undefined;
    return {
      ...base,
      namespace: undefined,
      consumer: {
        className: type === undefined ? undefined : (consumerClassOfSysmonType(type) ?? undefined),
        name,
        payload,
        properties: NO_PROPERTIES,
        isWhole: false,
        isCut: false,
      },
    };
  }
  const binding = bindingOf(unwrapped(event, 'Filter'), unwrapped(event, 'Consumer'), NO_PROPERTIES);
  if (binding === undefined) return undefined;
  return { ...base, namespace: binding.consumerNamespace ?? binding.filterNamespace, binding };
}

/**
 * The binding that two references tell (DOMAIN 2.2 #3); undefined without either. A reference that cannot be taken apart
 * is kept as the name.
 */
export function bindingOf(
  filterRef: string | undefined,
  consumerRef: string | undefined,
  properties: ReadonlyMap<string, string>,
): BindingSight | undefined {
  if (filterRef === undefined && consumerRef === undefined) return undefined;
  const filter = filterRef === undefined ? undefined : parseReference(filterRef);
  const consumer = consumerRef === undefined ? undefined : parseReference(consumerRef);
  return {
    filterName: filter === undefined ? filterRef : (referenceName(filter) ?? filterRef),
    filterNamespace: filter?.namespace,
    consumerClass: consumer?.className,
    consumerName: consumer === undefined ? consumerRef : (referenceName(consumer) ?? consumerRef),
    consumerNamespace: consumer?.namespace,
    filterRef,
    consumerRef,
    isRelative: filter?.namespace === undefined && consumer?.namespace === undefined,
    properties,
  };
}
