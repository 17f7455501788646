import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { TextReader } from './text-reader.ts';
import type { ShapedEvent, TextResult } from './types.ts';

const CORPUS = join(import.meta.dirname, '../../../shared/corpus/dev/shapes');
const skip = existsSync(CORPUS) ? false : 'the corpus is not here';

function read(text: string | Buffer): { readonly events: ShapedEvent[]; readonly result: TextResult } {
  const events: ShapedEvent[] = [];
  const sink = { onEvent: (event: ShapedEvent) => events.push(event) };
  const reader = new TextReader({ source: { file: 'x.txt' } });
  reader.push(Buffer.from(text), sink);
  return { events, result: reader.end(sink) };
}

function block(header: readonly string[], message: string, date = '01/14/2021 11:41:08 PM'): string {
  return `${[date, 'LogName=Microsoft-Windows-Sysmon/Operational', ...header, `Message=${message}`].join('\n')}\n`;
}

const HEADER = [
  'SourceName=Microsoft-Windows-Sysmon',
  'EventCode=21',
  'EventType=4',
  'ComputerName=SRV-02.corp.example',
  'Sid=S-1-5-18',
  'RecordNumber=77',
  'Keywords=None',
];
const MESSAGE = [
  'WmiEventConsumerToFilter activity detected:',
  'EventType: WmiBindingEvent',
  'UtcTime: 2021-01-14 22:41:07.500',
  'Operation: Created',
  'User: CORP\\alice',
  'Consumer:  "CommandLineEventConsumer.Name=\\"Updater\\""',
  'Filter:  "__EventFilter.Name=\\"Updater\\""',
].join('\n');

test('S12 a block gives the event with the fields of its message, in local time and with its losses named', () => {
  const { events, result } = read(`${block(HEADER, MESSAGE)}${block(HEADER, MESSAGE).replace('=77', '=78')}`);
  const [event] = events;
  assert.ok(event !== undefined && events.length === 2);
  assert.deepEqual(
    [event.provider, event.channel, event.eventId, event.computer, event.recordId, event.shape],
    ['Microsoft-Windows-Sysmon', 'Microsoft-Windows-Sysmon/Operational', 21, 'SRV-02.corp.example', 77, 'S12'],
  );
  assert.deepEqual(event.stated, { ms: Date.UTC(2021, 0, 14, 23, 41, 8), ticks: 0, zone: 'local', precision: 's' });
  assert.equal(event.timeQuality, 'local-assumed');
  assert.deepEqual(
    [event.system('Level'), event.system('UserID'), event.system('Keywords')],
    ['4', 'S-1-5-18', undefined],
  );
  assert.equal(event.get('Consumer'), ' "CommandLineEventConsumer.Name=\\"Updater\\""');
  assert.deepEqual(result.units, { S12: 2 });
  assert.deepEqual(result.losses, { 'S12 forgeable': 2, 'S12 level': 2, 'S12 message': 2, 'S12 seconds': 2 });
});

test('S12 a message without a template is counted as content lost, and an unreadable one as without fields', () => {
  const lost = read(block(HEADER, 'ERROR_EVT_UNRESOLVED'));
  assert.deepEqual([lost.result.events, lost.result.contentLost, lost.result.rejected], [1, 1, 0]);
  const odd = read(block(HEADER, 'nothing that Sysmon writes'));
  assert.deepEqual([odd.result.events, odd.result.contentLost], [1, 0]);
  assert.deepEqual(odd.result.losses, { 'S12 fields': 1, 'S12 forgeable': 1, 'S12 level': 1, 'S12 seconds': 1 });
});

test('S12 header lines in a message count for nothing, and of two in the header the first', () => {
  const twice = read(block([...HEADER, 'EventCode=1', 'ComputerName=forged'], MESSAGE));
  assert.deepEqual([twice.events[0]?.eventId, twice.events[0]?.computer], [21, 'SRV-02.corp.example']);
  const { events } = read(block(HEADER, `${MESSAGE}\nEventCode=1\nComputerName=forged`));
  assert.deepEqual([events[0]?.eventId, events[0]?.computer], [21, 'SRV-02.corp.example']);
});

test('S12 Security is known by the name that Splunk shows for it', () => {
  const header = [
    'SourceName=Microsoft Windows security auditing.',
    'EventCode=4634',
    'ComputerName=SRV-02',
    'RecordNumber=5',
    'Keywords=Audit Success',
  ];
  const message =
    'An account was logged off.\n\nSubject:\n\tSecurity ID:\t\tNT AUTHORITY\\SYSTEM\n\tAccount Name:\t\tx\n\tAccount Domain:\t\tCORP\n\tLogon ID:\t\t0x11EB\n\nLogon Type:\t\t\t3\n\nThis event is generated when a logon session is destroyed.';
  const { events } = read(block(header, message).replace('Microsoft-Windows-Sysmon/Operational', 'Security'));
  assert.equal(events[0]?.provider, 'Microsoft-Windows-Security-Auditing');
  assert.equal(events[0]?.system('Keywords'), '0x8020000000000000');
  assert.deepEqual(events[0]?.entries(), [
    ['TargetUserSid', 'S-1-5-18'],
    ['TargetUserName', 'x'],
    ['TargetDomainName', 'CORP'],
    ['TargetLogonId', '0x11eb'],
    ['LogonType', '3'],
  ]);
});

test('S12 text whose beginning was cut off is read from the next block on; behind other units there is none', () => {
  const cut = read(`the end of a message\nPath:\n${block(HEADER, MESSAGE)}`);
  assert.deepEqual([cut.result.units['S12'], cut.result.rejected], [1, 1]);
  const json = '{"EventID":1,"Channel":"Security","Hostname":"h","TimeCreated":"2020-01-01T00:00:00Z"}\n';
  const injected = read(`${json}${block(HEADER, MESSAGE)}${json}`);
  assert.deepEqual([injected.result.units['S12'], injected.result.units['S6']], [undefined, 2]);
});

test('S12 a block in a column _raw is read like one in a file', () => {
  const raw = block(HEADER, MESSAGE).trimEnd().replaceAll('"', '""');
  const { result } = read(`_time,host,_raw\n1,h,"${raw}"\n`);
  assert.equal(result.units['S12'], 1);
});

test('S12 in an envelope of HEC the date has the zone that the time of the envelope tells, if it is that date', () => {
  const text = block(HEADER, MESSAGE);
  const wallMs = Date.UTC(2021, 0, 14, 23, 41, 8);
  const stated = (time: unknown): unknown => {
    const { events } = read(JSON.stringify({ time, sourcetype: 'WinEventLog', event: text }));
    assert.equal(events.length, 1, String(time));
    return [(events[0]?.stated.ms ?? 0) - wallMs, events[0]?.stated.zone];
  };
  const hour = 3_600_000;
  const inZone = (hours: number, more = 0): unknown => stated((wallMs - hours * hour) / 1000 + more);
  assert.deepEqual(
    [inZone(0), inZone(2), inZone(-5.5), inZone(14)],
    [
      [0, 'utc'],
      [-2 * hour, 'utc'],
      [5.5 * hour, 'utc'],
      [-14 * hour, 'utc'],
    ],
  );
  assert.deepEqual(stated(String((wallMs - hour) / 1000) + '.999'), [-hour, 'utc']);
  for (const local of [
    inZone(2, 1),
    inZone(2, -1),
    inZone(14.25),
    inZone(-14.25),
    stated(undefined),
    stated('soon'),
    stated(null),
  ]) {
    assert.deepEqual(local, [0, 'local']);
  }
});

test('S12 the real sample is four script blocks, two of them the same record', { skip }, () => {
  const { events, result } = read(readFileSync(join(CORPUS, 'splunk_classic.txt')));
  assert.deepEqual([result.units, result.rejected], [{ S12: 4 }, 0]);
  assert.deepEqual(
    events.map((event) => [event.recordId, event.eventId, event.get('ScriptBlockId')]),
    [
      [168262, 4104, '29402f81-19c5-4b58-aa06-4a5f67f1558f'],
      [168250, 4104, '33fcbfb3-94c6-444f-b0d1-0cf0e83a0b2e'],
      [58924, 4104, '9982cf52-c608-4ad0-adb1-618169d26515'],
      [58924, 4104, '9982cf52-c608-4ad0-adb1-618169d26515'],
    ],
  );
  assert.deepEqual(events[0]?.entries().slice(0, 3), [
    ['MessageNumber', '1'],
    ['MessageTotal', '1'],
    ['ScriptBlockText', 'certutil.exe .\\powershellcert.pfx -dump'],
  ]);
});

test('L20 S12 the lines before Message= are bounded, on both sides', () => {
  const more = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `X${i}=y`);
  // LogName, the seven of HEADER and Message itself are nine.
  const fieldsWith = (count: number): number | undefined =>
    read(block([...HEADER, ...more(count)], MESSAGE)).events[0]?.entries().length;
  assert.deepEqual([fieldsWith(64 - 9), fieldsWith(64 - 8)], [6, 0]);
});
