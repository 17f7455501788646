import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type GoodRun, goodRun } from './paired-runs.ts';
import { ask, temporaryFolder, until } from './running-server.ts';
import { metricOf, type ServerProcess, startProcess } from './server-process.ts';

const CONNECTIONS = 10_000;
const RUN_MS = 4000;
const MIB = 1 << 20;
/** What 10,000 connections may cost: their sockets, parsers and half-read requests. */
const MOST_BYTES_EACH = 64 * 1024;

test(`hostile senders: ${CONNECTIONS.toLocaleString('en')} connections that hold on hurt nobody, and are let go of`, async (t) => {
  const yaml = 'journal: { reserveBytes: 0 B }\nlimits: { headerTime: 30 s, idleTime: 30 s }\n';
  const server = await startProcess(join(temporaryFolder(t), 'data'), { yaml });
  t.after(() => server.end('SIGKILL'));
  const { json } = await ask(server, 'POST', '/v1/senders', { id: 'hostile' });
  const { secret } = json as { readonly secret: string };
  await goodRun(server, RUN_MS);
  const quiet = await goodRun(server, RUN_MS);
  const before = memoryOf(server);
  const task = join(import.meta.dirname, 'holder-task.ts');
  const holder = spawn(process.execPath, [task, server.url, secret, String(CONNECTIONS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => holder.kill('SIGKILL'));
  let said = '';
  holder.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await until(() => said.startsWith('open'), 'the connections are there');
  assert.equal(said, `open ${CONNECTIONS} failed 0\n`);
  const open = await metricOf(server, 'triad_connections');
  // Half bodies are too slow, and may be gone already.
  assert.ok(open > 0.85 * CONNECTIONS, `${open} are open`);
  const attacked = await goodRun(server, RUN_MS);
  const after = memoryOf(server);
  const figures = [quiet, attacked].map(({ p99Ms }: GoodRun) => Math.round(p99Ms));
  t.diagnostic(`p99 quiet and beside them, ms: ${figures.join(', ')}; ${Math.round((after - before) / MIB)} MiB more`);
  assert.deepEqual([quiet.refusals, attacked.refusals], [{}, {}]);
  assert.ok(after - before < CONNECTIONS * MOST_BYTES_EACH, `${Math.round((after - before) / MIB)} MiB more`);
  // Those that say nothing at all have twice the longest silence, all others their own limits.
  const isAlone = async (): Promise<boolean> => (await metricOf(server, 'triad_connections')) <= 2;
  await until(isAlone, 'they are let go of');
  holder.kill('SIGTERM');
  assert.equal(await server.end('SIGTERM'), 0);
});

function memoryOf({ pid }: ServerProcess): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}
