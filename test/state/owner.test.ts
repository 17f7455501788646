import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { openState } from '../../src/state/index.ts';
import { batch, codeOf, got, NOW_MS, openedState, temporaryFolder } from './opened-state.ts';
import { startWriter } from './writer-process.ts';

function open(folder: string): ReturnType<typeof openState> {
  return openState(folder, { nowMs: NOW_MS, pid: process.pid, random: randomBytes });
}

test('a folder has one owner in this process, and a message that names the folder and who holds it', async (t) => {
  const folder = temporaryFolder(t);
  const state = await openedState(folder);
  for (let attempt = 0; attempt < 2; attempt++) {
    const second = await open(folder);
    assert.equal(second.kind === 'problem' && second.code, 'locked');
    assert.ok(second.kind === 'problem' && second.message.startsWith(`${folder} is in use by process ${process.pid}.`));
  }
  assert.equal(await codeOf(state.call('commit', { judged: 1, writes: [batch(1)] })), 'done');
  await state.close();
  const again = await openedState(folder);
  assert.deepEqual(await got(again.call('positions', null)), { judged: 1, snapshot: 0 });
  await again.close();
});

test('a folder has one owner among processes; it is free after kill -9, and nothing acknowledged is gone', async (t) => {
  const folder = temporaryFolder(t);
  const writer = startWriter(folder);
  await writer.hasBegun;
  const second = await open(folder);
  assert.equal(second.kind === 'problem' && second.code, 'locked');
  assert.ok(second.kind === 'problem' && second.message.includes(`process ${writer.pid}`));
  const { acknowledged } = await writer.kill();
  const state = await openedState(folder);
  const { judged } = await got(state.call('positions', null));
  assert.ok(judged >= acknowledged && acknowledged > 0, `${judged} judged, ${acknowledged} acknowledged`);
  await state.close();
});

test('of several who start at once one becomes the owner', async (t) => {
  const folder = temporaryFolder(t);
  const outcomes = await Promise.all([1, 2, 3, 4].map(() => open(folder)));
  const states = outcomes.flatMap((outcome) => (outcome.kind === 'open' ? [outcome.state] : []));
  const codes = outcomes.flatMap((outcome) => (outcome.kind === 'problem' ? [outcome.code] : []));
  assert.deepEqual([states.length, codes], [1, ['locked', 'locked', 'locked']]);
  await Promise.all(states.map((state) => state.close()));
});

test('a new folder is 0700 and its files 0600, the copy of a backup too', async (t) => {
  const folder = join(temporaryFolder(t), 'deep', 'data');
  const state = await openedState(folder);
  await got(state.call('commit', { judged: 1, writes: [batch(1)] }));
  await got(state.backup(join(folder, 'copy.sqlite')));
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  const files = readdirSync(folder).toSorted();
  assert.deepEqual(files, ['copy.sqlite', 'owner.sqlite', 'state.sqlite', 'state.sqlite-shm', 'state.sqlite-wal']);
  for (const file of files) assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600, file);
  await state.close();
});

test('a folder that is there keeps its mode; a file that others may read does not', async (t) => {
  const folder = join(temporaryFolder(t), 'data');
  mkdirSync(folder, { mode: 0o750 });
  await (await openedState(folder)).close();
  assert.equal(statSync(folder).mode & 0o777, 0o750);
  const path = join(folder, 'state.sqlite');
  chmodSync(path, 0o644);
  await (await openedState(folder)).close();
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('what is no state is refused by name, left as it is, and holds no lock', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'state.sqlite');
  const cases: readonly (readonly [string, () => void])[] = [
    [
      'unreadable',
      () => writeFileSync(path, 'this is no database, and longer than a header of SQLite would be'.repeat(100)),
    ],
    ['foreign', () => makeFile(path, 'CREATE TABLE theirs (x)')],
    [
      'newer',
      () => makeFile(path, `CREATE TABLE t (x); PRAGMA application_id = ${0x54726961}; PRAGMA user_version = 99`),
    ],
  ];
  for (const [code, make] of cases) {
    make();
    const before = readFileSync(path);
    for (let attempt = 0; attempt < 2; attempt++) {
      const outcome = await open(folder);
      assert.equal(outcome.kind === 'problem' && outcome.code, code);
      assert.ok(outcome.kind === 'problem' && outcome.message.includes(folder));
    }
    assert.deepEqual(readFileSync(path), before);
    assert.equal(existsSync(`${path}-wal`), false);
  }
});

test('a folder that cannot be made is unwritable', async (t) => {
  const file = join(temporaryFolder(t), 'file');
  writeFileSync(file, '');
  const outcome = await open(join(file, 'data'));
  assert.equal(outcome.kind === 'problem' && outcome.code, 'unwritable');
});

function makeFile(path: string, sql: string): void {
  writeFileSync(path, '');
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}
