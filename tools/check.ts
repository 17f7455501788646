/**
 * `npm run check`: format and lint, types, the rules of the house, tests, a short fuzz run. `--long` runs the long tests
 * instead of the short ones, `--all` everything. `--minutes N` begins no long test file after N minutes and says which were left out;
 * crashes and kills come first.
 * Ends with a line `N passed, N failed`; exits 1 when anything failed.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { longOrder } from './check/long-order.ts';
import { COUNTS_MARK, type TestCounts } from './check/reporter.ts';

const root = join(import.meta.dirname, '..');
const binaries = join(root, 'node_modules', '.bin');

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly note: string;
  /** Printed below the line of the step. */
  readonly output: string;
}

interface Step {
  readonly name: string;
  run(): Promise<Outcome>;
}

const RULES: readonly string[] = ['test/boundaries.test.ts', 'test/tidy.test.ts', 'test/laws/laws.test.ts'];

/** A test file that takes longer hangs: it is ended and named. The longest takes four minutes alone, and twice that beside other load. */
const MOST_FILE_MS = 15 * 60_000;
/** All short tests together take half an hour on a slow day. The runner ends a test that hangs, and not a file that goes on when its tests are over. */
const MOST_RUN_MS = 45 * 60_000;

const { values: flags } = readFlags();
const mostMs = flags.minutes === undefined ? Number.POSITIVE_INFINITY : Number(flags.minutes) * 60_000;

const found = globSync(
  ['src/**/*.test.ts', 'test/**/*.test.ts', 'testkit/**/*.test.ts', 'tools/**/*.test.ts', 'console/**/*.test.ts'],
  {
    cwd: root,
  },
)
  .map((file) => file.replaceAll('\\', '/'))
  .sort();
const long = found.filter((file) => file.endsWith('.long.test.ts'));
const short = found.filter((file) => !file.endsWith('.long.test.ts'));
const isFuzz = (file: string): boolean => /(?:^|[/.-])fuzz[.-]/.test(file);

const shortSteps: readonly Step[] = [
  { name: 'format and lint', run: () => tool('biome', ['check', '--colors=off', '.']) },
  { name: 'types', run: () => tool('tsc', ['-p', 'tsconfig.json', '--pretty', 'false']) },
  { name: 'types of the page', run: () => tool('tsc', ['-p', 'console/tsconfig.json', '--pretty', 'false']) },
  { name: 'rules of the house', run: () => tests(short.filter((file) => RULES.includes(file))) },
  { name: 'tests', run: () => tests(short.filter((file) => !RULES.includes(file) && !isFuzz(file))) },
  { name: 'fuzz smoke', run: () => tests(short.filter(isFuzz)) },
];
const longSteps: readonly Step[] = [{ name: 'long tests', run: () => longTests(long) }];
const steps = flags.long ? longSteps : flags.all ? [...shortSteps, ...longSteps] : shortSteps;

let passed = 0;
let failed = 0;
for (const step of steps) {
  const start = performance.now();
  const outcome = await step.run();
  passed += outcome.passed;
  failed += outcome.failed;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const verdict = outcome.failed === 0 ? 'ok' : 'FAILED';
  process.stdout.write(`${step.name.padEnd(20)}${verdict.padEnd(8)}${seconds.padStart(6)} s   ${outcome.note}\n`);
  if (outcome.output.trim() !== '') process.stdout.write(`${outcome.output.trimEnd()}\n`);
}
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;

function readFlags() {
  try {
    const read = parseArgs({
      options: { long: { type: 'boolean' }, all: { type: 'boolean' }, minutes: { type: 'string' } },
    });
    if (read.values.minutes === undefined || /^\d+$/.test(read.values.minutes)) return read;
  } catch {
    // Said below.
  }
  process.stderr.write('usage: node tools/check.ts [--long | --all] [--minutes N]\n');
  process.exit(2);
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function execute(program: string, args: readonly string[], mostRunMs?: number): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      env: {
        ...process.env,
        PATH: `${binaries}${delimiter}${process.env['PATH'] ?? ''}`,
        NO_COLOR: '1',
        FORCE_COLOR: '0',
        // [M] Twenty test files of two rooms: 53 s of CPU without it, 34 s with it.
        NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'triad-check'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that servers and browsers that a test started end with it.
      detached: mostRunMs !== undefined,
    });
    const limit = mostRunMs === undefined ? undefined : setTimeout(() => endGroup(child.pid), mostRunMs);
    // Kept apart, so that the two streams do not cut each other's lines.
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(limit);
      resolve({ code, output: Buffer.concat([...out, ...err]).toString('utf8') });
    });
  });
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

/** A tool of the checkout, one thing that passes or fails. */
async function tool(name: string, args: readonly string[]): Promise<Outcome> {
  const script = join(binaries, process.platform === 'win32' ? `${name}.cmd` : name);
  const { code, output } = await execute(script, args);
  const isSound = code === 0;
  return { passed: isSound ? 1 : 0, failed: isSound ? 0 : 1, note: '', output: isSound ? '' : output };
}

/** Test files in one run of the runner. */
async function tests(files: readonly string[]): Promise<Outcome> {
  if (files.length === 0) return { passed: 0, failed: 1, note: 'no test file was found', output: '' };
  const args = ['--test-concurrency=2', `--test-timeout=${MOST_FILE_MS}`];
  const { counts, ...ran } = await runOf(files, args, MOST_RUN_MS);
  return { ...ran, note: counts === undefined ? ran.note : `${ran.note}; slowest ${slowestOf(counts.slowest)}` };
}

/** Long test files, two at a time, each in a run of its own; what was not begun in time is named. */
async function longTests(files: readonly string[]): Promise<Outcome> {
  if (files.length === 0) return { passed: 0, failed: 1, note: 'no test file was found', output: '' };
  const waiting = [...longOrder(files, mostMs === Number.POSITIVE_INFINITY ? 0 : Math.floor(Date.now() / 86_400_000))];
  const ended: Ran[] = [];
  const seconds: [string, number][] = [];
  const begin = performance.now();
  const lane = async (): Promise<void> => {
    while (waiting.length > 0 && performance.now() - begin < mostMs) {
      const file = waiting.shift() as string;
      const start = performance.now();
      ended.push(await runOf([file], [], MOST_FILE_MS));
      seconds.push([file, (performance.now() - start) / 1000]);
    }
  };
  await Promise.all([lane(), lane()]);
  const sum = (of: (ran: Ran) => number): number => ended.reduce((total, ran) => total + of(ran), 0);
  const passed = sum((ran) => ran.passed);
  const failed = sum((ran) => ran.failed);
  const skipped = sum(({ counts }) => counts?.skipped ?? 0);
  const note = `${passed} passed, ${failed} failed, ${skipped} skipped; slowest ${slowestOf(seconds.sort((a, b) => b[1] - a[1]))}`;
  const left =
    waiting.length === 0
      ? []
      : [
          `  not begun within ${flags.minutes} minutes, so not run: ${waiting.length} files\n    ${waiting.join('\n    ')}\n`,
        ];
  return { passed, failed, note, output: [...ended.map(({ output }) => output), ...left].join('') };
}

interface Ran extends Outcome {
  readonly counts?: TestCounts;
}

/** A run that ran nothing, or ended without its counts, is a failure (L27). */
async function runOf(files: readonly string[], args: readonly string[], mostRunMs?: number): Promise<Ran> {
  const reporter = `--test-reporter=${new URL('./check/reporter.ts', import.meta.url).href}`;
  const { code, output } = await execute(process.execPath, ['--test', ...args, reporter, ...files], mostRunMs);
  const lines = output.split('\n');
  const last = lines.findLastIndex((line) => line.startsWith(COUNTS_MARK));
  if (last < 0) {
    const note = `ended with code ${code} and no counts`;
    return { passed: 0, failed: 1, note, output: `\n✖ ${files.join(', ')}\n  ${note}\n${output}` };
  }
  const counts = JSON.parse(lines[last]?.slice(COUNTS_MARK.length) ?? '') as TestCounts;
  const shown = lines.filter((line) => !line.startsWith(COUNTS_MARK)).join('\n');
  const note = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
  if (counts.passed + counts.failed + counts.skipped === 0)
    return { passed: 0, failed: 1, note: 'no test ran', output: `\n✖ ${files.join(', ')}\n  no test ran\n${shown}` };
  // A file that crashed outside its tests makes the runner fail without a failed test.
  const failed = code === 0 ? counts.failed : Math.max(1, counts.failed);
  return { passed: counts.passed, failed, note, output: shown, counts };
}

function slowestOf(seconds: TestCounts['slowest']): string {
  return seconds
    .slice(0, 2)
    .map(([file, took]) => `${file} ${took.toFixed(1)} s`)
    .join(', ');
}
