import assert from 'node:assert/strict';
import test from 'node:test';
import type { JsonValue } from './json-value.ts';
import { nxlogShape } from './nxlog.ts';
import type { MessageReader } from './read-event.ts';
import type { Reading } from './types.ts';

const HEADER = {
  EventTime: '2020-09-01 21:43:49',
  Hostname: 'H',
  SourceName: 'Microsoft-Windows-Sysmon',
  Channel: 'Microsoft-Windows-Sysmon/Operational',
  SeverityValue: 2,
};

function readWith(value: Readonly<Record<string, JsonValue>>, readMessage: MessageReader = () => undefined): Reading {
  const shape = nxlogShape(readMessage);
  const unit = { kind: 'json', value, offset: 0, length: 1, line: 1 } as const;
  assert.ok(shape.detect(unit) !== undefined);
  return shape.read(unit, { file: 'x' });
}

function fieldsOf(reading: Reading): Record<string, string> {
  assert.ok(reading.kind === 'event' || reading.kind === 'lost');
  return Object.fromEntries(reading.event.entries());
}

test('ProcessID is Execution as a number without ExecutionProcessID, and a field as text', () => {
  const network = {
    ...HEADER,
    SourceName: 'Microsoft-Windows-Security-Auditing',
    Channel: 'Security',
    EventID: 5156,
    Message: 'm',
  };
  const cases = [
    { ...network, ProcessID: '3488', ThreadID: 4 },
    { ...network, ProcessID: 4, ExecutionProcessID: 2 },
    { ...network, ProcessId: '3192', ExecutionProcessID: 4 },
    { ...network, ProcessID: 4 },
  ].map((value) => {
    const reading = readWith(value);
    assert.ok(reading.kind === 'event');
    return [reading.event.system('ProcessID'), reading.event.get('ProcessID'), reading.event.get('ProcessId')];
  });
  assert.deepEqual(cases, [
    [undefined, '3488', undefined],
    ['2', '4', undefined],
    ['4', '3192', undefined],
    ['4', undefined, undefined],
  ]);
});

test('what the shipper calls by the name of a field is no field', () => {
  const filter = {
    ...HEADER,
    EventID: 19,
    Name: ' "X"',
    Query: ' "q"',
    EventNamespace: ' "n"',
    User: 'u',
    UtcTime: '2020-09-02 01:43:49.897',
  };
  assert.deepEqual(fieldsOf(readWith({ ...filter, EventType: 'INFO', Operation: 'ReadFile', Domain: 'D', port: 1 })), {
    UtcTime: '2020-09-02 01:43:49.897',
    User: 'u',
    EventNamespace: ' "n"',
    Name: ' "X"',
    Query: ' "q"',
  });
  const stated = fieldsOf(readWith({ ...filter, EventType: 'WmiFilterEvent', Operation: 'Modified' }));
  assert.deepEqual([stated['EventType'], stated['Operation']], ['WmiFilterEvent', 'Modified']);
});

test('a field keeps to its own case where two members differ by case only', () => {
  const session = {
    ...HEADER,
    EventID: 20,
    name: 'of the shipper',
    Name: ' "X"',
    Type: 'Script',
    type: 'mordor',
    Destination: 'd',
    User: 'u',
    Operation: 'Created',
    UtcTime: '2020-09-02 01:43:49.897',
  };
  const fields = fieldsOf(readWith(session));
  assert.deepEqual([fields['Name'], fields['Type'], fields['type']], [' "X"', 'Script', undefined]);
});

test('UserData is read as XML where it is XML, and is a field of its own in 4103', () => {
  const wmi = {
    ...HEADER,
    SourceName: 'Microsoft-Windows-WMI-Activity',
    Channel: 'Microsoft-Windows-WMI-Activity/Operational',
    EventID: 5860,
  };
  const xml =
    '<Operation_TemporaryEssStarted xmlns="x"><NamespaceName>n</NamespaceName><Processid>7</Processid></Operation_TemporaryEssStarted>';
  assert.deepEqual(fieldsOf(readWith({ ...wmi, UserData: xml })), { NamespaceName: 'n', Processid: '7' });
  const call = {
    ...HEADER,
    SourceName: 'Microsoft-Windows-PowerShell',
    Channel: 'Microsoft-Windows-PowerShell/Operational',
    EventID: 4103,
  };
  assert.deepEqual(fieldsOf(readWith({ ...call, ContextInfo: 'c', UserData: '<a><b>1</b></a>', Payload: 'p' })), {
    ContextInfo: 'c',
    UserData: '<a><b>1</b></a>',
    Payload: 'p',
  });
});

test('what only the message has comes from the message, and never over a field', () => {
  const asked: string[] = [];
  const readMessage: MessageReader = (provider, eventId, message) => {
    asked.push(`${provider} ${eventId} ${message}`);
    return [
      ['Destination', 'of the message'],
      ['Name', 'of the message'],
      ['ProcessId', '12'],
    ];
  };
  const lost = readWith({ ...HEADER, EventID: 20, EventType: 'WmiConsumerEvent', Message: 'text' }, readMessage);
  assert.deepEqual(
    [lost.kind, lost.kind === 'event' ? lost.losses : []],
    ['event', ['message-only', 'level', 'seconds']],
  );
  assert.deepEqual(fieldsOf(lost), {
    EventType: 'WmiConsumerEvent',
    Name: 'of the message',
    Destination: 'of the message',
    ProcessId: '12',
  });
  assert.deepEqual(asked, ['Microsoft-Windows-Sysmon 20 text']);
  const partly = {
    ...HEADER,
    EventID: 20,
    Operation: 'Created',
    User: 'u',
    Name: 'own',
    Type: 't',
    UtcTime: '',
    Message: 'text',
  };
  assert.equal(fieldsOf(readWith(partly, readMessage))['Name'], 'own');
});

test('a record without fields and message is content lost; one of an unknown event keeps its members', () => {
  assert.equal(readWith({ ...HEADER, EventID: 20, ERROR_EVT_UNRESOLVED: true }).kind, 'lost');
  assert.equal(readWith({ ...HEADER, EventID: 20, Message: 'ERROR_EVT_UNRESOLVED' }).kind, 'lost');
  const other = readWith({
    ...HEADER,
    SourceName: 'Other',
    Channel: 'Other/Admin',
    EventID: 7,
    Colour: 'red',
    Message: 'm',
    tags: ['t'],
    ProcessID: 4,
  });
  assert.deepEqual(fieldsOf(other), { Colour: 'red' });
});

test('classic events whose values have no names keep their text as Data', () => {
  const pipeline = {
    ...HEADER,
    SourceName: 'PowerShell',
    Channel: 'Windows PowerShell',
    EventID: 800,
    Message: 'HostApplication=x',
  };
  assert.deepEqual(fieldsOf(readWith(pipeline)), { Data: 'HostApplication=x' });
});

test('a time says how far it can be trusted, and the shipper how far its clock is from UTC', () => {
  const stated = (value: Readonly<Record<string, JsonValue>>): unknown => {
    const reading = readWith({ ...HEADER, EventID: 5, Message: 'm', ...value });
    assert.ok(reading.kind === 'event');
    const { zone, precision, ms } = reading.event.stated;
    return [zone, precision, new Date(ms).toISOString(), reading.event.receivedOffsetMinutes];
  };
  assert.deepEqual(
    [
      stated({}),
      stated({ EventReceivedTime: '2020-09-01 21:43:50', '@timestamp': '2020-09-02T01:43:50.870Z' }),
      stated({ EventReceivedTime: '2020-09-01T21:43:50Z', '@timestamp': '2020-09-02T01:43:50.870Z' }),
      stated({ EventTime: '2020-09-01T21:43:49.123456-04:00' }),
      stated({ EventTime: '2020-09-01T21:43:49.123Z' }),
    ],
    [
      ['local', 's', '2020-09-01T21:43:49.000Z', undefined],
      ['local', 's', '2020-09-01T21:43:49.000Z', -240],
      ['local', 's', '2020-09-01T21:43:49.000Z', undefined],
      ['utc', 'ticks', '2020-09-02T01:43:49.123Z', undefined],
      ['claimed', 'ms', '2020-09-01T21:43:49.123Z', undefined],
    ],
  );
});

test("a 104 whose own Channel took the header's place stands in System, and names the log that was cleared", () => {
  const cleared = {
    EventID: 104,
    Channel: 'Microsoft-Windows-WMI-Activity/Operational',
    Hostname: 'H',
    TimeCreated: '2026-03-12 01:20:03.701',
    SubjectUserName: 'alice',
    SubjectDomainName: 'CORP',
  };
  const reading = readWith(cleared);
  assert.ok(reading.kind === 'event');
  assert.deepEqual(
    [reading.event.channel, reading.event.provider, reading.event.get('Channel')],
    ['System', 'Microsoft-Windows-Eventlog', 'Microsoft-Windows-WMI-Activity/Operational'],
  );
  const other = readWith({ ...cleared, SubjectUserName: null, SubjectDomainName: null });
  assert.ok(other.kind === 'event');
  assert.equal(other.event.channel, 'Microsoft-Windows-WMI-Activity/Operational');
  const own = readWith({ ...cleared, Channel: 'System' });
  assert.ok(own.kind === 'event');
  assert.deepEqual([own.event.channel, own.event.get('Channel')], ['System', undefined]);
});

test("the header's Version is no field of Sysmon 4, whose own is a text", () => {
  const started = {
    ...HEADER,
    EventID: 4,
    State: 'Started',
    SchemaVersion: '4.50',
    UtcTime: '2026-03-12 01:20:07.402',
  };
  assert.equal(fieldsOf(readWith({ ...started, Version: 3 }))['Version'], undefined);
  assert.equal(fieldsOf(readWith({ ...started, Version: '13.33' }))['Version'], '13.33');
});

test('the account of the logging process is no field of the event', () => {
  const service = {
    ...HEADER,
    SourceName: 'Service Control Manager',
    Channel: 'System',
    EventID: 7045,
    ServiceName: 's',
    ImagePath: 'i',
    ServiceType: 't',
    StartType: 'demand start',
  };
  const logged = fieldsOf(readWith({ ...service, AccountName: 'SYSTEM', AccountType: 'User', Domain: 'NT AUTHORITY' }));
  assert.equal(logged['AccountName'], undefined);
  assert.equal(fieldsOf(readWith({ ...service, AccountName: 'LocalSystem' }))['AccountName'], 'LocalSystem');
});
