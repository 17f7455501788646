import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type BulkFraming,
  bulkAnswer,
  bulkTypeRefusal,
  frameBulk,
  indexNamesOf,
  MAX_ITEM_BYTES,
  MAX_ITEMS,
} from './index.ts';

function framing(body: string | Uint8Array, defaultIndex?: string): BulkFraming {
  const found = frameBulk(Buffer.from(body), defaultIndex === undefined ? {} : { defaultIndex });
  assert.ok(found.kind === 'framed', JSON.stringify(found));
  return found;
}

function refusal(body: string): string {
  const found = frameBulk(Buffer.from(body));
  return found.kind === 'refused' ? `${found.status} ${found.code}: ${found.reason}` : 'framed';
}

/** Action, index, id and source, or the code of the refusal. */
function lines(body: string, defaultIndex?: string): readonly string[] {
  return framing(body, defaultIndex).items.map(({ op, index, id, start, end, refused }) =>
    [op, index, id ?? '-', refused?.code ?? Buffer.from(body).toString('utf8', start, end)].join(' '),
  );
}

test('actions and sources come in pairs, a delete alone', () => {
  const body =
    '{"create":{"_index":"w","_id":"1"}}\n{"a":1}\n{"index":{}}\n{"b":2}\n{"delete":{"_id":"1"}}\n{"update":{"_id":2}}\n{"doc":{}}\n';
  assert.deepEqual(lines(body, 'path'), [
    'create w 1 {"a":1}',
    'index path - {"b":2}',
    'delete path 1 ',
    'update path 2 {"doc":{}}',
  ]);
  assert.equal(framing(body).accepted, 3);
  assert.deepEqual(indexNamesOf(framing(body, 'path'), 8), ['w', 'path']);
  assert.deepEqual(indexNamesOf(framing(body, 'path'), 1), ['w']);
});

test('blank lines before actions, CRLF, and a last line without an end are legal', () => {
  assert.deepEqual(lines('\n \r\n{"create":{}}\r\n{"a":1}\r\n\n\n{"create":{}}\n{"b":2}'), [
    'create triad - {"a":1}',
    'create triad - {"b":2}',
  ]);
});

test('what an action says besides index and id is passed over', () => {
  const body = `{ "index" : {"_type":"_doc","pipeline":"p","require_alias":true,"routing":"r","x":{"y":[1]},"__proto__":{"_id":"no"},"_index":"i"} }\n{}\n`;
  assert.deepEqual(lines(body), ['index i - {}']);
  assert.deepEqual(lines('{"index":{"_id":null,"_index":null}}\n{}'), ['index triad - {}']);
});

test('trap 13: an id that is a number is kept as it is written', () => {
  assert.deepEqual(lines('{"index":{"_id":12345678901234567890}}\n{}\n{"index":{"_id":1.50}}\n{}'), [
    'index triad 12345678901234567890 {}',
    'index triad 1.50 {}',
  ]);
});

test('a broken action line refuses the whole request', () => {
  for (const [line, reason] of [
    ['nonsense', 'an action is an object'],
    ['[]', 'an action is an object'],
    ['null', 'an action is an object'],
    ['{}', 'an action line has exactly one key'],
    ['{"index":{},"create":{}}', 'an action line has exactly one key'],
    ['{"@timestamp":1}', 'the action "@timestamp" is not one of create, delete, index, update'],
    ['{"__proto__":{}}', 'the action "__proto__" is not one of create, delete, index, update'],
    ['{"index":1}', 'the value of index is no object'],
    ['{"index":[]}', 'the value of index is no object'],
    ['{"index":{"_index":{}}}', '_index is no text'],
    ['{"index":{"_id":true}}', '_id is no text'],
    [`{"index":{"x":"${'x'.repeat(16 << 10)}"}}`, 'longer than 16384 bytes'],
  ] as const) {
    const expected = `400 bad_action: Malformed action/metadata line [4]: ${reason}`;
    assert.equal(refusal(`{"index":{}}\n{"a":1}\n\n${line}\n{}\n`), expected);
  }
  const fits = `{"index":{"x":"${'x'.repeat((16 << 10) - 18)}"}}`;
  assert.deepEqual([fits.length, refusal(`${fits}\n{}\n`)], [16 << 10, 'framed']);
  assert.equal(
    refusal('{"index":{}}\n{}\n{"index":{}}\n'),
    '400 bad_action: Malformed action/metadata line [3]: the body ends before the source of index',
  );
  for (const body of ['', '\n', ' \n\n']) assert.equal(refusal(body), '400 empty: request body is required');
});

test('what is wrong with one item costs that item', () => {
  const id = 'é'.repeat(256);
  const index = 'i'.repeat(255);
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['{"index":{"_id":""}}\n{}', 'bad_id'],
    [`{"index":{"_id":"${id}"}}\n{}`, undefined],
    [`{"index":{"_id":"${id}x"}}\n{}`, 'bad_id'],
    [`{"index":{"_index":"${index}"}}\n{}`, undefined],
    [`{"index":{"_index":"${index}i"}}\n{}`, 'bad_index'],
    ['{"index":{"_index":""}}\n{}', 'bad_index'],
    ['{"update":{}}\n{}', 'bad_id'],
    ['{"delete":{}}', 'bad_id'],
    ['{"index":{}}\n', 'empty'],
    ['{"index":{}}\n{}', undefined],
  ];
  const found = framing(rows.map(([text]) => `${text}\n`).join(''));
  assert.deepEqual(
    found.items.map(({ refused }) => refused?.code),
    rows.map(([, code]) => code),
  );
  assert.equal(found.accepted, 3);
});

test('0.1 point 7: a source of 1 MiB is taken, one byte more is refused', () => {
  const source = 'x'.repeat(MAX_ITEM_BYTES);
  const found = framing(`{"index":{}}\n${source}\n{"index":{}}\n${source}y\n{"index":{}}\n{}\n`);
  assert.deepEqual(
    found.items.map(({ refused }) => refused?.code),
    [undefined, 'too_large', undefined],
  );
  assert.equal(found.accepted, 2);
});

test('50,000 actions are a batch, one more is not', () => {
  assert.equal(framing('{"index":{}}\n1\n'.repeat(MAX_ITEMS)).items.length, MAX_ITEMS);
  assert.match(refusal('{"index":{}}\n1\n'.repeat(MAX_ITEMS + 1)), /^413 too_many_items/);
});

test('types of bodies: what clients send', () => {
  for (const type of [
    undefined,
    'application/json',
    'application/x-ndjson',
    'application/json; charset=utf-8',
    'application/vnd.elasticsearch+x-ndjson; compatible-with=8',
    'application/vnd.elasticsearch+json;compatible-with=9',
  ]) {
    assert.equal(bulkTypeRefusal(type), undefined, type);
  }
  for (const type of ['text/plain', 'application/xml', 'application/vnd.elasticsearch+cbor']) {
    assert.equal(bulkTypeRefusal(type)?.status, 415, type);
  }
});

const FOUR = framing(
  '{"create":{"_index":"w"}}\n{}\n{"delete":{"_id":"x"}}\n{"update":{"_id":"u"}}\n{}\n{"index":{"_id":""}}\n{}\n',
);

test('the whole answer has what Elasticsearch answers, one item an action, in order', () => {
  const taken = { _version: 1, _shards: { total: 1, successful: 1, failed: 0 }, _seq_no: 0, _primary_term: 1 };
  assert.deepEqual(JSON.parse(bulkAnswer(FOUR, { tookMs: 2.6, digest: 'abcdef' })), {
    took: 3,
    errors: true,
    items: [
      { create: { _index: 'w', _id: 'abcdef-0', result: 'created', status: 201, ...taken } },
      { delete: { _index: 'triad', _id: 'x', result: 'not_found', status: 404, ...taken } },
      { update: { _index: 'triad', _id: 'u', result: 'updated', status: 200, ...taken } },
      {
        index: {
          _index: 'triad',
          _id: '',
          status: 400,
          error: { type: 'illegal_argument_exception', reason: 'if _id is specified it must not be empty' },
        },
      },
    ],
  });
  const onlyTaken = framing('{"create":{}}\n{}\n{"delete":{"_id":"x"}}\n');
  assert.equal(JSON.parse(bulkAnswer(onlyTaken, { tookMs: 0 })).errors, false, 'nothing to delete is no error');
  const large = framing(`{"create":{}}\n${' '.repeat(MAX_ITEM_BYTES)}{}\n`);
  assert.equal(JSON.parse(bulkAnswer(large, { tookMs: 0 })).items[0].create.error.type, 'mapper_parsing_exception');
});

test('filter_path: the forms that shippers and clients ask for', () => {
  const statuses = [{ create: { status: 201 } }, { delete: { status: 404 } }, { update: { status: 200 } }];
  const reason = 'if _id is specified it must not be empty';
  const error = { type: 'illegal_argument_exception', reason };
  const cases: readonly (readonly [string, unknown])[] = [
    ['errors,items.*.error,items.*.status', { errors: true, items: [...statuses, { index: { status: 400, error } }] }],
    ['items.*.status,errors', { errors: true, items: [...statuses, { index: { status: 400 } }] }],
    ['took , items.**.status', { took: 1, items: [...statuses, { index: { status: 400 } }] }],
    ['**.status', { items: [...statuses, { index: { status: 400 } }] }],
    ['items.*.error.reason', { items: [...statuses, { index: { error: { reason } } }] }],
    ['items.create.stat*,errors', { errors: true, items: [...statuses, { index: { status: 400 } }] }],
    ['err*', { errors: true, items: [...statuses, { index: { status: 400 } }] }],
    ['-items', { took: 1, errors: true, items: [...statuses, { index: { status: 400 } }] }],
    [
      '**,-took,-items.*._*,-**.result,-items.*.error.type',
      { errors: true, items: [...statuses, { index: { status: 400, error: { reason } } }] },
    ],
    ['nothing', { items: [...statuses, { index: { status: 400 } }] }],
  ];
  for (const [filterPath, expected] of cases) {
    assert.deepEqual(JSON.parse(bulkAnswer(FOUR, { filterPath, tookMs: 1 })), expected, filterPath);
  }
});

test('a filter that is empty or beyond its bounds filters nothing', () => {
  const whole = bulkAnswer(FOUR, { tookMs: 1 });
  for (const filterPath of [
    '',
    ' ',
    ',',
    '-',
    undefined,
    Array<string>(65).fill('errors').join(','),
    `${'a.'.repeat(16)}a`,
    'x'.repeat(2049),
  ]) {
    assert.equal(bulkAnswer(FOUR, { filterPath, tookMs: 1 }), whole);
  }
  for (const filterPath of [Array<string>(64).fill('errors').join(','), `${'a.'.repeat(15)}a`, 'x'.repeat(2048)]) {
    assert.notEqual(bulkAnswer(FOUR, { filterPath, tookMs: 1 }), whole);
  }
});
