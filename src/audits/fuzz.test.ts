import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesOf, WRITTEN } from '../../test/audits/written-formats.ts';
import { audits, Xorshift } from '../../testkit/index.ts';
import { isAudit, readAudit } from './index.ts';

const { SAMPLE_HOST } = audits;
const ROUNDS = 2500;

const SEEDS: readonly (readonly [string, Uint8Array])[] = [
  ...WRITTEN.flatMap(({ name, files }) => files(SAMPLE_HOST).map((file) => [name, bytesOf(file)] as const)),
  ['a.txt', Buffer.from(audits.pyWmiText(SAMPLE_HOST))],
];

/** Pieces that readers of these texts stumble over. */
const PIECES: readonly string[] = [
  '{',
  '}',
  '[',
  ']',
  '"',
  '\\',
  '\\u',
  '\\ud800',
  ',',
  ':',
  '\n',
  '\r\n',
  '\0',
  '\t',
  '\ufeff',
  ';',
  'null',
  'true',
  '1e999',
  '-0',
  '123456789012345678901234567890',
  '"__proto__":{"x":1},',
  '"Name":"a","Name":"b",',
  '<',
  '>',
  '/>',
  '</Obj>',
  '<Obj>',
  '</Props>',
  '<LST>',
  '<Ref N="x" RefId="0"/>',
  '<TNRef RefId="0" />',
  '<![CDATA[',
  '<!--',
  '<!DOCTYPE a [<!ENTITY b "c">]>',
  '&amp',
  '&#x0;',
  '_xD800_',
  '_xZZZZ_',
  'System.Byte[]',
  '{"value":[],"Count":0}',
  ' (Name = "',
  '\\\\.\\root:',
  '        a-b\n',
  '            Consumer: \n',
];

function mutated(seed: Buffer, random: Xorshift): Buffer {
  let bytes = Buffer.from(seed);
  for (let edits = 1 + random.below(5); edits > 0 && bytes.length > 2; edits--) {
    const at = random.below(bytes.length);
    const what = random.below(6);
    if (what === 0) bytes[at] = random.below(256);
    else if (what === 1) bytes = Buffer.from(bytes.subarray(0, at));
    else if (what === 2) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.below(200))]);
    else if (what === 3) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(random.below(at + 1))]);
    else bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(random.pick(PIECES)), bytes.subarray(at)]);
  }
  return bytes;
}

/** Reads any bytes and checks what must hold for all of them. */
function readAny(bytes: Uint8Array, name: string, read: typeof readAudit = readAudit): void {
  isAudit(bytes.subarray(0, 4096), name);
  const document = read(bytes, name);
  for (const { object, offset, length, line } of document.objects) {
    assert.ok(object.className !== '');
    assert.ok(
      offset >= 0 && length >= 0 && offset + length <= bytes.length,
      `${offset} + ${length} of ${bytes.length}`,
    );
    assert.ok((line ?? 0) >= 1);
    for (const [property, value] of object.properties) {
      assert.equal(typeof property, 'string');
      assert.ok(typeof value === 'string' || value.every((item) => typeof item === 'string'));
    }
  }
  for (const { message, count, offset } of document.anomalies) {
    assert.ok(count >= 1 && message.isWellFormed(), message);
    assert.ok((offset ?? 0) <= bytes.length, message);
  }
  for (const namespace of document.complete) assert.equal(namespace, namespace.toLowerCase());
}

test('no bent audit makes the reader throw, hang, or point outside of the file', () => {
  const random = new Xorshift(20260312);
  for (let round = 0; round < ROUNDS; round++) {
    const [name, seed] = random.pick(SEEDS);
    readAny(mutated(Buffer.from(seed), random), name);
  }
});

test('L27 the checks of the fuzzing find a reader that points outside of its file', () => {
  const bytes = Buffer.from(audits.autorunsXml(SAMPLE_HOST));
  readAny(bytes, 'a.xml');
  const faulty: typeof readAudit = (...given) => {
    const document = readAudit(...given);
    return { ...document, objects: document.objects.map((object) => ({ ...object, offset: object.offset * 4 })) };
  };
  assert.throws(() => readAny(bytes, 'a.xml', faulty));
});
