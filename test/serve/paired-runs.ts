import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Connection, type MadeBatch } from './load-sender.ts';
import { winlogbeat } from './running-server.ts';
import type { ServerProcess } from './server-process.ts';

/** What a good sender found in one run: its answers' latencies, and those that were no acknowledgement, by status. */
export interface GoodRun {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly sent: number;
  readonly refusals: Readonly<Record<string, number>>;
}

const PER_SECOND = 50;
const CONNECTIONS = 8;
const EVENTS = 20;
let nextBatch = 0;

/** Events that are read and let go of: what a window holds would make a later run cost more than an earlier one. */
function goodBatch(number: number): MadeBatch {
  const events = Array.from({ length: EVENTS }, (_, item) =>
    winlogbeat(number * EVENTS + item, 'WS-07')
      .replace('"Security"', '"Application"')
      .replace('"4624"', '"1000"'),
  );
  return { protocol: 'ndjson', events, body: events.join('\n') };
}

/** A sender that begins so many batches a second whatever becomes of those before: waiting for a free connection counts as latency. */
export async function goodRun(server: ServerProcess, forMs: number): Promise<GoodRun> {
  const latencies: number[] = [];
  const refusals: Record<string, number> = {};
  const startMs = performance.now();
  const total = Math.floor((forMs / 1000) * PER_SECOND);
  let next = 0;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const connection = new Connection();
      for (let at = next++; at < total; at = next++) {
        const dueMs = startMs + (at * 1000) / PER_SECOND;
        const waitMs = dueMs - performance.now();
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
        const answer = await connection.send(server, goodBatch(nextBatch++));
        latencies.push(performance.now() - dueMs);
        const status = String(answer?.status ?? 'cut off');
        if (status !== '200') refusals[status] = (refusals[status] ?? 0) + 1;
      }
      connection.close();
    }),
  );
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50Ms: at(0.5), p99Ms: at(0.99), sent: sorted.length, refusals };
}

/** What attackers in a process of their own met, by attack and outcome. */
export type Outcomes = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** The same beside attackers, which begin a moment earlier. */
export async function attackedRun(
  server: ServerProcess,
  key: string,
  names: readonly string[],
  forMs: number,
): Promise<GoodRun & { readonly outcomes: Outcomes }> {
  const task = join(import.meta.dirname, 'attacker-task.ts');
  const child = spawn(process.execPath, [task, server.url, key, '12000', ...names], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
    resolve();
  });
  const ended = new Promise((done) => child.on('close', done));
  await ready;
  await new Promise((done) => setTimeout(done, 500));
  const run = await goodRun(server, forMs);
  child.kill('SIGTERM');
  await ended;
  return { ...run, outcomes: JSON.parse(text.slice(text.indexOf('\n'))) as Outcomes };
}
