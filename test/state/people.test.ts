import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { MOST_HOST_PATTERNS, makeKey } from '../../src/accounts/index.ts';
import type { HostsChange, NewKey, NewSender } from '../../src/state/index.ts';
import { BY, codeOf, got, NOW_MS, newState } from './opened-state.ts';

const DAY = 86_400_000;
const SENDER: NewSender = { id: 'ws-07', name: 'WS 07', hosts: ['ws-07*'], isRelay: false, note: 'a laptop' };

function newKey(changes: Partial<NewKey> = {}): NewKey {
  const { id, sha256 } = makeKey(randomBytes);
  return {
    id,
    sha256,
    sender: 'ws-07',
    scopes: ['ingest:write'],
    sources: ['10.0.0.0/8'],
    expiresMs: NOW_MS + DAY,
    ...changes,
  };
}

test('a sender is added once, found, listed newest first and revoked for good', async (t) => {
  const state = await newState(t);
  const added = { ...SENDER, state: 'active', createdMs: NOW_MS, revokedMs: null };
  assert.deepEqual(await got(state.call('addSender', { sender: SENDER, by: BY })), added);
  assert.equal(await codeOf(state.call('addSender', { sender: SENDER, by: BY })), 'exists');
  assert.equal(
    await codeOf(state.call('addSender', { sender: { ...SENDER, id: 'other', name: 'ws 07' }, by: BY })),
    'exists',
  );
  assert.equal(
    await codeOf(state.call('addSender', { sender: { ...SENDER, id: 'NO', name: 'no' }, by: BY })),
    'invalid',
  );
  await got(state.call('addSender', { sender: { ...SENDER, id: 'ws-08', name: 'WS 08', isRelay: true }, by: BY }));
  assert.deepEqual(
    (await got(state.call('listSenders', {}))).rows.map(({ id, isRelay }) => [id, isRelay]),
    [
      ['ws-08', true],
      ['ws-07', false],
    ],
  );
  for (const [named, ids] of [
    ['WS-0', ['ws-08', 'ws-07']],
    [' 08', ['ws-08']],
    ['08WS', []],
    ['%', []],
  ] as const)
    assert.deepEqual(
      (await got(state.call('listSenders', { named }))).rows.map(({ id }) => id),
      ids,
    );
  const revoked = await got(state.call('revokeSender', { id: 'ws-07', by: { ...BY, atMs: NOW_MS + 5 } }));
  assert.deepEqual(revoked, { ...added, state: 'revoked', revokedMs: NOW_MS + 5 });
  assert.deepEqual(await got(state.call('revokeSender', { id: 'ws-07', by: BY })), revoked);
  assert.deepEqual(await got(state.call('findSender', { id: 'ws-07' })), revoked);
  assert.equal(await codeOf(state.call('revokeSender', { id: 'none', by: BY })), 'unknown');
  assert.equal(await got(state.call('findSender', { id: 'none' })), null);
});

test('L18 a sender is bound to other hosts, with what it was in the audit; its last pattern goes on purpose alone', async (t) => {
  const state = await newState(t);
  await got(state.call('addSender', { sender: { ...SENDER, hosts: ['WS-07*'] }, by: BY }));
  const change = (changes: Partial<HostsChange>, id = 'ws-07') =>
    state.call('changeSenderHosts', { id, change: { add: [], remove: [], any: false, ...changes }, by: BY });
  assert.deepEqual((await got(change({ add: ['WS-17*', 'ws-07*'] }))).hosts, ['WS-07*', 'WS-17*']);
  assert.deepEqual((await got(change({ add: ['ws-17*'] }))).hosts, ['WS-07*', 'WS-17*']);
  assert.deepEqual((await got(change({ remove: ['ws-07*'] }))).hosts, ['WS-17*']);
  assert.deepEqual((await got(change({ add: ['WS-08'], remove: ['WS-17*'] }))).hosts, ['WS-08']);
  const most = Array.from({ length: MOST_HOST_PATTERNS - 1 }, (_, at) => `h${at}`);
  assert.equal((await got(change({ add: most }))).hosts.length, MOST_HOST_PATTERNS);
  const wrong: readonly Partial<HostsChange>[] = [
    {},
    { add: ['one-more'] },
    { add: ['*'] },
    { remove: ['none'] },
    { remove: ['WS-08', ...most] },
    { any: true, add: ['x'] },
  ];
  for (const one of wrong) assert.equal(await codeOf(change(one)), 'invalid', JSON.stringify(one));
  assert.deepEqual((await got(change({ any: true }))).hosts, []);
  assert.equal(await codeOf(change({ any: true }, 'none')), 'unknown');
  const { rows } = await got(state.call('listAudit', {}));
  assert.deepEqual(
    rows
      .filter(({ action }) => action === 'sender.hosts')
      .map(({ before, result }) => [before, result])
      .at(-1),
    ['{"hosts":["WS-07*"]}', '{"hosts":["WS-07*","WS-17*"]}'],
  );
  assert.equal(rows.filter(({ action }) => action === 'sender.hosts').length, 5);
  await got(state.call('revokeSender', { id: 'ws-07', by: BY }));
  assert.equal(await codeOf(change({ add: ['WS-07*'] })), 'exists');
});

test('a key is kept as a digest, found with its sender, listed without the digest, and revoked', async (t) => {
  const state = await newState(t);
  const sender = await got(state.call('addSender', { sender: SENDER, by: BY }));
  const key = newKey();
  const { sha256, ...shown } = key;
  const listed = { ...shown, createdMs: NOW_MS, revokedMs: null, usedHourMs: null };
  assert.deepEqual(await got(state.call('addKey', { key, by: BY })), listed);
  const stored = { ...shown, createdMs: NOW_MS, revokedMs: null, sha256: new Uint8Array(sha256) };
  assert.deepEqual(await got(state.call('findKey', { id: key.id })), { key: stored, sender });
  assert.deepEqual((await got(state.call('listKeys', { sender: 'ws-07' }))).rows, [listed]);
  assert.deepEqual((await got(state.call('listKeys', { sender: 'ws-08' }))).rows, []);
  assert.equal((await got(state.call('revokeKey', { id: key.id, by: BY }))).revokedMs, NOW_MS);
  assert.equal((await got(state.call('findKey', { id: key.id })))?.key.revokedMs, NOW_MS);
  assert.equal(await got(state.call('findKey', { id: 'abcdefghijkl' })), null);
});

test('a key is refused without an active sender, twice, or wrong in itself', async (t) => {
  const state = await newState(t);
  await got(state.call('addSender', { sender: SENDER, by: BY }));
  const key = newKey();
  assert.equal(await codeOf(state.call('addKey', { key: newKey({ sender: 'none' }), by: BY })), 'unknown');
  assert.equal(await codeOf(state.call('addKey', { key, by: BY })), 'done');
  assert.equal(await codeOf(state.call('addKey', { key, by: BY })), 'exists');
  assert.equal(
    await codeOf(state.call('addKey', { key: newKey({ expiresMs: NOW_MS + 401 * DAY }), by: BY })),
    'invalid',
  );
  assert.equal(await codeOf(state.call('revokeKey', { id: 'abcdefghijkl', by: BY })), 'unknown');
  await got(state.call('revokeSender', { id: 'ws-07', by: BY }));
  assert.equal(await codeOf(state.call('addKey', { key: newKey(), by: BY })), 'unknown');
});

test('the hour of the last use moves forward only', async (t) => {
  const state = await newState(t);
  await got(state.call('addSender', { sender: SENDER, by: BY }));
  const key = newKey();
  await got(state.call('addKey', { key, by: BY }));
  const note = (hourMs: number) =>
    got(
      state.call('noteKeyUses', {
        uses: [
          { id: key.id, hourMs },
          { id: 'none', hourMs },
        ],
      }),
    );
  assert.deepEqual(await note(7_200_000), { written: 1 });
  assert.deepEqual(await note(7_200_000), { written: 0 });
  assert.deepEqual(await note(3_600_000), { written: 0 });
  assert.equal((await got(state.call('listKeys', {}))).rows[0]?.usedHourMs, 7_200_000);
});

test('each act leaves its row in the audit, in its own transaction; a refused one leaves none', async (t) => {
  const state = await newState(t);
  await got(state.call('addSender', { sender: SENDER, by: BY }));
  await codeOf(state.call('addSender', { sender: SENDER, by: BY }));
  const key = newKey();
  await got(state.call('addKey', { key, by: BY }));
  await got(state.call('revokeKey', { id: key.id, by: BY }));
  await got(state.call('revokeKey', { id: key.id, by: BY }));
  await got(state.call('revokeSender', { id: 'ws-07', by: BY }));
  await got(state.call('appendAudit', { by: BY, act: { action: 'config.reload', object: 'config' } }));
  const { rows } = await got(state.call('listAudit', {}));
  assert.deepEqual(await got(state.call('countAudit', null)), { rows: rows.length });
  assert.deepEqual(rows.map(({ action, object }) => `${action} ${object}`).toReversed(), [
    'sender.add sender/ws-07',
    `key.add key/${key.id}`,
    `key.revoke key/${key.id}`,
    'sender.revoke sender/ws-07',
    'config.reload config',
  ]);
  const { name, hosts, isRelay, note } = SENDER;
  const first = { seq: 1, atMs: NOW_MS, who: BY.who, action: 'sender.add', object: 'sender/ws-07', before: null };
  const via = null;
  assert.deepEqual(rows.at(-1), { ...first, via, result: JSON.stringify({ name, hosts, isRelay, note }) });
});

test('L22 no secret stands in the audit, in a message or in a dead letter, wherever somebody put it', async (t) => {
  const state = await newState(t);
  const { text, id } = makeKey(randomBytes);
  const secret = text.split('_')[2] ?? '';
  const by = { who: `local:${text}`, atMs: NOW_MS };
  await got(
    state.call('appendAudit', { by, act: { action: text, object: `key/${text}`, before: { text }, result: [text] } }),
  );
  const long = `${'x'.repeat(8170)}${text}`;
  await got(state.call('appendAudit', { by: BY, act: { action: 'a', object: long } }));
  assert.equal(
    await codeOf(state.call('addSender', { sender: { ...SENDER, note: `key is ${text}` }, by: BY })),
    'invalid',
  );
  const letter = { position: 1, item: 0, sender: 'a', code: 'b', reason: `odd: ${text}`, receivedMs: 0, bytes: null };
  await got(state.call('commit', { judged: 1, writes: [{ kind: 'deadLetter', ...letter }] }));
  const told = [
    await state.call('listAudit', {}),
    await state.call('listDeadLetters', {}),
    await state.call('findSender', { id: text }),
    await state.call('revokeSender', { id: text, by: BY }),
    await state.call('revokeKey', { id: text, by: BY }),
    await state.call('listAudit', { cursor: text }),
    await state.call('addKey', { key: newKey({ sender: text }), by: BY }),
    await state.call('addKey', { key: newKey({ scopes: [text as 'read'] }), by: BY }),
    await state.backup(`/nowhere/${text}`),
  ];
  assert.ok(!JSON.stringify(told).includes(secret));
  assert.ok(JSON.stringify(told).includes(`triad_${id}_…`));
});
