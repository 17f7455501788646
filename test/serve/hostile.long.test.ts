import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ATTACKS } from './attacks.ts';
import { attackedRun, type GoodRun, goodRun, type Outcomes } from './paired-runs.ts';
import { ask, temporaryFolder, until } from './running-server.ts';
import { metricOf, type ServerProcess, startProcess } from './server-process.ts';

const PAIRS = 5;
const RUN_MS = 4000;
const MIB = 1 << 20;
/** Bodies of 256 MiB at once (`limits.bodiesBytes`), each twice for the moment in which it is put together, and what the runtime keeps above. */
const MOST_GROWTH_BYTES = 768 * MIB;

const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'connections that only hold on': [
    'idle connections',
    'slow headers',
    'slow bodies',
    'half-closed sockets',
    'answers that nobody reads',
  ],
  'bodies that cost': ['bombs', 'malformed frames', 'one key from many connections', 'endless chunks'],
  'requests that are refused': [
    'wrong keys',
    'sign-ins',
    'no HTTP',
    'garbage behind requests',
    'requests that wait for no answer',
    'huge headers',
  ],
};

test('hostile senders: every attack is in a group', () => {
  assert.deepEqual(Object.values(GROUPS).flat().toSorted(), Object.keys(ATTACKS).toSorted());
});

for (const [group, names] of Object.entries(GROUPS)) {
  test(`hostile senders, ${group}: a good sender's p99 stays within twice its quiet one, or 50 ms above it`, async (t) => {
    const server = await startProcess(join(temporaryFolder(t), 'data'), { yaml: 'journal: { reserveBytes: 0 B }\n' });
    t.after(() => server.end('SIGKILL'));
    const loadBefore = loadavg()[0] ?? 0;
    const { json } = await ask(server, 'POST', '/v1/senders', { id: 'hostile' });
    const { secret } = json as { readonly secret: string };
    await goodRun(server, RUN_MS);
    const before = memoryOf(server);
    const quiet: GoodRun[] = [];
    const attacked: GoodRun[] = [];
    for (let pair = 0; pair < PAIRS; pair++) {
      quiet.push(await goodRun(server, RUN_MS));
      const run = await attackedRun(server, secret, names, RUN_MS);
      attacked.push(run);
      assertOutcomes(run.outcomes);
      if (pair === 0) t.diagnostic(JSON.stringify(run.outcomes));
    }
    const [quietMs, attackedMs] = [middle(quiet), middle(attacked)];
    const after = memoryOf(server);
    t.diagnostic(
      `p99 quiet ${told(quiet)}, attacked ${told(attacked)}; middle ${quietMs.toFixed(0)} and ${attackedMs.toFixed(0)} ms`,
    );
    t.diagnostic(`memory ${mib(before.now)} before, ${mib(after.now)} after, ${mib(after.peak)} at its peak`);
    await assertClean(t, server);
    for (const { refusals } of [...quiet, ...attacked])
      assert.deepEqual(refusals, {}, 'the good sender is refused nothing');
    assert.ok(after.peak - before.now < MOST_GROWTH_BYTES, `${mib(after.peak)} at its peak`);
    if (loadBefore > availableParallelism()) {
      t.diagnostic(
        `load ${loadBefore.toFixed(1)} before it began: what attackers add is not told from other work, p99 is not judged`,
      );
    } else {
      assert.ok(attackedMs <= Math.max(2 * quietMs, quietMs + 50), `p99 ${attackedMs} ms, quiet ${quietMs} ms`);
    }
    assert.equal(await server.end('SIGTERM'), 0);
  });
}

/** Each attack met what it may meet; one that met nothing in time proves nothing. */
function assertOutcomes(outcomes: Outcomes): void {
  for (const [name, counts] of Object.entries(outcomes)) {
    for (const outcome of Object.keys(counts)) assert.match(outcome, ATTACKS[name]?.answers ?? /^$/, name);
  }
}

/** Nothing of the attackers is left once they are gone. */
async function assertClean(t: TestContext, server: ServerProcess): Promise<void> {
  await until(async () => (await metricOf(server, 'triad_connections')) <= 2, 'connections of attackers are gone');
  await until(async () => (await metricOf(server, 'triad_ingest_held_bytes')) === 0, 'the budget is given back');
  t.diagnostic(
    `event loop late by ${((await metricOf(server, 'triad_eventloop_lag_seconds')) * 1000).toFixed(0)} ms at most`,
  );
}

function middle(runs: readonly GoodRun[]): number {
  const sorted = runs.map(({ p99Ms }) => p99Ms).toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

function told(runs: readonly GoodRun[]): string {
  return runs.map(({ p99Ms }) => p99Ms.toFixed(0)).join(' ');
}

/** Memory of a process now and at its peak, bytes. */
function memoryOf({ pid }: ServerProcess): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const bytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
  return { now: bytes('VmRSS'), peak: bytes('VmHWM') };
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(0)} MiB`;
}
