/**
 * `node bench/serve/start-again.ts --events 1000000`: how long a server whose window is full judges nothing after a start, with an image of the window and without one, in one run: after
 * a clean end, after `kill -9`, and with all batches to be read again. Beside it what keeping an image costs. Exits 1 where a start begins otherwise than it should.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type ServerProcess, startProcess } from '../../test/serve/server-process.ts';
import { OUT } from '../corpus.ts';
import { machineLines } from '../machine.ts';
import type { LoadPlan } from './load-plan.ts';
import { drained, load, memoryOf, metricsOf, threadCostsOf } from './measured-server.ts';
import { BATCH_EVENTS } from './stream.ts';

const CONNECTIONS = 8;
const DRAIN_MS = 300_000;
const LOOK_MS = 20;

const { values: flags } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    rate: { type: 'string', default: '8000' },
    /** Lines of the configuration. */
    config: { type: 'string', default: '' },
  },
});
const seconds = Math.ceil(Number(flags.events) / Number(flags.rate));
mkdirSync(OUT, { recursive: true });
for (const line of machineLines()) print(line);
const parent = mkdtempSync(join(OUT, 'start-again-'));
const folder = join(parent, 'data');
const yaml = `journal: { reserveBytes: 0 B }\n${flags.config}\n`;
let isAsExpected = true;
try {
  await measured();
} finally {
  rmSync(parent, { recursive: true });
}
process.exitCode = isAsExpected ? 0 : 1;

async function measured(): Promise<void> {
  const first = await startProcess(folder, { yaml });
  const plan: LoadPlan = {
    ...{ from: 0, warmSeconds: 0, seconds, rate: Number(flags.rate), connections: CONNECTIONS },
    order: 'live',
    attacks: [],
  };
  const { report } = await load(first, plan, async () => undefined);
  await drained(first, DRAIN_MS);
  const rows = (await metricsOf(first)).get('triad_state_entries{store="window"}');
  print(
    `${report.batches * BATCH_EVENTS} events in ${seconds} s; the window holds ${rows} rows, RSS ${memoryOf(first).toFixed(0)} MB`,
  );
  const endMs = performance.now();
  await first.end('SIGTERM');
  print(`a clean end took ${(performance.now() - endMs).toFixed(0)} ms, and kept ${imageText()}`);
  const ended = await startedAgain('after a clean end', true);
  await ended.end('SIGKILL');
  const killed = await startedAgain('after kill -9', true);
  await killed.end('SIGKILL');
  rmSync(join(folder, 'window'), { recursive: true });
  const without = await startedAgain('without an image', false);
  await without.end('SIGKILL');
}

/** Starts, and waits until everything that came before is judged by this start. */
async function startedAgain(what: string, isImage: boolean): Promise<ServerProcess> {
  const beganMs = performance.now();
  const server = await startProcess(folder, { yaml });
  const listensMs = performance.now() - beganMs;
  for (;;) {
    const metrics = await metricsOf(server);
    if ((metrics.get('triad_judge_duration_seconds_count') ?? 0) > 0) break;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  const judgedMs = performance.now() - beganMs;
  const begins =
    server
      .log()
      .split('\n')
      .find((line) => line.includes('"window begins"')) ?? '{}';
  const { image, readAgain } = JSON.parse(begins) as { readonly image?: number; readonly readAgain?: number };
  const { decoders, detection } = threadCostsOf(server);
  isAsExpected &&= (image ?? 0) > 0 === isImage;
  print(
    `${what}: image ${image}, ${readAgain} batches read again; listens after ${listensMs.toFixed(0)} ms, all is judged after ${judgedMs.toFixed(0)} ms (CPU decoders ${(decoders / 1e6).toFixed(1)} s, detection ${(detection / 1e6).toFixed(1)} s)`,
  );
  return server;
}

function imageText(): string {
  const images = readdirSync(join(folder, 'window'));
  const bytes = images.map((name) => statSync(join(folder, 'window', name)).size);
  return `${images.length} images of ${bytes.map((size) => (size / 1e6).toFixed(0)).join(' and ')} MB`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
