import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { smallDisk } from '../house/small-disk.ts';
import { ask, runServer, sendLines, type TestServer, until } from './running-server.ts';
import { metricOf } from './server-process.ts';

const DISK_BYTES = 32 << 20;
const DAYS = 6;
const DAY_MS = 86_400_000;

/** An event of which half a megabyte does not pack. */
function large(record: number): string {
  const blob = randomBytes(400_000).toString('base64');
  const event = { channel: 'Security', event_id: '4688', computer_name: 'WS-07', record_id: record };
  return JSON.stringify({ '@timestamp': '2026-01-01T00:00:00.000Z', winlog: { ...event, event_data: { Blob: blob } } });
}

function bytesIn(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

async function degradedOf(server: TestServer): Promise<readonly string[]> {
  const { json } = await ask(server, 'GET', '/v1/health/detail');
  const { parts } = json as { readonly parts: readonly { part: string; degraded: readonly string[] }[] };
  return parts.find(({ part }) => part === 'journal')?.degraded ?? [];
}

test('where the disk is nearly full the journal yields what is judged and archived, and the archive loses nothing', async (t) => {
  const disk = smallDisk(t, DISK_BYTES);
  if (disk === undefined) return;
  let day = 0;
  const server = await runServer(t, { folder: join(disk, 'data'), nowMs: () => Date.now() + day * DAY_MS });
  // Each day begins a segment of both.
  for (; day < DAYS; day++) {
    assert.equal((await sendLines(server, [large(2 * day), large(2 * day + 1)])).status, 200);
    for (const metric of ['triad_archive_position', 'triad_store_position_processed'])
      await until(async () => (await metricOf(server, metric)) === day + 1, `${metric} of day ${day}`);
  }
  const journal = join(server.folder, 'journal');
  const archived = async (): Promise<number> => await metricOf(server, 'triad_archive_segments');
  const [segments, bytes] = [await archived(), bytesIn(journal)];
  const { bavail, bsize } = statfsSync(disk);
  const free = 0.04 * DISK_BYTES;
  writeFileSync(join(disk, 'filler'), new Uint8Array(Math.floor(bavail * bsize - free)));
  await server.server.keepHouse();
  assert.ok(bytesIn(journal) < bytes - 0.01 * DISK_BYTES, 'the journal has made room');
  assert.ok(bytesIn(journal) > 0);
  assert.equal(await archived(), segments);
  assert.match((await degradedOf(server)).join(), /\d segments? went before their time for want of room/);
  assert.ok(server.log.some((line) => /"journal let go of"/.test(line)));
  assert.equal((await sendLines(server, [large(2 * DAYS)])).status, 200);
});
