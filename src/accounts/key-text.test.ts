import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { fuzzRuns } from '../../test/fuzz-runs.ts';
import { hideKeys, keyExpiry, keyState, makeKey, readKeyText } from './key-text.ts';

/** The example of TRUST 2, with its checksum and its digest. */
const EXAMPLE = 'triad_k7Q2mX9aLr4T_0123456789abcdef0123456789abcdef0123456789a_c46f75b1';
const EXAMPLE_SHA256 = '87c86be7da23a4fbfde6b85e692693ffc8b0b4c66c91f81cf89a867db95ae386';

test('the written example is read, and what is kept of it is its digest', () => {
  const read = readKeyText(EXAMPLE);
  assert.deepEqual(read, { kind: 'key', id: 'k7Q2mX9aLr4T', sha256: Buffer.from(EXAMPLE_SHA256, 'hex') });
});

test('a made key is read again as itself, has a long enough secret, and no two are alike', () => {
  const seen = new Set<string>();
  for (let made = 0; made < 500; made++) {
    const { text, id, sha256 } = makeKey(randomBytes);
    assert.match(text, /^triad_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}_[0-9a-f]{8}$/);
    assert.deepEqual(readKeyText(text), { kind: 'key', id, sha256 });
    assert.deepEqual(Buffer.from(sha256), createHash('sha256').update(text).digest());
    seen.add(id).add(text);
  }
  assert.equal(seen.size, 1000);
  assert.ok(43 * Math.log2(62) >= 256);
});

test('bytes that would favour a digit are drawn again', () => {
  let draws = 0;
  const { text } = makeKey((bytes) => new Uint8Array(bytes).fill(draws++ % 2 === 0 ? 248 : 247));
  assert.match(text, /^triad_z{12}_z{43}_/);
});

test('one wrong character anywhere is key_malformed', () => {
  for (const [index, sign] of [...EXAMPLE].entries()) {
    const other = sign === 'a' ? 'b' : 'a';
    const read = readKeyText(EXAMPLE.slice(0, index) + other + EXAMPLE.slice(index + 1));
    assert.equal(read.kind === 'problem' && read.code, 'key_malformed', `at ${index}`);
  }
});

test('a key that is cut, padded or in other letters is key_malformed', () => {
  const wrong = [
    EXAMPLE.slice(1),
    EXAMPLE.slice(0, -1),
    ` ${EXAMPLE}`,
    `${EXAMPLE}\n`,
    EXAMPLE.toUpperCase(),
    '',
    'triad_',
  ];
  for (const text of wrong) assert.equal(readKeyText(text).kind, 'problem', JSON.stringify(text));
});

test('fuzz: no text breaks the reader, and only whole keys are keys', () => {
  const report = fuzzRuns<string>(
    (text) => assert.equal(readKeyText(text).kind === 'key', text === EXAMPLE),
    20_000,
    16,
    [EXAMPLE],
    (text, random) => {
      const at = random.below(text.length);
      return text.slice(0, at) + String.fromCharCode(random.below(300)) + text.slice(at + random.below(3));
    },
  );
  assert.deepEqual(report.failures, []);
});

test('a text never keeps the secret of a key, whole, cut or doubled', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.integer({ min: 20, max: EXAMPLE.length }), (before, after, length) => {
      const shown = hideKeys(`${before} ${EXAMPLE.slice(0, length)} ${after}${EXAMPLE}${EXAMPLE}`);
      assert.doesNotMatch(shown, /0123456789abcdef0123/);
    }),
  );
  assert.equal(hideKeys(`no key ${EXAMPLE}.`), 'no key triad_k7Q2mX9aLr4T_….');
});

test('a key is active until its last millisecond, and revoked wins over expired', () => {
  assert.equal(keyState({ expiresMs: 100, revokedMs: null }, 99), 'active');
  assert.equal(keyState({ expiresMs: 100, revokedMs: null }, 100), 'expired');
  assert.equal(keyState({ expiresMs: 100, revokedMs: 50 }, 99), 'revoked');
  assert.equal(keyState({ expiresMs: 100, revokedMs: 50 }, 100), 'revoked');
});

test('a key lives 180 days unless said otherwise, and 1 to 400', () => {
  assert.deepEqual(keyExpiry(5), { kind: 'expiry', expiresMs: 5 + 180 * 86_400_000 });
  assert.deepEqual(keyExpiry(5, 1), { kind: 'expiry', expiresMs: 86_400_005 });
  assert.deepEqual(keyExpiry(5, 400), { kind: 'expiry', expiresMs: 5 + 400 * 86_400_000 });
  for (const days of [0, 401, 1.5, -1, Number.NaN]) assert.equal(keyExpiry(5, days).kind, 'problem', String(days));
});
