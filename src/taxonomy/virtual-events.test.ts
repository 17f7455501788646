import assert from 'node:assert/strict';
import { test } from 'node:test';
import { madeEvents } from '../../test/made-event.ts';
import { type EventModel, wmi } from '../../testkit/index.ts';
import type { Event } from '../windows/index.ts';
import { EventFields, isOfRoute, narrowedTo, routesOf, seenIds, type VirtualEvent, virtualWmiEvents } from './index.ts';

const SID = 'S-1-5-21-1-2-3-1104';
const FILTER = {
  name: 'F "1"',
  query: "select * from x where a = 'b'",
  eventNamespace: 'root\\cimv2',
  creatorSid: SID,
};
const CONSUMER = {
  class: 'CommandLineEventConsumer',
  name: 'Evil',
  properties: { CommandLineTemplate: 'cmd.exe /c "C:\\a b\\x.bat"' },
  creatorSid: 'S-1-5-18',
};

function only(model: EventModel): Event {
  const [event] = madeEvents([model]);
  assert.ok(event !== undefined);
  return event;
}

function shown(event: VirtualEvent | undefined): unknown {
  return event === undefined ? undefined : [event.eventId, Object.fromEntries(event.entries())];
}

test('E3: a binding is a filter, a consumer and a binding as Sysmon writes them, with the record as evidence', () => {
  const record = only(wmi.binding(FILTER, CONSUMER, { time: '2026-03-12T09:00:00.1234567Z' }));
  const [filter, consumer, binding] = virtualWmiEvents(record, 'Registered');
  const head = { UtcTime: '2026-03-12 09:00:00.123', Operation: 'Registered' };
  assert.deepEqual(shown(filter), [
    19,
    {
      EventType: 'WmiFilterEvent',
      ...head,
      User: SID,
      EventNamespace: ' "root\\\\cimv2"',
      Name: ' "F \\"1\\""',
      Query: ' "select * from x where a = \'b\'"',
    },
  ]);
  assert.deepEqual(shown(consumer), [
    20,
    {
      EventType: 'WmiConsumerEvent',
      ...head,
      User: 'NT AUTHORITY\\SYSTEM',
      Type: 'Command Line',
      Name: ' "Evil"',
      Destination: ' "cmd.exe /c \\"C:\\\\a b\\\\x.bat\\""',
    },
  ]);
  assert.deepEqual(shown(binding), [
    21,
    {
      EventType: 'WmiBindingEvent',
      ...head,
      User: 'NT AUTHORITY\\SYSTEM',
      Consumer: ' "\\\\\\\\.\\\\root\\\\subscription:CommandLineEventConsumer.Name=\\"Evil\\""',
      Filter: ' "\\\\\\\\.\\\\root\\\\subscription:__EventFilter.Name=\\"F \\\\\\"1\\\\\\"\\""',
    },
  ]);
  assert.equal(filter?.record, record);
  assert.deepEqual(filter?.place, record.place);
  assert.deepEqual(
    [filter?.channel, filter?.computer, filter?.timeTicks, filter?.detach().get('Name')],
    ['Microsoft-Windows-Sysmon/Operational', record.computer, record.timeTicks, ' "F \\"1\\""'],
  );
});

test('113, 114: a rule on WMI events reads the virtual ones as it reads those of Sysmon', () => {
  const routing = routesOf({ product: 'windows', category: 'wmi_event' });
  assert.ok('routes' in routing);
  const [ofSysmon, ofActivity] = routing.routes;
  assert.ok(ofSysmon !== undefined && ofActivity !== undefined);
  const record = only(wmi.binding(FILTER, CONSUMER));
  assert.deepEqual([isOfRoute(ofSysmon, record), isOfRoute(ofActivity, record)], [false, true]);
  assert.deepEqual([ofActivity.isVirtual, ofActivity.eventIds], [true, [5861]]);
  assert.deepEqual(
    [seenIds(ofActivity), seenIds(ofSysmon)],
    [
      [19, 20, 21],
      [19, 20, 21],
    ],
  );
  assert.deepEqual(narrowedTo(ofActivity, [20, 1]).eventIds, [5861]);
  assert.deepEqual(narrowedTo(ofActivity, [5861]).eventIds, []);
  const fields = new EventFields(ofActivity);
  const destinations = virtualWmiEvents(record, 'Created').map((event) => {
    fields.moveTo(event);
    return [fields.values('EventID')?.[0], fields.values('Destination')?.at(-1), fields.values('Operation')?.[0]];
  });
  assert.deepEqual(destinations, [
    [19, undefined, 'Created'],
    [20, 'cmd.exe /c "C:\\a b\\x.bat"', 'Created'],
    [21, undefined, 'Created'],
  ]);
});

test('a consumer is told by what it does, and by its class where Sysmon has no word for it', () => {
  const of = (className: string, properties: Readonly<Record<string, string>>): unknown => {
    const model = wmi.binding({ name: 'f', query: 'q' }, { class: className, name: 'c', properties });
    const event = virtualWmiEvents(only(model), 'Created').find(({ eventId }) => eventId === 20);
    return [event?.get('Type'), event?.get('Destination'), event?.get('User')];
  };
  assert.deepEqual(of('ActiveScriptEventConsumer', { ScriptText: 'a\r\nb', ScriptingEngine: 'VBScript' }), [
    'Script',
    ' "a\\r\\nb"',
    undefined,
  ]);
  assert.deepEqual(of('ActiveScriptEventConsumer', { ScriptFileName: 'C:\\x.vbs' }), [
    'Script',
    ' "C:\\\\x.vbs"',
    undefined,
  ]);
  assert.deepEqual(of('LogFileEventConsumer', { Filename: 'C:\\x.log', Text: 't' }), [
    'Log File',
    ' "C:\\\\x.log"',
    undefined,
  ]);
  assert.deepEqual(of('CommandLineEventConsumer', { ExecutablePath: 'C:\\x.exe' }), [
    'Command Line',
    ' "C:\\\\x.exe"',
    undefined,
  ]);
  assert.deepEqual(of('EvilConsumer', {}), ['EvilConsumer', undefined, undefined]);
});

test('L21 a text that was cut tells what it holds, and any other event tells nothing', () => {
  const record = only(wmi.binding(FILTER, CONSUMER));
  const withCause = (cause: string): Event => ({
    ...record,
    get: (name) => (name === 'PossibleCause' ? cause : record.get(name)),
  });
  const whole = record.get('PossibleCause') ?? '';
  const consumerAt = whole.indexOf('Perm. Consumer');
  assert.deepEqual(
    virtualWmiEvents(withCause(whole.slice(0, consumerAt)), 'Created').map(({ eventId }) => eventId),
    [19, 21],
  );
  assert.deepEqual(
    virtualWmiEvents(withCause(''), 'Created').map(({ eventId }) => eventId),
    [21],
  );
  assert.deepEqual(virtualWmiEvents(only(wmi.event(5859)), 'Created'), []);
});
