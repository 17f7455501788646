import { type Event, formatTime, getFolded, wellKnownSidName } from '../windows/index.ts';
import {
  canonicalClassName,
  canonicalNamespace,
  creatorSidOf,
  escapeMofString,
  type MofInstance,
  mofText,
  parse5861Cause,
  parseReference,
  referenceName,
} from '../wmi/index.ts';
import { SYSMON_CHANNEL } from './sources.ts';

/** What a binding that was logged tells of its own making: only some are logged when they are made (DOMAIN 3.5, L1). */
export type BindingOperation = 'Created' | 'Registered';

/** An event that a record implies: its fields are made, its place and time are the record's. */
export interface VirtualEvent extends Event {
  readonly isVirtual: true;
  /** The record it is made of, which is the evidence. */
  readonly record: Event;
}

/** The words that Sysmon has for classes of consumers; only the first two are known from records. */
const SYSMON_TYPES: ReadonlyMap<string, string> = new Map([
  ['CommandLineEventConsumer', 'Command Line'],
  ['ActiveScriptEventConsumer', 'Script'],
  ['LogFileEventConsumer', 'Log File'],
  ['NTEventLogEventConsumer', 'Event Log'],
  ['SMTPEventConsumer', 'SMTP'],
]);

/**
 * The filter, the consumer and the binding that a WMI-Activity 5861 tells of, as Sysmon 19, 20 and 21 would (SIGMA 6.5, SETTLED E3).
 * Parts that its text does not hold are left out, of a text that was cut too. None for any other event.
 */
export function virtualWmiEvents(record: Event, operation: BindingOperation): readonly VirtualEvent[] {
  if (record.eventId !== 5861) return [];
  const { filter, consumer } = parse5861Cause(getFolded(record, 'PossibleCause') ?? '');
  const events: VirtualEvent[] = [];
  if (filter !== undefined) {
    events.push(
      made(record, 19, 'WmiFilterEvent', operation, filter, [
        ['EventNamespace', mofText(filter, 'EventNamespace')],
        ['Name', mofText(filter, 'Name')],
        ['Query', mofText(filter, 'Query')],
      ]),
    );
  }
  if (consumer !== undefined) {
    const className = canonicalClassName(consumer.className);
    events.push(
      made(
        record,
        20,
        'WmiConsumerEvent',
        operation,
        consumer,
        [
          ['Name', mofText(consumer, 'Name')],
          ['Destination', destinationOf(className, consumer)],
        ],
        [['Type', SYSMON_TYPES.get(className) ?? className]],
      ),
    );
  }
  const paths = bindingPaths(record, filter, consumer);
  if (paths !== undefined) {
    events.push(
      made(record, 21, 'WmiBindingEvent', operation, consumer, [
        ['Consumer', paths.consumer],
        ['Filter', paths.filter],
      ]),
    );
  }
  return events;
}

/** What the consumer does, as Sysmon's `Destination` has it. */
function destinationOf(className: string, consumer: MofInstance): string | undefined {
  const filled = (...names: readonly string[]): string | undefined => {
    for (const name of names) {
      const text = mofText(consumer, name);
      if (text !== undefined && text !== '') return text;
    }
    return undefined;
  };
  if (className === 'LogFileEventConsumer') return filled('Filename');
  return filled('CommandLineTemplate', 'ExecutablePath', 'ScriptText', 'ScriptFileName');
}

function bindingPaths(
  record: Event,
  filter: MofInstance | undefined,
  consumer: MofInstance | undefined,
): { readonly consumer: string; readonly filter: string } | undefined {
  const written = parseReference(getFolded(record, 'CONSUMER') ?? '');
  const className = consumer?.className ?? written?.className;
  const consumerName = textOf(consumer) ?? (written === undefined ? undefined : referenceName(written));
  const filterName = textOf(filter) ?? getFolded(record, 'ESS');
  if (className === undefined || consumerName === undefined || filterName === undefined) return undefined;
  const namespace = canonicalNamespace(getFolded(record, 'Namespace') ?? '');
  const path = (name: string, key: string): string => {
    const prefix = namespace === '' ? '' : `\\\\.\\${namespace}:`;
    return `${prefix}${name}.Name="${key.replace(/[\\"]/g, '\\$&')}"`;
  };
  return { consumer: path(canonicalClassName(className), consumerName), filter: path('__EventFilter', filterName) };
}

function textOf(instance: MofInstance | undefined): string | undefined {
  return instance === undefined ? undefined : mofText(instance, 'Name');
}

type Field = readonly [name: string, value: string];

function made(
  record: Event,
  eventId: 19 | 20 | 21,
  eventType: string,
  operation: BindingOperation,
  owner: MofInstance | undefined,
  wrapped: readonly (readonly [name: string, value: string | undefined])[],
  plain: readonly Field[] = [],
): VirtualEvent {
  const sid = owner === undefined ? undefined : creatorSidOf(owner);
  const time = formatTime(record.timeMs, record.timeTicks);
  const fields: readonly Field[] = [
    ['EventType', eventType],
    ['UtcTime', time.slice(0, 23).replace('T', ' ')],
    ['Operation', operation],
    ...(sid === undefined ? [] : [['User', wellKnownSidName(sid) ?? sid] as const]),
    ...plain,
    // In the quotes and escapes of Sysmon, so that rules for either form see what they would there.
    ...wrapped.flatMap(([name, value]) =>
      value === undefined ? [] : [[name, ` "${escapeMofString(value)}"`] as const],
    ),
  ];
  return virtualEvent(record, eventId, fields);
}

function virtualEvent(record: Event, eventId: number, fields: readonly Field[]): VirtualEvent {
  const event: VirtualEvent = {
    isVirtual: true,
    record,
    provider: 'Microsoft-Windows-Sysmon',
    channel: SYSMON_CHANNEL,
    eventId,
    version: 3,
    computer: record.computer,
    timeMs: record.timeMs,
    timeTicks: record.timeTicks,
    createdMs: record.createdMs,
    createdTicks: record.createdTicks,
    recordId: record.recordId,
    headerRecordId: record.headerRecordId,
    recordClass: record.recordClass,
    isForeignTemplate: record.isForeignTemplate,
    place: record.place,
    shape: record.shape,
    ...(record.timeQuality === undefined ? {} : { timeQuality: record.timeQuality }),
    otherPlaces: record.otherPlaces,
    system: () => undefined,
    get: (name) => fields.find(([key]) => key === name)?.[1],
    all: (name) => fields.flatMap(([key, value]) => (key === name ? [value] : [])),
    entries: () => fields,
    detach: () => virtualEvent(record.detach(), eventId, fields),
  };
  return event;
}
