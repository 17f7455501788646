import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { DeadLetterDocument, Page } from '../../src/api/index.ts';
import { ask, sendLines, temporaryFolder, until } from './running-server.ts';
import { metricOf, type ServerProcess, startProcess, untilJudged } from './server-process.ts';

const LETTERS = 600;
/** In all, by SERVE 6. */
const END_MS = 25_000;
const MAPPING = `name: own
match: { present: [evt.log, evt.id] }
time: { field: evt.time, format: iso }
host: evt.host
channel: evt.log
provider: { value: Test }
eventId: evt.id
recordId: evt.rec
fields: { as: path, field: evt.data }
`;

function line(record: number): string {
  const evt = { time: '2026-03-12T10:44:02Z', host: 'WS-17', log: 'Test', id: 1, rec: record, data: { Text: 'a' } };
  return JSON.stringify({ evt });
}

/** Keeps whatever is told from being written to the state of a folder: letters are read again, and none can be settled. Gives what lets go of it. */
function holdState(folder: string): () => void {
  const state = new DatabaseSync(join(folder, 'state.sqlite'), { timeout: 10_000 });
  state.exec('BEGIN IMMEDIATE');
  return () => state.close();
}

/** How many letters have each state. */
async function statesOf(server: ServerProcess): Promise<readonly [open: number, mended: number]> {
  const count = async (state: string): Promise<number> => {
    const { json } = await ask(server, 'GET', `/v1/deadletters?limit=1000&state=${state}`);
    return (json as Page<DeadLetterDocument>).items.length;
  };
  return [await count('open'), await count('mended')];
}

test('a server that is told to end amid a retry of many dead letters ends with 0; what was not settled stays, and is mended by the next retry', async (context) => {
  const base = temporaryFolder(context);
  const folder = join(base, 'data');
  const first = await startProcess(folder);
  context.after(() => first.end('SIGKILL'));
  await sendLines(
    first,
    Array.from({ length: LETTERS }, (_, at) => line(at + 1)),
  );
  await untilJudged(first);
  assert.deepEqual(await statesOf(first), [LETTERS, 0]);
  const mapping = join(base, 'own.yaml');
  writeFileSync(mapping, MAPPING);
  const yaml = `read: { maps: ['${mapping}'] }\n`;
  writeFileSync(`${folder}.yaml`, yaml);
  process.kill(first.pid, 'SIGHUP');
  await until(() => first.log().includes('"event":"reloaded"'), 'the mapping is taken');
  const letGo = holdState(folder);
  const retried = ask(first, 'POST', '/v1/deadletters/retry').catch(() => undefined);
  await until(async () => (await metricOf(first, 'triad_store_position_durable')) > 20, 'letters are read again');
  const beganMs = performance.now();
  const ended = first.end('SIGTERM');
  // The signal is there before anything can be settled.
  letGo();
  assert.equal(await ended, 0, first.log());
  const tookMs = performance.now() - beganMs;
  assert.ok(tookMs < END_MS, `it ended within ${tookMs} ms`);
  await retried;

  const second = await startProcess(folder, { yaml });
  context.after(() => second.end('SIGKILL'));
  const [open, mended] = await statesOf(second);
  assert.deepEqual([open, mended], [LETTERS, 0], 'it ended amid them, and none is gone');
  context.diagnostic(`${open} letters were open after an end within ${Math.round(tookMs)} ms`);
  const { json } = await ask(second, 'POST', '/v1/deadletters/retry');
  assert.deepEqual(json, { read: open, mended: open, gone: 0 });
  assert.deepEqual(await statesOf(second), [0, LETTERS]);
  // What was taken before the end is known by the name of its letter: nothing is there twice.
  assert.equal(await metricOf(second, 'triad_store_position_durable'), LETTERS + 1);
});
