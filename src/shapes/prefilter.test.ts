import assert from 'node:assert/strict';
import { test } from 'node:test';
import { locateHeader } from './prefilter.ts';

function locate(line: string): ReturnType<typeof locateHeader> {
  const bytes = Buffer.from(`xx${line}yy`, 'utf8');
  return locateHeader(bytes, 2, bytes.length - 2);
}

const FLAT =
  '{"EventTime":"2020-09-01 21:43:45","Hostname":"WS5.corp","tags":["a"],"ProcessGuid":"{d14e8c55-47af}","Message":"x: {1} ProcessGuid: {d1}\\r\\n","Channel":"Security","EventID":5156,"SourceName":"Sec","RecordNumber":1400}';

test('the header of a flat line is located without parsing: GUIDs and messages with braces do not hinder', () => {
  assert.deepEqual(locate(FLAT), {
    provider: 'Sec',
    channel: 'Security',
    eventId: 5156,
    computer: 'WS5.corp',
    recordId: 1400,
    stated: { ms: Date.UTC(2020, 8, 1, 21, 43, 45), ticks: 0, zone: 'local', precision: 's' },
  });
});

test('times of flat lines say how far they can be believed', () => {
  const zoneOf = (key: string, time: string): unknown =>
    locate(`{"${key}":"${time}","Channel":"A","EventID":"7","Computer":"B"}`)?.stated;
  const ms = Date.UTC(2020, 8, 1, 21, 43, 45);
  assert.deepEqual(zoneOf('TimeCreated', '2020-09-01T21:43:45.977Z'), {
    ms: ms + 977,
    ticks: 0,
    zone: 'claimed',
    precision: 'ms',
  });
  assert.deepEqual(zoneOf('TimeGenerated', '2020-09-01T21:43:45.1234567Z'), {
    ms: ms + 123,
    ticks: 4567,
    zone: 'utc',
    precision: 'ticks',
  });
  assert.equal(zoneOf('EventTime', 'yesterday'), undefined);
});

test('a line is parsed when in doubt: double or hidden keys, nesting, odd values, no end, no host', () => {
  const doubtful = {
    'no closing brace': FLAT.slice(0, -1),
    'key twice': FLAT.replace('{"', '{"Channel":"Other","'),
    'another header key twice': FLAT.replace('{"', '{"Hostname":"Other","'),
    'key inside an object': '{"a":{"Channel":"A","EventID":1,"Computer":"B"}}',
    'an object before the key': '{"a": {"b":1},"Channel":"A","EventID":1,"Computer":"B"}',
    'objects in an array': '{"a":[{"b":1}],"Channel":"A","EventID":1,"Computer":"B"}',
    'two objects on one line': '{"Channel":"A","EventID":1,"Computer":"B"} {"x":1}',
    'name as a value': '{"x":"Channel","EventID":1,"Computer":"B"}',
    'letters escaped in a key': '{"Ch\\u0061nnel":"Security","Channel":"A","EventID":1,"Computer":"B"}',
    'value with an escape': '{"Channel":"A\\u002f","EventID":1,"Computer":"B"}',
    'value that is no text': '{"Channel":["A"],"EventID":1,"Computer":"B"}',
    'event id that is none': '{"Channel":"A","EventID":1.5,"Computer":"B"}',
    'no host': '{"Channel":"A","EventID":1}',
    'host that is no text': '{"Channel":"A","EventID":1,"Computer":null}',
    nothing: '{}',
  };
  for (const [what, line] of Object.entries(doubtful)) assert.equal(locate(line), undefined, what);
});

test('keys in a string are escaped, and cannot be taken for members', () => {
  const line = '{"Channel":"A","EventID":1,"Computer":"B","Message":",\\"Channel\\":\\"C\\",\\"EventID\\":9 "}';
  assert.deepEqual([locate(line)?.channel, locate(line)?.eventId], ['A', 1]);
});
