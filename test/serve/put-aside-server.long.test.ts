import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { POISONED } from './faulty-analytic.ts';
import { ask, sendLines, temporaryFolder, until } from './running-server.ts';
import { type ServerProcess, startProcess, untilJudged } from './server-process.ts';

const YAML =
  'journal: { reserveBytes: 0 B }\ndetection: { lateness: 24h, heldTime: 90d, defaultRules: false }\narchive: { enabled: false }\n';
const FAULTY = ['--import', new URL('./faulty-analytic.ts', import.meta.url).href];

interface Letters {
  readonly items: readonly { readonly position: number; readonly code: string; readonly reason: string }[];
}

interface Health {
  readonly status: string;
  readonly parts: readonly { readonly degraded: readonly string[] }[];
}

async function lettersOf(server: ServerProcess): Promise<Letters['items']> {
  return ((await ask(server, 'GET', '/v1/deadletters')).json as Letters).items;
}

/** What is not well once the window is filled, in sentences. */
async function ailments(server: ServerProcess): Promise<readonly string[]> {
  const { json } = await ask(server, 'GET', '/v1/health/detail');
  const told = (json as Health).parts.flatMap(({ degraded }) => degraded);
  return told.some((text) => text.startsWith('the window is being filled')) ? await ailments(server) : told;
}

async function incidentsOf(server: ServerProcess): Promise<readonly string[]> {
  const { json } = await ask(server, 'GET', '/v1/incidents?limit=1000');
  return (json as { readonly items: readonly { readonly title: string }[] }).items.map(({ title }) => title).sort();
}

/** What `triad deadletter retry` tells. */
async function retried(server: ServerProcess): Promise<unknown> {
  return (await ask(server, 'POST', '/v1/deadletters/retry')).json;
}

async function sendJudged(server: ServerProcess, lines: readonly string[]): Promise<void> {
  const key = server.key;
  const response = await sendLines({ url: server.url, key }, lines);
  assert.equal(response.status, 200, await response.text());
  await untilJudged(server);
}

test('a bug in an analytic costs a running server the batch that met it: a dead letter, told by the health, passed over at each start, and mended with the bug', async (t) => {
  const start = new Date(Date.now() - 86_400_000).toISOString();
  const [first, second, third] = ['wmiexec with its three legs', 'WMI over WinRM', 'a remote process by NTLM'].map(
    (name) => linesOf(campaign([name], { start, acts: 5 }).attacks.flatMap(({ events }) => events)),
  );
  const cleared = linesOf(campaign(['a log that was cleared'], { start, acts: 0 }).events).find((line) =>
    /"event_id":"?1102\b/.test(line),
  );
  assert.ok(first !== undefined && second !== undefined && third !== undefined && cleared !== undefined);
  const poison = cleared.replaceAll(/"computer_name":"[^"]+"/g, `"computer_name":"${POISONED}"`);
  assert.notEqual(poison, cleared);
  const folder = join(temporaryFolder(t), 'data');
  let running: ServerProcess | undefined;
  t.after(() => running?.end('SIGKILL'));
  const open = async (node: readonly string[]): Promise<ServerProcess> => {
    running = await startProcess(folder, { yaml: YAML, node });
    return running;
  };

  const faulty = await open(FAULTY);
  await sendJudged(faulty, first);
  const before = await incidentsOf(faulty);
  assert.ok(before.length > 0, faulty.log());
  await sendJudged(faulty, [...second, poison]);
  await until(async () => (await lettersOf(faulty)).length > 0, 'a dead letter is told');
  const letters = await lettersOf(faulty);
  assert.deepEqual(
    letters.map(({ position, code }) => [position, code]),
    [[2, 'detection_failed']],
  );
  assert.match(letters[0]?.reason ?? '', /a planted bug/);
  assert.match((await ailments(faulty)).join('\n'), /1 batch\(es\) are judged no more/);
  assert.deepEqual(await incidentsOf(faulty), before, 'what was told stands');
  await sendJudged(faulty, third);
  const after = await incidentsOf(faulty);
  assert.ok(after.length > before.length, 'what comes later is judged');
  assert.equal(await faulty.end('SIGKILL'), null);

  const again = await open(FAULTY);
  await untilJudged(again);
  assert.match((await ailments(again)).join('\n'), /1 batch\(es\) are judged no more/);
  assert.deepEqual((await lettersOf(again)).length, 1);
  await sendJudged(again, [poison.replace(POISONED, 'WS-0001.corp.example.com')]);
  const told = await incidentsOf(again);
  for (const title of after) assert.ok(told.includes(title), `${title} stands`);
  assert.deepEqual(await lettersOf(again), letters, 'nothing else was put aside');
  assert.deepEqual(await retried(again), { read: 1, mended: 0, gone: 0 });
  assert.deepEqual(await lettersOf(again), letters, 'the bug is still there, and so is the letter');
  assert.deepEqual(await incidentsOf(again), told);
  assert.equal(await again.end('SIGTERM'), 0, again.log());

  const mended = await open([]);
  await untilJudged(mended);
  assert.match((await ailments(mended)).join('\n'), /1 batch\(es\) are judged no more/);
  assert.deepEqual(await retried(mended), { read: 1, mended: 1, gone: 0 });
  assert.deepEqual([await lettersOf(mended), await ailments(mended)], [[], []]);
  const whole = await incidentsOf(mended);
  assert.ok(
    whole.some((title) => title.includes('POISON-01')),
    `${whole}`,
  );
  assert.ok(whole.length > told.length + 1, 'what else was in that batch is told as well');
  assert.equal(await mended.end('SIGTERM'), 0, mended.log());

  const last = await open([]);
  await untilJudged(last);
  assert.deepEqual([await incidentsOf(last), await ailments(last)], [whole, []]);
  assert.equal(await last.end('SIGTERM'), 0, last.log());
});
