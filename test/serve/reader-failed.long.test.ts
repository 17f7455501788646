import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { EventPageDocument } from '../../src/api/index.ts';
import { POISONED } from './faulty-reader.ts';
import { ask, sendLines, temporaryFolder, until, winlogbeat } from './running-server.ts';
import { metricOf, type ServerProcess, startProcess, untilArchived, untilJudged } from './server-process.ts';

const FAULTY = ['--import', new URL('./faulty-reader.ts', import.meta.url).href];
const YAML = 'journal: { reserveBytes: 0 B }\ndetection: { defaultRules: false }\n';

interface Letter {
  readonly position: number;
  readonly item: number;
  readonly code: string;
}

async function lettersOf(server: ServerProcess): Promise<readonly string[]> {
  const { json } = await ask(server, 'GET', '/v1/deadletters');
  return (json as { readonly items: readonly Letter[] }).items.map(
    ({ position, item, code }) => `${position}/${item} ${code}`,
  );
}

/** What `triad deadletter retry` tells. */
async function retried(server: ServerProcess): Promise<unknown> {
  return (await ask(server, 'POST', '/v1/deadletters/retry')).json;
}

async function durable(server: ServerProcess): Promise<number> {
  return await metricOf(server, 'triad_store_position_durable');
}

test('a batch that ended its reader ends nothing else when it is retried, and once it can be read it is a batch like any other: judged, archived, counted, its bad line a letter', async (t) => {
  const folder = join(temporaryFolder(t), 'data');
  let running: ServerProcess | undefined;
  t.after(() => running?.end('SIGKILL'));
  const open = async (node: readonly string[]): Promise<ServerProcess> => {
    running = await startProcess(folder, { yaml: YAML, node });
    return running;
  };

  const faulty = await open(FAULTY);
  const lines = [winlogbeat(1, POISONED), '{"no":"event"}', winlogbeat(2, POISONED)];
  assert.equal((await sendLines(faulty, lines)).status, 200);
  await until(async () => (await lettersOf(faulty)).length > 0, 'a dead letter is told');
  assert.deepEqual(await lettersOf(faulty), ['1/0 reader_failed']);
  assert.deepEqual(await retried(faulty), { read: 1, mended: 0, gone: 0 });
  assert.deepEqual(await lettersOf(faulty), ['1/0 reader_failed']);
  assert.match(faulty.log(), /dead letter ends its reader.*a planted bug/);
  assert.equal(await faulty.end('SIGTERM'), 0, faulty.log());

  const { key } = faulty;
  const mended = await open([]);
  assert.deepEqual(await retried(mended), { read: 1, mended: 1, gone: 0 });
  await untilJudged(mended);
  await untilArchived(mended);
  assert.equal(await durable(mended), 2);
  assert.deepEqual(await lettersOf(mended), ['2/1 unknown_shape']);
  const found = (await ask(mended, 'GET', `/v1/events?host=${POISONED}`)).json as EventPageDocument;
  assert.deepEqual(found.items.map(({ id }) => id).sort(), ['2/0', '2/2']);
  const hosts = JSON.stringify((await ask(mended, 'GET', '/v1/hosts')).json);
  assert.match(hosts, new RegExp(POISONED, 'i'));
  // The letter of the line is read again, and nothing is judged or appended a second time.
  assert.deepEqual(await retried(mended), { read: 1, mended: 0, gone: 0 });
  assert.equal(await durable(mended), 2);
  assert.equal((await sendLines({ url: mended.url, key }, [winlogbeat(3)])).status, 200);
  await untilJudged(mended);
  assert.equal(await mended.end('SIGTERM'), 0, mended.log());
});
