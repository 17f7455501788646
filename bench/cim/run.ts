import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { OUT, ROOT } from '../corpus.ts';
import { megabytes, spreadOf, tableLines } from '../figures.ts';
import { machineLines } from '../machine.ts';
import { inflateMember, zipMembers } from '../zip-members.ts';
import { dissectCost, type PeerCost, peerPython } from './peer.ts';

/** `npm run -s bench:cim`: the repository reader beside the bare walk and dissect.cim (SETTLED D15). */
const CORPUS = join(ROOT, '..', 'shared', 'corpus', 'repositories');
const LABELS = ['museum-server2022', 'museum-win10-defender', 'dissect-cim'];
const BAR_MS = { a: 800, b: 150, d: 800, s: 250 };
const BAR_BYTES = 150e6;
const LEAST_RATIO = { nine: 15, closure: 200 };

interface TaskCost extends PeerCost {
  readonly peakBytes: number;
}

const { values } = parseArgs({
  options: { passes: { type: 'string', default: '5' }, closure: { type: 'boolean', default: false } },
});
const passes = Number(values.passes);
if (!Number.isInteger(passes) || passes < 1) throw new RangeError('--passes wants a number from 1 on');

function unpacked(label: string): string {
  const folder = join(OUT, 'cim', label);
  if (existsSync(folder)) return folder;
  mkdirSync(folder, { recursive: true });
  for (const member of zipMembers(readFileSync(join(CORPUS, `${label}.zip`)))) {
    writeFileSync(join(folder, member.name), inflateMember(member));
  }
  return folder;
}

/** The task as plain JavaScript, as a release holds it: stripping types costs more memory than reading a repository. */
function compiledTask(): string {
  const folder = join(OUT, 'cim', 'task');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const compilerOptions = { rootDir: ROOT, outDir: folder };
  const include = [join(import.meta.dirname, 'task.ts'), join(ROOT, 'src', '**', '*.d.ts')];
  const settings = { extends: join(ROOT, 'tsconfig.build.json'), compilerOptions, include, exclude: [] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout, status } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stdout);
  return join(folder, 'bench', 'cim', 'task.js');
}

function measure(script: string, task: string, folder: string): TaskCost {
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, task, folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as TaskCost;
}

for (const line of machineLines()) console.log(line);
if (!existsSync(CORPUS)) {
  console.log('\nskipped: the repositories of the corpus are not beside the checkout');
  process.exit(0);
}
const python = peerPython();
const script = compiledTask();
const missed: string[] = [];
for (const label of LABELS) {
  const folder = unpacked(label);
  const costs = new Map<string, TaskCost[]>([
    ['c', []],
    ['b', []],
    ['a', []],
    ['d', []],
    ['s', []],
  ]);
  // In turn, so that what else the machine does hits all of them.
  for (let pass = 0; pass < passes; pass++) for (const [task, list] of costs) list.push(measure(script, task, folder));
  const names = {
    c: '(c) bare page walk',
    b: '(b) current generation, all namespaces, closure',
    a: '(a) all generations, diff, carving',
    d: '(d) all of it as a hunt has it, to dossiers',
    s: '(s) values in which data may hide, judged',
  };
  const rows = [['', 'least ms', 'middle ms', 'CPU ms', 'peak', 'found']];
  for (const [task, list] of costs) {
    const wall = spreadOf(list.map(({ wallMs }) => wallMs));
    const cpu = spreadOf(list.map(({ cpuMs }) => cpuMs));
    const peak = Math.max(...list.map(({ peakBytes }) => peakBytes));
    rows.push([
      names[task as keyof typeof names],
      wall.least.toFixed(0),
      wall.middle.toFixed(0),
      cpu.least.toFixed(0),
      megabytes(peak),
      String(list[0]?.found ?? 0),
    ]);
    const bar = task === 'c' ? undefined : BAR_MS[task as keyof typeof BAR_MS];
    if (bar !== undefined && wall.least > bar) missed.push(`${label} (${task}): ${wall.least.toFixed(0)} of ${bar} ms`);
    if (task !== 's' && task !== 'd' && peak > BAR_BYTES)
      missed.push(`${label} (${task}): ${megabytes(peak)} of ${megabytes(BAR_BYTES)}`);
  }
  console.log(`\n${label}, fresh processes, ${passes} passes`);
  for (const line of tableLines(rows)) console.log(`  ${line}`);
  if (python === undefined) continue;
  const least = Math.min(...(costs.get('b') ?? []).map(({ wallMs }) => wallMs));
  for (const work of values.closure ? (['nine', 'closure'] as const) : (['nine'] as const)) {
    const peer = dissectCost(python, folder, work);
    const ratio = peer.wallMs / least;
    const what = work === 'nine' ? 'nine classes by name' : 'closure over all classes';
    console.log(`  dissect.cim, ${what}: ${peer.wallMs.toFixed(0)} ms, ${ratio.toFixed(1)} times (b)`);
    if (ratio < LEAST_RATIO[work]) missed.push(`${label}: ${ratio.toFixed(1)} of ${LEAST_RATIO[work]} times, ${what}`);
  }
}
if (python === undefined) {
  console.log(
    '\ndissect.cim is not there: python3 -m venv bench/peers/python; bench/peers/python/bin/pip install dissect.cim==3.13',
  );
}
for (const line of missed) console.log(`missed  ${line}`);
process.exitCode = missed.length === 0 ? 0 : 1;
