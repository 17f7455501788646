/**
 * `npm run bench:hunt`: what a whole hunt costs in CPU time and memory, and what more jobs bring (SETTLED A36, A37).
 * Exits 1 when a bar is missed. `--memory` and `--memory-all` add the two measures that take minutes and gigabytes.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeBulkLog } from '../../testkit/index.ts';
import { childCost } from '../child-cpu.ts';
import { corpusPaths, OUT, ROOT } from '../corpus.ts';
import { findProgram } from '../evtx/peers.ts';
import { realLogs } from '../evtx/sets.ts';
import { megabytes, spreadOf } from '../figures.ts';
import { loadText, machineLines } from '../machine.ts';
import type { BareReport } from './bare.ts';
import { huntCommand, runHunt, runText } from './triad.ts';

const MAX_CPU_S = 4;
const MAX_TIMES_BARE = 3;
const MAX_MEMORY_BYTES = 400e6;
const LEAST_SHARE_OF_GAIN = 0.8;
const GIGABYTE = 1_000_000_000;

const { values: flags } = parseArgs({
  options: {
    peers: { type: 'string', multiple: true, default: [] },
    passes: { type: 'string', default: '3' },
    only: { type: 'string', multiple: true, default: [] },
    memory: { type: 'boolean', default: false },
    'memory-all': { type: 'boolean', default: false },
  },
});
const passes = Math.max(1, Number.parseInt(flags.passes, 10) || 3);
const folders = [...flags.peers, join(ROOT, 'bench', 'peers')].filter((folder) => existsSync(folder));
let hasMissed = false;

mkdirSync(OUT, { recursive: true });
for (const line of machineLines()) print(line);
if (wants('corpus')) measureCorpus();
if (wants('jobs')) await measureJobs();
if (wants('same')) compareJobs();
if (flags.memory) measureMemory(3 * GIGABYTE, 0.1, '3 GB, 10 % of the records kept');
if (flags['memory-all']) measureMemory(6.24 * GIGABYTE, 1, '10 million records, all kept');
print('');
print(hasMissed ? 'A bar was missed.' : 'All bars that were measured are met.');
process.exitCode = hasMissed ? 1 : 0;

function wants(part: string): boolean {
  return flags.only.length === 0 ? !(flags.memory || flags['memory-all']) : flags.only.includes(part);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function judge(what: string, value: number, most: number, unit: string, digits: number): void {
  const isMissed = value > most;
  if (isMissed) hasMissed = true;
  print(`  ${what.padEnd(46)} ${value.toFixed(digits)} ${unit}, bar <= ${most} ${unit}: ${isMissed ? 'MISSED' : 'ok'}`);
}

/** All event logs of the corpus from the archives as they lie (SETTLED A37), beside the bare limit and other programs. */
function measureCorpus(): void {
  print('');
  const paths = corpusPaths();
  if (paths === undefined) {
    print('skipped   corpus: it is not beside this checkout');
    return;
  }
  const bareMs: number[] = [];
  const cpu = new Map<string, number[]>([
    ['default', []],
    ['1', []],
  ]);
  let peakBytes = 0;
  let bare: BareReport | undefined;
  runHunt(paths, 1);
  for (let pass = 0; pass < passes; pass++) {
    bare = runBare();
    bareMs.push(bare.inflateMs + bare.walkMs);
    for (const [jobs, seconds] of cpu) {
      const run = runHunt(paths, jobs === 'default' ? undefined : Number(jobs));
      seconds.push(run.cpuS);
      peakBytes = Math.max(peakBytes, run.peakBytes);
    }
  }
  if (bare === undefined) return;
  print(`corpus    ${bare.logs} logs, ${megabytes(bare.bytes)} inflated, ${bare.records} records; load ${loadText()}`);
  const limit = spreadOf(bareMs);
  print(`  bare: inflation and walk ${(limit.least / 1000).toFixed(2)} CPU-s (last pass ${text(bare)})`);
  for (const [jobs, seconds] of cpu) {
    const spread = spreadOf(seconds);
    print(`  hunt --jobs ${jobs}: ${spread.least.toFixed(2)} CPU-s, middle ${spread.middle.toFixed(2)}`);
  }
  const least = spreadOf(cpu.get('default') ?? []).least;
  judge('CPU time, default jobs', least, MAX_CPU_S, 'CPU-s', 2);
  judge('of the bare limit, default jobs', least / (limit.least / 1000), MAX_TIMES_BARE, 'times', 2);
  judge(
    'of the bare limit, one job',
    spreadOf(cpu.get('1') ?? []).least / (limit.least / 1000),
    MAX_TIMES_BARE,
    'times',
    2,
  );
  judge('largest resident set', peakBytes / 1e6, MAX_MEMORY_BYTES / 1e6, 'MB', 0);
  measureOthers();
}

function text({ inflateMs, walkMs }: BareReport): string {
  return `${inflateMs.toFixed(0)} ms and ${walkMs.toFixed(0)} ms`;
}

function runBare(): BareReport {
  const entry = join(import.meta.dirname, 'bare.ts');
  const done = spawnSync(process.execPath, [entry], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (done.status !== 0) throw new Error('the bare limit could not be measured');
  return JSON.parse(done.stdout) as BareReport;
}

/** Programs that hunt in event logs with rules; they read loose files only. */
function measureOthers(): void {
  const real = join(OUT, 'real');
  const others = [
    { name: 'hayabusa', args: ['csv-timeline', '-d', real, '-o', join(OUT, 'hayabusa.csv'), '-w', '-q', '-C'] },
    { name: 'chainsaw', args: ['hunt', real, '--csv', '--output', join(OUT, 'chainsaw')] },
  ];
  for (const { name, args } of others) {
    const program = findProgram(name, folders);
    if (program === undefined) {
      print(`  skipped ${name}: not on the PATH; its release goes into bench/peers/bin (bench/README.md)`);
      continue;
    }
    realLogs();
    const cost = childCost(program, args);
    print(`  ${name}: ${cost.cpuS.toFixed(1)} CPU-s, ${cost.wallS.toFixed(1)} s, ended with ${cost.code}`);
  }
}

/** Two jobs on 1 GB against two runs of one job on its halves, in the same minutes (SETTLED A36). */
async function measureJobs(): Promise<void> {
  print('');
  const halves = [1, 2].map((half) => {
    const path = join(OUT, `half-${half}.evtx`);
    const start = half === 1 ? '2026-03-01T00:00:00Z' : '2026-03-05T00:00:00Z';
    if (!existsSync(path)) writeBulkLog(path, { bytes: GIGABYTE / 2, start, firstId: half === 1 ? 1 : 800_001 });
    return path;
  });
  const walls = { one: [] as number[], two: [] as number[], apart: [] as number[] };
  const cpu = { one: [] as number[], two: [] as number[] };
  for (let pass = 0; pass < passes; pass++) {
    const one = runHunt(halves, 1);
    walls.apart.push(await runApart(halves));
    const two = runHunt(halves, 2);
    walls.one.push(one.wallS);
    walls.two.push(two.wallS);
    cpu.one.push(one.cpuS);
    cpu.two.push(two.cpuS);
  }
  for (const path of halves) rmSync(path);
  const least = {
    one: spreadOf(walls.one).least,
    two: spreadOf(walls.two).least,
    apart: spreadOf(walls.apart).least,
  };
  const [gain, possible] = [least.one / least.two, least.one / least.apart];
  print(`jobs      1 GB generated, load ${loadText()}`);
  print(`  one job ${least.one.toFixed(2)} s (${spreadOf(cpu.one).least.toFixed(2)} CPU-s)`);
  print(`  two jobs ${least.two.toFixed(2)} s (${spreadOf(cpu.two).least.toFixed(2)} CPU-s): gain ${gain.toFixed(2)}`);
  print(`  two runs of one job on the halves ${least.apart.toFixed(2)} s: gain ${possible.toFixed(2)}`);
  const isMissed = gain < LEAST_SHARE_OF_GAIN * possible;
  if (isMissed) hasMissed = true;
  const share = (gain / possible).toFixed(2);
  print(`  share of the possible gain ${share}, bar >= ${LEAST_SHARE_OF_GAIN}: ${isMissed ? 'MISSED' : 'ok'}`);
}

/** Seconds until both of two runs at the same time have ended. */
async function runApart(halves: readonly string[]): Promise<number> {
  const start = performance.now();
  const ends = halves.map(
    (path) =>
      new Promise<void>((resolve, reject) => {
        const child = spawn(process.execPath, huntCommand([path], 'json', 1), {
          cwd: ROOT,
          stdio: ['ignore', 'ignore', 'pipe'],
        });
        let said = '';
        child.stderr.on('data', (piece: Buffer) => {
          said = (said + piece.toString()).slice(-2000);
        });
        child.on('error', reject);
        child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`triad ended with ${code}: ${said}`))));
      }),
  );
  await Promise.all(ends);
  return (performance.now() - start) / 1000;
}

/** The same output whatever the jobs (L7). */
function compareJobs(): void {
  print('');
  const generated = join(OUT, 'same.evtx');
  if (!existsSync(generated)) writeBulkLog(generated, { bytes: 200_000_000 });
  const inputs: readonly (readonly [string, readonly string[] | undefined])[] = [
    ['200 MB generated', [generated]],
    ['the corpus', corpusPaths()],
  ];
  for (const [name, paths] of inputs) {
    if (paths === undefined) continue;
    const json = [1, 2, 4].map((jobs) => runHunt(paths, jobs).result);
    report(name, 'json', json);
    for (const format of ['csv', 'text'])
      report(
        name,
        format,
        [1, 2, 4].map((jobs) => runText(paths, format, jobs)),
      );
  }
  rmSync(generated);
}

function report(name: string, format: string, outputs: readonly string[]): void {
  const isSame = outputs.every((output) => output === outputs[0] && output.length > 0);
  if (!isSame) hasMissed = true;
  print(`same      ${name}, ${format}: 1, 2 and 4 jobs ${isSame ? 'give the same bytes' : 'DIFFER'}`);
}

/** The largest resident set of a hunt over a generated log that is removed afterwards. */
function measureMemory(bytes: number, keptShare: number, what: string): void {
  print('');
  const path = join(OUT, 'memory.evtx');
  rmSync(path, { force: true });
  try {
    const { records, kept } = writeBulkLog(path, { bytes, keptShare });
    const run = runHunt([path], 2);
    print(
      `memory    ${what}: ${megabytes(bytes)}, ${records} records, ${kept} kept; ${run.wallS.toFixed(0)} s, ${run.cpuS.toFixed(0)} CPU-s`,
    );
    judge('largest resident set, 2 jobs', run.peakBytes / 1e6, MAX_MEMORY_BYTES / 1e6, 'MB', 0);
  } finally {
    rmSync(path, { force: true });
  }
}
