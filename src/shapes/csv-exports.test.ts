import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTime } from '../windows/index.ts';
import { TextReader } from './text-reader.ts';
import type { ShapedEvent } from './types.ts';

/** CSV of a header and rows, every value in quotes. */
function csv(columns: readonly string[], ...rows: readonly (readonly string[])[]): string {
  return [columns, ...rows].map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')).join('\r\n');
}

interface Read {
  readonly units: Readonly<Record<string, number>>;
  readonly rejected: number;
  readonly events: readonly (readonly unknown[])[];
}

function read(text: string, encoding: 'utf8' | 'utf16le' = 'utf8'): Read {
  const events: ShapedEvent[] = [];
  const sink = { onEvent: (event: ShapedEvent) => events.push(event) };
  const reader = new TextReader({ source: { file: 'export.csv' } });
  reader.push(Buffer.from(text, encoding), sink);
  const { units, rejected } = reader.end(sink);
  const told = events.map((event) => [
    event.shape,
    event.channel,
    event.eventId,
    event.computer,
    event.recordId,
    formatTime(event.timeMs, event.timeTicks),
    event.timeQuality,
    Object.fromEntries(event.entries()),
  ]);
  return { units, rejected, events: told };
}

test('S18 rows of EvtxECmd are read by the names of their columns, with the mark that it writes first', () => {
  const columns =
    'RecordNumber,EventRecordId,TimeCreated,EventId,Level,Provider,Channel,ProcessId,ThreadId,Computer,ChunkNumber,UserId,MapDescription,UserName,RemoteHost,PayloadData1,ExecutableInfo,HiddenRecord,SourceFile,Keywords,ExtraDataOffset,Payload';
  const payload = JSON.stringify({
    EventData: {
      Data: [
        { '@Name': 'LogonType', '#text': '3' },
        { '@Name': 'TargetUserName', '#text': 'bob, "x"' },
      ],
    },
  });
  const values = [
    '1',
    '433',
    '2021-01-14 23:41:09.3579864',
    '4624',
    'LogAlways',
    'Microsoft-Windows-Security-Auditing',
    'Security',
    '4',
    '8',
    'DC.corp',
    '0',
    '',
    'Successful logon',
    '',
    '',
    'Target: bob',
    '',
    'False',
    'C:\\x.evtx',
    'Audit success',
    '0',
    payload,
  ];
  const { units, rejected, events } = read(`\ufeff${csv(columns.split(','), values)}`);
  assert.deepEqual([units, rejected], [{ S18: 1 }, 0]);
  assert.deepEqual(events, [
    [
      'S18',
      'Security',
      4624,
      'DC.corp',
      433,
      '2021-01-14T23:41:09.3579864Z',
      'exact',
      { LogonType: '3', TargetUserName: 'bob, "x"' },
    ],
  ]);
});

test('S17 rows of Export-Csv hold a message over many lines and a time in the order of a culture', () => {
  const columns = [
    'Message',
    'Id',
    'Version',
    'RecordId',
    'ProviderName',
    'LogName',
    'MachineName',
    'TimeCreated',
    'Properties',
  ];
  const message = 'Process Create:\r\nRuleName: -\r\nUtcTime: 2021-01-14 23:41:09.357\r\nImage: C:\\a.exe';
  const values = [
    message,
    '1',
    '5',
    '19',
    'Microsoft-Windows-Sysmon',
    'Microsoft-Windows-Sysmon/Operational',
    'DC.corp',
    '1/14/2021 11:41:09 PM',
    'System.Collections.Generic.List`1[System.Diagnostics.Eventing.Reader.EventProperty]',
  ];
  const text = `\ufeff#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord\r\n${csv(columns, values)}\r\n`;
  for (const encoding of ['utf8', 'utf16le'] as const) {
    const { units, rejected, events } = read(text, encoding);
    assert.deepEqual([units, rejected], [{ S17: 1 }, 0]);
    assert.deepEqual(events, [
      [
        'S17',
        'Microsoft-Windows-Sysmon/Operational',
        1,
        'DC.corp',
        19,
        '2021-01-14T23:41:09.0000000Z',
        'local-assumed',
        { RuleName: '-', UtcTime: '2021-01-14 23:41:09.357', Image: 'C:\\a.exe' },
      ],
    ]);
  }
});

test('S4 rows of Kibana have dotted columns', () => {
  const columns = [
    '@timestamp',
    'winlog.channel',
    'winlog.event_id',
    'winlog.provider_name',
    'winlog.computer_name',
    'winlog.record_id',
    'winlog.event_data.TargetUserName',
  ];
  const rest = ['Security', '4624', 'Microsoft-Windows-Security-Auditing', 'DC.corp', '433', 'bob'];
  const { units, rejected, events } = read(
    csv(columns, ['2021-01-14T23:41:09.357Z', ...rest], ['Jan 14, 2021 @ 23:41:09.357', ...rest]),
  );
  assert.deepEqual([units, rejected], [{ S4: 2, wrapper: 2 }, 0]);
  assert.deepEqual(
    events.map(([, , , , , time, quality, fields]) => [time, quality, fields]),
    ['ms', 'local-assumed'].map((quality) => ['2021-01-14T23:41:09.3570000Z', quality, { TargetUserName: 'bob' }]),
  );
});

test('S13 rows of the portal name the zone in the column', () => {
  const columns = [
    'TimeGenerated [UTC]',
    'Computer',
    'EventID',
    'Activity',
    'EventSourceName',
    'Channel',
    'EventRecordId',
    'TargetUserName',
    'LogonType',
  ];
  const { units, rejected, events } = read(
    csv(columns, [
      '1/14/2021, 11:41:09.357 PM',
      'DC.corp',
      '4624',
      '4624 - An account was successfully logged on.',
      'Microsoft-Windows-Security-Auditing',
      'Security',
      '433',
      'bob',
      '3',
    ]),
  );
  assert.deepEqual([units, rejected], [{ S13: 1 }, 0]);
  assert.deepEqual(events, [
    [
      'S13',
      'Security',
      4624,
      'DC.corp',
      433,
      '2021-01-14T23:41:09.3570000Z',
      'ms',
      { TargetUserName: 'bob', LogonType: '3' },
    ],
  ]);
});

test('rows of Splunk hold the whole event in _raw', () => {
  const xml =
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Sysmon'/><EventID>1</EventID><TimeCreated SystemTime='2021-01-14T23:41:09.3579864Z'/><EventRecordID>19</EventRecordID><Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>DC</Computer></System><EventData><Data Name='Image'>a,b</Data></EventData></Event>";
  const { units, rejected, events } = read(
    csv(['_serial', '_time', 'host', '_raw'], ['0', '2021-01-14T23:41:09.000+0000', 'DC', xml]),
  );
  assert.deepEqual([units, rejected], [{ S1: 1, wrapper: 1 }, 0]);
  assert.deepEqual(events, [
    [
      'S1',
      'Microsoft-Windows-Sysmon/Operational',
      1,
      'DC',
      19,
      '2021-01-14T23:41:09.3579864Z',
      'exact',
      { Image: 'a,b' },
    ],
  ]);
});
