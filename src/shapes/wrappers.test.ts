import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Expander } from './expand.ts';
import { type JsonObject, readJsonText } from './json-reader.ts';
import type { Shape, Unit } from './types.ts';

/** Knows objects with `k`, Events, and rows with a column `k`. */
const known: Shape = {
  id: 'map:test',
  title: 'test',
  detect: (unit) =>
    (unit.kind === 'json' && unit.value['k'] !== undefined) ||
    (unit.kind === 'xml' && unit.element.name === 'Event') ||
    (unit.kind === 'row' && unit.columns.includes('k'))
      ? 'it is'
      : undefined,
  read: () => ({ kind: 'broken', reason: 'never read' }),
  losses: [],
  proof: 'documentation only',
};

const expander = new Expander([known]);
const PLACE = { offset: 5, length: 6, line: 7 };

/** What a text of JSON unwraps to: the values, whether they are known, the wrappers, and how their `t` is written. */
function unwrapped(text: string): unknown[] {
  const reading = readJsonText(text);
  if (reading.kind === 'problem') assert.fail(reading.reason);
  return expander.json(PLACE, reading.value, reading.text).map(({ unit, recognition, wrappers }) => {
    assert.deepEqual([unit.offset, unit.length, unit.line], [5, 6, 7]);
    return [
      contentOf(unit),
      recognition !== undefined,
      wrappers,
      unit.kind === 'json' ? unit.numberText?.('t') : undefined,
    ];
  });
}

function contentOf(unit: Unit): unknown {
  if (unit.kind === 'json') return JSON.parse(JSON.stringify(unit.value)) as JsonObject;
  return unit.kind === 'xml' ? unit.element.name : unit.kind === 'text' ? unit.text : unit.values;
}

test('an object without a wrapper is itself, and its numbers are read as written', () => {
  assert.deepEqual(unwrapped('{"k":1,"t":1.50}'), [[{ k: 1, t: 1.5 }, true, [], '1.50']]);
  assert.deepEqual(unwrapped('{"x":1}'), [[{ x: 1 }, false, [], undefined]]);
});

test('Elasticsearch: one document, and all documents of an answer', () => {
  assert.deepEqual(unwrapped('{"_index":"i","_source":{"k":1,"t":2.0}}'), [
    [{ k: 1, t: 2 }, true, ['Elasticsearch _source'], '2.0'],
  ]);
  assert.deepEqual(
    unwrapped('{"took":1,"hits":{"total":2,"hits":[{"_source":{"k":1,"t":3.10}},{"_source":{"x":1}}]}}'),
    [
      [{ k: 1, t: 3.1 }, true, ['Elasticsearch hits.hits[]', 'Elasticsearch _source'], '3.10'],
      [{ x: 1 }, false, ['Elasticsearch hits.hits[]', 'Elasticsearch _source'], undefined],
    ],
  );
});

test('Splunk: result._raw and _raw, holding XML, JSON or text', () => {
  const name = ['Splunk result._raw'];
  assert.deepEqual(unwrapped(`{"preview":false,"result":{"_raw":"<Event xmlns='x'></Event>"}}`), [
    ['Event', true, name, undefined],
  ]);
  assert.deepEqual(unwrapped('{"_raw":"{\\"k\\":1,\\"t\\":0.10}"}'), [[{ k: 1, t: 0.1 }, true, name, '0.10']]);
  assert.deepEqual(unwrapped('{"_raw":"01/02/2021 LogName=x"}'), [['01/02/2021 LogName=x', false, name, undefined]]);
});

test('Log Analytics: columns and rows become objects', () => {
  const table =
    '{"tables":[{"name":"P","columns":[{"name":"k"},{"name":"t"},{"name":"__proto__"}],"rows":[["a",1.0,2],["b",2.50,3]]}]}';
  const objects = unwrapped(table);
  assert.deepEqual(
    objects.map((item) => (item as unknown[])[3]),
    ['1.0', '2.50'],
  );
  assert.deepEqual(
    objects.map((item) => Object.entries((item as [object])[0])),
    [
      [
        ['k', 'a'],
        ['t', 1],
        ['__proto__', 2],
      ],
      [
        ['k', 'b'],
        ['t', 2.5],
        ['__proto__', 3],
      ],
    ],
  );
});

test('Event Hubs: records[]', () => {
  assert.deepEqual(unwrapped('{"records":[{"k":1},3,{"k":2}]}'), [
    [{ k: 1 }, true, ['records[]'], undefined],
    [{ k: 2 }, true, ['records[]'], undefined],
  ]);
});

test('event.original is better than what was made of it; a text that is neither XML nor JSON is none', () => {
  assert.deepEqual(unwrapped('{"k":1,"event":{"original":"<Event></Event>"}}'), [
    ['Event', true, ['event.original'], undefined],
  ]);
  assert.deepEqual(unwrapped('{"k":1,"event.original":"<Event></Event>"}'), [
    ['Event', true, ['event.original'], undefined],
  ]);
  assert.deepEqual(unwrapped('{"k":1,"event":{"original":"some text"}}'), [
    [{ k: 1, event: { original: 'some text' } }, true, [], undefined],
  ]);
});

test('dotted flat keys become nested objects, names of fields keep their dots', () => {
  assert.deepEqual(unwrapped('{"@timestamp":"t","winlog.event_data.param.1":"v","winlog.channel":"c","k":2}'), [
    [
      { '@timestamp': 't', winlog: { event_data: { 'param.1': 'v' }, channel: 'c' }, k: 2 },
      true,
      ['dotted flat keys'],
      undefined,
    ],
  ]);
  assert.deepEqual(unwrapped('{"id.orig_h":"1.2.3.4","k":1}'), [
    [{ 'id.orig_h': '1.2.3.4', k: 1 }, true, [], undefined],
  ]);
  assert.equal(Reflect.get({}, 'polluted'), undefined);
  unwrapped('{"winlog.__proto__.polluted":1,"__proto__.polluted":1}');
  assert.equal(Reflect.get({}, 'polluted'), undefined);
});

test('Logstash, Fluent Bit and queues: one member holds the event as text or object, if what it holds is known', () => {
  const text = ['message that holds JSON or XML'];
  assert.deepEqual(unwrapped('{"message":"{\\"k\\":1}","host":"a"}'), [[{ k: 1 }, true, text, undefined]]);
  assert.deepEqual(unwrapped('{"log":" <Event ></Event>"}'), [['Event', true, text, undefined]]);
  assert.deepEqual(unwrapped('{"message":"{\\"x\\":1}"}'), [[{ message: '{"x":1}' }, false, [], undefined]]);
  assert.deepEqual(unwrapped('{"k":0,"message":"{\\"k\\":1}"}'), [[{ k: 0, message: '{"k":1}' }, true, [], undefined]]);
  assert.deepEqual(unwrapped('{"time":1,"event":{"k":1,"t":1e2}}'), [
    [{ k: 1, t: 100 }, true, ['event or record object'], '1e2'],
  ]);
});

test('wrappers may stand in wrappers, up to a bound, and broken content leaves the wrapper as it is', () => {
  const nested = (depth: number): string => (depth === 0 ? '{"k":1}' : `{"_source":${nested(depth - 1)}}`);
  const known6 = unwrapped(nested(6)) as [unknown, boolean][];
  const known7 = unwrapped(nested(7)) as [unknown, boolean][];
  assert.deepEqual([known6[0]?.[1], known7[0]?.[1]], [true, false]);
  assert.deepEqual(unwrapped('{"_raw":"{\\"k\\":"}'), [[{ _raw: '{"k":' }, false, [], undefined]]);
});

test('a row is asked as it is, else as an object of its columns, wrappers and all', () => {
  const take = (columns: string[], values: string[]): unknown[] =>
    expander
      .dialectUnit(PLACE, { kind: 'row', columns, values })
      .map(({ unit, recognition, wrappers }) => [contentOf(unit), recognition !== undefined, wrappers]);
  assert.deepEqual(take(['k', 'b'], ['1', '']), [[['1', ''], true, []]]);
  assert.deepEqual(take(['b', '_raw'], ['1', '<Event></Event>']), [['Event', true, ['Splunk result._raw']]]);
  assert.deepEqual(take(['b', 'c'], ['1', '2']), [[['1', '2'], false, []]]);
  const object = expander.dialectUnit(PLACE, {
    kind: 'row',
    columns: ['_source', 'winlog.a', 'event.original', 'Time [UTC]'],
    values: ['', 'x', '{"k":"v"}', 't'],
  });
  assert.deepEqual(
    object.map(({ unit }) => contentOf(unit)),
    [{ k: 'v' }],
  );
});
