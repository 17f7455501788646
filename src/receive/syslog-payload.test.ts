import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ProtocolText, textOf } from './index.ts';
import { syslogPayload } from './syslog-payload.ts';

function payload(message: string): string {
  const bytes = Buffer.from(`..${message}..`);
  const found = syslogPayload(bytes, 2, bytes.length - 2);
  return typeof found === 'string' ? found : `${found.form} ${bytes.toString('utf8', found.start, found.end)}`;
}

const XML = "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System/></Event>";

test('the event is found behind a header of RFC 5424, its structured data and the mark of UTF-8', () => {
  const header = '<14>1 2026-01-01T00:00:00.000000Z WS-07 nxlog 42 - ';
  assert.equal(payload(`${header}- {"EventID":1}`), 'json {"EventID":1}');
  assert.equal(payload(`${header}- \u{feff}${XML}`), `xml ${XML}`);
  assert.equal(payload(`${header}[a b="{\\"x\\":\\"\\]]"][c@1 d="e"] {"f":"ü"}\r\0`), 'json {"f":"ü"}');
  assert.equal(payload(`${header}[a b="{\\"x\\": 1}"] @cee: {"f":1}`), 'json {"f":1}');
});

test('the event is found behind a header of RFC 3164, and without one', () => {
  assert.equal(payload('<13>Jan  1 00:00:00 WS-07 MSWinEventLog[42]: {"a":1}'), 'json {"a":1}');
  assert.equal(payload(`<13>2026-01-01T00:00:00+01:00 WS-07 windows: ${XML}`), `xml ${XML}`);
  assert.equal(payload('WS-07 @cee:{ "a": 1}'), 'json { "a": 1}');
  assert.equal(payload('{}'), 'json {}');
});

test('what is no event says what it is', () => {
  assert.match(payload('<13>Jan  1 00:00:00 host su: failed'), /neither JSON nor Event XML/);
  assert.match(payload('<13>1 - - - - - -'), /neither JSON nor Event XML/);
  assert.match(payload('<13>1 - - - - - [a b="{\\"x\\":1}"'), /neither JSON nor Event XML/);
  assert.match(payload('<13>Jan  1 00:00:00 WS-07 \tMSWinEventLog\t1\tSecurity\t2'), /^Snare/);
  assert.match(payload('<13>Jan  1 00:00:00 WS-07 CEF:0|a|b'), /^CEF/);
  assert.match(payload('<13>Jan  1 00:00:00 WS-07 LEEF:1.0|a|b'), /^LEEF/);
  assert.match(payload(`${XML.slice(0, 60)}`), /does not end/);
  assert.match(payload('<Event><![CDATA[</Event>'), /section/);
  assert.match(payload('<Event><!-- </Event>'), /section/);
});

test('the event must begin within the first kibibyte behind the header', () => {
  assert.equal(payload(`${' '.repeat(1000)}{"a":1}`), 'json {"a":1}');
  assert.match(payload(`${'x'.repeat(1024)}{"a":1}`), /neither/);
});

test('items of the text are the events alone; what holds none is told, and is not in the text', () => {
  const body = Buffer.from(
    `<1>x: {"a":\n<2>su: no\n${`<3>y ${XML.replace('<System/>', '\n')}`.length} <3>y ${XML.replace('<System/>', '\n')}`,
  );
  const text = textOf('syslog', body) as ProtocolText;
  assert.equal(Buffer.concat(text.text.pieces).toString(), `{"a":\n${XML.replace('<System/>', '\n')}\n`);
  assert.deepEqual(
    text.framing.items.map(({ start, end }) => body.toString('utf8', start, end).slice(0, 7)),
    ['{"a":', '<2>su: ', '<Event '],
  );
  assert.deepEqual(
    text.unread?.map(({ item }) => item),
    [1],
  );
});
