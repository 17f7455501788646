import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { JsonValue } from './json-value.ts';
import { readMessage } from './message-text.ts';
import { sentinelEventShape } from './sentinel-event.ts';
import { TextReader } from './text-reader.ts';
import type { JsonUnit, ShapedEvent, UnitPlace } from './types.ts';

const CORPUS = join(import.meta.dirname, '../../../shared/corpus/dev/shapes');
const skip = existsSync(CORPUS) ? false : 'the corpus is not here';
const shape = sentinelEventShape(readMessage);
const source = { file: 'x.json' };

function unit(columns: Readonly<Record<string, JsonValue>>): UnitPlace & JsonUnit {
  const value = {
    TimeGenerated: '2021-08-02T13:05:32.77Z',
    Source: 'Microsoft-Windows-WMI-Activity',
    EventLog: 'Microsoft-Windows-WMI-Activity/Operational',
    Computer: 'SRV-02',
    EventLevel: 0,
    EventID: 5857,
    RenderedDescription: '',
    Type: 'Event',
    ...columns,
  };
  return { kind: 'json', value, offset: 0, length: 1, line: 1 };
}

const FIELDS = [
  ['ProviderName', 'CIMWin32'],
  ['Code', '0x0'],
  ['HostProcess', 'wmiprvse.exe'],
  ['ProcessID', '4996'],
  ['ProviderPath', 'cimwin32.dll'],
];

test('S14 an event is read from EventData, from its parameters, or from its description', () => {
  const inside = FIELDS.map(([name, value]) => `<${name}>${value}</${name}>`).join('');
  const data = `<DataItem type="System.XmlData" time="x"><UserData><Operation_StartedOperational xmlns="y">${inside}</Operation_StartedOperational></UserData></DataItem>`;
  const parameters = FIELDS.map(([, value]) => `<Param>${value}</Param>`).join('');
  const description =
    'CIMWin32 provider started with result code 0x0. HostProcess = wmiprvse.exe; ProcessID = 4996; ProviderPath = cimwin32.dll';
  for (const [columns, losses] of [
    [{ EventData: data }, []],
    [{ ParameterXml: parameters }, []],
    [{ RenderedDescription: description }, ['message']],
    [{ ParameterXml: '<Param>x', RenderedDescription: description }, ['message']],
  ] as const) {
    assert.equal(typeof shape.detect(unit(columns)), 'string');
    const reading = shape.read(unit(columns), source);
    assert.ok(reading.kind === 'event');
    assert.deepEqual(reading.event.entries(), FIELDS);
    assert.deepEqual(reading.losses, ['no-record-id', 'ticks', 'execution', ...losses]);
    assert.deepEqual(
      [reading.event.provider, reading.event.timeQuality, reading.event.system('Level')],
      ['Microsoft-Windows-WMI-Activity', 'ms', '0'],
    );
  }
});

test('S14 without data and description the content is lost; parameters that no form has are not named', () => {
  assert.equal(shape.read(unit({}), source).kind, 'lost');
  const odd = shape.read(unit({ ParameterXml: '<Param>a</Param><Param>b</Param>' }), source);
  assert.ok(odd.kind === 'event');
  assert.deepEqual(
    [odd.event.entries(), odd.losses.at(-1)],
    [
      [
        ['Data', 'a'],
        ['Data', 'b'],
      ],
      'positions',
    ],
  );
});

test('S14 is not what has no EventLog, or is of another table', () => {
  assert.equal(shape.detect(unit({ EventLog: '' })), undefined);
  const { RenderedDescription: _, ...rest } = unit({ Type: 'Heartbeat' }).value;
  assert.equal(shape.detect({ kind: 'json', value: rest, offset: 0, length: 1, line: 1 }), undefined);
});

test('S14 the two real records of the table Event are read, one from its XML, one from its columns', { skip }, () => {
  const events: ShapedEvent[] = [];
  const sink = { onEvent: (event: ShapedEvent) => events.push(event) };
  const reader = new TextReader({ source });
  reader.push(readFileSync(join(CORPUS, 'sentinel_securityevent.jsonl')), sink);
  const result = reader.end(sink);
  assert.deepEqual(result.units, { S13: 35, S14: 2, incomplete: 1 });
  const [audit, pipe] = events.filter((event) => event.shape === 'S14');
  assert.deepEqual([audit?.provider, audit?.eventId, audit?.entries().length], ['MSSQL$MICROSOFT##WID', 33205, 1]);
  assert.deepEqual(pipe?.entries(), [
    ['RuleName', '-'],
    ['EventType', 'ConnectPipe'],
    ['UtcTime', '2021-08-02 13:05:32.765'],
    ['ProcessGuid', '{9acedb82-ccd4-6107-22de-030000000600}'],
    ['ProcessId', '5692'],
    ['PipeName', '\\MICROSOFT##WID\\tsql\\query'],
    ['Image', 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe'],
  ]);
});
