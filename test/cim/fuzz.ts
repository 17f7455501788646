import { checkpointTimes, lineages, plainValue, storedValues } from '../../src/cim/index.ts';
import { hiddenData } from '../../src/wmi/index.ts';
import {
  PAGE_BYTES,
  plantSubscription,
  type RepositoryFiles,
  type RepositoryLayout,
  smallRepository,
} from '../../testkit/cim/index.ts';
import type { Xorshift } from '../../testkit/index.ts';
import { type FuzzReport, fuzzRuns } from '../fuzz-runs.ts';
import { liveInstances, openFiles } from './read-repository.ts';

/** A target gets the files of a repository; it fails by throwing. */
export type FuzzTarget = (files: RepositoryFiles) => void;

/** Small repositories of both layouts, with something planted, something deleted, and a script of several pages. */
export function fuzzSeeds(): RepositoryFiles[] {
  return (['vista', 'xp'] as const satisfies readonly RepositoryLayout[]).map((layout) => {
    const repository = smallRepository({ layout, plainClasses: 6, spareObjectPages: 4, spareIndexPages: 4 });
    const ScriptText = 'x = 1\r\n'.repeat(1800);
    const plans = [
      { name: 'A', consumer: { className: 'CommandLineEventConsumer', values: { CommandLineTemplate: 'calc.exe' } } },
      { name: 'B', consumer: { className: 'ActiveScriptEventConsumer', values: { ScriptText } } },
    ];
    const [first] = plans.map((plan) => plantSubscription(repository, plan));
    repository.checkpoint();
    if (first !== undefined) repository.remove(first.binding);
    repository.checkpoint();
    return repository.files();
  });
}

const DWORDS = [0, 1, 4, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe, 0x2000, 0xaccc, 8161, 65536] as const;

/** One to five changes of copies of the files: bits, dwords, copied blocks, whole pages that change places, cuts. */
function mutate(seed: RepositoryFiles, random: Xorshift): RepositoryFiles {
  const files: RepositoryFiles = new Map([...seed].map(([name, bytes]) => [name, bytes.slice()]));
  const names = [...files.keys()];
  const changes = 1 + random.below(5);
  for (let i = 0; i < changes; i++) {
    const name = random.chance(0.4) ? 'OBJECTS.DATA' : random.chance(0.6) ? 'INDEX.BTR' : random.pick(names);
    const bytes = files.get(name) ?? new Uint8Array(0);
    if (bytes.length < 1024) continue;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    // Heads of pages are where counts and lists stand.
    const near = random.chance(0.5) ? random.below(160) : random.below(PAGE_BYTES);
    const at = Math.min(random.below(Math.ceil(bytes.length / PAGE_BYTES)) * PAGE_BYTES + near, bytes.length - 8);
    const kind = random.below(20);
    if (kind < 6) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    else if (kind < 12) view.setUint32(at & ~3, random.pick(DWORDS), true);
    else if (kind < 15) view.setUint16(at & ~1, random.below(65536), true);
    else if (kind < 17) bytes.copyWithin(at, random.below(bytes.length), random.below(bytes.length));
    else if (kind < 19) {
      const from = random.below(Math.ceil(bytes.length / PAGE_BYTES)) * PAGE_BYTES;
      bytes.copyWithin(Math.floor(at / PAGE_BYTES) * PAGE_BYTES, from, from + PAGE_BYTES);
    } else files.set(name, bytes.slice(0, random.below(bytes.length)));
  }
  if (random.chance(0.05)) files.delete(random.pick(names));
  return files;
}

/** Runs a target over seeded mutations. The same seed gives the same mutations on every machine. */
export function fuzz(
  target: FuzzTarget,
  runs: number,
  seed: number,
  seeds: readonly RepositoryFiles[] = fuzzSeeds(),
): FuzzReport {
  return fuzzRuns(target, runs, seed, seeds, mutate);
}

/** The reader: every generation, class and instance, what changed, what is carved, what may hide data, its lineage. */
export function readerTarget(files: RepositoryFiles): void {
  const repository = openFiles(files);
  for (const namespace of repository.namespaces()) repository.classes(namespace);
  const carved = repository.carve().instances.map(({ instance }) => instance);
  const changed = repository.history().flatMap(({ before, after }) => [before, after]);
  for (const instance of [...liveInstances(repository), ...carved, ...changed]) {
    if (instance === undefined) continue;
    const { place, properties, raw } = instance;
    JSON.stringify(properties.map(({ value }) => plainValue(value)));
    const objects = files.get('OBJECTS.DATA')?.length ?? 0;
    if (place.offset >= objects) throw new Error(`an instance at ${place.offset} of ${objects} bytes`);
    if (raw.length > objects) throw new Error(`a record of ${raw.length} bytes`);
  }
  for (const { content } of storedValues(repository.current)) hiddenData(content);
  for (const { checkpoints } of lineages([{ repository, isBackup: false }])) checkpointTimes(checkpoints);
  JSON.stringify(repository.anomalies());
}

/** A planted failure (L27): a reader of index pages that believes every count. A fuzz run that does not find it is broken. */
export function trustingTarget(files: RepositoryFiles): void {
  const bytes = files.get('INDEX.BTR') ?? new Uint8Array(0);
  for (let page = 0; page + PAGE_BYTES <= bytes.length; page += PAGE_BYTES) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + page, PAGE_BYTES);
    if (view.getUint32(0, true) !== 0xaccc) continue;
    const keys = view.getUint32(16, true);
    let at = 20 + 4 * keys + 4 * (keys + 1) + 2 * keys;
    for (let table = 0; table < 2; table++) at += 2 + 2 * view.getUint16(at, true);
    view.getUint16(at, true);
  }
}
