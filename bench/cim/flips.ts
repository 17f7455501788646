import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { membersOf, skip } from '../../test/cim/corpus.ts';
import { realGround } from '../../test/cim/flip-ground.ts';
import { type FlipReport, flips, runFlips } from '../../test/cim/flips.ts';
import type { PagedFile } from '../../testkit/cim/index.ts';
import { megabytes, tableLines } from '../figures.ts';
import { machineLines } from '../machine.ts';

/**
 * `npm run -s flips:cim`: single bits of real repositories are flipped, and what is then read is held against what was read
 * before (SETTLED D16). A process for each repository, so that memory can be told.
 */
const LABELS = ['museum-server2022', 'museum-win10-defender', 'dissect-cim'];
/** One flip in so many is read with older generations and the carve even when the newest generation lacks nothing. */
const WHOLE_EVERY = 20;
const MOST_RATIO = 2;

interface RepositoryReport {
  readonly byFile: readonly (readonly [PagedFile, FlipReport])[];
  readonly peakBefore: number;
  readonly peakAfter: number;
}

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '20260312' },
    index: { type: 'string', default: '300' },
    objects: { type: 'string', default: '10000' },
    repository: { type: 'string', multiple: true, default: LABELS },
    child: { type: 'boolean', default: false },
  },
});

function peak(): number {
  return process.resourceUsage().maxRSS * 1024;
}

function flipRepository(label: string): RepositoryReport {
  const files = new Map([...membersOf(label)].map(([name, bytes]) => [name, Uint8Array.from(bytes)]));
  const ground = realGround(files);
  // As many readings before any flip as a heap needs to grow to its usual size.
  const unflipped = flips(ground, 'OBJECTS.DATA', 60, 1).map((flip) => ({ ...flip, bit: 0 }));
  runFlips(ground, unflipped);
  const peakBefore = peak();
  const seed = Number(values.seed);
  const run = (file: PagedFile, count: number): [PagedFile, FlipReport] => [
    file,
    runFlips(ground, flips(ground, file, count, seed), { wholeEvery: WHOLE_EVERY }),
  ];
  const byFile = [run('INDEX.BTR', Number(values.index)), run('OBJECTS.DATA', Number(values.objects))] as const;
  return { byFile, peakBefore, peakAfter: peak() };
}

function main(): number {
  const [label = ''] = values.repository;
  if (values.child) {
    console.log(JSON.stringify(flipRepository(label)));
    return 0;
  }
  for (const line of machineLines()) console.log(line);
  if (skip !== false) {
    console.log(`\nskipped: ${skip}`);
    return 0;
  }
  const rows = [
    [
      '',
      'flips',
      'crashes',
      'lost',
      'silent',
      'beside',
      'class',
      'same',
      'changed',
      'broken',
      'slowest',
      'time',
      'memory',
    ],
  ];
  const missed: string[] = [];
  for (const repository of values.repository) {
    const { seed, index, objects } = values;
    const args = ['--child', '--seed', seed, '--index', index, '--objects', objects, '--repository', repository];
    const { stdout, stderr, status } = spawnSync(process.execPath, [import.meta.filename, ...args], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    if (status !== 0) throw new Error(stderr);
    const { byFile, peakBefore, peakAfter } = JSON.parse(stdout) as RepositoryReport;
    for (const [file, report] of byFile) {
      const { crashes, lost, silent, hit, slowestMs, slowest } = report;
      rows.push([
        `${repository} ${file}`,
        ...[report.flips, crashes.length, lost.length, silent.length, report.foundBeside, report.toldByClass].map(
          String,
        ),
        ...[hit.same, hit.changed, hit.broken].map(String),
        `${slowestMs.toFixed(0)} ms`,
        `x${slowest.ratio.toFixed(2)}`,
        `${megabytes(peakAfter)} x${(peakAfter / peakBefore).toFixed(2)}`,
      ]);
      missed.push(...[...crashes, ...lost, ...silent].slice(0, 8).map((line) => `${repository}: ${line}`));
      if (slowest.ratio > MOST_RATIO)
        missed.push(`${repository}: ${slowest.place}: x${slowest.ratio.toFixed(2)} of time`);
    }
    if (peakAfter > MOST_RATIO * peakBefore) {
      missed.push(`${repository}: ${megabytes(peakAfter)}, ${megabytes(peakBefore)} before any flip`);
    }
  }
  console.log(`\nseed ${values.seed}`);
  for (const line of tableLines(rows)) console.log(`  ${line}`);
  console.log(
    '  beside: told by an older generation or the carve; class: not read because its class was hit, which was told;\n' +
      '  same, changed, broken: objects whose own bytes were hit, and how they are told; time and memory: the most, beside\n' +
      '  readings before any flip',
  );
  for (const line of missed) console.log(`missed  ${line}`);
  return missed.length === 0 ? 0 : 1;
}

process.exitCode = main();
