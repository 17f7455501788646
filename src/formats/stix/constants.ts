import { known } from '../text.ts';
import { objectId } from './ids.ts';

export type StixObject = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

/** When the objects of this file were written down: they speak of no evidence. */
const WRITTEN = '2026-01-01T00:00:00.000Z';

/** TLP:AMBER by the id that the standard fixes (STIX 2.1, 7.2.1.4): findings of an organisation are for those who need them. */
export const MARKING = 'marking-definition--f88d31f6-486b-44da-b317-01333bde0b82';

/** Triad as the author of all else. */
export const AUTHOR: StixObject = {
  type: 'identity',
  spec_version: '2.1',
  id: objectId('identity', 'Triad'),
  created: WRITTEN,
  modified: WRITTEN,
  name: 'Triad',
  identity_class: 'system',
};

export const SUBSCRIPTION_TYPE = 'x-triad-wmi-subscription';

/** What stands behind the observable of our own. */
export const EXTENSION: StixObject = {
  type: 'extension-definition',
  spec_version: '2.1',
  id: objectId('extension-definition', SUBSCRIPTION_TYPE),
  created_by_ref: AUTHOR.id,
  created: WRITTEN,
  modified: WRITTEN,
  name: 'WMI event subscription',
  description: 'A filter, a consumer and what binds them, in one namespace of one host.',
  schema:
    'host, namespace, filter_name, query, consumer_class, consumer_name, payload, fingerprint, state: strings; seen_in: list of strings. Only host and namespace are always there.',
  version: '1.0.0',
  extension_types: ['new-sco'],
};

/** A domain object or relationship: its common properties, then its own, absent ones left out. */
export function authored(type: string, id: string, time: string, more: object): StixObject {
  return {
    type,
    spec_version: '2.1',
    id,
    created_by_ref: AUTHOR.id,
    created: time,
    modified: time,
    ...known(more),
    object_marking_refs: [MARKING],
  };
}

/** An observable: absent properties left out. */
export function observable(type: string, id: string, more: object): StixObject {
  return { type, spec_version: '2.1', id, ...known(more) };
}
