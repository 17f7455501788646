import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameNdjson, MAX_ITEM_BYTES, MAX_ITEMS, ndjsonAnswer, ndjsonTypeRefusal } from './index.ts';

/** Form and items of a body: their texts, or the code of their refusal; or the refusal of the whole body. */
function framed(body: string): readonly string[] {
  const bytes = Buffer.from(body);
  const framing = frameNdjson(bytes);
  if (framing.kind === 'refused') return [`${framing.status} ${framing.code}`];
  const items = framing.items.map(({ start, end, refused }) => refused?.code ?? bytes.toString('utf8', start, end));
  assert.equal(framing.accepted, framing.items.filter(({ refused }) => refused === undefined).length);
  return [framing.form, ...items];
}

const LONG = 'x'.repeat(MAX_ITEM_BYTES);

test('lines are events, blank ones are none, whatever ends them', () => {
  assert.deepEqual(framed('{"a":1}\n\n \t\r\n{"b":2}\r\n{"c":3}'), ['lines', '{"a":1}', '{"b":2}', '{"c":3}']);
  assert.deepEqual(framed('\ufeff{"a":1}\n'), ['lines', '{"a":1}']);
  assert.deepEqual(framed('{"a":"}'), ['lines', '{"a":"}'], 'what a line holds is found out later');
  assert.deepEqual(framed('no JSON\n"text"\n7\n'), ['lines', 'no JSON', '"text"', '7']);
  assert.deepEqual(framed(''), ['lines']);
  assert.deepEqual(framed('\n\r\n'), ['lines']);
});

test('an array gives its elements, of any kind, over any number of lines', () => {
  assert.deepEqual(framed(' [{"a":"]}\\"\\\\"},\n{"b":[1,\n{}]} , "<Event>,]", -1.5e3,null,[]]\n'), [
    'array',
    '{"a":"]}\\"\\\\"}',
    '{"b":[1,\n{}]}',
    '"<Event>,]"',
    '-1.5e3',
    'null',
    '[]',
  ]);
  assert.deepEqual(framed('[]'), ['array']);
  assert.deepEqual(framed('[ \n ]'), ['array']);
});

test('an array that cannot be followed is refused as a whole, and says where', () => {
  for (const body of [
    '[',
    '[1',
    '[1,',
    '[1 2]',
    '[1,]',
    '[,1]',
    '[{"a":1]',
    '[{"a":[}]]',
    '["a]',
    '[1]]',
    '[1]{}',
    '[1] x',
  ]) {
    assert.deepEqual(framed(body), ['400 bad_json'], body);
  }
  const refused = frameNdjson(Buffer.from('[{"a":1},\n{"b":2}\n{"c":3}]'));
  assert.ok(refused.kind === 'refused');
  assert.match(refused.reason, /past its element 1 \(from 0\), line 3/);
});

test('objects laid out over several lines are one event each; what only looks so has lines', () => {
  assert.deepEqual(framed('{\n "a": {\n }\n}\n{"b":1}{"c":2}'), ['objects', '{\n "a": {\n }\n}', '{"b":1}', '{"c":2}']);
  assert.deepEqual(framed('{"a":1\n{"b":2}\n'), ['lines', '{"a":1', '{"b":2}']);
  assert.deepEqual(framed('{"a":"cut\n{"b":"2"}\n'), ['lines', '{"a":"cut', '{"b":"2"}']);
  assert.deepEqual(framed('{\n}\n[1]'), ['lines', '{', '}', '[1]']);
});

test('0.1 point 7: an event of 1 MiB is taken, one byte more is refused and never cut', () => {
  const most = LONG.slice(2);
  assert.deepEqual(
    framed(`{}\n"${most}"\n"${most}y"\n{}`).map((item) => item.length),
    [5, 2, MAX_ITEM_BYTES, 9, 2],
  );
  assert.equal(framed(`["${most}","${most}y"]`)[2], 'too_large');
  assert.equal(framed(`["${most}","${most}y"]`)[1]?.length, MAX_ITEM_BYTES);
  const rest = MAX_ITEM_BYTES - '<Event></Event>'.length;
  assert.equal(framed(`<Event>${'x'.repeat(rest)}</Event>`)[1]?.length, MAX_ITEM_BYTES);
  assert.equal(framed(`<Event>${'x'.repeat(rest + 1)}</Event>`)[1], 'too_large');
});

test('50,000 events are a batch, one more is not', () => {
  for (const [item, open, between, close] of [
    ['1', '', '\n', ''],
    ['1', '[', ',', ']'],
    ['<Event/>', '', '', ''],
    ['{}', '{\n}', '', ''],
  ] as const) {
    const extra = item === '{}' ? 1 : 0;
    const of = (count: number): string =>
      open +
      Array<string>(count - extra)
        .fill(item)
        .join(between) +
      close;
    assert.equal(framed(of(MAX_ITEMS)).length, MAX_ITEMS + 1, item);
    assert.deepEqual(framed(of(MAX_ITEMS + 1)), ['413 too_many_items'], item);
  }
});

test('an element of an array may be 64 deep; strings may not break over lines', () => {
  const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  assert.deepEqual(framed(`[${deep(64)},${deep(65)},${deep(200)},1]`), [
    'array',
    deep(64),
    'too_deep',
    'too_deep',
    '1',
  ]);
  assert.deepEqual(framed('[{"a":"b\nc"},"\r","\\\n",2]'), ['array', 'bad_json', 'bad_json', 'bad_json', '2']);
});

test('Event XML: declarations, roots, prefixes, both quotes, CDATA and comments', () => {
  const event = '<Event xmlns=\'http://x/>\'><System><Provider Name="a>b"/></System></Event>';
  const prefixed =
    '<e:Event xmlns:e="u"><e:EventData><![CDATA[</e:Event>]]></e:EventData><!-- </e:Event> --></e:Event>';
  assert.deepEqual(framed(`<?xml version='1.0'?>\n<!-- <Event> -->\n<Events a='>'>${event}\n${prefixed}</Events>\n`), [
    'xml',
    event,
    prefixed,
  ]);
  assert.deepEqual(framed(`${event}${event}\r\n<Event/>`), ['xml', event, event, '<Event/>']);
  assert.deepEqual(framed(`\ufeff<?xml version="1.0"?>${event}<?xml version="1.0"?>${event}`), ['xml', event, event]);
});

test('of XML that is broken only what cannot be found is refused', () => {
  assert.deepEqual(framed('<Event><A><Event>b</Event>text<Event>c</Event><Event>'), [
    'xml',
    'bad_xml',
    '<Event>b</Event>',
    'bad_xml',
    '<Event>c</Event>',
    'bad_xml',
  ]);
  assert.deepEqual(framed('<Event>a</Event><!-- <Event/>'), ['xml', '<Event>a</Event>', 'bad_xml']);
  assert.deepEqual(framed('<Event>a</Event><?x <Event/>'), ['xml', '<Event>a</Event>', 'bad_xml']);
  assert.deepEqual(framed('<Event>a</Event>< <Event/>'), ['xml', '<Event>a</Event>', 'bad_xml']);
  assert.deepEqual(framed('<Event>a</Event><b c="<Event/>'), ['xml', '<Event>a</Event>', 'bad_xml']);
  assert.deepEqual(framed('<Events></Events>'), ['400 bad_xml']);
  assert.deepEqual(framed('<!DOCTYPE a [<!ENTITY b "c">]><Event>&b;</Event>'), ['400 bad_xml']);
});

test('sections that are opened thousands of times and closed once are searched once', () => {
  const body = Buffer.from(`${'<Event><![CDATA['.repeat(40_000)}${' '.repeat(8 << 20)}]]><Event/>`);
  const start = performance.now();
  const framing = frameNdjson(body);
  assert.ok(framing.kind === 'framed' && framing.items.length > 40_000);
  assert.ok(performance.now() - start < 2000);
});

test('markup around Events is bounded, and what is blank costs next to nothing', () => {
  assert.deepEqual(framed(`${'<a>'.repeat(4 * MAX_ITEMS)}<Event/>`), ['xml', '<Event/>']);
  assert.deepEqual(framed(`${'<a>'.repeat(4 * MAX_ITEMS)}<?b?><Event/>`), ['400 bad_xml']);
  const start = performance.now();
  assert.deepEqual(framed(`1${'\n'.repeat(16 << 20)}2`), ['lines', '1', '2']);
  assert.ok(performance.now() - start < 3000);
});

test('other encodings are told by their first bytes', () => {
  const codes = ['utf16le', 'latin1'].map((encoding) => Buffer.from('[{"a":1}]', encoding as BufferEncoding));
  const marked = [
    Buffer.from('\ufeff{}', 'utf16le'),
    Buffer.from('\ufeff{}', 'utf16le').swap16(),
    Buffer.from('{}', 'utf16le').swap16(),
  ];
  const kinds = [...codes, ...marked]
    .map((body) => frameNdjson(body))
    .map((found) => (found.kind === 'refused' ? found.code : found.form));
  assert.deepEqual(kinds, ['bad_encoding', 'array', 'bad_encoding', 'bad_encoding', 'bad_encoding']);
  // Trap 16: bytes that are not UTF-8 stay as they are.
  const raw = Buffer.from([0x22, 0xff, 0xc0, 0x22, 0x0a]);
  const framing = frameNdjson(raw);
  assert.deepEqual(framing.kind === 'framed' && framing.items, [{ start: 0, end: 4, line: 1 }]);
});

test('types of bodies: those of the protocol, with parameters, and none', () => {
  for (const type of [
    undefined,
    '',
    'application/x-ndjson',
    'Application/JSON; charset=utf-8',
    'text/plain',
    'text/xml',
    'application/xml',
    'application/jsonl',
  ]) {
    assert.equal(ndjsonTypeRefusal(type), undefined, type);
  }
  for (const type of ['multipart/form-data; boundary=x', 'application/x-www-form-urlencoded', 'text/html']) {
    assert.equal(ndjsonTypeRefusal(type)?.status, 415, type);
  }
});

test('the answer counts what was taken and names what was not', () => {
  const framing = frameNdjson(Buffer.from(`{"a":1}\n\n"${LONG}"\n{"b":2}`));
  assert.ok(framing.kind === 'framed');
  assert.deepEqual(JSON.parse(ndjsonAnswer(framing, { batch: 'b-1' })), {
    accepted: 2,
    rejected: [
      { line: 3, item: 1, code: 'too_large', reason: 'The event has 1048578 bytes; at most 1048576 are taken.' },
    ],
    batch: 'b-1',
  });
});
