import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BY, batch, codeOf, digest, got, letter, NOW_MS, newState } from './opened-state.ts';

test('a step brings its batches, dead letters and position together', async (t) => {
  const state = await newState(t);
  const writes = [batch(1), batch(2), letter(2, 0), letter(2, 5)];
  assert.deepEqual(await got(state.call('commit', { judged: 2, snapshot: 1, writes })), {
    batches: [
      { position: 1, verdict: 'new', first: 1 },
      { position: 2, verdict: 'new', first: 2 },
    ],
    deadLetters: 2,
    dropped: 0,
    incidents: [],
    droppedIncidents: [],
    droppedOpenIncidents: 0,
    found: [],
    droppedFound: 0,
    hosts: [],
    droppedComputers: 0,
  });
  assert.deepEqual(await got(state.call('positions', null)), { judged: 2, snapshot: 1 });
  const { kind: _, ...first } = batch(1);
  assert.deepEqual(await got(state.call('findBatch', { sender: 'ws-07', identity: 'batch-1', nowMs: NOW_MS })), first);
  const found = await got(state.call('readDeadLetter', { position: 2, item: 5 }));
  assert.deepEqual(found?.bytes, new Uint8Array(Buffer.from('{"x":5}')));
});

test('a position never moves backwards, and what came with it is undone', async (t) => {
  const state = await newState(t);
  await got(state.call('commit', { judged: 5, snapshot: 3, writes: [] }));
  assert.equal(await codeOf(state.call('commit', { judged: 4, writes: [batch(4), letter(4, 0)] })), 'backwards');
  assert.equal(await codeOf(state.call('commit', { judged: 6, snapshot: 2, writes: [batch(6)] })), 'backwards');
  assert.deepEqual(await got(state.call('positions', null)), { judged: 5, snapshot: 3 });
  assert.equal(await got(state.call('findBatch', { sender: 'ws-07', identity: 'batch-4', nowMs: NOW_MS })), null);
  assert.deepEqual((await got(state.call('listDeadLetters', {}))).rows, []);
  assert.equal(await codeOf(state.call('commit', { judged: 5, snapshot: 5, writes: [] })), 'done');
  assert.equal(await codeOf(state.call('commit', { judged: 6, writes: [] })), 'done');
});

test('the same step again changes nothing and says so', async (t) => {
  const state = await newState(t);
  const step = { judged: 2, writes: [batch(2), letter(2, 0)] };
  await got(state.call('commit', step));
  assert.deepEqual(await got(state.call('commit', step)), {
    batches: [{ position: 2, verdict: 'known', first: 2 }],
    deadLetters: 0,
    dropped: 0,
    incidents: [],
    droppedIncidents: [],
    droppedOpenIncidents: 0,
    found: [],
    droppedFound: 0,
    hosts: [],
    droppedComputers: 0,
  });
  assert.equal((await got(state.call('countDeadLetters', {}))).held, 1);
});

test('L19 a batch is known by its identity: again the same, or a conflict that leaves the first one as it was', async (t) => {
  const state = await newState(t);
  await got(state.call('commit', { judged: 1, writes: [batch(1, { identity: 'a' })] }));
  const { batches } = await got(
    state.call('commit', {
      judged: 4,
      writes: [
        batch(2, { identity: 'a', digest: digest(1) }),
        batch(3, { identity: 'a', digest: digest(9) }),
        batch(4, { identity: 'a', digest: digest(9), sender: 'ws-08' }),
      ],
    }),
  );
  assert.deepEqual(batches, [
    { position: 2, verdict: 'known', first: 1 },
    { position: 3, verdict: 'conflict', first: 1 },
    { position: 4, verdict: 'new', first: 4 },
  ]);
  const found = await got(state.call('findBatch', { sender: 'ws-07', identity: 'a', nowMs: NOW_MS }));
  assert.deepEqual([found?.position, found?.digest], [1, digest(1)]);
  assert.deepEqual(await got(state.call('countBatches', null)), { held: 2, conflicts: 1 });
});

test('an identity stands for a batch until its time is over, and for the next one after it', async (t) => {
  const state = await newState(t);
  const find = (nowMs: number) => got(state.call('findBatch', { sender: 'ws-07', identity: 'a', nowMs }));
  await got(state.call('commit', { judged: 1, writes: [batch(1, { identity: 'a', receivedMs: 0, untilMs: 100 })] }));
  assert.equal((await find(99))?.position, 1);
  assert.equal(await find(100), null);
  const again = (position: number, receivedMs: number) =>
    got(
      state.call('commit', {
        judged: position,
        writes: [batch(position, { identity: 'a', receivedMs, untilMs: 300 })],
      }),
    );
  assert.equal((await again(2, 99)).batches[0]?.verdict, 'conflict');
  assert.equal((await again(3, 100)).batches[0]?.verdict, 'new');
  assert.equal((await find(299))?.position, 3);
});

test('batches whose time is over go in steps of 2,000, and no others', async (t) => {
  const state = await newState(t);
  const writes = Array.from({ length: 2101 }, (_, index) => batch(index + 1, { untilMs: index < 2001 ? 500 : 501 }));
  await got(state.call('commit', { judged: 2101, writes }));
  assert.deepEqual(await got(state.call('pruneBatches', { nowMs: 499 })), { removed: 0, more: false });
  assert.deepEqual(await got(state.call('pruneBatches', { nowMs: 500 })), { removed: 2000, more: true });
  assert.deepEqual(await got(state.call('pruneBatches', { nowMs: 500 })), { removed: 1, more: false });
  assert.deepEqual(await got(state.call('pruneBatches', { nowMs: 501 })), { removed: 100, more: false });
  assert.deepEqual(await got(state.call('countBatches', null)), { held: 0, conflicts: 0 });
});

test('beyond the number of batches that are kept the oldest go', async (t) => {
  const state = await newState(t, { batches: 3 });
  const kept = async () => {
    const names = [1, 2, 3, 4, 5].map((position) => ({
      sender: 'ws-07',
      identity: `batch-${position}`,
      nowMs: NOW_MS,
    }));
    const found = await Promise.all(names.map((name) => got(state.call('findBatch', name))));
    return found.flatMap((row) => row?.position ?? []);
  };
  await got(state.call('commit', { judged: 3, writes: [batch(1), batch(2), batch(3)] }));
  assert.deepEqual(await kept(), [1, 2, 3]);
  await got(state.call('commit', { judged: 5, writes: [batch(4), batch(5)] }));
  assert.deepEqual(await kept(), [3, 4, 5]);
  assert.deepEqual(await got(state.call('countBatches', null)), { held: 3, conflicts: 0 });
});

test('a step that is wrong in itself is refused whole', async (t) => {
  const state = await newState(t);
  const steps = [
    { judged: 1, writes: [batch(2)] },
    { judged: 1, writes: [letter(2, 0)] },
    { judged: 1, writes: [batch(0)] },
    { judged: 1, writes: [batch(1, { digest: new Uint8Array(31) })] },
    { judged: 1, writes: [batch(1, { answer: 'a'.repeat(65_537) })] },
    { judged: 1, snapshot: 2, writes: [] },
    { judged: 1.5, writes: [] },
    { judged: -1, writes: [] },
  ];
  for (const step of steps)
    assert.equal(await codeOf(state.call('commit', step)), 'invalid', JSON.stringify(step).slice(0, 90));
  assert.equal(
    await codeOf(state.call('commit', { judged: 1, writes: [batch(1, { answer: 'a'.repeat(65_536) })] })),
    'done',
  );
});

test('a bug in what is asked fails its own call, undoes it, and the next one works', async (t) => {
  const state = await newState(t);
  const broken = { ...letter(1, 0), sender: null as unknown as string };
  await assert.rejects(state.call('commit', { judged: 1, writes: [batch(1), broken] }), /NOT NULL/);
  assert.deepEqual(await got(state.call('positions', null)), { judged: 0, snapshot: 0 });
  assert.equal(
    await codeOf(
      state.call('addSender', { sender: { id: 'a', name: 'a', hosts: [], isRelay: false, note: '' }, by: BY }),
    ),
    'done',
  );
});
