import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logRecordProtobuf, otlpProtobuf, varint } from '../../testkit/index.ts';
import {
  type Framed,
  frameOtlpJson,
  frameOtlpProtobuf,
  MAX_ITEM_BYTES,
  MAX_ITEMS,
  otlpAnswer,
  otlpEncodingOf,
  otlpError,
  otlpStatus,
  otlpTypeRefusal,
  type RefusedBatch,
  textOf,
} from './index.ts';

const RECORD = {
  timeUnixNano: '1767225600123456700',
  observedTimeUnixNano: '18446744073709551615',
  severityNumber: 9,
  severityText: 'Info "x"\n',
  body: {
    kvlistValue: {
      values: [
        { key: 'id', value: { intValue: '-9223372036854775808' } },
        { key: 'list', value: { arrayValue: { values: [{ boolValue: true }, { doubleValue: 0.5 }, {}] } } },
        { key: 'none', value: { kvlistValue: { values: [] } } },
        { key: 'bytes', value: { bytesValue: 'AP8=' } },
      ],
    },
  },
  attributes: [{ key: 'a', value: { stringValue: 'é\u0000' } }],
  droppedAttributesCount: 2,
  flags: 1,
  traceId: '0123456789abcdef0123456789abcdef',
  spanId: '0123456789abcdef',
  eventName: 'e',
};

function request(...logRecords: readonly unknown[]): string {
  return JSON.stringify({
    resourceLogs: [
      { resource: { attributes: [{ key: 'host.name', value: { stringValue: 'h' } }] }, scopeLogs: [] },
      {
        scopeLogs: [
          { scope: { name: 's', version: '1' }, logRecords },
          { logRecords: [], schemaUrl: 'u' },
        ],
      },
    ],
  });
}

function protobuf(...records: readonly Buffer[]): Buffer {
  const wrapped = (number: number, bytes: Buffer): Buffer =>
    Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
  return wrapped(1, wrapped(2, Buffer.concat(records.map((record) => wrapped(2, record)))));
}

function codes(found: Framed | RefusedBatch): unknown {
  return found.kind === 'refused'
    ? `${found.status} ${found.code}`
    : found.items.map(({ refused }) => refused?.code ?? '');
}

function lines(protocol: 'otlp-json' | 'otlp-protobuf', body: Uint8Array): readonly unknown[] {
  const batch = textOf(protocol, body);
  assert.ok(batch.kind === 'text');
  const text = Buffer.concat([...batch.text.pieces]).toString();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

test('a record is the same in protobuf and in JSON, with every digit of its numbers', () => {
  const text = request(RECORD, { body: { stringValue: '<Event/>' } });
  const json = lines('otlp-json', Buffer.from(text));
  assert.deepEqual(json[0], { resourceLogs: [{ scopeLogs: [{ logRecords: [RECORD] }] }] });
  assert.deepEqual(lines('otlp-protobuf', otlpProtobuf(text)), json);
});

test('numbers that JSON has no word for are texts, as the mapping of protobuf says', () => {
  const record = logRecordProtobuf({
    attributes: [Infinity, -Infinity, NaN].map((doubleValue) => ({ key: 'k', value: { doubleValue } })),
  });
  assert.match(JSON.stringify(lines('otlp-protobuf', protobuf(record))), /"Infinity".*"-Infinity".*"NaN"/);
});

test('SERVE 8 trap 16: a text that is no UTF-8 is mended, and is measured as it is written', () => {
  const signs = Array.from({ length: 256 }, (_, byte) => Buffer.from([byte]));
  const texts = [
    ...signs,
    Buffer.from('é\u2028\u{1f600}"\\\u007f'),
    Buffer.from([0xed, 0xa0, 0x80]),
    Buffer.from([0xc3, 0x22, 0x00]),
  ];
  for (const text of texts) {
    const value = Buffer.concat([varint(10), varint(text.length), text]);
    const [line] = lines('otlp-protobuf', protobuf(Buffer.concat([varint(42), varint(value.length), value])));
    const record = { body: { stringValue: text.toString('utf8') } };
    assert.deepEqual(line, { resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] }, text.toString('hex'));
  }
});

test('of a value that is told twice the last counts, and attributes may stand apart', () => {
  const value = Buffer.concat([varint(10), varint(1), Buffer.from('a'), varint(24), varint(7)]);
  const pair = (key: string): Buffer => logRecordProtobuf({ attributes: [{ key, value: { boolValue: true } }] });
  const body = Buffer.concat([varint(42), varint(value.length), value]);
  const [line] = lines('otlp-protobuf', protobuf(Buffer.concat([pair('x'), body, pair('y')])));
  const attributes = ['x', 'y'].map((key) => ({ key, value: { boolValue: true } }));
  assert.deepEqual(line, {
    resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { intValue: '7' }, attributes }] }] }],
  });
});

test('fields that are not known are passed over, at every level', () => {
  const more = Buffer.concat([varint(99 * 8), varint(1n << 63n), varint(98 * 8 + 2), varint(2), Buffer.from('xx')]);
  const body = protobuf(Buffer.concat([more, logRecordProtobuf(RECORD), more]));
  assert.deepEqual(
    lines('otlp-protobuf', Buffer.concat([more, body, more])),
    lines('otlp-json', Buffer.from(request(RECORD))),
  );
  const text = '{"x":[{"logRecords":[1]}],"resourceLogs":[{"y":{},"scopeLogs":[{"z":"]","logRecords":[{"body":1}]}]}]}';
  assert.deepEqual(lines('otlp-json', Buffer.from(text)), [
    { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: 1 }] }] }] },
  ]);
});

test('a request of nothing is taken, and nothing of it is kept', () => {
  for (const body of ['{}', ' {"resourceLogs":null} ', '{"resourceLogs":[]}', '{"resourceLogs":[{}]}', request()]) {
    assert.deepEqual(codes(frameOtlpJson(Buffer.from(body))), [], body);
  }
  assert.deepEqual(codes(frameOtlpProtobuf(Buffer.alloc(0))), []);
  assert.deepEqual(codes(frameOtlpProtobuf(otlpProtobuf(request()))), []);
});

test('a request in JSON that cannot be followed is refused whole', () => {
  const good = request(RECORD);
  for (const body of [
    '',
    '[]',
    'null',
    good.slice(0, -1),
    `${good}x`,
    good.replace('[{', '{'),
    '{"resourceLogs":[{"scopeLogs":7}]}',
  ]) {
    assert.equal(codes(frameOtlpJson(Buffer.from(body))), '400 bad_json', body.slice(0, 40));
  }
  assert.deepEqual(codes(frameOtlpJson(Buffer.from(request(1, { body: 'ok' })))), ['', '']);
});

test('a list that stands twice is taken twice: no record hides behind another', () => {
  const body =
    '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"a":1}],"logRecords":[{"a":2}]}]}],"resourceLog\\u0073":[{"scopeLogs":[{"logRecords":[{"a":3}]}]}]}';
  assert.equal(lines('otlp-json', Buffer.from(body)).length, 3);
});

test('a broken record costs that record where its bounds are whole, and the whole request where they are not', () => {
  const good = logRecordProtobuf(RECORD);
  const broken: readonly Buffer[] = [
    good.subarray(0, -1),
    Buffer.from([0x2a, 0x05, 0x0a]),
    Buffer.from([0x0b]),
    Buffer.from([0x0c]),
    Buffer.from([0x08, 0x01]),
    Buffer.from([0x2a, 0x02, 0x08, 0x01]),
    Buffer.from([0x09, 0x01]),
    Buffer.from([0x07]),
    Buffer.from([0x00, 0x01]),
    Buffer.from([0x10, ...Array.from({ length: 11 }, () => 0x80), 0x01]),
    Buffer.from([0x1a, 0xff, 0xff, 0xff, 0xff, 0x0f]),
    Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0x00]),
  ];
  for (const [number, record] of broken.entries()) {
    assert.deepEqual(codes(frameOtlpProtobuf(protobuf(good, record, good))), ['', 'bad_protobuf', ''], `${number}`);
  }
  const body = protobuf(good);
  for (const whole of [
    body.subarray(0, -1),
    body.subarray(1),
    Buffer.from([0x08, 0x01]),
    Buffer.from('{}'),
    Buffer.from([0x0a, 0x02, 0x12, 0x05]),
  ]) {
    assert.equal(codes(frameOtlpProtobuf(whole)), '400 bad_protobuf');
  }
});

test('L20 groups are refused however deep they are, and so are values that nest for ever', () => {
  assert.equal(codes(frameOtlpProtobuf(Buffer.alloc(1 << 20, 0x0b))), '400 bad_protobuf');
  let deep: Buffer = Buffer.alloc(0);
  for (let level = 0; level < 20_000; level++) {
    const list = Buffer.concat([varint(10), varint(deep.length), deep]);
    deep = Buffer.concat([varint(42), varint(list.length), list]);
  }
  const record = Buffer.concat([varint(42), varint(deep.length), deep]);
  assert.deepEqual(codes(frameOtlpProtobuf(protobuf(record, logRecordProtobuf(RECORD)))), ['too_deep', '']);
});

test('a record nests as deep in protobuf as in JSON', () => {
  const nested = (levels: number, kind: 'arrayValue' | 'kvlistValue', last: unknown): unknown =>
    levels === 0
      ? last
      : {
          [kind]: {
            values:
              kind === 'arrayValue'
                ? [nested(levels - 1, kind, last)]
                : [{ key: 'k', value: nested(levels - 1, kind, last) }],
          },
        };
  const seen = new Set<unknown>();
  for (const kind of ['arrayValue', 'kvlistValue'] as const) {
    for (let levels = 10; levels < 24; levels++) {
      for (const last of [{ intValue: '1' }, { arrayValue: { values: [] } }]) {
        for (const record of [
          { body: nested(levels, kind, last) },
          { attributes: [{ key: 'a', value: nested(levels, kind, last) }] },
        ]) {
          const text = request(record);
          const found = codes(frameOtlpJson(Buffer.from(text)));
          assert.deepEqual(
            codes(frameOtlpProtobuf(otlpProtobuf(text))),
            found,
            `${kind} ${levels} ${JSON.stringify(last)}`,
          );
          seen.add(String(found));
        }
      }
    }
  }
  assert.deepEqual([...seen].sort(), ['', 'too_deep']);
});

test('a record may have 1 MiB, in protobuf also as the JSON that is made of it; a request 50,000 records', () => {
  const sized = (bytes: number): { body: { stringValue: string } } => ({
    body: { stringValue: 'a'.repeat(bytes - 27) },
  });
  assert.equal(JSON.stringify(sized(MAX_ITEM_BYTES)).length, MAX_ITEM_BYTES);
  const text = request(sized(MAX_ITEM_BYTES), sized(MAX_ITEM_BYTES + 1));
  assert.deepEqual(codes(frameOtlpJson(Buffer.from(text))), ['', 'too_large']);
  assert.deepEqual(codes(frameOtlpProtobuf(otlpProtobuf(text))), ['', 'too_large']);
  const escapes = logRecordProtobuf({ body: { stringValue: '\u0001'.repeat(MAX_ITEM_BYTES / 4) } });
  assert.deepEqual(codes(frameOtlpProtobuf(protobuf(escapes))), ['too_large']);
  const many = (count: number): unknown =>
    frameOtlpProtobuf(protobuf(...Array.from({ length: count }, () => Buffer.alloc(0)))).kind;
  assert.deepEqual([many(MAX_ITEMS), many(MAX_ITEMS + 1)], ['framed', 'refused']);
  const json = (count: number): unknown =>
    codes(frameOtlpJson(Buffer.from(request(...Array.from({ length: count }, () => 1)))));
  assert.equal(json(MAX_ITEMS + 1), '413 too_many_items');
  assert.ok(Array.isArray(json(MAX_ITEMS)));
});

test('L15 what grows to more than a body may have is refused as a whole: JSON of protobuf has its own bomb', () => {
  const record = logRecordProtobuf({ body: { stringValue: '\u0001'.repeat(170_000) } });
  assert.equal(codes(frameOtlpProtobuf(protobuf(...Array.from({ length: 66 }, () => record)))), '413 too_many_items');
  assert.equal(
    (codes(frameOtlpProtobuf(protobuf(...Array.from({ length: 64 }, () => record)))) as unknown[]).length,
    64,
  );
});

test('the answer is empty where all was taken, and tells how many were refused and why the first', () => {
  const whole = frameOtlpJson(Buffer.from(request(RECORD)));
  const part = frameOtlpJson(
    Buffer.from(request(RECORD, { body: 'a'.repeat(MAX_ITEM_BYTES) }, { body: 'a'.repeat(MAX_ITEM_BYTES) })),
  );
  assert.ok(whole.kind === 'framed' && part.kind === 'framed');
  assert.deepEqual(otlpAnswer(whole, 'json'), { type: 'application/json', body: '{}' });
  assert.deepEqual(otlpAnswer(whole, 'protobuf'), { type: 'application/x-protobuf', body: new Uint8Array(0) });
  const errorMessage = `record 1 (from 0): The event has ${MAX_ITEM_BYTES + 11} bytes; at most ${MAX_ITEM_BYTES} are taken.`;
  assert.deepEqual(JSON.parse(String(otlpAnswer(part, 'json').body)), {
    partialSuccess: { rejectedLogRecords: '2', errorMessage },
  });
  const inner = Buffer.concat([Buffer.from([0x08, 2, 0x12]), varint(errorMessage.length), Buffer.from(errorMessage)]);
  assert.deepEqual(
    Buffer.from(otlpAnswer(part, 'protobuf').body),
    Buffer.concat([Buffer.from([0x0a]), varint(inner.length), inner]),
  );
});

test('an error is google.rpc.Status in the encoding of the request; SERVE 8 trap 2: what passes by is 429 or 503, never 500', () => {
  assert.deepEqual(otlpError(503, 'later', 'json'), {
    type: 'application/json',
    body: '{"code":14,"message":"later"}',
  });
  const { type, body } = otlpError(400, 'bad', 'protobuf');
  assert.deepEqual([type, [...(body as Uint8Array)]], ['application/x-protobuf', [0x08, 3, 0x12, 3, 98, 97, 100]]);
  assert.deepEqual([400, 401, 408, 413, 429, 500, 503].map(otlpStatus), [400, 401, 503, 413, 429, 503, 503]);
});

test('two types of body are taken, with any parameter', () => {
  assert.deepEqual(
    ['application/json', 'Application/X-Protobuf; v=1', 'application/protobuf', 'text/plain', undefined].map(
      otlpEncodingOf,
    ),
    ['json', 'protobuf', undefined, undefined, undefined],
  );
  assert.deepEqual([otlpTypeRefusal('application/json')?.status, otlpTypeRefusal(undefined)?.status], [undefined, 415]);
});
