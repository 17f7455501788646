/**
 * `npm run check`: format and lint, types, the rules of the house, tests, a short fuzz run. `--long` runs the long tests
 * instead of the short ones, `--all` everything. Ends with a line `N passed, N failed`; exits 1 when anything failed.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { delimiter, join } from 'node:path';
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

const [flag, ...rest] = process.argv.slice(2);
if (rest.length > 0 || (flag !== undefined && flag !== '--long' && flag !== '--all')) {
  process.stderr.write('usage: node tools/check.ts [--long | --all]\n');
  process.exit(2);
}

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
const longSteps: readonly Step[] = [{ name: 'long tests', run: () => tests(long) }];
const steps = flag === '--long' ? longSteps : flag === '--all' ? [...shortSteps, ...longSteps] : shortSteps;

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

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function execute(program: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      env: {
        ...process.env,
        PATH: `${binaries}${delimiter}${process.env['PATH'] ?? ''}`,
        NO_COLOR: '1',
        FORCE_COLOR: '0',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // Kept apart, so that the two streams do not cut each other's lines.
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output: Buffer.concat([...out, ...err]).toString('utf8') }));
  });
}

/** A tool of the checkout, one thing that passes or fails. */
async function tool(name: string, args: readonly string[]): Promise<Outcome> {
  const script = join(binaries, process.platform === 'win32' ? `${name}.cmd` : name);
  const { code, output } = await execute(script, args);
  const isSound = code === 0;
  return { passed: isSound ? 1 : 0, failed: isSound ? 0 : 1, note: '', output: isSound ? '' : output };
}

/** Test files; a run that ran nothing, or ended without its counts, is a failure (L27). */
async function tests(files: readonly string[]): Promise<Outcome> {
  if (files.length === 0) return { passed: 0, failed: 1, note: 'no test file was found', output: '' };
  const { code, output } = await execute(process.execPath, [
    '--test',
    '--test-concurrency=2',
    `--test-reporter=${new URL('./check/reporter.ts', import.meta.url).href}`,
    ...files,
  ]);
  const lines = output.split('\n');
  const last = lines.findLastIndex((line) => line.startsWith(COUNTS_MARK));
  if (last < 0) return { passed: 0, failed: 1, note: `ended with code ${code} and no counts`, output };
  const counts = JSON.parse(lines[last]?.slice(COUNTS_MARK.length) ?? '') as TestCounts;
  const shown = lines.filter((line) => !line.startsWith(COUNTS_MARK)).join('\n');
  const slowest = counts.slowest.map(([file, seconds]) => `${file} ${seconds.toFixed(1)} s`).slice(0, 2);
  const note = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped; slowest ${slowest.join(', ')}`;
  if (counts.passed + counts.failed === 0) return { passed: 0, failed: 1, note: 'no test ran', output: shown };
  // A file that crashed outside its tests makes the runner fail without a failed test.
  const failed = code === 0 ? counts.failed : Math.max(1, counts.failed);
  return { passed: counts.passed, failed, note, output: shown };
}
