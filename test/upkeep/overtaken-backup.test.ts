import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readdirSync, rmSync } from 'node:fs';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type BackupOutcome, backUp } from '../../src/upkeep/index.ts';
import { runServer, sendLines, type TestServer, temporaryFolder, until, winlogbeat } from '../serve/running-server.ts';
import { metricOf } from '../serve/server-process.ts';

const DAY_MS = 86_400_000;

interface Scene {
  readonly server: TestServer;
  /** Sends a batch, which begins a segment of its own, and waits until it is judged and archived. */
  send(): Promise<void>;
  /** Has the journal let go of what has been kept for its time: all but its newest segment. */
  release(): Promise<void>;
  /** Copies the store; `act` is called before a file is opened, with its path. */
  backUpWhile(act: (path: string) => Promise<void>): Promise<BackupOutcome>;
  readonly target: string;
}

async function scene(context: TestContext): Promise<Scene> {
  let day = 0;
  let sent = 0;
  const server = await runServer(context, { nowMs: () => Date.now() + day * DAY_MS });
  const target = join(temporaryFolder(context), 'backup');
  const send = async (): Promise<void> => {
    day++;
    assert.equal((await sendLines(server, [winlogbeat(++sent)])).status, 200);
    for (const metric of ['triad_archive_position', 'triad_store_position_processed'])
      await until(async () => (await metricOf(server, metric)) === sent, `${metric} of batch ${sent}`);
  };
  const release = async (): Promise<void> => {
    day += 40;
    await server.server.keepHouse();
    assert.equal(readdirSync(join(server.folder, 'journal')).filter((name) => name.endsWith('.log')).length, 1);
  };
  const backUpWhile = async (act: (path: string) => Promise<void>): Promise<BackupOutcome> => {
    const { open } = fs;
    let isActing = false;
    fs.open = async (path, ...how) => {
      if (!isActing) {
        isActing = true;
        await act(String(path));
        isActing = false;
      }
      return await open(path, ...how);
    };
    syncBuiltinESMExports();
    try {
      return await backUp({ folder: server.folder, target, version: '0.0.0', created: '2026-01-01T00:00:00.0000000Z' });
    } finally {
      Object.assign(fs, { open });
      syncBuiltinESMExports();
    }
  };
  for (let n = 0; n < 3; n++) await send();
  return { server, send, release, backUpWhile, target };
}

test('what is let go of between the state and the list of segments has the copy begin anew, and nothing is missing', async (context) => {
  const { send, release, backUpWhile, target } = await scene(context);
  let acts = 0;
  const made = await backUpWhile(async (path) => {
    if (acts > 0 || path !== join(target, 'state.sqlite')) return;
    acts++;
    for (let n = 0; n < 3; n++) await send();
    await release();
  });
  assert.deepEqual([acts, made.kind], [1, 'done'], JSON.stringify(made));
  if (made.kind !== 'done') return;
  assert.deepEqual([made.manifest.positions, made.warnings], [{ judged: 6, durable: 6 }, []]);
  const paths = made.manifest.files.map(({ path }) => path);
  assert.equal(paths.filter((path) => path.startsWith('journal/')).length, 1);
  assert.ok(paths.every((path) => existsSync(join(target, path))));
});

/** Names of the segments in a folder, the oldest first. */
function segmentsOf(folder: string): readonly string[] {
  return readdirSync(join(folder, 'journal'))
    .filter((name) => name.endsWith('.log'))
    .sort();
}

test('segments that are judged and archived, and go while others are copied, are no loss: nothing is said to be missing', async (context) => {
  const { server, release, backUpWhile, target } = await scene(context);
  const source = join(server.folder, 'journal');
  const [, second = ''] = segmentsOf(server.folder);
  let acts = 0;
  const made = await backUpWhile(async (path) => {
    if (acts > 0 || path !== join(source, second)) return;
    acts++;
    await release();
  });
  assert.deepEqual([acts, made.kind], [1, 'done'], JSON.stringify(made));
  if (made.kind !== 'done') return;
  assert.deepEqual([made.manifest.positions, made.warnings], [{ judged: 3, durable: 3 }, []]);
  assert.equal(segmentsOf(target).length, 1);
});

test('a segment that goes before its copy is no hole of the journal, also where the copied state has not judged it', async (context) => {
  const { server, send, release, backUpWhile, target } = await scene(context);
  const source = join(server.folder, 'journal');
  const acts: string[] = [];
  const made = await backUpWhile(async (path) => {
    if (acts.length === 0 && path === join(target, 'state.sqlite')) {
      acts.push('sent');
      for (let n = 0; n < 3; n++) await send();
    }
    const fifth = segmentsOf(server.folder)[4];
    if (acts.length === 1 && fifth !== undefined && path === join(source, fifth)) {
      acts.push(`without ${fifth}`);
      await release();
    }
  });
  assert.equal(acts.length, 2);
  assert.equal(made.kind, 'done', JSON.stringify(made));
  if (made.kind !== 'done') return;
  assert.deepEqual([made.manifest.positions, made.warnings], [{ judged: 6, durable: 6 }, []]);
});

test('what is judged, and archived only after the archive was copied, is in neither copy once it went: it begins anew', async (context) => {
  const { server, release, backUpWhile, target } = await scene(context);
  let acts = 0;
  const made = await backUpWhile(async (path) => {
    if (acts > 0 || !path.startsWith(join(server.folder, 'journal'))) return;
    acts++;
    // As where the server had archived nothing by the time of the copy.
    rmSync(join(target, 'archive'), { recursive: true });
    await release();
  });
  assert.deepEqual([acts, made.kind], [1, 'done'], JSON.stringify(made));
  if (made.kind !== 'done') return;
  assert.deepEqual([made.manifest.positions, made.warnings], [{ judged: 3, durable: 3 }, []]);
  const archived = made.manifest.files.filter(({ path }) => path.startsWith('archive/'));
  assert.ok(archived.length > 0 && archived.every(({ path }) => existsSync(join(target, path))));
});

test('where nothing is archived any more, what the old archive lacks is not waited for', async (context) => {
  const { server, release, backUpWhile, target } = await scene(context);
  for (const name of readdirSync(join(server.folder, 'archive')))
    if (/^seg-/.test(name)) rmSync(join(server.folder, 'archive', name));
  let acts = 0;
  const made = await backUpWhile(async (path) => {
    if (acts > 0 || !path.startsWith(join(server.folder, 'journal'))) return;
    acts++;
    await release();
  });
  assert.deepEqual([acts, made.kind], [1, 'done'], JSON.stringify(made));
  if (made.kind !== 'done') return;
  assert.deepEqual([made.warnings, segmentsOf(target).length], [[], 1]);
});

test('a segment that is set aside stays at the head: what goes behind it is no loss, and still begins the copy anew', async (context) => {
  const { server, send, release, backUpWhile, target } = await scene(context);
  const [oldest = ''] = segmentsOf(server.folder);
  const place = join(server.folder, 'journal', oldest);
  // As after a failure of the disk: it never goes. The server here has it under its old name, so that one lies there too until it is let go of.
  copyFileSync(place, place.replace(/log$/, 'aside'));
  let acts = 0;
  const made = await backUpWhile(async (path) => {
    if (path !== join(target, 'state.sqlite') || acts > 0) return;
    acts++;
    for (let n = 0; n < 3; n++) await send();
    await release();
  });
  assert.deepEqual([acts, made.kind], [1, 'done'], JSON.stringify(made));
  if (made.kind !== 'done') return;
  assert.deepEqual(made.manifest.positions, { judged: 6, durable: 6 });
  assert.deepEqual(made.warnings, [`journal/${oldest.replace(/log$/, 'aside')} is damaged; it is copied as it is.`]);
});

test('a server that lets go of it each time is told of as what it is, and nothing is left of the copy', async (context) => {
  const { send, release, backUpWhile, target } = await scene(context);
  let acts = 0;
  const made = await backUpWhile(async (path) => {
    if (path !== join(target, 'state.sqlite')) return;
    acts++;
    for (let n = 0; n < 2; n++) await send();
    await release();
  });
  assert.equal(made.kind, 'problem');
  if (made.kind !== 'problem') return;
  assert.match(made.message, /^The server let go of batches 8 to 8 while the store was copied, 3 times in a row: /);
  assert.deepEqual([acts, existsSync(target)], [3, false]);
});
