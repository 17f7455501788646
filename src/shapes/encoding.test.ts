import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { detectEncoding, Utf8Stream } from './encoding.ts';

function utf16(text: string, isBigEndian: boolean): Buffer {
  const bytes = Buffer.from(text, 'utf16le');
  return isBigEndian ? bytes.swap16() : bytes;
}

/** Any code units: letters, both halves of pairs, and everything else. */
const anyText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(0x61, 0x0a, 0xd83d, 0xde00, 0xfffd), fc.nat(0xffff)), { maxLength: 24 })
  .map((units) => String.fromCharCode(...units));

/** All of the stream, and the source offset of each of its positions that begins a character. */
function decode(bytes: Uint8Array, blockBytes: number): { text: string; offsets: number[]; stream: Utf8Stream } {
  const stream = new Utf8Stream();
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += blockBytes) parts.push(stream.push(bytes.subarray(at, at + blockBytes)));
  parts.push(stream.end());
  const all = Buffer.concat(parts);
  const offsets: number[] = [];
  for (let i = 0; i <= all.length; i++) {
    if (((all[i] ?? 0) & 0xc0) !== 0x80) offsets.push(stream.sourceOffset(i));
  }
  return { text: all.toString('utf8'), offsets, stream };
}

test('a byte order mark names the encoding, and so do the zero bytes of UTF-16 without one', () => {
  const found = [
    [0xef, 0xbb, 0xbf, 0x7b],
    [0xff, 0xfe, 0x7b, 0],
    [0xfe, 0xff, 0, 0x7b],
    [0x7b, 0, 0x22, 0],
    [0, 0x3c, 0, 0x45],
    [0x7b, 0x22, 0x61, 0x22],
    [],
  ].map((bytes) => detectEncoding(Uint8Array.from(bytes)));
  assert.deepEqual(found, [
    { encoding: 'utf-8', markBytes: 3 },
    { encoding: 'utf-16le', markBytes: 2 },
    { encoding: 'utf-16be', markBytes: 2 },
    { encoding: 'utf-16le', markBytes: 0 },
    { encoding: 'utf-16be', markBytes: 0 },
    { encoding: 'utf-8', markBytes: 0 },
    { encoding: 'utf-8', markBytes: 0 },
  ]);
});

test('UTF-16 of both orders gives its text and true byte offsets, whatever the blocks', () => {
  fc.assert(
    fc.property(anyText, fc.boolean(), fc.integer({ min: 1, max: 9 }), (text, big, block) => {
      const source = Buffer.concat([utf16('\ufeff', big), utf16(text, big)]);
      const { text: decoded, offsets, stream } = decode(source, block);
      assert.equal(decoded, text.toWellFormed());
      const expected: number[] = [];
      let offset = 2;
      for (const character of text.toWellFormed()) {
        expected.push(offset);
        offset += character.length * 2;
      }
      assert.deepEqual(offsets, [...expected, offset]);
      assert.equal(stream.replaced === 0, text.isWellFormed());
    }),
  );
});

test('half a code unit at the end of UTF-16 is one replacement', () => {
  const { text, stream } = decode(Buffer.concat([utf16('\ufeffab', false), Buffer.from([0x63])]), 3);
  assert.equal(text, 'ab\ufffd');
  assert.equal(stream.replaced, 1);
});

test('UTF-8 passes through as it is, its offsets counted from before the mark', () => {
  const stream = new Utf8Stream();
  const bytes = Buffer.from('\ufeff{"a":"ü"}', 'utf8');
  const parts = [stream.push(bytes.subarray(0, 2)), stream.push(bytes.subarray(2)), stream.end()];
  assert.equal(Buffer.concat(parts).toString('utf8'), '{"a":"ü"}');
  assert.deepEqual([stream.sourceOffset(0), stream.sourceOffset(4)], [3, 7]);
});
