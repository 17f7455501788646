/**
 * `npm run bench:correlation`: events a second and memory of the engine alone, over generated events. The short run takes 1 and 10
 * million events; `--full` adds 50 million over 1,000 machines. Exits 1 when a bar is missed.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { megabytes, rateText, tableLines } from '../figures.ts';
import { loadText, machineLines } from '../machine.ts';
import type { CorrelationReport } from './task.ts';

const LEAST_RATE = 200_000;
const MAX_GROWTH = 1.2;

const { values: flags } = parseArgs({
  options: { full: { type: 'boolean', default: false }, scale: { type: 'string', default: '1' } },
});
const scale = Number(flags.scale);
const M = 1_000_000;
const SHORT: readonly (readonly [number, number])[] = [
  [M, 10],
  [M, 100],
  [M, 1000],
  [10 * M, 100],
];
const FULL: readonly (readonly [number, number])[] = [...SHORT, [10 * M, 10], [10 * M, 1000], [50 * M, 1000]];

let hasMissed = false;
for (const line of machineLines()) print(line);
print('');
const bare = run(M * scale, 100, true);
const bareRate = rateOf(bare);
print(`bare      reading the fields of ${bare.events} events: ${rateText(bareRate)} events/s`);
const reports = (flags.full ? FULL : SHORT).map(([events, hosts]) => run(events * scale, hosts, false));
const rows = reports.map((report) => [
  `${(report.events / M).toFixed(2)} M`,
  String(report.hosts),
  `${rateText(rateOf(report))}/s`,
  `${((report.acceptMs * 1000) / report.events).toFixed(2)} us`,
  `${(rateOf(report) / bareRate).toFixed(3)}`,
  growthOf(report).toFixed(2),
  `${(report.finishMs / 1000).toFixed(1)} s`,
  megabytes(report.peakBytes),
  `${report.told} / ${report.attacks}`,
]);
const head = ['events', 'machines', 'rate', 'an event', 'of bare', 'last / first', 'finish', 'peak', 'attacks told'];
for (const line of tableLines([head, ...rows])) print(`  ${line}`);
for (const { events, hosts, evicted } of reports) {
  const lost = Object.entries(evicted);
  if (lost.length > 0)
    print(`  ${events / M} M over ${hosts}: let go of ${lost.map(([k, n]) => `${k} ${n}`).join(', ')}`);
}
print('');
const slowest = Math.min(...reports.map(rateOf));
judge('events a second, the slowest of all runs', slowest, slowest >= LEAST_RATE, `>= ${LEAST_RATE}`);
const growth = Math.max(...reports.filter(({ events }) => events >= 10 * M * scale).map(growthOf));
judge('cost of an event, last fifth over second fifth', growth, growth <= MAX_GROWTH, `<= ${MAX_GROWTH}`);
print(hasMissed ? 'A bar was missed.' : 'All bars are met.');
process.exitCode = hasMissed ? 1 : 0;

function run(events: number, hosts: number, isBare: boolean): CorrelationReport {
  const task = join(import.meta.dirname, 'task.ts');
  const args = ['--max-old-space-size=8192', task, String(events), String(hosts), ...(isBare ? ['bare'] : [])];
  const done = spawnSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (done.status !== 0) throw new Error(`${events} events over ${hosts} machines ended with ${done.status}`);
  return JSON.parse(done.stdout) as CorrelationReport;
}

function rateOf({ events, acceptMs }: CorrelationReport): number {
  return (events * 1000) / acceptMs;
}

/** Cost of an event late over early; in the first fifth the code is compiled and the tables fill. */
function growthOf({ parts }: CorrelationReport): number {
  const mean = (some: readonly number[]): number => some.reduce((sum, part) => sum + part, 0) / some.length;
  const fifth = Math.max(1, Math.floor(parts.length / 5));
  const [early, late] = [parts.slice(fifth, 2 * fifth), parts.slice(-fifth)];
  return early.length === 0 ? 1 : mean(late) / mean(early);
}

function judge(what: string, value: number, isMet: boolean, bar: string): void {
  if (!isMet) hasMissed = true;
  const shown = value >= 1000 ? value.toFixed(0) : value.toFixed(2);
  print(`  ${what.padEnd(46)} ${shown}, bar ${bar}: ${isMet ? 'ok' : 'MISSED'}; load ${loadText()}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
