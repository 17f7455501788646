import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { gunzipSync } from 'node:zlib';
import { type JsonValue, recogniseUnit, type ShapedEvent, TextReader, type TextResult } from './index.ts';
import type { ThirdPartyFinding } from './types.ts';

const CORPUS = join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus', 'dev');
const skip = existsSync(CORPUS) ? false : 'the corpus is not beside the repository';

function read(bytes: Uint8Array): { events: readonly ShapedEvent[]; result: TextResult } {
  const events: ShapedEvent[] = [];
  const reader = new TextReader({ source: { file: 'x' } });
  const sink = { onEvent: (event: ShapedEvent) => events.push(event) };
  reader.push(bytes, sink);
  return { events, result: reader.end(sink) };
}

function readSample(path: string): { events: readonly ShapedEvent[]; result: TextResult } {
  const bytes = readFileSync(join(CORPUS, path));
  return read(path.endsWith('.gz') ? gunzipSync(bytes) : bytes);
}

const readValue = (value: unknown): ReturnType<typeof read> => read(Buffer.from(`${JSON.stringify(value)}\n`));

test('every sample of the corpus in JSON is of the shape that its label says, unit for unit', { skip }, () => {
  const units = (name: string): Readonly<Record<string, number>> => readSample(`shapes/${name}`).result.units;
  assert.deepEqual(
    {
      dump: units('evtx_dump.jsonl'),
      records: units('evtx_dump_records.json.txt'),
      nxlog: units('nxlog_mordor_2019.jsonl'),
      logstash: units('nxlog_logstash_2020.jsonl'),
      flat: units('mordor_flat_timecreated.jsonl'),
      beat6: units('winlogbeat6_event_data.jsonl'),
      beat8: units('winlogbeat8_ecs_converted.jsonl'),
      windows: units('sentinel_event_table_sysmon.jsonl'),
      defender: units('defender_xdr_advanced_hunting.jsonl'),
    },
    {
      dump: { S2: 17 },
      records: { S2: 17 },
      nxlog: { S6: 51 },
      logstash: { S6: 61 },
      flat: { S6: 40 },
      beat6: { S5: 37 },
      beat8: { S4: 13 },
      windows: { S15: 40 },
      defender: { S16: 9 },
    },
  );
  const security = units('sentinel_securityevent.jsonl');
  assert.equal(security['S13'], 35);
  assert.ok((security['incomplete'] ?? 0) >= 1, 'the 5156 without channel and provider is incomplete');
});

test('the JSON and the XML of evtx_dump give the same events', { skip }, () => {
  const json = readSample('shapes/evtx_dump_records.json.txt').events;
  const xml = readSample('shapes/evtx_dump.xml').events;
  const plain = (event: ShapedEvent): unknown => ({
    head: [event.provider, event.channel, event.eventId, event.version, event.computer, event.recordId],
    frame: event.headerRecordId,
    stated: event.stated,
    system: event.system('Keywords'),
    fields: event.entries(),
  });
  assert.equal(json.length, 17);
  assert.deepEqual(json.map(plain), xml.map(plain));
});

test('the samples of Winlogbeat 6 and 8 hold the same records', { skip }, () => {
  const old = new Map(readSample('shapes/winlogbeat6_event_data.jsonl').events.map((event) => [event.recordId, event]));
  for (const event of readSample('shapes/winlogbeat8_ecs_converted.jsonl').events) {
    assert.deepEqual(event.entries(), old.get(event.recordId)?.entries(), String(event.recordId));
  }
});

test("fields of NXLog come under the names of the layout, the shipper's own members never", { skip }, () => {
  const { events } = readSample('json/slices/covenant_remote_subscription.jsonl.gz');
  const logon = events.find((event) => event.eventId === 4624);
  assert.deepEqual(
    [logon?.get('ProcessId'), logon?.system('ProcessID'), logon?.get('LogonType'), logon?.get('Domain')],
    ['0x0', '736', '3', undefined],
  );
  const filter = events.find((event) => event.eventId === 19);
  assert.deepEqual(
    [filter?.get('EventType'), filter?.get('Operation'), filter?.get('Name')],
    ['WmiFilterEvent', 'Created', ' "WSUS_QQTJ7"'],
  );
  const connection = readSample('shapes/nxlog_mordor_2019.jsonl').events.find((event) => event.eventId === 3);
  // There `ProcessID` is NXLog's number of the logging process: the record's own is in the message only.
  assert.equal(connection?.system('ProcessID'), '2644');
  assert.notEqual(connection?.get('ProcessId'), '2644');
});

test('ordinary JSON is no event, however near it comes', () => {
  const alike: readonly Record<string, JsonValue>[] = [
    { EventID: 1, message: 'ticket opened' },
    { EventID: 4688, Channel: 'Security' },
    { EventID: 4688, Channel: 'Security', Hostname: 'H' },
    { EventID: 'created', Channel: 'orders', SourceName: 'shop', Hostname: 'H', EventTime: '2026-01-01 00:00:00' },
    { Event: { System: { EventID: 1 } } },
    { Event: { System: { Provider: 'x', EventID: 1, Computer: 'c' } } },
    { System: { EventID: 4624, Provider: { Name: 'p' } } },
    { winlog: { event_id: 1 } },
    { winlog: 'text', event: { code: '1' } },
    { log_name: 'app', event_id: 3, source_name: 's' },
    { ProviderName: 'p', EventID: 1, StringInserts: 'a' },
    { source_type: 'file', event_id: 1, channel: 'c' },
    { body: { event_id: 5, channel: 'c' } },
    { ActionType: 'click', Timestamp: '2026-01-01T00:00:00Z' },
    { Id: 3, LogName: 'Security', ProviderName: 'p' },
    { EventId: 1, EventRecordId: 2, Channel: 'c', Provider: 'p', Computer: 'h' },
    { RuleTitle: 'x' },
    { document: { data: { Event: 1 } }, name: 'n' },
    { agent: { type: 'endpoint' }, event: { dataset: 'other' } },
    { OpenWEC: {}, System: { EventID: 1 } },
    { Provider: 'p', Channel: 'c', EventID: 1, EventData: {} },
  ];
  assert.deepEqual(
    alike.filter((value) => recogniseUnit({ kind: 'json', value, offset: 0, length: 1, line: 1 }) !== undefined),
    [],
  );
});

test('members that every object inherits are taken for nothing', () => {
  for (const key of ['__proto__', 'constructor', 'toString']) {
    const text = `{"Event":{"System":{"Provider":{"#attributes":{"Name":"${key}"}},"EventID":1,"Channel":"${key}","Computer":"c","TimeCreated":{"#attributes":{"SystemTime":"2026-01-01T00:00:00Z"}}},"EventData":{"${key}":"x","${key}_1":"y"}}}\n`;
    const [event] = read(Buffer.from(text)).events;
    assert.deepEqual(event?.all(key), ['x', 'y']);
  }
});

test('a unit of a known shape that lacks what every event has is broken, with the reason', () => {
  const { events, result } = readValue({
    winlog: { channel: 'Security', event_id: '4624', provider_name: 'p', computer_name: ['h'] },
    '@timestamp': '2026-01-01T00:00:00Z',
  });
  assert.deepEqual([events.length, result.rejected], [0, 1]);
  assert.match(result.anomalies[0]?.message ?? '', /of shape S4, but its computer is missing or of the wrong kind/);
});

test('values without names are named only where a form of the event has as many', () => {
  const event = (inserts: readonly string[], eventId = 4634): unknown => ({
    ProviderName: 'Microsoft-Windows-Security-Auditing',
    Channel: 'Security',
    EventID: eventId,
    Computer: 'h',
    TimeCreated: '2026-03-12 11:44:02 +0200',
    EventRecordID: 5,
    StringInserts: inserts,
  });
  const whole = readValue(event(['S-1-5-21-1-2-3-4', 'a', 'D', '0XABC', '3']));
  assert.deepEqual(whole.events[0]?.entries(), [
    ['TargetUserSid', 'S-1-5-21-1-2-3-4'],
    ['TargetUserName', 'a'],
    ['TargetDomainName', 'D'],
    ['TargetLogonId', '0xabc'],
    ['LogonType', '3'],
  ]);
  const shifted = readValue(event(['S-1-5-21-1-2-3-4', 'a', 'D', '0xABC']));
  assert.deepEqual(shifted.events[0]?.all('Data'), ['S-1-5-21-1-2-3-4', 'a', 'D', '0xABC']);
  assert.equal(shifted.result.losses['S7 positions'], 1);
});

test('the consumer that a pipeline moved to process.executable is the Destination again, never an Image', () => {
  const { events } = readValue({
    '@timestamp': '2026-03-12T09:44:02.913Z',
    event: { code: '20', module: 'sysmon' },
    process: { executable: ' "cmd.exe"' },
    user: { domain: 'CORP', name: 'alice' },
    winlog: {
      channel: 'Microsoft-Windows-Sysmon/Operational',
      provider_name: 'Microsoft-Windows-Sysmon',
      event_id: '20',
      computer_name: 'h',
      record_id: '7',
      event_data: { Operation: 'Created', Name: ' "X"', Type: 'Command Line' },
    },
  });
  assert.deepEqual(Object.fromEntries(events[0]?.entries() ?? []), {
    UtcTime: '2026-03-12 09:44:02.913',
    Operation: 'Created',
    User: 'CORP\\alice',
    Name: ' "X"',
    Type: 'Command Line',
    Destination: ' "cmd.exe"',
  });
});

test('a process that a pipeline took apart is put together again', () => {
  const { events, result } = readValue({
    '@timestamp': '2026-03-12T09:44:02.913Z',
    process: {
      entity_id: '{905CC552-2045-5CC5-0000-00105B2A0100}',
      pid: 4242,
      executable: 'C:\\a.exe',
      command_line: 'a.exe -x',
      working_directory: 'C:\\',
      hash: { md5: 'ab', sha256: 'cd' },
      pe: { imphash: 'ef' },
      parent: {
        pid: 7,
        executable: 'C:\\p.exe',
        command_line: 'p',
        entity_id: '{905cc552-2045-5cc5-0000-00105b2a0101}',
      },
    },
    user: { domain: 'CORP', name: 'alice' },
    winlog: {
      channel: 'Microsoft-Windows-Sysmon/Operational',
      provider_name: 'Microsoft-Windows-Sysmon',
      event_id: '1',
      computer_name: 'h',
      event_data: { LogonId: '0x3e7', IntegrityLevel: 'System' },
    },
  });
  assert.deepEqual(events[0]?.entries(), [
    ['UtcTime', '2026-03-12 09:44:02.913'],
    ['ProcessGuid', '{905cc552-2045-5cc5-0000-00105b2a0100}'],
    ['ProcessId', '4242'],
    ['Image', 'C:\\a.exe'],
    ['CommandLine', 'a.exe -x'],
    ['CurrentDirectory', 'C:\\'],
    ['User', 'CORP\\alice'],
    ['LogonId', '0x3e7'],
    ['IntegrityLevel', 'System'],
    ['Hashes', 'MD5=AB,SHA256=CD,IMPHASH=EF'],
    ['ParentProcessGuid', '{905cc552-2045-5cc5-0000-00105b2a0101}'],
    ['ParentProcessId', '7'],
    ['ParentImage', 'C:\\p.exe'],
    ['ParentCommandLine', 'p'],
  ]);
  assert.equal(result.losses['S4 pipeline'], 1);
});

test('names that evtx_dump numbers are one name again, unless the number belongs to the name', () => {
  const { events } = readValue({
    Event: {
      System: {
        Provider_attributes: { Name: 'p' },
        EventID: { '#attributes': { Qualifiers: 16384 }, '#text': 7036 },
        TimeCreated_attributes: { SystemTime: '2026-01-01T00:00:00.1234567Z' },
        Channel: 'System',
        Computer: 'h',
      },
      EventData: { Data: { '#text': ['a', 'b'] }, X: '1', X_1: '2', X_2: '3', Y_1: '4', X_9: '5', Binary: 'FF' },
    },
  });
  const [event] = events;
  assert.deepEqual(event?.entries(), [
    ['Data', 'a'],
    ['Data', 'b'],
    ['X', '1'],
    ['X', '2'],
    ['X', '3'],
    ['Y_1', '4'],
    ['X_9', '5'],
    ['Binary', 'FF'],
  ]);
  assert.equal(event?.system('Qualifiers'), '16384');
});

test('findings of other tools are kept apart, with what they say', () => {
  const found = (value: unknown): ThirdPartyFinding | undefined => {
    const { events, result } = readValue(value);
    assert.equal(events.length, 0);
    return result.thirdParty[0];
  };
  const without = (finding: ThirdPartyFinding | undefined): unknown => ({ ...finding, place: undefined });
  assert.deepEqual(
    [
      found({
        group: 'Sigma',
        kind: 'individual',
        document: { kind: 'evtx', data: { Event: { System: { Computer: 'H1' } } } },
        name: 'Suspicious WMI',
        level: 'high',
        timestamp: '2026-01-02T03:04:05Z',
      }),
      found({
        Timestamp: '2026-01-02 03:04:05.678 +00:00',
        RuleTitle: 'T',
        Level: 'crit',
        Computer: 'H2',
        Details: 'd',
      }),
      found({
        title: 'Z',
        rule_level: 'medium',
        count: 1,
        matches: [{ Computer: 'H3', SystemTime: '2026-01-02T03:04:05Z' }],
      }),
      found({
        agent: { type: 'endpoint' },
        event: { dataset: 'endpoint.events.process', action: ['start'] },
        host: { name: 'H4' },
        message: 'Endpoint process event',
        '@timestamp': '2026-01-02T03:04:05Z',
      }),
      found({ ActionType: 'WmiBindEventFilterToConsumer', Timestamp: 'soon', DeviceName: 'H5', ReportId_long: 5 }),
    ].map(without),
    [
      { product: 'Chainsaw', title: 'Suspicious WMI', level: 'high', host: 'H1', time: '2026-01-02T03:04:05Z' },
      { product: 'Hayabusa', title: 'T', level: 'crit', host: 'H2', time: '2026-01-02 03:04:05.678 +00:00' },
      { product: 'Zircolite', title: 'Z', level: 'medium', host: 'H3', time: '2026-01-02T03:04:05Z' },
      {
        product: 'Elastic Endpoint',
        title: 'Endpoint process event',
        action: 'start',
        host: 'H4',
        time: '2026-01-02T03:04:05Z',
      },
      { product: 'Microsoft Defender XDR', action: 'WmiBindEventFilterToConsumer', host: 'H5' },
    ].map((finding) => ({ ...finding, place: undefined })),
  );
});

test('a record of OTLP is read as the XML that stands beside its map, or as the line of JSON that is its body', () => {
  const xml =
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='P'/><EventID>7</EventID>" +
    "<TimeCreated SystemTime='2026-01-01T00:00:00.1234567Z'/><EventRecordID>9</EventRecordID><Channel>Security</Channel>" +
    '<Computer>h</Computer></System></Event>';
  const line =
    '{"@timestamp":"2026-01-01T00:00:00Z","winlog":{"channel":"Security","event_id":"8","provider_name":"P","computer_name":"h","record_id":10}}';
  const attribute = (stringValue: string): unknown => ({ key: 'log.record.original', value: { stringValue } });
  const map = { kvlistValue: { values: [{ key: 'channel', value: { stringValue: 'Security' } }] } };
  const { events, result } = readValue({
    resourceLogs: [
      {
        scopeLogs: [
          {
            logRecords: [
              { body: map, attributes: [{ key: 'a' }, attribute(xml)] },
              { body: { stringValue: line }, attributes: [attribute('<no event/>')] },
            ],
          },
        ],
      },
    ],
  });
  assert.deepEqual(result.units, { S1: 1, S4: 1, wrapper: 2 });
  assert.deepEqual(
    events.map(({ eventId, recordId }) => [eventId, recordId]),
    [
      [7, 9],
      [8, 10],
    ],
  );
});

test('an OTLP request is taken apart, with the body as a map or as XML', () => {
  const record = (body: unknown): unknown => ({
    resourceLogs: [{ scopeLogs: [{ logRecords: [{ timeUnixNano: '1773308642918012300', body }] }] }],
  });
  const pair = (key: string, value: unknown): unknown => ({ key, value });
  const map = (...values: readonly unknown[]): unknown => ({ kvlistValue: { values } });
  const text = (stringValue: string): unknown => ({ stringValue });
  const { events, result } = readValue(
    record(
      map(
        pair('channel', text('Security')),
        pair('computer', text('h')),
        pair('provider', map(pair('name', text('Microsoft-Windows-Security-Auditing')))),
        pair('event_id', map(pair('id', { intValue: '4634' }), pair('qualifiers', { intValue: '0' }))),
        pair('record_id', { intValue: '77' }),
        pair('event_data', map(pair('TargetLogonId', text('0xABC')), pair('LogonType', text('3')))),
      ),
    ),
  );
  assert.deepEqual(result.units, { S10: 1, wrapper: 1 });
  assert.deepEqual(
    [events[0]?.eventId, events[0]?.recordId, events[0]?.stated, events[0]?.entries()],
    [
      4634,
      77,
      { ms: 1773308642918, ticks: 123, zone: 'utc', precision: 'ticks' },
      [
        ['TargetLogonId', '0xabc'],
        ['LogonType', '3'],
      ],
    ],
  );
  const xml =
    '<Event><System><Provider Name="p"/><EventID>5</EventID><TimeCreated SystemTime="2026-01-01T00:00:00.0000000Z"/><Channel>c</Channel><Computer>h</Computer></System></Event>';
  assert.deepEqual(readValue(record({ stringValue: xml })).result.units, { S1: 1, wrapper: 1 });
});
