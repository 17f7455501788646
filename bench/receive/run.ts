/**
 * `npm run bench:receive`: what a batch of 1,000 Winlogbeat documents costs before its answer, beside JSON.parse of the same events in
 * the same process. Exits 1 when a bar is missed. `bench/README.md` says the rest.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { spreadOf, tableLines } from '../figures.ts';
import { machineLines } from '../machine.ts';
import type { BenchReport } from './task.ts';
import { EVENTS, type TaskName } from './tasks.ts';

const LIMIT: TaskName = 'JSON.parse of each event';
/** Share of JSON.parse that a task may cost; of what HTTP may take of an event (15 of 55 us, SERVE 0.1 point 29) framing is a small part. */
const BARS: Readonly<Partial<Record<TaskName, number>>> = {
  'frame NDJSON': 0.1,
  'frame _bulk': 0.15,
  'frame and answer _bulk to Beats': 0.25,
  // These look at every byte: objects of HEC have no lines, and texts of protobuf are measured with their escapes.
  'frame HEC': 1.3,
  'frame OTLP in protobuf, texts': 1.1,
};

const { values: flags } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, batches: { type: 'string', default: '50' } },
});

const done = spawnSync(
  process.execPath,
  ['--single-threaded', join(import.meta.dirname, 'task.ts'), flags.rounds, flags.batches],
  { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
);
if (done.status !== 0) throw new Error('the measure failed');
const report = JSON.parse(done.stdout) as BenchReport;

for (const line of machineLines()) print(line);
print(
  `measure   CPU time of all threads, least of ${flags.rounds} rounds of ${flags.batches} batches, tasks in turn in one process`,
);
print(
  `batch     ${EVENTS} Winlogbeat 8 documents, ${report.meanBytes.toFixed(0)} bytes each; gzip ${report.gzipRatio.toFixed(1)}:1, zstd ${report.zstdRatio.toFixed(1)}:1`,
);
print('');

const seconds = new Map(report.tasks.map(({ task, rounds }) => [task, spreadOf(rounds)]));
const limit = seconds.get(LIMIT)?.least ?? Number.NaN;
let hasMissed = false;
const rows: string[][] = [['task', 'us an event', 'middle', 'of JSON.parse', 'bar']];
for (const [task, { least, middle }] of seconds) {
  const bar = BARS[task];
  const share = least / limit;
  const isMissed = bar !== undefined && !(share <= bar);
  if (isMissed) hasMissed = true;
  rows.push([
    task,
    micros(least),
    micros(middle),
    `${share.toFixed(3)}${isMissed ? ' !' : ''}`,
    bar === undefined ? '' : `${bar}`,
  ]);
}
for (const line of tableLines(rows)) print(line);
print('');
print(hasMissed ? 'A bar was missed (marked !).' : 'All bars are met.');
process.exitCode = hasMissed ? 1 : 0;

function micros(spent: number): string {
  return ((spent * 1e6) / (EVENTS * Number(flags.batches))).toFixed(3);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
