import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openState } from '../../src/state/index.ts';
import { batch, codeOf, got, NOW_MS, newState, openedState, temporaryFolder } from './opened-state.ts';
import { fillState } from './small-state.ts';
import { toldBy } from './told-by-state.ts';

const STORED = new URL('./format-1.sqlite', import.meta.url);
const GOLDEN: unknown = JSON.parse(readFileSync(new URL('./format-1.golden.json', import.meta.url), 'utf8'));

test('L25 a state of format 1 opens, tells what it told then, and can be written', async (t) => {
  const folder = temporaryFolder(t);
  copyFileSync(STORED, join(folder, 'state.sqlite'));
  const state = await openedState(folder);
  assert.deepEqual(await toldBy(state), GOLDEN);
  assert.deepEqual(await got(state.call('integrity', null)), { problems: [] });
  assert.equal(await codeOf(state.call('commit', { judged: 4, writes: [batch(4)] })), 'done');
  await state.close();
});

test('L25 a backup that is taken while commits go on is whole, and opens as the state that it was', async (t) => {
  const state = await newState(t);
  await fillState(state);
  const before = await toldBy(state);
  const folder = temporaryFolder(t);
  const target = join(folder, 'state.sqlite');
  const copying = state.backup(target);
  const meanwhile = Array.from({ length: 20 }, (_, index) =>
    got(state.call('commit', { judged: 10 + index, writes: [batch(10 + index)] })),
  );
  assert.ok((await got(copying)).pages > 0);
  await Promise.all(meanwhile);
  assert.equal(await codeOf(state.backup(target)), 'exists');
  const restored = await openedState(folder);
  const { positions, ...rest } = before as { positions: unknown };
  const { positions: judgedThen, ...restThen } = (await toldBy(restored)) as { positions: { judged: number } };
  assert.deepEqual(restThen, rest);
  assert.deepEqual(positions, { judged: 3, snapshot: 2 });
  assert.ok(judgedThen.judged === 3 || (judgedThen.judged >= 10 && judgedThen.judged < 30));
  assert.deepEqual(await got(restored.call('integrity', null)), { problems: [] });
  await restored.close();
});

test('a new store has an id of its own, which its next openings and its backups keep', async (t) => {
  const folder = temporaryFolder(t);
  const state = await openedState(folder);
  const first = await got(state.call('identity', null));
  assert.match(first.storeId, /^[0-9a-f]{32}$/);
  assert.deepEqual([first.createdMs, first.format], [NOW_MS, 1]);
  await state.close();
  const later = await openState(folder, { nowMs: NOW_MS + 5, pid: process.pid, random: randomBytes });
  if (later.kind === 'problem') return assert.fail(later.message);
  assert.deepEqual(await got(later.state.call('identity', null)), first);
  await later.state.close();
});

test('a checkpoint empties the log beside the file', async (t) => {
  const folder = temporaryFolder(t);
  const state = await openedState(folder);
  await fillState(state);
  const log = join(folder, 'state.sqlite-wal');
  assert.ok(readFileSync(log).length > 0);
  assert.deepEqual(await got(state.call('checkpoint', null)), { isComplete: true });
  assert.equal(readFileSync(log).length, 0);
  await state.close();
});
import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { BY, batch, got, NOW_MS, openedState, temporaryFolder } from './opened-state.ts';
import { act, outcomeOf, read, told } from './told-incidents.ts';
const FIXTURE = join(import.meta.dirname, 'format-1', 'state.sqlite.zst');
/** A folder with a copy of the stored file, which `format-1/make.ts` made. */
function storedFolder(t: TestContext): string {
  writeFileSync(join(folder, 'state.sqlite'), zstdDecompressSync(readFileSync(FIXTURE)));
  return folder;
}
test('L25 a stored file of format 1 opens with all that is in it, and goes on', async (t) => {
  const state = await openedState(storedFolder(t));
  t.after(() => state.close());
  const identity = { storeId: '07'.repeat(16), createdMs: NOW_MS, format: 1 };
  assert.deepEqual(await got(state.call('identity', null)), identity);
  assert.deepEqual(await got(state.call('positions', null)), { judged: 3, snapshot: 1 });
  assert.equal((await got(state.call('findSender', { id: 'ws-07' })))?.note, 'a laptop');
  const { kind: _, ...first } = batch(1);
  assert.deepEqual(await got(state.call('findBatch', { sender: 'ws-07', identity: 'batch-1', nowMs: NOW_MS })), first);
  assert.equal((await got(state.call('listDeadLetters', {}))).rows.length, 1);
  const a = await read(state, 'b');
  assert.deepEqual([a.id, a.requestedId, a.number, a.version, a.document], ['a', 'b', 1, 2, told('a', 2).document]);
  const { work } = a;
  assert.deepEqual([work.state, work.verdict, work.owner, work.revision], ['open', 'malicious', BY.who, 3]);
  assert.deepEqual(Object.keys(work.taken), ['contain-b']);
  assert.equal(a.history.rows.length, 4);
  assert.deepEqual(a.records.rows.map(({ id }) => id).toSorted(), ['of a', 'shared']);
  assert.equal((await got(state.call('listAudit', {}))).rows.length, 3);
  await got(state.call('commit', { judged: 4, writes: [told('c')] }));
  assert.equal((await read(state, 'c')).number, 3);
  assert.equal(await outcomeOf(act(state, 'a', { action: 'acknowledge' }, { who: 'bea' })), 'acknowledged');
test('L25 the stored file has the very tables that format 1 makes: whoever changes them changes the format', async (t) => {
  assert.deepEqual(schemaOf(storedFolder(t)), schemaOf(folder));
function schemaOf(folder: string): readonly unknown[] {
  const database = new DatabaseSync(join(folder, 'state.sqlite'), { readOnly: true });
  try {
    return database.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all();
  } finally {
    database.close();
  }
