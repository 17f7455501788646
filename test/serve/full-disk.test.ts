import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { smallDisk } from '../house/small-disk.ts';
import { assertArchived, assertOnce, keptEvents } from './kept-events.ts';
import { LoadRun } from './load-run.ts';
import { Connection, madeBatch } from './load-sender.ts';
import { temporaryFolder, until } from './running-server.ts';
import { metricOf, type ServerProcess, startProcess, untilArchived } from './server-process.ts';

const DISK_BYTES = 16 << 20;
/** Sender of the batches that a test sends by itself, beside those of its load. */
const PROBE = 900;

test('L24 a disk that fills refuses batches with 503, loses nothing, and takes them again when there is room', async (t) => {
  const disk = smallDisk(t, DISK_BYTES);
  if (disk === undefined) return;
  const folder = join(disk, 'data');
  const server = await startProcess(folder, { yaml: 'journal: { segmentBytes: 1 MiB, reserveBytes: 0 B }\n' });
  t.after(() => server.end('SIGKILL'));
  const load = new LoadRun(4);
  const running = load.run(server);
  await until(() => load.acknowledged.length > 20, 'batches are taken');
  const filler = join(disk, 'filler');
  // Again and again: the journal makes room of what is judged and archived.
  await until(() => {
    fill(filler, disk);
    return (load.refusals.get(503) ?? 0) > 20;
  }, 'batches are refused');
  await assertRefusing(t, server, /full|failed/);
  load.stop();
  await running;
  rmSync(filler);
  await takesAgain(server, load);
  await endsWhole(t, server, load);
});

test('L24 a disk that turns read-only under the server refuses batches with 503 and takes them again when it is writable', async (t) => {
  const parent = temporaryFolder(t);
  const shim = diskErrors(t, parent);
  if (shim === undefined) return;
  const folder = join(parent, 'data');
  const flag = join(parent, 'flag');
  const variables = { LD_PRELOAD: shim, DISK_ERROR: flag, DISK_FILES: folder };
  const server = await startProcess(folder, { yaml: 'journal: { reserveBytes: 0 B }\n', variables });
  t.after(() => server.end('SIGKILL'));
  const load = new LoadRun(4);
  const running = load.run(server);
  await until(() => load.acknowledged.length > 20, 'batches are taken');
  writeFileSync(flag, 'r');
  await until(() => (load.refusals.get(503) ?? 0) > 20, 'batches are refused');
  await assertRefusing(t, server, /failed \(.*: EROFS\)/);
  load.stop();
  await running;
  rmSync(flag);
  await takesAgain(server, load);
  await endsWhole(t, server, load);
});

/** The shim that has the disk fail, compiled; undefined where there is no compiler, which the test then says. */
function diskErrors(t: TestContext, folder: string): string | undefined {
  const shim = join(folder, 'disk-errors.so');
  const source = fileURLToPath(new URL('../state/disk-errors.c', import.meta.url));
  if (spawnSync('cc', ['-shared', '-fPIC', '-o', shim, source, '-ldl']).status === 0) return shim;
  t.skip('there is no C compiler for Linux here');
  return undefined;
}

/** The server lives, and says to shippers and to who watches it that it takes no batches, while some come: between two tries of the journal it says what else is wrong. */
async function assertRefusing(t: TestContext, server: ServerProcess, why: RegExp): Promise<void> {
  let reason = '';
  await until(async () => {
    const ready = await fetch(`${server.url}/readyz`);
    reason = await ready.text();
    return ready.status === 503 && reason.startsWith('the journal takes no batches: ');
  }, 'it says that it is not ready');
  t.diagnostic(`readyz says 503: ${reason.trim()}`);
  assert.match(reason, why);
  const connection = new Connection();
  const refused = await connection.send(server, madeBatch(PROBE, 0));
  connection.close();
  assert.equal(refused?.status, 503);
  assert.match(String(refused?.headers['retry-after']), /^\d+$/);
  assert.equal((await fetch(`${server.url}/livez`)).status, 200);
}

/** Fills a disk to its last byte. */
function fill(path: string, disk: string): void {
  const { bavail, bsize } = statfsSync(disk);
  try {
    if (bavail > 4) appendFileSync(path, new Uint8Array((bavail - 4) * bsize));
  } catch {
    // The server took the room first: full it is.
  }
}

/** The disk is well again: batches are taken without a start, and none was refused in another way. */
async function takesAgain(server: ServerProcess, load: LoadRun): Promise<void> {
  const taken = load.acknowledged.length;
  const running = load.run(server);
  await until(() => load.acknowledged.length > taken + 20, 'batches are taken again');
  load.stop();
  await running;
  assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
  assert.deepEqual([...load.refusals.keys()], [503]);
}

/** Everything is read, the server ends cleanly, and what it acknowledged is there once. */
async function endsWhole(t: TestContext, server: ServerProcess, load: LoadRun): Promise<void> {
  await until(async () => {
    const judged = await metricOf(server, 'triad_store_position_processed');
    return judged === (await metricOf(server, 'triad_store_position_durable'));
  }, 'everything is read');
  await untilArchived(server);
  assert.equal(await server.end('SIGTERM'), 0);
  const kept = await keptEvents(server.folder);
  assertOnce(kept, load.acknowledged);
  assertArchived(kept);
  assert.equal(kept.judged, kept.positions);
  assert.deepEqual(kept.letters, kept.unreadable);
  t.diagnostic(`${load.acknowledged.length} batches acknowledged, ${load.refusals.get(503)} refused`);
}
