import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openState } from '../../src/state/index.ts';
import { smallDisk } from '../house/small-disk.ts';
import { batch, codeOf, got, letter, NOW_MS, openedState, temporaryFolder } from './opened-state.ts';
import { checkSteps, stepTo } from './written-steps.ts';

const DISK_BYTES = 3 << 20;

test('L24 a full disk refuses a commit whole, leaves what was acknowledged, and works again when there is room', async (t) => {
  const disk = smallDisk(t, DISK_BYTES);
  if (disk === undefined) return;
  const state = await openedState(disk);
  t.after(() => state.close());
  await got(state.call('commit', stepTo(3)));
  writeFileSync(join(disk, 'filler'), new Uint8Array(1024 * 1024));
  const big = (judged: number) => ({
    judged,
    writes: [batch(judged), letter(judged, 0, { bytes: randomBytes(400_000), sender: 'big' })],
  });
  let judged = 3;
  let code = 'done';
  while (code === 'done' && judged < 30) {
    code = await codeOf(state.call('commit', big(judged + 1)));
    if (code === 'done') judged++;
  }
  assert.equal(code, 'full');
  assert.equal(await codeOf(state.call('commit', big(judged + 1))), 'full');
  assert.equal(existsSync(join(disk, 'state.sqlite')), true);
  rmSync(join(disk, 'filler'));
  assert.equal(await codeOf(state.call('commit', big(judged + 1))), 'done');
  assert.deepEqual(await got(state.call('positions', null)), { judged: judged + 1, snapshot: 2 });
  const { rows } = await got(state.call('listDeadLetters', { sender: 'big' }));
  assert.deepEqual(rows.map(({ position }) => position).toReversed(), range(4, judged + 1));
  assert.deepEqual(await got(state.call('integrity', null)), { problems: [] });
  await state.close();
});

test('L24 a full disk refuses to open by name, and opens when there is room', async (t) => {
  const disk = smallDisk(t, DISK_BYTES);
  if (disk === undefined) return;
  const filler = spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'filler')}`, 'bs=64k']);
  assert.notEqual(filler.status, 0);
  const outcome = await openState(disk, { nowMs: NOW_MS, pid: process.pid, random: randomBytes });
  assert.equal(outcome.kind === 'problem' && outcome.code, 'unwritable');
  rmSync(join(disk, 'filler'));
  const state = await openedState(disk);
  t.after(() => state.close());
  await got(state.call('commit', stepTo(3)));
  assert.equal(await checkSteps(state), 3);
  await state.close();
});

test('L24 a file system that turns read-only refuses writing and opening, and works again when it is writable', async (t) => {
  const disk = smallDisk(t, DISK_BYTES);
  if (disk === undefined) return;
  const state = await openedState(disk);
  t.after(() => state.close());
  await got(state.call('commit', stepTo(3)));
  await state.close();
  execFileSync('mount', ['-o', 'remount,ro', disk]);
  const outcome = await openState(disk, { nowMs: NOW_MS, pid: process.pid, random: randomBytes });
  assert.equal(outcome.kind === 'problem' && outcome.code, 'unwritable');
  execFileSync('mount', ['-o', 'remount,rw', disk]);
  const again = await openedState(disk);
  t.after(() => again.close());
  await got(again.call('commit', stepTo(6)));
  assert.equal(await checkSteps(again), 6);
  await again.close();
});

test('L24 an error of the disk at a sync or a write refuses the commit; the next ones work when the disk does', async (t) => {
  const folder = temporaryFolder(t);
  const shim = join(folder, 'disk-errors.so');
  const source = fileURLToPath(new URL('./disk-errors.c', import.meta.url));
  const compiled = spawnSync('cc', ['-shared', '-fPIC', '-o', shim, source, '-ldl']);
  if (compiled.status !== 0) {
    t.skip('there is no C compiler for Linux here');
    return;
  }
  const flag = join(folder, 'flag');
  const entry = fileURLToPath(new URL('./failing-disk.ts', import.meta.url));
  const text = execFileSync(process.execPath, [entry, join(folder, 'data'), flag], {
    env: { ...process.env, LD_PRELOAD: shim, DISK_ERROR: flag },
    encoding: 'utf8',
  });
  assert.deepEqual(JSON.parse(text), {
    told: ['done', 'io', 'io', 'done', 'done', 'io', 'io', 'done', 'done'],
    judged: 15,
  });
  const state = await openedState(join(folder, 'data'));
  assert.equal(await checkSteps(state), 15);
  await state.close();
});

test('a file that is damaged while it is used is refused by name', async (t) => {
  const folder = temporaryFolder(t);
  const state = await openedState(folder);
  await got(state.call('commit', stepTo(3)));
  await got(state.call('checkpoint', null));
  await state.close();
  const path = join(folder, 'state.sqlite');
  const bytes = readFileSync(path);
  bytes.fill(0x5a, 4096);
  writeFileSync(path, bytes);
  const again = await openState(folder, { nowMs: NOW_MS, pid: process.pid, random: randomBytes });
  if (again.kind === 'problem') {
    assert.equal(again.code, 'unreadable');
    return;
  }
  assert.equal(await codeOf(again.state.call('commit', stepTo(6))), 'damaged');
  assert.equal(await codeOf(again.state.call('listAudit', {})), 'damaged');
  await again.state.close();
});

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
