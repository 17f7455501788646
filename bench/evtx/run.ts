/**
 * `npm run bench:evtx`: how fast records are read, beside other readers, all in one run on the same files (EVTX 9).
 * Exits 1 when a bar is missed or a value differs from the peer's without a reason. `bench/README.md` says the rest.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LAYOUTS } from '../../src/windows/index.ts';
import { ROOT } from '../corpus.ts';
import { megabytes, rateText, spreadOf, tableLines } from '../figures.ts';
import { loadText, machineLines } from '../machine.ts';
import { compareLogs } from './compare.ts';
import { findPeers, type Peer } from './peers.ts';
import { type BenchSet, generatedSet, realLogs, realSet, startOf } from './sets.ts';
import type { TaskReport } from './task.ts';
import { RARE_IDS, type TaskDepth, type TaskName, type TaskYield } from './tasks.ts';

interface Bar {
  readonly task: TaskName;
  readonly depth: TaskDepth;
  readonly mark: string;
  readonly does: string;
  /** Records a second, as a multiple of evtx_dump's on the same file. */
  readonly atLeast: number | undefined;
}

const BARS: readonly Bar[] = [
  { task: 'walk', depth: 'bare', mark: '(d)', does: 'bare walk: magic, size, id', atLeast: undefined },
  { task: 'sums', depth: 'bare', mark: '(e)', does: 'bare walk and the checksum of each chunk', atLeast: undefined },
  { task: 'scan', depth: 'bare', mark: '(a)', does: 'event id and channel of each record', atLeast: 4 },
  { task: 'rare', depth: 'bare', mark: '(b)', does: 'filter to 14 rare ids, hits decoded whole', atLeast: 2.5 },
  {
    task: 'used',
    depth: 'bare',
    mark: '(b2)',
    does: 'filter to all ids that a hunt reads, hits decoded whole',
    atLeast: 1.2,
  },
  { task: 'every', depth: 'bare', mark: '(c)', does: 'every field of every record', atLeast: 0.8 },
  { task: 'scan', depth: 'full', mark: '(a)', does: 'with checksums and carving', atLeast: undefined },
  { task: 'rare', depth: 'full', mark: '(b)', does: 'with checksums and carving', atLeast: undefined },
  { task: 'used', depth: 'full', mark: '(b2)', does: 'with checksums and carving', atLeast: undefined },
  { task: 'every', depth: 'full', mark: '(c)', does: 'with checksums and carving', atLeast: undefined },
];

interface Measured {
  readonly result: TaskYield;
  /** CPU seconds of each round that counts, and of the first one, in which the code was not yet compiled. */
  readonly rounds: number[];
  readonly first: number[];
}

const { values: flags } = parseArgs({
  options: {
    peers: { type: 'string', multiple: true, default: [] },
    passes: { type: 'string', default: '3' },
    'no-compare': { type: 'boolean', default: false },
  },
});
const passes = Math.max(1, Number.parseInt(flags.passes, 10) || 3);
const folders = [...flags.peers, join(ROOT, 'bench', 'peers')].filter((folder) => existsSync(folder));
let hasMissed = false;

for (const line of machineLines()) print(line);
print(
  `measure   CPU time, user and system, of one thread (node --single-threaded); ${passes} passes, in turn with the peers`,
);
printIds();
const peers = findPeers(folders);
for (const peer of peers) {
  if (peer.place === undefined) print(`skipped   ${peer.name}: not on this machine; ${peer.install}`);
}
const sets = [realSet(), generatedSet()];
if (sets[0] === undefined) print('skipped   set R and the real logs: there is no corpus beside this checkout');
for (const set of sets) if (set !== undefined) measureSet(set);
if (!flags['no-compare']) compareValues();
print('');
print(hasMissed ? 'A bar was missed, or a value differs.' : 'All bars are met.');
process.exitCode = hasMissed ? 1 : 0;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function printIds(): void {
  print('');
  print(`(b)   ${RARE_IDS.map(([channel, ids]) => `${channel} ${ids.join(' ')}`).join('; ')}`);
  const byChannel = new Map<string, number[]>();
  for (const { channel, eventId } of LAYOUTS) byChannel.set(channel, [...(byChannel.get(channel) ?? []), eventId]);
  print(`(b2)  ${[...byChannel].map(([channel, ids]) => `${channel} ${ids.join(' ')}`).join('; ')}`);
  print('');
}

function measureSet(set: BenchSet): void {
  const triad = new Map<Bar, Measured>();
  const others = new Map<Peer, { readonly cpuS: number[]; records: number }>();
  for (let pass = 0; pass < passes; pass++) {
    for (const peer of peers) {
      // A slow peer runs once: its ratio is far from any bar.
      if (peer.place === undefined || (pass > 0 && Number.isFinite(peer.bytes))) continue;
      const part = set.bytes > peer.bytes ? startOf(set, peer.bytes) : set;
      const run = peer.run(part.path);
      const known = others.get(peer) ?? { cpuS: [], records: run.records };
      known.cpuS.push(run.cpuS);
      others.set(peer, known);
    }
    for (const bar of BARS) addRounds(triad, bar, set.path);
  }
  printSet(set, triad, others);
}

function addRounds(measured: Map<Bar, Measured>, bar: Bar, path: string): void {
  const { task, depth } = bar;
  const entry = join(import.meta.dirname, 'task.ts');
  const done = spawnSync(process.execPath, ['--single-threaded', entry, task, depth, path, '5'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (done.status !== 0) throw new Error(`task ${task} failed`);
  const report = JSON.parse(done.stdout) as TaskReport;
  const seconds = report.rounds.map((round) => round.processMs / 1000);
  const known = measured.get(bar) ?? { result: report.result, rounds: [], first: [] };
  known.first.push(...seconds.slice(0, 1));
  known.rounds.push(...seconds.slice(1));
  measured.set(bar, known);
}

function printSet(
  set: BenchSet,
  triad: ReadonlyMap<Bar, Measured>,
  others: ReadonlyMap<Peer, { readonly cpuS: readonly number[]; readonly records: number }>,
): void {
  const records = [...triad].find(([bar]) => bar.task === 'walk')?.[1].result.records ?? 0;
  print(`set ${set.name}     ${set.made}; ${megabytes(set.bytes)}, ${records} records, load ${loadText()}`);
  const rows: string[][] = [['', 'records/s', 'middle', 'first', 'ms', 'decoded', 'values', 'x evtx_dump', 'bar', '']];
  let reference: number | undefined;
  for (const [peer, { cpuS, records: found }] of others) {
    const spread = spreadOf(cpuS);
    const rate = found / spread.least;
    if (!Number.isFinite(peer.bytes)) reference = rate;
    const ratio = reference === undefined ? '' : (rate / reference).toFixed(3);
    const ms = (spread.least * 1000).toFixed(0);
    rows.push([
      `${peer.name}, ${peer.does}`,
      rateText(rate),
      rateText(found / spread.middle),
      '',
      ms,
      String(found),
      '',
      ratio,
      '',
      '',
    ]);
  }
  for (const bar of BARS) {
    const { mark, does, atLeast } = bar;
    const measured = triad.get(bar);
    if (measured === undefined) continue;
    const spread = spreadOf(measured.rounds);
    const rate = measured.result.records / spread.least;
    const ratio = reference === undefined ? undefined : rate / reference;
    const isMissed = atLeast !== undefined && ratio !== undefined && ratio < atLeast;
    if (isMissed) hasMissed = true;
    rows.push([
      `${mark} ${does}`,
      rateText(rate),
      rateText(measured.result.records / spread.middle),
      rateText(measured.result.records / spreadOf(measured.first).least),
      (spread.least * 1000).toFixed(0),
      String(measured.result.hits),
      String(measured.result.values),
      ratio?.toFixed(2) ?? '',
      atLeast === undefined ? '' : `>= ${atLeast}`,
      atLeast === undefined || ratio === undefined ? '' : isMissed ? 'MISSED' : 'ok',
    ]);
  }
  for (const line of tableLines(rows)) print(line);
  if (reference === undefined) print('No ratios: evtx_dump is not on this machine.');
  print('');
}

/** Every value of (c) against evtx_dump's, field by field; nothing here is timed. */
function compareValues(): void {
  const place = peers.find((peer) => !Number.isFinite(peer.bytes))?.place;
  if (place === undefined) {
    print('skipped   comparison of values: evtx_dump is not on this machine');
    return;
  }
  const paths = [...(realLogs() ?? []), startOf(generatedSet(), 8_000_000).path];
  const outcome = compareLogs(paths, place);
  print(
    `values    ${paths.length} logs, ${outcome.records} records in both, ${outcome.values} values compared with evtx_dump's`,
  );
  print(`          digest of Triad's values ${outcome.digest}`);
  for (const [reason, count] of outcome.explained) print(`          ${count} explained: ${reason}`);
  print(`          ${outcome.unexplained.length} not explained`);
  for (const text of outcome.unexplained.slice(0, 20)) print(`          ${text}`);
  if (outcome.unexplained.length > 0) hasMissed = true;
}
