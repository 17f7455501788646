import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { keyHash, keyHashIn, markTokens } from './tokens.ts';

/** FNV-1a as its definition says. */
function fnv(bytes: Uint8Array): number {
  return bytes.reduce((hash, byte) => Number((BigInt(hash ^ byte) * 0x01000193n) & 0xffffffffn), 0x811c9dc5) >>> 0;
}

/** Tokens of bytes as a pattern finds them, a character for each byte. */
function plainly(bytes: Uint8Array): readonly number[] {
  const runs =
    Buffer.from(bytes)
      .toString('latin1')
      .match(/[A-Za-z0-9_.\u0080-\u00ff]+/g) ?? [];
  return runs
    .filter(({ length }) => length >= 3 && length <= 64)
    .map((run) =>
      fnv(
        Buffer.from(
          run.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
          'latin1',
        ),
      ),
    );
}

function marked(bytes: Uint8Array, from = 0, to = bytes.length): readonly number[] {
  const hashes: number[] = [];
  markTokens(bytes, from, to, { mark: (hash) => hashes.push(hash) });
  return hashes;
}

test('tokens are the runs that a pattern finds, whatever stands around them', () => {
  const part = fc.constantFrom('A', 'b', '9', '_', '.', 'é', ' ', '\\', '"', '\0', 'abc', 'x'.repeat(61));
  const text = fc.array(part, { maxLength: 20 }).map((parts) => Buffer.from(parts.join('')));
  fc.assert(
    fc.property(text, fc.nat(20), fc.nat(20), (bytes, a, b) => {
      const [from, to] = [Math.min(a, bytes.length), Math.max(Math.min(a, bytes.length), bytes.length - b)];
      assert.deepEqual(marked(bytes, from, to), plainly(bytes.subarray(from, to)));
    }),
  );
});

test('a token has 3 to 64 bytes', () => {
  for (const [length, count] of [
    [2, 0],
    [3, 1],
    [64, 1],
    [65, 0],
  ] as const) {
    assert.equal(marked(Buffer.from('a'.repeat(length))).length, count, `${length}`);
  }
});

test('a key has one hash, as a text and where it lies, in any case of its letters', () => {
  for (const host of ['WS-01.Corp.Example', 'JÜRGEN-PC', 'ws-01.corp.example', '', 'İ']) {
    const bytes = Buffer.from(`x${host}y`);
    assert.equal(keyHashIn('host', bytes, 1, bytes.length - 1), keyHash('host', host), host);
    assert.equal(keyHash('host', host), fnv(Buffer.from(`host:${host.toLowerCase()}`)), host);
  }
  assert.notEqual(keyHash('host', 'a'), keyHash('channel', 'a'));
});
