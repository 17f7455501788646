import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isChannelWanted } from '../windows/index.ts';
import { TextReader, type TextReaderOptions } from './text-reader.ts';
import type { ShapedEvent, SkippedLine, TextResult } from './types.ts';

interface Read {
  readonly events: readonly ShapedEvent[];
  readonly skipped: readonly SkippedLine[];
  readonly result: TextResult;
}

const SOURCE = { file: 'host.json' };

function read(text: string | Buffer, options: Partial<TextReaderOptions> = {}, blockBytes = 1 << 20): Read {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
  const events: ShapedEvent[] = [];
  const skipped: SkippedLine[] = [];
  const sink = {
    onEvent: (event: ShapedEvent) => events.push(event),
    onSkipped: (line: SkippedLine) => skipped.push(line),
  };
  const reader = new TextReader({ source: SOURCE, ...options });
  for (let at = 0; at < bytes.length; at += blockBytes) reader.push(bytes.subarray(at, at + blockBytes), sink);
  return { events, skipped, result: reader.end(sink) };
}

/** A line as NXLog writes it. */
function nxlog(fields: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    EventTime: '2020-09-01 21:43:45',
    Hostname: 'WS5.corp.local',
    Channel: 'Microsoft-Windows-Sysmon/Operational',
    SourceName: 'Microsoft-Windows-Sysmon',
    EventID: 1,
    RecordNumber: 7,
    Image: 'C:\\a.exe',
    ...fields,
  });
}

const XML = `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Sysmon'/><EventID>1</EventID><TimeCreated SystemTime='2021-01-14T23:41:09.3579864Z'/><EventRecordID>19</EventRecordID><Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>DC</Computer></System><EventData><Data Name='Image'>a</Data></EventData></Event>`;

test('a mixture of JSON and XML gives its events with their places, and counts units by shape', () => {
  const { events, result } = read(`${nxlog()}\n\n${XML}\n{"x":1}\n`);
  const first = Buffer.byteLength(nxlog());
  assert.deepEqual(
    events.map(({ shape, recordId, place }) => [shape, recordId, place]),
    [
      ['S6', 7, { source: SOURCE, offset: 0, length: first, line: 1 }],
      ['S1', 19, { source: SOURCE, offset: first + 2, length: XML.length, line: 3 }],
    ],
  );
  assert.deepEqual(result.units, { S1: 1, S6: 1, unknown: 1 });
  assert.deepEqual([result.events, result.rejected, result.encoding], [2, 0, 'utf-8']);
});

test('places are bytes of the source in UTF-16, too', () => {
  const source = Buffer.from(`\ufeff${nxlog({ Image: 'é😀' })}\n${nxlog()}`, 'utf16le');
  const whole = read(source);
  assert.deepEqual(
    whole.events.map(({ place }) => [
      place.offset,
      source.toString('utf16le', place.offset, place.offset + place.length),
    ]),
    [
      [2, nxlog({ Image: 'é😀' })],
      [2 + 2 * (nxlog({ Image: 'é😀' }).length + 1), nxlog()],
    ],
  );
  assert.equal(whole.result.encoding, 'utf-16le');
  assert.deepEqual(read(source, {}, 3).result, whole.result);
});

test('a line before an event that some relay added is taken off', () => {
  const { events, result } = read(
    `<134>1 2026-03-12T09:44:02Z h app - - - ${nxlog()}\nMar 12 09:44:02 h evt: ${XML}\nnothing here\n`,
  );
  assert.deepEqual(
    events.map(({ shape, place }) => [shape, place.offset, place.line]),
    [
      ['S6', 0, 1],
      ['S1', 41 + Buffer.byteLength(nxlog()), 2],
    ],
  );
  assert.deepEqual([result.rejected, result.rejectedBytes, result.units['wrapper']], [1, 13, 2]);
});

test('lines of channels and ids that nobody reads are skipped unread and still counted by host', () => {
  const other = nxlog({ Channel: 'Security', SourceName: 'Sec', EventID: 5156, RecordNumber: 9 });
  const { events, skipped, result } = read(`${other}\n${nxlog()}\n${other.slice(0, -2)}\n`, {
    isWanted: (channel, eventId) => channel !== 'Security' || eventId !== 5156,
  });
  assert.deepEqual([events.length, result.skippedByFilter, result.rejected], [1, 1, 1]);
  assert.deepEqual(skipped, [
    {
      provider: 'Sec',
      channel: 'Security',
      eventId: 5156,
      computer: 'WS5.corp.local',
      recordId: 9,
      stated: { ms: Date.UTC(2020, 8, 1, 21, 43, 45), ticks: 0, zone: 'local', precision: 's' },
      offset: 0,
    },
  ]);
});

test('keys that stand twice: the last value counts, the event keeps both, and it is a sign of tampering', () => {
  const line = `{"Image":"C:\\\\evil.exe","Channel":"Other",${nxlog().slice(1)}`;
  const { events, result } = read(line);
  const [event] = events;
  assert.deepEqual(
    [event?.get('Image'), event?.all('Image'), event?.channel],
    ['C:\\a.exe', ['C:\\a.exe', 'C:\\evil.exe'], 'Microsoft-Windows-Sysmon/Operational'],
  );
  assert.deepEqual(event?.all('Channel'), ['Other']);
  assert.deepEqual(result.anomalies, [
    {
      code: 'TRIAD-E-TEXT-DUPLICATE-KEY',
      level: 'warn',
      tamper: true,
      offset: 0,
      count: 1,
      message:
        'The unit on line 1 has keys that stand twice in one object (Channel, Image). The last value counts; both are kept.',
    },
  ]);
});

test('bytes that are not UTF-8 are replaced, counted and cost nothing else', () => {
  const bytes = Buffer.concat([Buffer.from(nxlog({ Image: '~' })), Buffer.from(`\n${nxlog()}`)]);
  bytes[bytes.indexOf('~')] = 0xff;
  const { events, result } = read(bytes);
  assert.deepEqual(
    events.map((event) => event.get('Image')),
    ['\ufffd', 'C:\\a.exe'],
  );
  assert.deepEqual(
    result.anomalies.map(({ code, count }) => [code, count]),
    [['TRIAD-E-TEXT-ENCODING', 1]],
  );
});

test('what looks like an event and lacks its header is incomplete among events, and unknown among strangers', () => {
  const lacking = '{"EventID":5156,"Computer":"A","TimeGenerated":"2021-08-02T13:09:20Z"}';
  const among = read(`${nxlog()}\n${lacking}\n${lacking}\n`).result;
  assert.deepEqual(among.units, { S6: 1, incomplete: 2 });
  assert.deepEqual(
    among.anomalies.map(({ message, count }) => [message, count]),
    [['2 units have an event id, a host and a time, but no channel and provider. Not judged.', 2]],
  );
  assert.deepEqual(read(`${nxlog()}\n${lacking}\n{"a":1}\n{"a":2}\n`).result.units, { S6: 1, unknown: 3 });
  assert.deepEqual(read('{"a":1}\n[{"b":2}]\n').result.units, { unknown: 2 });
});

test('a broken unit is one rejection with its place; its bytes, the others and the skipped are all there is', () => {
  const { events, result } = read(`${nxlog()}\n{"EventID":1,\n${nxlog()}\n`);
  assert.equal(events.length, 2);
  assert.deepEqual(
    result.anomalies.map(({ code, offset, message }) => [code, offset, message]),
    [
      [
        'TRIAD-E-TEXT-UNIT',
        nxlog().length + 1,
        '14 bytes from line 2 on hold no readable unit: a bracket opens where none may. They were left out.',
      ],
    ],
  );
  assert.deepEqual([result.rejected, result.rejectedBytes], [1, 14]);
});

test('a flood of broken lines is counted whole and told in a hundred notes', () => {
  const { result } = read(`${nxlog()}\n{"a\n`.repeat(150));
  assert.deepEqual([result.events, result.rejected, result.anomalies.length], [150, 150, 101]);
  assert.deepEqual(result.anomalies.at(-1), {
    code: 'TRIAD-E-TEXT-UNIT',
    level: 'error',
    message: 'and 50 more of TRIAD-E-TEXT-UNIT',
    count: 50,
  });
});

test('exports that hold too little are refused by name, with what to export instead', () => {
  const refused = (text: string): unknown => {
    const { result } = read(text);
    return [result.refusals[0]?.what, result.rejected, result.rejectedBytes === Buffer.byteLength(text), result.units];
  };
  assert.deepEqual(refused('Event[0]:\r\n  Log Name: System\r\n  {"k":1}\r\n'), [
    'text as wevtutil writes it (/f:text)',
    1,
    true,
    {},
  ]);
  assert.deepEqual(
    refused('\ufeffLevel,Date and Time,Source,Event ID,Task Category\nInformation,x,y,1,None,"text"\n'),
    ['a list as Event Viewer saves it (CSV or TXT): it has neither fields nor record ids', 1, false, {}],
  );
  assert.deepEqual(refused('<Objs Version="1.1"><Obj RefId="0"><S>text</S></Obj></Objs>'), [
    'CLIXML (Export-Clixml)',
    1,
    true,
    {},
  ]);
});

const part = fc.constantFrom(
  nxlog(),
  nxlog({ Channel: 'Security', EventID: 5156 }),
  nxlog().slice(0, 60),
  XML,
  XML.slice(0, 90),
  '{"_source":{"x":1}}',
  `{"result":{"_raw":${JSON.stringify(XML)}}}`,
  '\n',
  ',\n',
  '[',
  ']\n',
  'text\n',
  'Record 3\n',
  '\u00e9\ud83d\ude00',
  '<Events>',
  '</Events>',
);

test('the result is the same for every size of block and every encoding that can hold it', () => {
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 12 }),
      fc.integer({ min: 1, max: 200 }),
      fc.boolean(),
      (parts, block, filter) => {
        const text = parts.join('');
        const options = filter ? { isWanted: isChannelWanted } : {};
        const whole = read(text, options);
        assert.deepEqual(summary(read(text, options, block)), summary(whole));
        const wide = read(Buffer.from(`\ufeff${text}`, 'utf16le'), options, block);
        assert.deepEqual(wide.result.units, whole.result.units);
        assert.deepEqual([wide.result.events, wide.result.rejected], [whole.result.events, whole.result.rejected]);
      },
    ),
    { numRuns: 150 },
  );
});

function summary({ events, skipped, result }: Read): unknown {
  return { events: events.map(({ place, recordId, eventId }) => ({ place, recordId, eventId })), skipped, result };
}
