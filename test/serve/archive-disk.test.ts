import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { NO_MOUNT } from '../house/small-disk.ts';
import { assertArchived, assertOnce, keptEvents } from './kept-events.ts';
import { LoadRun } from './load-run.ts';
import { until } from './running-server.ts';
import { metricOf, type ServerProcess, startProcess, untilArchived } from './server-process.ts';

const DISK_BYTES = 24 << 20;

/** A file system of its own below the archive, in memory; false where mounting is not allowed, which the test then says. */
function mountArchive(t: TestContext, parent: string): boolean {
  const folder = join(parent, 'data', 'archive');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const options = `size=${DISK_BYTES},mode=0700`;
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).status !== 0) {
    rmSync(parent, { recursive: true });
    // Reason: only root may mount, and not in every container; no other disk may be filled by a test.
    t.skip(NO_MOUNT);
    return false;
  }
  t.after(() => {
    spawnSync('umount', ['-l', folder]);
    rmSync(parent, { recursive: true, force: true });
  });
  return true;
}

/** What the health says is not well with the archive. */
async function troubleOf({ url, token }: ServerProcess): Promise<readonly string[]> {
  const response = await fetch(`${url}/v1/health/detail`, { headers: { authorization: `Bearer ${token}` } });
  const { parts } = (await response.json()) as { readonly parts: { part: string; degraded: readonly string[] }[] };
  return parts.find(({ part }) => part === 'archive')?.degraded ?? [];
}

test('L24 a full disk of the archive stops neither answers nor judging; when there is room each event is archived once', async (t) => {
  const parent = mkdtempSync(join(tmpdir(), 'triad-archive-disk-'));
  if (!mountArchive(t, parent)) return;
  const folder = join(parent, 'data');
  const archive = join(folder, 'archive');
  const server = await startProcess(folder, { yaml: 'journal: { segmentBytes: 1 MiB, reserveBytes: 0 B }\n' });
  t.after(() => server.end('SIGKILL'));
  const load = new LoadRun(4);
  const running = load.run(server);
  await until(async () => (await metricOf(server, 'triad_archive_position')) > 0, 'something is archived');
  const filler = join(archive, 'filler');
  const { bavail, bsize } = statfsSync(archive);
  writeFileSync(filler, new Uint8Array(Math.max(0, bavail - 4) * bsize));
  await until(
    async () => (await troubleOf(server)).some((text) => /wait in the journal/.test(text)),
    'the health says so',
  );
  const archived = await metricOf(server, 'triad_archive_position');
  const taken = load.acknowledged.length;
  await until(() => load.acknowledged.length > taken + 50, 'batches are acknowledged all the same');
  load.stop();
  await running;
  assert.deepEqual([...load.refusals.keys()], []);
  assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
  await until(async () => {
    const judged = await metricOf(server, 'triad_store_position_processed');
    return judged === (await metricOf(server, 'triad_store_position_durable'));
  }, 'everything is judged');
  const stuck = await metricOf(server, 'triad_archive_position');
  t.diagnostic(`archived ${archived} of ${await metricOf(server, 'triad_store_position_durable')} batches while full`);
  assert.ok(stuck < (await metricOf(server, 'triad_store_position_durable')));
  rmSync(filler);
  await untilArchived(server);
  await until(async () => (await troubleOf(server)).length === 0, 'the health is well again');
  assert.equal(await server.end('SIGTERM'), 0);
  const kept = await keptEvents(folder);
  assertOnce(kept, load.acknowledged);
  assertArchived(kept);
});
