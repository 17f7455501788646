import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { checkKey, type StoredKey } from './check-key.ts';
import { keyProblem } from './key-problem.ts';
import { makeKey, readKeyText } from './key-text.ts';
import { KeyUses } from './key-uses.ts';
import { localKey } from './local-token.ts';
import type { Need } from './scopes.ts';

const DAY = 86_400_000;
const made = makeKey(randomBytes);
const stored: StoredKey = {
  id: made.id,
  sha256: made.sha256,
  sender: 'ws-07',
  scopes: ['ingest:write'],
  sources: ['10.0.0.0/8'],
  createdMs: 0,
  expiresMs: 100,
  revokedMs: null,
};
const active = { state: 'active' } as const;
const use = { need: 'ingest:write:bulk' as Need, address: '10.1.1.1', nowMs: 50 };

function told(
  key: StoredKey | undefined,
  changes: Partial<typeof use> = {},
  sender: Parameters<typeof checkKey>[2] | null = active,
) {
  const outcome = checkKey(made, key, sender ?? undefined, { ...use, ...changes });
  return outcome.kind === 'accepted' ? 'accepted' : `${outcome.status} ${outcome.code}`;
}

test('a good key in its place is accepted', () => {
  assert.equal(told(stored), 'accepted');
  assert.equal(told(stored, { nowMs: 99 }), 'accepted');
});

test('row 6: an unknown id and a wrong secret get one answer', () => {
  const wrong = checkKey({ ...made, sha256: randomBytes(32) }, stored, active, use);
  assert.deepEqual(wrong, checkKey(made, undefined, undefined, use));
  assert.equal(told(undefined), '401 key_invalid');
  assert.equal(told({ ...stored, id: 'abcdefghijkl' }), '401 key_invalid');
});

test('rows 7 to 10: expired, revoked, without the scope, out of place', () => {
  assert.equal(told(stored, { nowMs: 100 }), '401 key_expired');
  assert.equal(told({ ...stored, revokedMs: 10 }, { nowMs: 100 }), '401 key_revoked');
  assert.equal(told(stored, {}, { state: 'revoked' }), '401 key_revoked');
  assert.equal(told(stored, {}, null), '401 key_revoked');
  assert.equal(told(stored, { need: 'read' }), '403 scope_insufficient');
  assert.equal(told(stored, { address: '11.0.0.1' }), '403 source_forbidden');
});

test('who does not know the secret is not told what became of the key', () => {
  const guess = { ...made, sha256: randomBytes(32) };
  for (const key of [
    { ...stored, revokedMs: 1 },
    { ...stored, expiresMs: 1 },
    { ...stored, sources: ['192.0.2.1'] },
  ]) {
    const outcome = checkKey(guess, key, active, use);
    assert.equal(outcome.kind === 'problem' && outcome.code, 'key_invalid');
  }
});

test('the local key administers and reads from loopback alone, and brings no events', () => {
  const local = localKey(made, 0);
  assert.equal(told(local, { need: 'admin:keys', address: '127.0.0.1' }, null), 'accepted');
  assert.equal(told(local, { need: 'read', address: '::ffff:127.0.0.9' }, null), 'accepted');
  assert.equal(told(local, { need: 'read', address: '::1' }, null), 'accepted');
  assert.equal(told(local, { need: 'read', address: '10.0.0.1' }, null), '403 source_forbidden');
  assert.equal(told(local, { need: 'ingest', address: '127.0.0.1' }, null), '403 scope_insufficient');
  assert.equal(told(localKey(made, 0, ['10.0.0.1']), { need: 'read', address: '10.0.0.1' }, null), 'accepted');
});

test('a key is kept only if it is whole, has a sender for its events, and lives for 400 days at most', () => {
  const good = { ...stored, expiresMs: 400 * DAY };
  assert.equal(keyProblem(good, 0), undefined);
  assert.equal(keyProblem({ ...good, sender: null, scopes: ['read'] }, 0), undefined);
  const blocks = (count: number) => Array.from({ length: count }, (_, index) => `10.0.0.${index}`);
  assert.equal(keyProblem({ ...good, sources: blocks(64) }, 0), undefined);
  const wrong: readonly StoredKey[] = [
    { ...good, expiresMs: 400 * DAY + 1 },
    { ...good, expiresMs: 0 },
    { ...good, sender: null },
    { ...good, scopes: [] },
    { ...good, sources: ['10.0.0.1/8'] },
    { ...good, sources: blocks(65) },
    { ...good, id: 'short' },
    { ...good, sha256: new Uint8Array(31) },
  ];
  for (const key of wrong) assert.notEqual(keyProblem(key, 0), undefined, JSON.stringify(key));
});

test('reading and judging go together from the text to the answer', () => {
  const read = readKeyText(made.text);
  assert.equal(read.kind === 'key' && checkKey(read, stored, active, use).kind, 'accepted');
});

test('uses of keys are gathered to one a key and hour, and put back when they could not be written', () => {
  const uses = new KeyUses();
  uses.note('b', 3_600_000);
  uses.note('a', 7_199_999);
  uses.note('a', 3_600_001);
  const first = uses.take();
  assert.deepEqual(first, [
    { id: 'a', hourMs: 3_600_000 },
    { id: 'b', hourMs: 3_600_000 },
  ]);
  uses.note('a', 7_199_999);
  assert.deepEqual(uses.take(), []);
  uses.putBack(first);
  uses.note('a', 7_200_000);
  assert.deepEqual(
    uses.take(),
    [
      { id: 'b', hourMs: 3_600_000 },
      { id: 'a', hourMs: 7_200_000 },
    ].toSorted((x, y) => (x.id < y.id ? -1 : 1)),
  );
});
