/**
 * `npm run bench:shapes`: how fast each shape is read beside the bare limit in the same process (SETTLED B23). Exits 1 when a bar is
 * missed. `bench/README.md` says the rest.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { childCost } from '../child-cpu.ts';
import { ROOT } from '../corpus.ts';
import { megabytes, rateText, spreadOf, tableLines } from '../figures.ts';
import { machineLines } from '../machine.ts';
import { generatedSets, realSets, type ShapeSet } from './sets.ts';
import type { TaskReport } from './task.ts';
import type { TaskName } from './tasks.ts';

/** Speed as a multiple of the limit in the same process (SETTLED B23). */
const JSON_EXPECTED = 0.6;
const XML_EXPECTED = 2;
const CSV_EXPECTED = 1;
const PREFILTER_EXPECTED = 4;
const ZIP_EXPECTED = 1.1;

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    megabytes: { type: 'string', default: '24' },
    memory: { type: 'string' },
  },
});
let hasMissed = false;

for (const line of machineLines()) print(line);
if (flags.memory === undefined) measureSpeed();
else measureMemory(flags.memory);
process.exitCode = hasMissed ? 1 : 0;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function run(set: ShapeSet, ...tasks: readonly TaskName[]): ReadonlyMap<TaskName, TaskReport> {
  const entry = join(import.meta.dirname, 'task.ts');
  const done = spawnSync(process.execPath, ['--single-threaded', entry, flags.rounds, set.path, ...tasks], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 24,
  });
  if (done.status !== 0) throw new Error(`${set.name} failed`);
  const reports = JSON.parse(done.stdout) as readonly TaskReport[];
  return new Map(reports.map((report) => [report.task, report]));
}

/** Least CPU seconds of a task. */
function seconds(reports: ReadonlyMap<TaskName, TaskReport>, task: TaskName): number {
  const report = reports.get(task);
  if (report === undefined) throw new Error(`${task} was not run`);
  return spreadOf(report.rounds).least;
}

function ratio(value: number, bar: number): string {
  const isMissed = value < bar;
  if (isMissed) hasMissed = true;
  return `${value.toFixed(2)}${isMissed ? ' !' : ''}`;
}

function measureSpeed(): void {
  print(
    `measure   CPU time of one thread (node --single-threaded), least of ${flags.rounds} rounds, tasks in turn in one process`,
  );
  const all = [...generatedSets(Number(flags.megabytes) * 1e6), ...realSets()];
  const sets = all.filter(({ name }) => flags.only === undefined || name.includes(flags.only));
  printJson(sets.filter(({ kind }) => kind === 'jsonLines'));
  printXml(sets.filter(({ kind }) => kind === 'xml'));
  printTables(sets.filter(({ kind }) => kind !== 'jsonLines' && kind !== 'xml'));
  if (flags.only === undefined) printZips();
  print('');
  print(hasMissed ? 'A bar was missed (marked !).' : 'All bars are met.');
}

function printJson(sets: readonly ShapeSet[]): void {
  const rows = [
    [
      'JSON, events/s',
      'shape',
      'bytes/event',
      'JSON.parse',
      'normal form',
      'ratio',
      'all fields',
      'as a hunt',
      '6 rare ids',
      'passed over',
      'to JSON.parse',
    ],
  ];
  for (const set of sets) {
    const reports = run(set, 'parse', 'read', 'fields', 'hunt', 'rare');
    const units = reports.get('read')?.result.units ?? 0;
    const rate = (task: TaskName): number => units / seconds(reports, task);
    const skipped = (reports.get('rare')?.result.skipped ?? 0) / units;
    const over = rate('rare') / rate('parse');
    rows.push([
      `${set.name}${set.isReal ? ' (real)' : ''}`,
      set.shape,
      (statSync(set.path).size / units).toFixed(0),
      rateText(rate('parse')),
      rateText(rate('read')),
      ratio(rate('read') / rate('parse'), JSON_EXPECTED),
      rateText(rate('fields')),
      rateText(rate('hunt')),
      rateText(rate('rare')),
      // The prefilter needs channel and id at a fixed place (B17): of other shapes nothing is passed over.
      `${(skipped * 100).toFixed(0)} %`,
      skipped >= 0.9 ? ratio(over, PREFILTER_EXPECTED) : over.toFixed(2),
    ]);
  }
  if (sets.length > 0) print('');
  if (sets.length > 0) for (const line of tableLines(rows)) print(line);
}

function printXml(sets: readonly ShapeSet[]): void {
  const rows = [['XML, events/s', 'bytes/event', 'saxes, fields as a map', 'all fields', 'ratio', 'MB/s']];
  for (const set of sets) {
    const reports = run(set, 'fields', 'saxes');
    const units = reports.get('fields')?.result.units ?? 0;
    const size = statSync(set.path).size;
    rows.push([
      set.name,
      (size / units).toFixed(0),
      rateText(units / seconds(reports, 'saxes')),
      rateText(units / seconds(reports, 'fields')),
      ratio(seconds(reports, 'saxes') / seconds(reports, 'fields'), XML_EXPECTED),
      (size / 1e6 / seconds(reports, 'fields')).toFixed(0),
    ]);
  }
  if (sets.length > 0) print('');
  if (sets.length > 0) for (const line of tableLines(rows)) print(line);
}

function printTables(sets: readonly ShapeSet[]): void {
  const rows = [['rows and text', 'events/s', 'MB/s', 'csv-parse, rows/s', 'ratio']];
  for (const set of sets) {
    const isCsv = set.kind === 'csv';
    const reports = run(set, 'read', ...(isCsv ? (['csvParse'] as const) : []));
    const units = reports.get('read')?.result.units ?? 0;
    const took = seconds(reports, 'read');
    rows.push([
      set.name,
      rateText(units / took),
      (statSync(set.path).size / 1e6 / took).toFixed(0),
      isCsv ? rateText(units / seconds(reports, 'csvParse')) : '',
      isCsv ? ratio(seconds(reports, 'csvParse') / took, CSV_EXPECTED) : '',
    ]);
  }
  if (sets.length > 0) print('');
  if (sets.length > 0) for (const line of tableLines(rows)) print(line);
}

/** A hunt of the zip beside bare inflation and a hunt of what was inflated: whole processes. */
function printZips(): void {
  const rows = [['zip members, CPU s', 'bytes', 'hunt of the zip', 'bare inflation', 'hunt of the file', 'ratio']];
  const program = join(ROOT, 'bin', 'triad.js');
  for (const set of realSets()) {
    const cost = (...args: readonly string[]): number =>
      spreadOf([0, 1, 2].map(() => childCost(process.execPath, args).cpuS)).least;
    const huntOf = (path: string): number =>
      cost(program, 'hunt', path, '--jobs', '1', '--format', 'json', '--fail-level', 'never', '--no-progress');
    const inflate = cost(join(import.meta.dirname, 'inflate.ts'), set.zip) - cost('-e', '0');
    const [zip, file] = [huntOf(set.zip), huntOf(set.path)];
    const over = zip / (inflate + file);
    if (over > ZIP_EXPECTED) hasMissed = true;
    rows.push([
      set.name,
      megabytes(statSync(set.path).size),
      zip.toFixed(2),
      inflate.toFixed(2),
      file.toFixed(2),
      `${over.toFixed(2)}${over > ZIP_EXPECTED ? ' !' : ''}`,
    ]);
  }
  if (rows.length === 1) print('skipped   zip members: there is no corpus beside this checkout');
  else {
    print('');
    for (const line of tableLines(rows)) print(line);
  }
}

function measureMemory(gigabytes: string): void {
  const rows = [
    ['memory', 'GB read', 'events kept', 'passed over', 'mean MB', 'peak MB', 'resident MB a GB', 'live MB a GB'],
  ];
  const sets = generatedSets(24e6).filter(({ name }) =>
    flags.only === undefined ? ['Winlogbeat 8', 'Splunk XmlWinEventLog'].includes(name) : name.includes(flags.only),
  );
  for (const set of sets) {
    const done = spawnSync(
      process.execPath,
      ['--expose-gc', join(import.meta.dirname, 'memory.ts'), set.path, gigabytes],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    if (done.status !== 0) throw new Error(`${set.name} failed`);
    const told = JSON.parse(done.stdout) as Readonly<Record<string, number>>;
    rows.push([
      set.name,
      ...['gigabytes', 'events', 'skipped', 'meanMb', 'peakMb', 'residentMbPerGb', 'liveMbPerGb'].map((key) =>
        String(told[key]),
      ),
    ]);
  }
  print('');
  for (const line of tableLines(rows)) print(line);
}
