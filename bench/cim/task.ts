import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { openRepository, type RepositoryFile, type Snapshot, storedValues } from '../../src/cim/index.ts';
import { SUBSCRIPTION_BASES } from '../../src/report/repository/rows.ts';
import { hiddenData } from '../../src/wmi/index.ts';

/** One measure of one task in a process of its own: `node bench/cim/task.ts TASK FOLDER`. Prints one line of JSON. */
const [task = '', folder = ''] = process.argv.slice(2);
const PAGE_BYTES = 8192;

const descriptors: number[] = [];
const files = readdirSync(folder).map((name): RepositoryFile => {
  const descriptor = openSync(join(folder, name), 'r');
  descriptors.push(descriptor);
  return {
    name,
    bytes: fstatSync(descriptor).size,
    read: (into, position) => readSync(descriptor, into, 0, into.length, position),
  };
});

/** Every part of a subscription, every provider and every registration, in every namespace, by closure. */
function inventory(snapshot: Snapshot): number {
  let found = snapshot.namespaces().length;
  for (const base of [...SUBSCRIPTION_BASES, '__Provider', '__ProviderRegistration']) {
    for (const instance of snapshot.instancesOfTree(base)) found += instance.properties.length > 0 ? 1 : 0;
  }
  return found + snapshot.derivedClasses('__EventConsumer').length + snapshot.derivedClasses('Win32_Process').length;
}

function current(): number {
  return inventory(openRepository(files).current);
}

function everything(): number {
  const repository = openRepository(files);
  let found = 0;
  for (const { id } of repository.generations()) {
    const snapshot = repository.generation(id);
    if (snapshot !== undefined) found += inventory(snapshot);
  }
  const carved = repository.carve([...SUBSCRIPTION_BASES, '__Provider', '__ProviderRegistration']);
  return found + repository.history().length + carved.instances.length + carved.residue.length;
}

/** What reading costs at least: both page files from front to back, one word of each page. */
function bareWalk(): number {
  let sum = 0;
  const page = Buffer.alloc(PAGE_BYTES);
  for (const file of files.filter(({ name }) => /^(?:OBJECTS\.DATA|INDEX\.BTR)$/i.test(name))) {
    for (let at = 0; at + PAGE_BYTES <= file.bytes; at += PAGE_BYTES) {
      file.read(page, at);
      sum = (sum + page.readUInt32LE(0)) >>> 0;
    }
  }
  return sum;
}

/** Every value in which data may hide, judged (S14). */
function hidden(snapshot: Snapshot): number {
  let found = 0;
  for (const { content } of storedValues(snapshot)) found += hiddenData(content) === undefined ? 0 : 1;
  return found;
}

const TASKS: Readonly<Record<string, () => number>> = { a: everything, b: current, c: bareWalk };
// Of an open repository, as a hunt has it by then.
const opened = task === 's' ? openRepository(files).current : undefined;
// Loaded for this task alone: the modules of a hunt take memory too.
const hunted = task === 'd' ? (await import('./dossiers.ts')).dossiersOf : undefined;
const work =
  hunted !== undefined ? () => hunted(files, folder) : opened === undefined ? TASKS[task] : () => hidden(opened);
if (work === undefined) throw new Error(`no task ${task}`);
const cpu = process.cpuUsage();
const start = performance.now();
const found = work();
const wallMs = performance.now() - start;
const used = process.cpuUsage(cpu);
for (const descriptor of descriptors) closeSync(descriptor);
const cpuMs = (used.user + used.system) / 1000;
console.log(JSON.stringify({ found, wallMs, cpuMs, peakBytes: process.resourceUsage().maxRSS * 1024 }));
