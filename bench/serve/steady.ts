/**
 * `node bench/serve/steady.ts --rate 10000 --minutes 10`: a server under one rate from its first second on, looked at every 15 seconds: what it reads, how far judging is behind, what its threads cost and
 * what memory they hold. A run of seconds ends before its window is full; this one tells how it is then. Exits 1 where it does not keep step, or an attack is not told.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type ServerProcess, startProcess } from '../../test/serve/server-process.ts';
import type { ThreadMemory } from '../../test/soak/memory-probe.ts';
import { OUT, ROOT } from '../corpus.ts';
import { machineLines } from '../machine.ts';
import type { LoadReport } from './load-plan.ts';
import { alertsOf, drained, type Look, load, look, memoryOf, readEvents, slopeOf } from './measured-server.ts';
import { BATCH_EVENTS } from './stream.ts';

const CONNECTIONS = 8;
const LOOK_MS = 15_000;
/** An attack for each so many seconds. */
const ATTACK_S = 30;
const FIRST_ATTACK = 9070;
/** What is not judged then is behind: a judgement and a rest last no longer. */
const DRAIN_MS = 90_000;
const PROBE = join(ROOT, 'test', 'soak', 'memory-probe.ts');

const { values: flags } = parseArgs({
  options: {
    rate: { type: 'string', default: '10000' },
    minutes: { type: 'string', default: '10' },
    /** Lines of the configuration. */
    config: { type: 'string', default: '' },
  },
});
const rate = Number(flags.rate);
const seconds = Number(flags.minutes) * 60;
const memory: number[] = [];
mkdirSync(OUT, { recursive: true });
for (const line of machineLines()) print(line);
const parent = mkdtempSync(join(OUT, 'steady-'));
const probe = join(parent, 'memory.jsonl');
const server = await startProcess(join(parent, 'data'), {
  yaml: `journal: { reserveBytes: 0 B }\n${flags.config}\n`,
  node: ['--import', PROBE],
  variables: { SOAK_MEMORY_PROBE: probe },
});
try {
  process.exitCode = (await measured(server)) ? 0 : 1;
} finally {
  await server.end('SIGTERM');
  rmSync(parent, { recursive: true });
}

async function measured(of: ServerProcess): Promise<boolean> {
  const startMs = performance.now();
  let last = await look(of);
  const tell = async (): Promise<void> => {
    const now = await look(of);
    memory.push(memoryOf(of));
    print(`${((now.ms - startMs) / 1000).toFixed(0).padStart(4)} s  ${readText(last, now)}; ${coresText(last, now)}`);
    print(`        ${memoryText()}`);
    last = now;
  };
  const timer = setInterval(() => void tell(), LOOK_MS);
  const attacks = Array.from({ length: Math.max(1, Math.floor(seconds / ATTACK_S)) }, (_, at) => FIRST_ATTACK + at);
  const plan = { from: 0, warmSeconds: 0, seconds, rate, connections: CONNECTIONS, order: 'live', attacks } as const;
  const { report } = await load(of, plan, async () => undefined);
  clearInterval(timer);
  await tell();
  return isKept(report, await drained(of, DRAIN_MS), alertsOf(of, report.planted));
}

function isKept(report: LoadReport, restMs: number | undefined, told: readonly number[]): boolean {
  const [events, due] = [report.batches * BATCH_EVENTS, Math.round(rate * seconds)];
  const planted = Object.keys(report.planted).length;
  const after = told.map((ms) => ms.toFixed(0)).join(', ');
  print(
    `taken ${events} of ${due} events; answers p50 ${report.p50Ms.toFixed(0)} ms, p99 ${report.p99Ms.toFixed(0)} ms`,
  );
  print(
    `refused ${JSON.stringify(report.refused)}; ${restMs === undefined ? `NOT all judged ${DRAIN_MS / 1000} s later` : `all judged ${(restMs / 1000).toFixed(0)} s later`}`,
  );
  print(`attacks told ${told.length} of ${planted}, ms after their last request was sent: ${after}`);
  const half = memory.slice(memory.length >> 1);
  const slope = (slopeOf(half) * 60_000) / LOOK_MS;
  print(
    `memory ${memory[0]?.toFixed(0)} to ${memory.at(-1)?.toFixed(0)} MB, slope of the second half ${slope.toFixed(0)} MB a minute`,
  );
  return events >= 0.95 * due && restMs !== undefined && told.length === planted;
}

function readText(before: Look, { ms, metrics }: Look): string {
  const get = (name: string): number => metrics.get(name) ?? 0;
  const read = ((readEvents(metrics) - readEvents(before.metrics)) * 1000) / (ms - before.ms);
  const unjudged = `${(get('triad_detect_unjudged_bytes') / 1e6).toFixed(0)} MB unjudged for ${get('triad_detect_unjudged_seconds').toFixed(0)} s`;
  const lag = `${(get('triad_store_lag_bytes') / 1e6).toFixed(0)} MB unread`;
  return `read ${read.toFixed(0)}/s, ${get('triad_state_entries{store="window"}')} rows held, ${unjudged}, ${lag}`;
}

function coresText(before: Look, { ms, cpu }: Look): string {
  const names = ['all', 'main', 'decoders', 'detection', 'engine', 'state', 'archive'] as const;
  const cores = names.map((name) => `${name} ${((cpu[name] - before.cpu[name]) / 1000 / (ms - before.ms)).toFixed(2)}`);
  return `cores ${cores.join(', ')}`;
}

/** Of each thread what its heap uses and has taken, and what its objects hold outside of it. */
function memoryText(): string {
  const looks = readFileSync(probe, 'utf8').trim().split('\n');
  const threads = new Map(looks.map((line) => JSON.parse(line) as ThreadMemory).map((one) => [one.thread, one]));
  const text = [...threads.values()]
    .toSorted((a, b) => a.thread - b.thread)
    .map(({ thread, heapUsed, heapTotal, external }) => `${thread}: ${mb(heapUsed)}/${mb(heapTotal)}+${mb(external)}`);
  return `RSS ${memory.at(-1)?.toFixed(0)} MB; threads ${text.join('  ')}`;
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
