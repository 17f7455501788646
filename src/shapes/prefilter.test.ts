import assert from 'node:assert/strict';
import { test } from 'node:test';
import { locateHeader } from './prefilter.ts';

function locate(line: string): ReturnType<typeof locateHeader> {
  const bytes = Buffer.from(`xx${line}yy`, 'utf8');
  return locateHeader(bytes, 2, bytes.length - 2, () => false);
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

const BEAT =
  '{"@timestamp":"2026-03-12T00:00:59.827Z","event":{"code":"4624"},"winlog":{"channel":"Security","event_id":"4624","computer_name":"A.corp","provider_name":"Sec","record_id":"7","event_data":{"x":[{"y":1}],"Name":"n"}}}';
const DUMP =
  '{"Event":{"#attributes":{"xmlns":"x"},"System":{"Provider":{"#attributes":{"Name":"Sec"}},"EventID":{"#attributes":{"Qualifiers":1},"#text":4624},"TimeCreated":{"#attributes":{"SystemTime":"2026-03-12T00:00:59.827Z"}},"EventRecordID":7,"Channel":"Security","Computer":"A.corp"},"EventData":{"Name":"n","Data":[{"a":null}]}}}';

test('a header that stands at a fixed place below the top is located, too', () => {
  const header = {
    provider: 'Sec',
    channel: 'Security',
    eventId: 4624,
    computer: 'A.corp',
    recordId: 7,
    stated: { ms: Date.UTC(2026, 2, 12, 0, 0, 59, 827), ticks: 0, zone: 'utc', precision: 'ms' },
  };
  assert.deepEqual(locate(BEAT), header);
  assert.deepEqual(locate(DUMP), header);
});

test('a nested line is parsed when in doubt: wrappers, two headers, header keys elsewhere or twice, other spellings', () => {
  const doubtful = {
    'header key in the fields': BEAT.replace('"Name"', '"channel"'),
    'header key of another shape in the fields': BEAT.replace('"Name"', '"EventID"'),
    'header key in a list': BEAT.replace('"y"', '"Channel"'),
    'header key twice': BEAT.replace('"record_id"', '"channel":"Other","record_id"'),
    'two headers': BEAT.replace('{"@', '{"log_name":"A","event_id":3,"@'),
    'the event as it was': BEAT.replace('"code"', '"original":"<Event>","code"'),
    'a wrapper': BEAT.replace('{"@', '{"_source":{},"@'),
    'a name with dots': BEAT.replace('{"@', '{"winlog.task":1,"@'),
    'an escape in a key': BEAT.replace('"channel"', '"ch\\u0061nnel"'),
    'an event id with qualifiers': BEAT.replace('"event_id":"4624"', '"event_id":1073746448'),
    'an event id beyond 16 bits': BEAT.replace('"event_id":"4624"', '"event_id":70000'),
    'no end': BEAT.slice(0, -1),
    'one brace too many': `${BEAT}}`,
    'a bracket of the other kind': BEAT.replace('}]', ']]'),
    'another spelling of attributes': DUMP.replace('"Provider":', '"Provider_attributes":{"Name":"Other"},"Provider":'),
    'no provider': DUMP.replace('"Name":"Sec"', '"Guid":"x"'),
  };
  for (const [what, line] of Object.entries(doubtful)) {
    assert.notEqual(line, BEAT);
    assert.equal(locate(line), undefined, what);
  }
});

test('the walk ends as soon as the line is wanted', () => {
  const asked: string[] = [];
  const bytes = Buffer.from(BEAT);
  const found = locateHeader(bytes, 0, bytes.length, (channel, id) => asked.push(`${channel} ${id}`) > 0);
  assert.deepEqual([found, asked], [undefined, ['Security 4624']]);
});

test('objects may nest as deep as a unit may, and no deeper', () => {
  const nested = (depth: number): string => BEAT.replace('"n"', '{"a":'.repeat(depth) + '1' + '}'.repeat(depth));
  assert.notEqual(locate(nested(61)), undefined);
  assert.equal(locate(nested(62)), undefined);
});
