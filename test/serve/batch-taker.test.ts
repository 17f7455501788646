import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import type { EnvelopeHeader } from '../../src/receive/index.ts';
import { BatchTaker } from '../../src/serve/batch-taker.ts';
import { openState } from '../../src/state/index.ts';
import { temporaryFolder } from './running-server.ts';

let batches = 0;

function headerOf(sender: string): EnvelopeHeader {
  const digest = (++batches).toString(16).padStart(64, '0');
  return { format: 1, sender, key: 'k', trust: 'authenticated', protocol: 'ndjson', digest, receivedMs: 0, peer: 'p' };
}

/** A taker of a hundred bytes over a journal that keeps nothing. */
async function taker(t: TestContext): Promise<BatchTaker> {
  const opened = await openState(temporaryFolder(t), { nowMs: 0, pid: process.pid, random: randomBytes });
  if (opened.kind === 'problem') assert.fail(opened.message);
  t.after(() => opened.state.close());
  let position = 0;
  const journal = { append: () => Promise.resolve({ kind: 'durable', position: ++position } as const) };
  return new BatchTaker(journal, opened.state, { lagBytes: 100 });
}

test('L15 a sender that is not read as fast as it sends is told to wait, and leaves room for the others', async (t) => {
  const taking = await taker(t);
  const sent: EnvelopeHeader[] = [];
  const take = async (sender: string, bytes: number): Promise<string> => {
    const header = headerOf(sender);
    const taken = await taking.take(header, new Uint8Array(bytes));
    if (taken.kind === 'taken') sent.push(header);
    return taken.kind === 'refused' ? taken.reason : taken.kind;
  };
  assert.deepEqual(
    [await take('flood', 25), await take('flood', 25), await take('flood', 1)],
    ['taken', 'taken', 'lag'],
  );
  assert.deepEqual([await take('good', 25), await take('good', 1)], ['taken', 'lag']);
  assert.equal(await take('late', 12), 'taken');
  assert.equal(taking.lagBytes, 87);
  for (const [at, { sender }] of sent.entries()) taking.read(sender, [25, 25, 25, 12][at] ?? 0);
  assert.equal(taking.lagBytes, 0);
  // One batch alone is always taken; nothing is, while more is behind than may be.
  assert.equal(taking.isFull, false);
  assert.deepEqual([await take('large', 200), await take('good', 1)], ['taken', 'lag']);
  assert.equal(taking.isFull, true, 'which the server says of itself');
});

test('L19 the same bytes by another protocol are no retry: they are other events', async (t) => {
  const taking = await taker(t);
  const header = headerOf('a');
  const body = new Uint8Array(10);
  const position = async (more: Partial<EnvelopeHeader>): Promise<number> => {
    const taken = await taking.take({ ...header, ...more }, body);
    return 'position' in taken ? taken.position : assert.fail(taken.kind);
  };
  assert.deepEqual([await position({}), await position({}), await position({ protocol: 'bulk' })], [1, 1, 2]);
  assert.deepEqual([await position({ batch: 'b' }), await position({ batch: 'b', protocol: 'bulk' })], [3, 3]);
});

test('a batch that the state did not look up is refused, and that stands until the next is', async () => {
  let answer: object = { kind: 'refused', code: 'full', message: 'no room' };
  const state = { call: () => Promise.resolve(answer) } as unknown as ConstructorParameters<typeof BatchTaker>[1];
  const journal = { append: () => Promise.resolve({ kind: 'durable', position: 1 } as const) };
  const taking = new BatchTaker(journal, state, { lagBytes: 100 });
  assert.equal((await taking.take({ ...headerOf('a'), receivedMs: 7 }, new Uint8Array(1))).kind, 'refused');
  assert.equal(taking.stateRefusedMs, 7);
  answer = { kind: 'done', value: null };
  assert.equal((await taking.take(headerOf('a'), new Uint8Array(1))).kind, 'taken');
  assert.equal(taking.stateRefusedMs, undefined);
});
