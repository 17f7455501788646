import { createHash } from 'node:crypto';
import { type Element, element, instance, slot } from '../evtx/tree.ts';
import { nested, TYPE, type Value } from '../evtx/value.ts';
import type { EventModel, Setting } from './model.ts';
import { type EventSource, modelOf } from './source.ts';

const SOURCE: EventSource = {
  provider: 'Example-Provider',
  providerGuid: '3f2c1d0e-5b6a-4978-8a9b-acbdcedfe0f1',
  channel: 'Example/Operational',
  level: 4,
  keywords: 0n,
  processId: 4242,
};

/** An event whose body is this value: a nested instance, a bare element, or NULL. */
export function withBody(value: Value, setting: Setting & { readonly eventId?: number } = {}): EventModel {
  return modelOf(SOURCE, setting.eventId ?? 1000, {}, { kind: 'custom', value }, setting);
}

/** An event whose body has a template of its own: the element given, filled with the values. */
export function withElement(
  root: Element,
  values: readonly Value[],
  setting: Setting & { readonly eventId?: number } = {},
): EventModel {
  const guid = createHash('sha256').update(JSON.stringify(root)).digest('hex').slice(0, 32);
  return withBody(nested(instance({ guid, root }, values)), setting);
}

/** An event with these values as EventData, named v0, v1, ... The template's types are those of the values. */
export function withValues(
  values: readonly Value[],
  setting: Setting & { readonly eventId?: number } = {},
): EventModel {
  const fields = values.map((value, i) =>
    element('Data', { Name: `v${i}` }, slot(i, value.kind === 'plain' ? value.type : TYPE.binxml)),
  );
  return withElement(element('EventData', {}, ...fields), values, setting);
}
