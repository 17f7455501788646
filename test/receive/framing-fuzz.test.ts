import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bulkAnswer,
  type Framed,
  frameBulk,
  frameHec,
  frameNdjson,
  frameOtlpJson,
  frameOtlpProtobuf,
  hecEventsAnswer,
  MAX_ITEM_BYTES,
  MAX_ITEMS,
  ndjsonAnswer,
  otlpAnswer,
  type ProtocolName,
  packEnvelope,
  readEnvelope,
  textOf,
} from '../../src/receive/index.ts';
import { otlpProtobuf, SHAPE_WRITERS, type Xorshift } from '../../testkit/index.ts';
import { fuzzRuns } from '../fuzz-runs.ts';
import { carried } from '../shapes/conversion.ts';
import { PLANTED } from '../shapes/copies.ts';
import { textSeeds } from '../shapes/fuzz.ts';

/** Pieces that framing stumbles over. */
const PIECES: readonly string[] = [
  ...[
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    '\\"',
    ',',
    ':',
    '<',
    '>',
    '/>',
    "'",
    '\n',
    '\r\n',
    '\n\n',
    '\0',
    '\ufeff',
    '\u00ff\u00fe',
  ],
  ...['<Event>', '</Event>', '<Event/>', '<e:Event>', '<![CDATA[', ']]>', '<!--', '-->', '<?xml', '?>', '<!DOCTYPE a>'],
  ...[
    '{"create":{}}\n',
    '{"index":{"_id":1e400}}\n',
    '{"update":{"_id":"1"}}\n',
    '{"delete":{"_id":"1"}}\n',
    '{"doc":',
  ],
  ...['"doc":{', '"__proto__":{', '"_id":null,', '"_index":"', 'null', 'true', '1e999', '[[[[[[[[', ']]]]]]]]'],
  ...[
    '{"event":',
    '"event":null,',
    '"fields":{"a":[',
    '"index":"',
    '{"resourceLogs":[',
    '"scopeLogs":[{',
    '"logRecords":[',
  ],
  ...['\x0a\x00', '\x12\x02', '\x0b\x0b\x0b', '\x0c', '\x2a\x7f', '\x08\x01', '\x01', '\xff\xff\xff\xff\x0f'],
  '\x80'.repeat(12),
  '['.repeat(70),
];

const BULK = [
  '{"create":{"_index":"w"}}\n{"a":"b"}\n{"delete":{"_id":"x"}}\n\n{"update":{"_id":7}}\r\n{"doc":{"b":[1,"]}"]}}\r\n',
  '{"index":{}}\n{"@timestamp":"2026-03-12T10:00:00Z"}\n',
].map((text) => Buffer.from(text));

function mutated(seed: Uint8Array, random: Xorshift): Uint8Array {
  let bytes = Buffer.from(seed);
  for (let edits = 1 + random.below(6); edits > 0 && bytes.length > 2; edits--) {
    const at = random.below(bytes.length);
    const what = random.below(6);
    if (what === 0) bytes[at] = random.below(256);
    else if (what === 1) bytes = bytes.subarray(0, at);
    else if (what === 2) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.below(200))]);
    else if (what === 3) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(random.below(at + 1))]);
    else bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(random.pick(PIECES)), bytes.subarray(at)]);
  }
  return bytes;
}

/** What must hold of the items of any body. */
function checkItems(body: Uint8Array, { items, accepted }: Framed, hasEmpty = false): void {
  assert.ok(items.length <= MAX_ITEMS);
  let at = 0;
  let taken = 0;
  for (const { start, end, line, refused } of items) {
    assert.ok(start <= end && end <= body.length && line >= 1 && start >= at, `${start} to ${end} after ${at}`);
    // A `delete` of _bulk is no event; a record of protobuf may have no bytes.
    if (refused === undefined && (end > start || hasEmpty)) taken++;
    assert.ok(refused !== undefined || end - start <= MAX_ITEM_BYTES);
    at = end;
  }
  assert.ok(accepted === taken, `${accepted} of ${taken}`);
}

function checkText(protocol: ProtocolName, body: Uint8Array, framing: Framed): void {
  const batch = textOf(protocol, body);
  assert.ok(batch.kind === 'text');
  assert.deepEqual(batch.framing.items, framing.items);
  const length = batch.text.pieces.reduce((sum, piece) => sum + piece.length, 0);
  assert.equal(length, batch.text.length);
  assert.ok(length <= body.length + framing.items.length);
  const seen = new Set<number>();
  for (let offset = 0; offset < length; offset++) {
    const item: number | undefined = batch.text.itemAt(offset);
    if (item === undefined) continue;
    assert.equal(framing.items[item]?.refused, undefined);
    seen.add(item);
  }
  assert.equal(seen.size, framing.accepted);
  assert.equal(batch.text.itemAt(length), undefined);
}

function frameAny(body: Uint8Array): void {
  const ndjson = frameNdjson(body);
  if (ndjson.kind === 'framed') {
    checkItems(body, ndjson);
    checkText('ndjson', body, ndjson);
    const { accepted, rejected } = JSON.parse(ndjsonAnswer(ndjson, { batch: 'b' }));
    assert.equal(accepted + rejected.length, ndjson.items.length);
  }
  const bulk = frameBulk(body);
  if (bulk.kind === 'framed') {
    checkItems(body, bulk);
    checkText('bulk', body, bulk);
    assert.equal(JSON.parse(bulkAnswer(bulk, { tookMs: 0 })).items.length, bulk.items.length);
  }
  frameHecAndOtlp(body);
}

function frameHecAndOtlp(body: Uint8Array): void {
  const hec = frameHec(body);
  if (hec.kind === 'framed') {
    checkItems(body, hec);
    checkText('hec', body, hec);
    const { code } = JSON.parse(hecEventsAnswer(hec, 1).body);
    assert.equal(code === 0, hec.accepted === hec.items.length);
  }
  const json = frameOtlpJson(body);
  const protobuf = frameOtlpProtobuf(body);
  for (const [protocol, framing] of [['otlp-json', json] as const, ['otlp-protobuf', protobuf] as const]) {
    if (framing.kind === 'refused') continue;
    checkItems(body, framing, true);
    const batch = textOf(protocol, body);
    assert.ok(batch.kind === 'text');
    const text = Buffer.concat([...batch.text.pieces]);
    assert.equal(text.length, batch.text.length);
    const lines = text.toString().split('\n');
    assert.equal(lines.length - 1, framing.accepted);
    // What protobuf gives is JSON, whatever the bytes were; each line is of its item.
    if (protocol === 'otlp-protobuf') for (const line of lines.slice(0, -1)) JSON.parse(line);
    assert.equal(otlpAnswer(framing, 'json').body === '{}', framing.accepted === framing.items.length);
  }
}

/** Three requests of OTLP as JSON, by the writers of the kit. */
const OTLP: readonly Buffer[] = SHAPE_WRITERS.filter(({ style }) =>
  /^OpenTelemetry (?:before|with|, lists)/.test(style),
).map((writer) => Buffer.from(writer.write(carried(writer, PLANTED).events.slice(0, 3))));

const SEEDS: readonly Uint8Array[] = [
  ...OTLP,
  ...OTLP.map((text) => otlpProtobuf(text.toString())),
  Buffer.from('{"time":1.5,"fields":{"a":["b"]},"event":{"a":"}{"}}\n{"event":"<Event/>","index":"i"}{"event":""}'),
  ...textSeeds().map(({ bytes }) => bytes.subarray(0, 3000)),
  ...BULK,
  ...BULK,
  Buffer.from('[{"a":1},\n[2,"x]"],null]'),
  Buffer.from('<?xml version="1.0"?><Events><Event a=\'>\'><![CDATA[</Event>]]></Event>\n<e:Event/></Events>'),
];

test('L20 hostile bytes are framed or refused, never with an error, out of bounds, or out of order', () => {
  for (const seed of SEEDS) frameAny(seed);
  const report = fuzzRuns(frameAny, 2500, 20260401, SEEDS, mutated);
  assert.deepEqual(report.failures.slice(0, 3), []);
  assert.ok(report.slowest < 1000, `${report.slowest} ms`);
});

test('L20 hostile payloads of the journal are envelopes or problems', () => {
  const header = {
    format: 1,
    sender: 'dc-01',
    key: 'k7',
    trust: 'authenticated',
    protocol: 'bulk',
    batch: 'b-1',
    digest: '0123456789abcdef'.repeat(4),
    receivedMs: 1790000000123,
    peer: '127.0.0.1',
    indexNames: ['a'],
  } as const;
  const seed = Buffer.concat(packEnvelope(header, Buffer.from('{"a":1}\n')));
  const readAny = (payload: Uint8Array): void => {
    const found = readEnvelope(payload);
    if (found.kind === 'problem') return;
    // What is read can be written again, and is the same.
    const { kind: _, body, ...rest } = found;
    const again = readEnvelope(Buffer.concat(packEnvelope(rest, body)));
    assert.deepEqual(again, found);
  };
  const report = fuzzRuns(readAny, 20_000, 20260402, [seed], mutated);
  assert.deepEqual(report.failures.slice(0, 3), []);
});

test('L27 the same mutations find a planted failure', () => {
  const trusting = (body: Uint8Array): void => {
    assert.equal(Buffer.from(body).toString().split('\n').length % 2, 1);
    assert.equal(frameBulk(body).kind, 'framed');
  };
  assert.ok(fuzzRuns(trusting, 300, 20260401, BULK, mutated).failures.length > 50);
});
