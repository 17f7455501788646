import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  batchIdentity,
  checkBatchId,
  type EnvelopeHeader,
  MAX_INDEX_NAMES,
  packEnvelope,
  readEnvelope,
  sameBatch,
} from './index.ts';

const HEADER: EnvelopeHeader = {
  format: 1,
  sender: 'dc-01',
  key: 'k7',
  trust: 'authenticated',
  protocol: 'bulk',
  digest: '0123456789abcdef'.repeat(4),
  receivedMs: 1790000000123,
  peer: '127.0.0.1',
};
const BODY = Buffer.from('{"a":1}\n');

function payload(header: object, body: Uint8Array = BODY): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  return Buffer.concat([length, json, body]);
}

function problemOf(bytes: Uint8Array): string {
  const found = readEnvelope(bytes);
  return found.kind === 'problem' ? `${found.code}: ${found.reason}` : 'envelope';
}

test('what is packed is read again, and the body is not copied', () => {
  for (const header of [HEADER, { ...HEADER, batch: '01J0:a-b_c.d', indexNames: ['winlogbeat', 'é'] }]) {
    const parts = packEnvelope(header, BODY);
    assert.equal(parts[1], BODY);
    const bytes = Buffer.concat(parts);
    const envelope = readEnvelope(bytes);
    assert.deepEqual(envelope, { kind: 'envelope', ...header, body: BODY });
    assert.ok(envelope.kind === 'envelope' && envelope.body.buffer === bytes.buffer);
  }
  assert.deepEqual(readEnvelope(Buffer.concat(packEnvelope(HEADER, new Uint8Array()))), {
    kind: 'envelope',
    ...HEADER,
    body: Buffer.alloc(0),
  });
});

test('a header of another shape is refused, whichever key it is', () => {
  const wrong: Readonly<Record<string, readonly unknown[]>> = {
    format: [undefined, 0, '1', 1.5, null],
    sender: [undefined, '', 7, 'x'.repeat(513)],
    key: [undefined, ''],
    trust: [undefined, 'trusted', '__proto__'],
    protocol: [undefined, 'ftp', 'constructor', 1],
    batch: ['', 'a b', 'x'.repeat(65), null],
    digest: [undefined, 'ab', '0123456789ABCDEF'.repeat(4)],
    receivedMs: [undefined, -1, 1.5, '1', 2 ** 60],
    peer: [undefined, ''],
    indexNames: ['a', [''], [1], Array<string>(MAX_INDEX_NAMES + 1).fill('a')],
  };
  for (const [key, values] of Object.entries(wrong)) {
    for (const value of values) {
      assert.equal(problemOf(payload({ ...HEADER, [key]: value })), `bad_header: ${key} is missing or wrong`);
    }
  }
  assert.equal(problemOf(payload({ ...HEADER, more: 1 })), 'bad_header: the key "more" is not known');
  const fits = {
    ...HEADER,
    sender: 'x'.repeat(512),
    batch: 'x'.repeat(64),
    indexNames: Array<string>(MAX_INDEX_NAMES).fill('a'),
  };
  assert.equal(problemOf(payload(fits)), 'envelope');
  assert.throws(() => packEnvelope({ ...HEADER, sender: '' }, BODY), RangeError);
});

test('L25 a newer format is told from a broken one', () => {
  assert.equal(
    problemOf(payload({ format: 2, other: true })),
    'newer_format: the batch is of format 2; this version reads 1',
  );
});

test('a payload that is cut or is none is a problem, never an error', () => {
  const whole = payload(HEADER, new Uint8Array());
  for (let length = 0; length < whole.length; length++) {
    assert.equal(problemOf(whole.subarray(0, length)), 'truncated: the header does not fit in');
  }
  const long = Buffer.alloc(4 + 65537, 0x20);
  long.writeUInt32LE(65537);
  assert.equal(problemOf(long), 'bad_header: the header has 65537 bytes');
  long.writeUInt32LE(65536);
  assert.equal(problemOf(long), 'bad_header: the header is no JSON object');
  for (const text of ['[]', 'null', '"a"', '{']) {
    const length = Buffer.from([text.length, 0, 0, 0]);
    assert.equal(problemOf(Buffer.concat([length, Buffer.from(text)])), 'bad_header: the header is no JSON object');
  }
});

test('L19 a batch is known by its id, or by its content', () => {
  assert.deepEqual(batchIdentity({ ...HEADER, batch: 'b' }), { sender: 'dc-01', by: 'id', value: 'b' });
  assert.deepEqual(batchIdentity(HEADER), {
    sender: 'dc-01',
    by: 'digest',
    value: `${HEADER.protocol}:${HEADER.digest}`,
  });
  assert.equal(sameBatch(HEADER.digest, HEADER.digest), 'replay');
  assert.equal(sameBatch(HEADER.digest, 'other'), 'conflict');
});

test('a batch id has 1 to 64 characters of a few kinds', () => {
  for (const id of [
    'a',
    'x'.repeat(64),
    '7f9c24e8-3b12-4fef-91e0-56a2d5a4c8b1',
    '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    'A.b_c:d-9',
  ]) {
    assert.equal(checkBatchId(id), undefined, id);
  }
  for (const id of ['', 'x'.repeat(65), 'a b', 'a\n', 'é', 'a/b', '"', '\0']) {
    assert.equal(typeof checkBatchId(id), 'string', JSON.stringify(id));
  }
});
