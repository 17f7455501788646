import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_ITEM_BYTES, type ProtocolName, type ProtocolText, textOf } from './index.ts';

function made(protocol: ProtocolName, body: string): ProtocolText {
  const found = textOf(protocol, Buffer.from(body));
  assert.ok(found.kind === 'text', JSON.stringify(found));
  return found;
}

function written({ text }: ProtocolText): string {
  const bytes = Buffer.concat(text.pieces);
  assert.equal(bytes.length, text.length);
  return bytes.toString();
}

const TOO_LONG = 'x'.repeat(MAX_ITEM_BYTES + 1);

test('NDJSON is its own text; refused lines are not in it, and other lines keep their number', () => {
  const body = '{"a":1}\r\n\n{"b":2}\n';
  const whole = made('ndjson', body);
  assert.equal(written(whole), body);
  assert.equal(whole.text.pieces.length, 1);
  const cut = made('ndjson', `${TOO_LONG}\n{"a":1}\n${TOO_LONG}\n{"b":2}`);
  assert.equal(written(cut), '\n{"a":1}\n\n{"b":2}');
  assert.deepEqual(
    [0, 1, 7, 8, 9, 10, 16, 17].map((offset) => cut.text.itemAt(offset)),
    [undefined, 1, 1, undefined, undefined, 3, 3, undefined],
  );
});

test('elements of an array and objects over several lines become a line each', () => {
  const array = made('ndjson', `[{"a":\r\n1},"${TOO_LONG}", {"b":"x"}]`);
  assert.equal(written(array), '{"a":  1}\n{"b":"x"}\n');
  assert.deepEqual(
    [0, 8, 9, 10, 18].map((offset) => array.text.itemAt(offset)),
    [0, 0, undefined, 2, 2],
  );
  assert.equal(written(made('ndjson', '{\n"a": 1\n}\n{"b":2}')), '{ "a": 1 }\n{"b":2}\n');
});

test('XML is its own text without the events that were refused', () => {
  const body = '<Events>stray<Event>a</Event><Event>cut<Event>b</Event></Events>';
  const text = made('ndjson', body);
  assert.equal(written(text), '<Events><Event>a</Event><Event>b</Event></Events>');
  assert.deepEqual(
    [7, 8, 23, 24, 39, 40].map((offset) => text.text.itemAt(offset)),
    [undefined, 1, 1, 3, 3, undefined],
  );
});

test('of _bulk the sources are the text, of an update its document', () => {
  const text = made(
    'bulk',
    `{"create":{"_id":"1"}}\n{"a":1}\r\n{"delete":{"_id":"x"}}\n{"index":{}}\n${TOO_LONG}\n{"update":{"_id":7}}\n{"doc":{"c":"}"},"doc_as_upsert":true}\n`,
  );
  assert.equal(written(text), '{"a":1}\n{"c":"}"}\n');
  assert.deepEqual(
    [0, 6, 7, 8, 16, 17].map((offset) => text.text.itemAt(offset)),
    [0, 0, undefined, 3, 3, undefined],
  );
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((item) => text.idOf(item)),
    ['1', 'x', undefined, '7', undefined],
  );
});

test('the document of an update: doc, else upsert, else the source; of two the last', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['{"doc":{"a":1}}', '{"a":1}'],
    [' { "upsert" : {"u":1} , "doc" : { "a" : "\\"}" } } ', '{ "a" : "\\"}" }'],
    ['{"script":{"doc":{"x":1}},"upsert":{"u":[1]}}', '{"u":[1]}'],
    ['{"doc":{"a":1},"doc":{"a":2}}', '{"a":2}'],
    ['{"a":1}', '{"a":1}'],
    ['{"doc":"text"}', '{"doc":"text"}'],
    ['{}', '{}'],
    ['[{"doc":{}}]', '[{"doc":{}}]'],
    ['{"doc":{"a":1', '{"doc":{"a":1'],
    ['{"doc"', '{"doc"'],
    ['{"doc":', '{"doc":'],
    ['{7:{}}', '{7:{}}'],
  ];
  for (const [source, document] of rows) {
    assert.equal(written(made('bulk', `{"update":{"_id":"1"}}\n${source}\n`)), `${document}\n`, source);
  }
});

test('a stretch of the text tells every item that it touches', () => {
  const { text } = made('bulk', '{"index":{}}\naa\n{"delete":{"_id":"x"}}\n{"index":{}}\nbb\n{"index":{}}\ncc\n');
  assert.deepEqual(text.itemsIn(0, 2), { first: 0, last: 0 });
  assert.deepEqual(text.itemsIn(1, 4), { first: 0, last: 2 });
  assert.deepEqual(text.itemsIn(0, 100), { first: 0, last: 3 });
  assert.deepEqual(text.itemsIn(2, 2), { first: 2, last: 2 });
  assert.deepEqual(text.itemsIn(2, 1), undefined);
  assert.deepEqual(text.itemsIn(9, 1), undefined);
});

test('a body that was refused has no text', () => {
  assert.equal(textOf('bulk', Buffer.from('nonsense\n')).kind, 'refused');
  assert.equal(textOf('ndjson', Buffer.from('[1')).kind, 'refused');
});
