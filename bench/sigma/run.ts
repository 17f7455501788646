/**
 * `npm run bench:sigma`: how fast SigmaHQ's rules are tried on events, beside trying every rule, rsigma and pySigma's SQLite back
 * end in the same run (SETTLED E15, E16). Exits 1 when a bar is missed. `bench/README.md` says the rest.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packRules } from '../../src/intake/index.ts';
import { corpusRules, skip as withoutRules } from '../../test/sigma/corpus.ts';
import { rateText, spreadOf, tableLines } from '../figures.ts';
import { machineLines } from '../machine.ts';
import type { CompiledReport } from './compiled-task.ts';
import type { DecodeReport } from './decode-task.ts';
import { generatedEvents, type KeptEvent, realEvents } from './events.ts';
import { type PeerReport, pySigmaPython, rsigmaProgram, runPySigma, runRsigma } from './peers.ts';
import { compiledWindowsRules, ofCreations, windowsSources } from './rule-sets.ts';
import type { SetName, TaskReport, Way } from './task.ts';

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '12' },
    only: { type: 'string' },
    'no-peers': { type: 'boolean', default: false },
  },
});
let hasMissed = false;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function report<T>(script: string, ...args: readonly string[]): T {
  const done = spawnSync(process.execPath, ['--single-threaded', join(import.meta.dirname, script), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 26,
  });
  if (done.status !== 0) throw new Error(`${script} ${args.join(' ')} failed`);
  return JSON.parse(done.stdout) as T;
}

function bar(name: string, value: number, limit: number, isMost: boolean, goal?: number): void {
  const isMet = isMost ? value <= limit : value >= limit;
  if (!isMet) hasMissed = true;
  const text = `${name.padEnd(56)} ${value.toFixed(2).padStart(8)}  ${isMost ? 'at most' : 'at least'} ${limit}`;
  const reached =
    goal === undefined ? '' : `, goal ${goal}${(isMost ? value <= goal : value >= goal) ? ' reached' : ' not reached'}`;
  print(`  ${text}: ${isMet ? 'met' : 'MISSED'}${reached}`);
}

function leastUs({ rounds }: TaskReport): number {
  return spreadOf(rounds).least;
}

function total(hits: Readonly<Record<string, number>>): number {
  return Object.values(hits).reduce((sum, one) => sum + one, 0);
}

function row(
  name: string,
  events: number,
  us: number,
  base: number | undefined,
  hits: string,
  tried?: TaskReport['tried'],
): readonly string[] {
  const of = base === undefined ? '' : (base / us).toFixed(2);
  const found = tried === undefined ? ['', '', ''] : [tried.mean.toFixed(2), String(tried.p50), String(tried.p95)];
  return [name, String(events), rateText(1e6 / us), us.toFixed(1), of, hits, ...found];
}

const HEAD = ['', 'events', 'events/s', 'us/event', 'x rsigma', 'hits', 'tried: mean', 'p50', 'p95'];

function measureSet(set: SetName, events: readonly KeptEvent[], limit: number, goal: number): void {
  const isCreations = set.endsWith('creations');
  const indexed = report<TaskReport>('task.ts', set, 'indexed' satisfies Way, flags.rounds);
  const byLength = report<TaskReport>('task.ts', set, 'by length' satisfies Way, flags.rounds);
  const plain = report<TaskReport>('task.ts', set, 'plain' satisfies Way, '2');
  const all = compiledWindowsRules();
  const rules = isCreations ? ofCreations(all) : all;
  const files = new Set(rules.rules.map(({ metadata }) => metadata.file));
  const sources = windowsSources().filter(({ file }) => files.has(file));
  const program = flags['no-peers'] ? undefined : rsigmaProgram();
  const python = flags['no-peers'] || !isCreations ? undefined : pySigmaPython();
  const rsigma = program === undefined ? undefined : runRsigma(program, sources, rules, events, 5);
  const pySigma = python === undefined ? undefined : runPySigma(python, sources, rules, events);
  const peerUs = ({ unroutedS, routedS, events: count }: PeerReport): number =>
    (Math.min(unroutedS, routedS ?? unroutedS) / count) * 1e6;
  const base = rsigma === undefined ? undefined : peerUs(rsigma);
  const rows = [HEAD];
  rows.push([...row('indexed', indexed.events, leastUs(indexed), base, String(total(indexed.hits)), indexed.tried)]);
  rows.push([
    ...row(
      'indexed, no table of common texts',
      byLength.events,
      leastUs(byLength),
      base,
      String(total(byLength.hits)),
      byLength.tried,
    ),
  ]);
  rows.push([...row('plain: every rule of the route', plain.events, leastUs(plain), base, String(total(plain.hits)))]);
  if (rsigma !== undefined) {
    const { events: count, unroutedS, routedS = 0, routedHits = 0 } = rsigma;
    rows.push([
      ...row('rsigma 0.21.0, every rule', count, (unroutedS / count) * 1e6, base, String(total(rsigma.hits))),
    ]);
    rows.push([
      ...row('rsigma 0.21.0, rules of the log sources', count, (routedS / count) * 1e6, base, String(routedHits)),
    ]);
  }
  if (pySigma !== undefined)
    rows.push([
      ...row('pySigma 2.0.1, SQLite 2.1.1', pySigma.events, peerUs(pySigma), base, String(total(pySigma.hits))),
    ]);
  print('');
  print(`${set}: ${indexed.rules} rules, first round ${(indexed.rounds[0] ?? 0).toFixed(1)} us/event`);
  for (const line of tableLines(rows)) print(`  ${line}`);
  if (rsigma === undefined) print('  rsigma is not there: cargo fetch of rsigma-eval 0.21.0 is needed');
  if (rsigma !== undefined && isCreations) printDifferences('rsigma', indexed, rsigma);
  if (pySigma !== undefined) printDifferences('pySigma', indexed, pySigma);
  const { heap } = indexed;
  print(
    `  memory: rules ${mib(heap.rules)}, indexes of all routes ${mib(heap.indexes)}, made ready by the events ${mib(heap.ready)}`,
  );
  if (base !== undefined) bar('times rsigma (its better way)', base / leastUs(indexed), limit, false, goal);
  bar('times plain', leastUs(plain) / leastUs(indexed), 1, false);
  bar('rules tried an event, mean', indexed.tried.mean, isCreations ? 12 : 1, true);
  if (isCreations) bar('rules tried an event, p95', indexed.tried.p95, 30, true);
  if (isCreations) bar('rules tried an event without the table, mean', byLength.tried.mean, 25, true);
}

/** Rules that hit another number of events. */
function printDifferences(peer: string, { hits }: TaskReport, other: PeerReport): void {
  const ids = new Set([...Object.keys(hits), ...Object.keys(other.hits)]);
  const differing = [...ids].filter((id) => (hits[id] ?? 0) !== (other.hits[id] ?? 0));
  const shown = differing.slice(0, 12).map((id) => `${id} ${hits[id] ?? 0}/${other.hits[id] ?? 0}`);
  print(
    `  ${ids.size - differing.length} rules hit as many events in ${peer}, ${differing.length} do not (ours/theirs): ${shown.join(', ')}`,
  );
}

function mib(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

function measureGrowth(): void {
  print('');
  print('growth, real events');
  for (const set of ['real creations', 'real mixed'] as const) {
    const costs = ['300', '1000', '3000'].map((count) =>
      leastUs(report<TaskReport>('task.ts', set, 'indexed', flags.rounds, count)),
    );
    print(
      `  ${set}: ${costs.map((us) => us.toFixed(1)).join(', ')} us/event with 300, 1,000 and 3,000 rules (or all there are)`,
    );
    bar(`${set}: cost at most rules over that at 300`, (costs[2] ?? 0) / (costs[0] ?? 1), 3, true);
  }
}

function measureDecoding(): void {
  print('');
  print('with decoding, all rules');
  const rows = [['', 'events', 'events/s', 'read alone', 'x read alone', 'hits']];
  for (const shape of ['json', 'evtx']) {
    const match = report<DecodeReport>('decode-task.ts', shape, 'match', '5');
    const read = report<DecodeReport>('decode-task.ts', shape, 'read', '5');
    const [slow, fast] = [spreadOf(match.rounds).least, spreadOf(read.rounds).least];
    rows.push([
      shape,
      String(match.events),
      rateText(match.events / slow),
      rateText(read.events / fast),
      (fast / slow).toFixed(2),
      String(match.hits),
    ]);
  }
  for (const line of tableLines(rows)) print(`  ${line}`);
}

function measureLoading(): void {
  const start = process.cpuUsage();
  const { rules } = compiledWindowsRules();
  const { user, system } = process.cpuUsage(start);
  print('');
  bar(
    `loading ${rules.length} rules cold, CPU seconds a 3,000`,
    ((user + system) / 1e6 / rules.length) * 3000,
    10,
    true,
    6,
  );
  const folder = mkdtempSync(join(tmpdir(), 'triad-bench-'));
  try {
    const file = join(folder, 'all.rules');
    writeFileSync(file, packRules({ kind: 'texts', sources: corpusRules(), licenses: new Map() }));
    const runs = Array.from({ length: 5 }, () => report<CompiledReport>('compiled-task.ts', file));
    const { rules: count, bytes } = runs[0] as CompiledReport;
    const [wall, used] = [spreadOf(runs.map(({ wallMs }) => wallMs)), spreadOf(runs.map(({ cpuMs }) => cpuMs))];
    print(`  ${count} rules compiled are ${mib(bytes)}; read in ${wall.least.toFixed(0)} ms, least of 5 processes`);
    bar('loading them compiled, CPU seconds a 3,000', ((used.least / count) * 3000) / 1000, 1, true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

for (const line of machineLines()) print(line);
const real = realEvents();
if (withoutRules !== false || real === undefined)
  print('not measured: the rules and the captures are not beside the repository');
else {
  const isWanted = (part: string): boolean => flags.only === undefined || part.includes(flags.only);
  if (isWanted('loading')) measureLoading();
  const generated = generatedEvents(5000, 5000);
  const sets: readonly (readonly [SetName, readonly KeptEvent[], number, number])[] = [
    ['real creations', real.creations, 1.2, 2],
    ['generated creations', generated.creations, 1.2, 2],
    ['real mixed', real.mixed, 2, 4],
    ['generated mixed', generated.mixed, 2, 4],
  ];
  for (const [set, events, limit, goal] of sets) if (isWanted(set)) measureSet(set, events, limit, goal);
  if (isWanted('growth')) measureGrowth();
  if (isWanted('decoding')) measureDecoding();
  print('');
  print(hasMissed ? 'A bar was missed.' : 'All bars are met.');
}
process.exitCode = hasMissed ? 1 : 0;
