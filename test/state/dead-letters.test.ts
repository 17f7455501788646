import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { State } from '../../src/state/index.ts';
import { BY, codeOf, got, letter, newState } from './opened-state.ts';

async function heldBy(state: State, sender: string): Promise<readonly number[]> {
  const { rows } = await got(state.call('listDeadLetters', { sender, limit: 1000 }));
  return rows.map(({ position }) => position).toReversed();
}

async function add(state: State, position: number, sender: string, bytes = 10): Promise<number> {
  const write = letter(position, 0, { sender, bytes: new Uint8Array(bytes) });
  return (await got(state.call('commit', { judged: position, writes: [write] }))).dropped;
}

test('letters are listed newest first, by sender, state and code, without their bytes', async (t) => {
  const state = await newState(t);
  const writes = [letter(1, 0), letter(1, 1, { code: 'too_deep' }), letter(2, 0, { sender: 'ws-08', bytes: null })];
  await got(state.call('commit', { judged: 2, writes }));
  const names = async (request: Parameters<typeof list>[0]) =>
    (await list(request)).rows.map(({ position, item, bytesHeld }) => [position, item, bytesHeld]);
  const list = (request: { sender?: string; code?: string; state?: 'open' | 'mended' }) =>
    got(state.call('listDeadLetters', request));
  assert.deepEqual(await names({}), [
    [2, 0, null],
    [1, 1, 7],
    [1, 0, 7],
  ]);
  assert.deepEqual(await names({ sender: 'ws-08' }), [[2, 0, null]]);
  assert.deepEqual(await names({ code: 'too_deep' }), [[1, 1, 7]]);
  assert.deepEqual(await names({ state: 'mended' }), []);
  assert.equal(await got(state.call('readDeadLetter', { position: 9, item: 0 })), null);
});

test('a letter is settled once, its bytes go, and the audit says by whom', async (t) => {
  const state = await newState(t);
  await got(state.call('commit', { judged: 1, writes: [letter(1, 0), letter(1, 1)] }));
  assert.equal(await codeOf(state.call('settleDeadLetter', { position: 1, item: 0, state: 'mended', by: BY })), 'done');
  assert.equal(
    await codeOf(state.call('settleDeadLetter', { position: 1, item: 0, state: 'dropped', by: BY })),
    'unknown',
  );
  assert.equal(
    await codeOf(state.call('settleDeadLetter', { position: 9, item: 0, state: 'dropped', by: BY })),
    'unknown',
  );
  const found = await got(state.call('readDeadLetter', { position: 1, item: 0 }));
  assert.deepEqual([found?.state, found?.bytes], ['mended', null]);
  assert.deepEqual(await got(state.call('countDeadLetters', {})), { held: 2, heldBytes: 7, dropped: 0 });
  const { rows } = await got(state.call('listAudit', {}));
  assert.deepEqual(
    rows.map(({ who, action, object }) => [who, action, object]),
    [['local:tester', 'deadletter.mended', 'deadletter/1/0']],
  );
});

test('an event of 1 MiB is kept whole, a larger one is left in the journal; a reason is cut at 500', async (t) => {
  const state = await newState(t);
  const writes = [
    letter(1, 0, { bytes: new Uint8Array(1024 * 1024) }),
    letter(1, 1, { bytes: new Uint8Array(1024 * 1024 + 1) }),
    letter(1, 2, { reason: 'r'.repeat(501) }),
  ];
  await got(state.call('commit', { judged: 1, writes }));
  const { rows } = await got(state.call('listDeadLetters', {}));
  assert.deepEqual(
    rows.map(({ bytesHeld, reason }) => [bytesHeld, reason.length]),
    [
      [7, 500],
      [null, 26],
      [1024 * 1024, 26],
    ],
  );
});

test('L15 a sender beyond its own number of letters loses its oldest, and nobody else does', async (t) => {
  const state = await newState(t, { lettersOfSender: 3, letters: 100 });
  assert.equal(await add(state, 1, 'good'), 0);
  for (const position of [2, 3, 4]) assert.equal(await add(state, position, 'flood'), 0);
  for (const position of [5, 6]) assert.equal(await add(state, position, 'flood'), 1);
  assert.deepEqual(await heldBy(state, 'flood'), [4, 5, 6]);
  assert.deepEqual(await heldBy(state, 'good'), [1]);
  assert.deepEqual(await got(state.call('countDeadLetters', { sender: 'flood' })), {
    held: 3,
    heldBytes: 30,
    dropped: 2,
  });
  assert.deepEqual(await got(state.call('countDeadLetters', { sender: 'good' })), {
    held: 1,
    heldBytes: 10,
    dropped: 0,
  });
});

test('L15 the same holds for bytes, to the byte', async (t) => {
  const state = await newState(t, { letterBytesOfSender: 100, letterBytes: 1000 });
  assert.equal(await add(state, 1, 'good', 60), 0);
  assert.equal(await add(state, 2, 'flood', 60), 0);
  assert.equal(await add(state, 3, 'flood', 40), 0);
  assert.equal(await add(state, 4, 'flood', 1), 1);
  assert.deepEqual(await heldBy(state, 'flood'), [3, 4]);
  assert.deepEqual(await heldBy(state, 'good'), [1]);
});

test('L15 when all together hold too much, whoever holds most loses its oldest', async (t) => {
  const state = await newState(t, { letters: 6, lettersOfSender: 5 });
  for (const position of [1, 2]) await add(state, position, 'good');
  for (const position of [3, 4, 5, 6]) assert.equal(await add(state, position, 'flood'), 0);
  assert.equal(await add(state, 7, 'flood'), 1);
  assert.equal(await add(state, 8, 'new'), 1);
  assert.deepEqual(await heldBy(state, 'good'), [1, 2]);
  assert.deepEqual(await heldBy(state, 'flood'), [5, 6, 7]);
  assert.deepEqual(await heldBy(state, 'new'), [8]);
});

test('L15 when all together hold too many bytes, whoever holds most of them loses its oldest', async (t) => {
  const state = await newState(t, { letterBytes: 100 });
  for (const position of [1, 2, 3]) await add(state, position, 'good', 10);
  assert.equal(await add(state, 4, 'flood', 70), 0);
  assert.equal(await add(state, 5, 'good', 1), 1);
  assert.deepEqual(await heldBy(state, 'flood'), []);
  assert.deepEqual(await heldBy(state, 'good'), [1, 2, 3, 5]);
});

test('settled letters go before open ones', async (t) => {
  const state = await newState(t, { lettersOfSender: 3 });
  for (const position of [1, 2, 3]) await add(state, position, 'ws-07');
  await got(state.call('settleDeadLetter', { position: 2, item: 0, state: 'dropped', by: BY }));
  assert.equal(await add(state, 4, 'ws-07'), 1);
  assert.deepEqual(await heldBy(state, 'ws-07'), [1, 3, 4]);
});

test('a batch of nothing but letters keeps the newest of them', async (t) => {
  const state = await newState(t);
  const writes = Array.from({ length: 10_500 }, (_, item) => letter(1, item, { bytes: new Uint8Array(1) }));
  const { deadLetters, dropped } = await got(state.call('commit', { judged: 1, writes }));
  assert.deepEqual([deadLetters, dropped], [10_500, 500]);
  assert.deepEqual(await got(state.call('countDeadLetters', {})), { held: 10_000, heldBytes: 10_000, dropped: 500 });
  const { rows } = await got(state.call('listDeadLetters', { limit: 1 }));
  assert.equal(rows[0]?.item, 10_499);
});
