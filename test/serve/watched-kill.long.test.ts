import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderWith } from '../hunt/run-triad.ts';
import { keptEvents } from './kept-events.ts';
import { temporaryFolder, until, winlogbeat } from './running-server.ts';
import { metricOf, type ServerProcess, startProcess } from './server-process.ts';

const ROUNDS = 4;
const EVENTS = 20_000;
/** More than a piece holds of them: so many pieces at least. */
const EVENTS_OF_A_PIECE = 5000;

test('L24 L6 a server that is killed while it reads a folder has each event once, also of a file that grew', async (context) => {
  const lines = Array.from({ length: EVENTS }, (_, at) => {
    const time = new Date(Date.UTC(2026, 0, 1) + at * 1000).toISOString();
    return winlogbeat(at + 1, `WS-${at % 7}`).replace('2026-01-01T00:00:00.000Z', time);
  });
  const half = Math.floor(EVENTS / 2);
  const watched = folderWith(context, [['a/sent.jsonl', `${lines.slice(0, half).join('\n')}\n`]]);
  const folder = join(temporaryFolder(context), 'data');
  const yaml = `journal: { reserveBytes: 0 B }\nwatch: { folders: [${JSON.stringify(watched)}], interval: 100ms }\n`;
  let running: ServerProcess | undefined;
  context.after(() => running?.end('SIGKILL'));
  for (let round = 0; round < ROUNDS; round++) {
    const server = await startProcess(folder, { yaml });
    running = server;
    const durable = (): Promise<number> => metricOf(server, 'triad_store_position_durable');
    const before = await durable();
    // In the midst of the file, and in other rounds soon after a start.
    if (round % 2 === 0) await until(async () => (await durable()) > before, 'a piece is kept');
    else await new Promise((resolve) => setTimeout(resolve, 500 * round));
    assert.equal(await server.end('SIGKILL'), null);
    if (round === 1)
      writeFileSync(join(watched, 'a', 'sent.jsonl'), `${lines.slice(half).join('\n')}\n`, { flag: 'a' });
  }
  const server = await startProcess(folder, { yaml });
  running = server;
  let last = -1;
  await until(async () => {
    const before = last;
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const durable = await metricOf(server, 'triad_store_position_durable');
    last = await metricOf(server, 'triad_store_position_processed');
    return last >= EVENTS / EVENTS_OF_A_PIECE && last === before && last === durable;
  }, 'everything is read');
  assert.equal(await server.end('SIGTERM'), 0);
  const { events } = await keptEvents(folder);
  const kept = events.map((text) => text.trimEnd());
  assert.equal(kept.length, EVENTS);
  assert.deepEqual(kept.toSorted().join('\n') === lines.toSorted().join('\n'), true);
});
