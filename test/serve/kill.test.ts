import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { openState } from '../../src/state/index.ts';
import { assertOnce, keptEvents } from './kept-events.ts';
import { killServer } from './kill-rounds.ts';
import { LoadRun } from './load-run.ts';
import { runServer, sendLines, temporaryFolder, winlogbeat } from './running-server.ts';
import { startProcess } from './server-process.ts';

test('L24 a server that is killed twice under load: each acknowledged event is there once, and it tells what it would have told', async (t) => {
  const { batches, events, replays, rows } = await killServer(2);
  t.diagnostic(`${batches} batches acknowledged, ${events} events kept, ${replays} retries known`);
  assert.ok(batches > 20, `${batches} batches`);
  assert.ok((rows['hosts'] ?? 0) >= 6, JSON.stringify(rows));
});

test('L24 a server that is told to end under load answers what is under way, ends with 0, and keeps all that it answered', async (t) => {
  const folder = join(temporaryFolder(t), 'data');
  const server = await startProcess(folder);
  const load = new LoadRun(6);
  const running = load.run(server);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const toldMs = performance.now();
  assert.equal(await server.end('SIGTERM'), 0);
  const tookMs = performance.now() - toldMs;
  load.stop();
  await running;
  t.diagnostic(`${load.acknowledged.length} batches acknowledged; it ended within ${tookMs.toFixed(0)} ms`);
  assert.ok(tookMs < 5000, `${tookMs} ms`);
  assert.ok(load.acknowledged.length > 0);
  assert.ok([...load.refusals.keys()].every((status) => status === 503));
  const kept = await keptEvents(folder);
  assertOnce(kept, load.acknowledged);
  const answered = load.acknowledged.reduce((sum, { events }) => sum + events.length, 0);
  assert.equal(kept.events.length, answered, 'what was taken was answered');
});

test('a first start that is killed between the first sender and its key is a first start again', async (t) => {
  const folder = temporaryFolder(t);
  const opened = await openState(folder, { nowMs: Date.now(), pid: process.pid, random: randomBytes });
  if (opened.kind === 'problem') assert.fail(opened.message);
  const sender = { id: 'first', name: 'First sender', hosts: [], isRelay: false, note: '' };
  await opened.state.call('addSender', { sender, by: { who: 'server', atMs: Date.now() } });
  await opened.state.close();
  const server = await runServer(t, { folder });
  assert.equal((await sendLines(server, [winlogbeat(1)])).status, 200);
  await server.server.stop();
  const again = await runServer(t, { folder });
  assert.equal(again.key, '', 'no second key is made');
});
