/**
 * `node bench/serve/load-task.ts URL KEY PLAN`: one run of load on a server, in a process of its own; PLAN is a `LoadPlan` as JSON. Prints a line when it
 * is warm, and a `LoadReport` of what followed.
 */
import { Agent, request } from 'node:http';
import { type LoadPlan, type LoadReport, WARM_LINE } from './load-plan.ts';
import { BATCH_EVENTS, BulkStream } from './stream.ts';

const [url = '', key = '', planText = ''] = process.argv.slice(2);
const plan = JSON.parse(planText) as LoadPlan;
const stream = new BulkStream(plan.order);
let latencies: number[] = [];
let refused: Record<string, number> = {};
const planted: Record<string, number> = {};
let next = plan.from;
let bytes = 0;
const startMs = performance.now();
const warmMs = startMs + plan.warmSeconds * 1000;
const endMs = warmMs + plan.seconds * 1000;
let warmBatches = 0;
await Promise.all([...Array.from({ length: plan.connections }, sendBatches), plantAttacks(), beginReport()]);
const sorted = latencies.toSorted((a, b) => a - b);
const report: LoadReport = {
  batches: latencies.length,
  warmBatches,
  bytes,
  wallMs: performance.now() - warmMs,
  p50Ms: sorted[Math.floor(sorted.length * 0.5)] ?? 0,
  p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
  refused,
  planted,
};
process.stdout.write(JSON.stringify(report));

async function beginReport(): Promise<void> {
  await pause(warmMs - performance.now());
  warmBatches = latencies.length;
  latencies = [];
  refused = {};
  bytes = 0;
  process.stdout.write(`${WARM_LINE}\n`);
}

async function sendBatches(): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (;;) {
    const at = next++;
    const dueMs =
      plan.rate === undefined ? performance.now() : startMs + ((at - plan.from) * BATCH_EVENTS * 1000) / plan.rate;
    if (dueMs >= endMs) break;
    const waitMs = dueMs - performance.now();
    // A batch is made ahead, of the time at which it is due.
    const body = stream.batch(at, Date.now() + Math.max(0, waitMs));
    if (waitMs > 0) await pause(dueMs - performance.now());
    const status = await send(agent, body);
    if (status === 200) {
      latencies.push(performance.now() - dueMs);
      bytes += body.length;
    } else {
      refused[status] = (refused[status] ?? 0) + 1;
      await pause(200);
    }
  }
  agent.destroy();
}

async function plantAttacks(): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (const [at, enterprise] of plan.attacks.entries()) {
    await pause(warmMs + ((at + 0.5) * plan.seconds * 1000) / plan.attacks.length - performance.now());
    for (let part = 0; ; part++) {
      const body = stream.attack(enterprise, part);
      if (body === undefined) break;
      // What of it is told before its last part came was told at once.
      const sentMs = Date.now();
      if ((await send(agent, body)) === 200) planted[enterprise] = sentMs;
    }
  }
  agent.destroy();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}

function send(agent: Agent, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${key}`,
      'user-agent': 'triad-bench',
      'content-type': 'application/x-ndjson',
      'content-length': body.length,
    };
    const path = '/elastic/_bulk?filter_path=errors,items.*.error,items.*.status';
    const asked = request(`${url}${path}`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
