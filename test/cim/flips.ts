import assert from 'node:assert/strict';
import type { CimInstance, Repository } from '../../src/cim/index.ts';
import {
  type Generation,
  intervalTimer,
  ordinaryRepository,
  PAGE_BYTES,
  type PagedFile,
  physicalOf,
  plantSubscription,
  type RecordAddress,
  type RepositoryFiles,
  recordOffset,
  SYSTEM_NAMESPACE,
  type TrueClass,
  type TrueInstance,
} from '../../testkit/cim/index.ts';
import { Xorshift } from '../../testkit/index.ts';
import { openFiles, readLine, trueLine } from './read-repository.ts';

interface Span {
  readonly from: number;
  readonly to: number;
}

/** The record of a subscription object, and those of the classes that say how it is read. */
export interface FlipRecord extends Span {
  readonly instance: TrueInstance;
  readonly classes: readonly Span[];
}

/** A repository to flip bits in, with where the record of each subscription object lies. */
export interface FlipGround {
  readonly files: RepositoryFiles;
  readonly last: Generation;
  readonly records: readonly FlipRecord[];
  /** Physical object pages that hold such records. */
  readonly pages: readonly number[];
}

/** Some 200 pages, three generations, six subscriptions in two namespaces, a timer (SETTLED D16). */
export function flipGround(seed = 16): FlipGround {
  const repository = ordinaryRepository({ seed });
  repository.checkpoint();
  for (let i = 0; i < 5; i++) {
    plantSubscription(repository, {
      name: `Planted ${i}`,
      namespace: i === 4 ? 'root\\DEFAULT' : 'root\\subscription',
      consumer: { className: 'CommandLineEventConsumer', values: { CommandLineTemplate: `cmd.exe /c echo ${i}` } },
    });
    if (i === 2) repository.checkpoint();
  }
  intervalTimer(repository, 'root\\cimv2', 'Hourly', 3_600_000);
  const last = repository.checkpoint();
  const files = repository.files();
  const records = last.instances
    .filter(({ className }) => /EventConsumer$|EventFilter$|Binding$|TimerInstruction$/.test(className))
    .map((instance) => ({
      instance,
      ...span(files, last, instance.address),
      classes: classSpans(files, last, instance),
    }));
  const pages = [...new Set(records.map(({ instance }) => physicalOf(last, 'OBJECTS.DATA', instance.address.page)))];
  return { files, last, records, pages };
}

export interface Flip {
  readonly file: PagedFile;
  readonly offset: number;
  readonly bit: number;
}

function span(files: RepositoryFiles, last: Generation, address: RecordAddress): Span {
  const from = recordOffset(files, last, address);
  return { from, to: from + address.size };
}

function classSpans(files: RepositoryFiles, last: Generation, { namespace, className }: TrueInstance): Span[] {
  const spans: Span[] = [];
  for (let name: string | undefined = className; name !== undefined; ) {
    const find = (place: string): TrueClass | undefined =>
      last.classes.find(({ namespace: own, layout }) => own === place && layout.model.name === name);
    const found: TrueClass | undefined = find(namespace) ?? find(SYSTEM_NAMESPACE);
    if (found === undefined) throw new Error(`no class ${name}`);
    spans.push(span(files, last, found.address));
    name = found.layout.model.superclass;
  }
  return spans;
}

/** Flips of single bits: in mapped pages of the index, or in the objects, half of them where subscriptions lie. */
export function* flips(
  { files, last, pages }: FlipGround,
  file: PagedFile,
  count: number,
  seed: number,
): Generator<Flip> {
  const random = new Xorshift(seed);
  const mapped = (file === 'INDEX.BTR' ? last.index : last.objects).entries.flatMap(({ physical }) =>
    physical === undefined ? [] : [physical],
  );
  const bytes = files.get(file)?.length ?? 0;
  for (let i = 0; i < count; i++) {
    const isAimed = file === 'OBJECTS.DATA' && i % 2 === 0;
    const page = isAimed
      ? random.pick(pages)
      : file === 'INDEX.BTR'
        ? random.pick(mapped)
        : random.below(bytes / PAGE_BYTES);
    yield { file, offset: page * PAGE_BYTES + random.below(PAGE_BYTES), bit: 1 << random.below(8) };
  }
}

/** Classes whose objects are looked for; what derives from them counts too. */
const BASES = ['__EventFilter', '__EventConsumer', '__FilterToConsumerBinding', '__TimerInstruction'] as const;

/** Every subscription object that the reader tells of in any way, as lines without namespace. */
export function toldObjects(repository: Repository): Set<string> {
  const told = new Set<string>();
  const add = (instance: CimInstance): void => {
    told.add(readLine(instance, false));
  };
  for (const { id } of repository.generations()) {
    const generation = repository.generation(id);
    for (const base of BASES) for (const instance of generation?.instancesOfTree(base) ?? []) add(instance);
  }
  for (const { instance } of repository.carve().instances) add(instance);
  return told;
}

export interface FlipReport {
  readonly flips: number;
  readonly failures: readonly string[];
  /** Objects that were not read because the flip hit a definition of their class, which was told. */
  readonly toldByClass: number;
  /** Milliseconds of the slowest reading. */
  readonly slowest: number;
}

/**
 * Reads after each flip and says what was lost though its bytes are whole, what crashed, and what took long. An object whose
 * class was hit counts as whole only in its own bytes: it must be read, or what is broken must be told.
 */
export function runFlips(
  ground: FlipGround,
  list: Iterable<Flip>,
  told: (repository: Repository) => Set<string> = toldObjects,
): FlipReport {
  const failures: string[] = [];
  let count = 0;
  let slowest = 0;
  let toldByClass = 0;
  const lines = ground.records.map((record) => ({ ...record, line: trueLine(record.instance, false) }));
  for (const { file, offset, bit } of list) {
    count++;
    const bytes = ground.files.get(file);
    assert.ok(bytes !== undefined && offset < bytes.length);
    const isIn = ({ from, to }: Span): boolean => file === 'OBJECTS.DATA' && offset >= from && offset < to;
    bytes[offset] = (bytes[offset] ?? 0) ^ bit;
    const start = performance.now();
    try {
      const repository = openFiles(ground.files);
      const found = told(repository);
      for (const record of lines) {
        if (isIn(record) || found.has(record.line)) continue;
        if (record.classes.some(isIn)) {
          const values = valuesOf(record.line);
          // A property may bear another name now; its values are still there.
          if ([...found].some((line) => valuesOf(line) === values)) continue;
          if (repository.anomalies().length > 0) {
            toldByClass++;
            continue;
          }
        }
        failures.push(`${file} ${offset} bit ${bit}: lost ${record.line.slice(0, 90)}`);
      }
    } catch (error) {
      failures.push(`${file} ${offset} bit ${bit}: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
    }
    slowest = Math.max(slowest, performance.now() - start);
    bytes[offset] = (bytes[offset] ?? 0) ^ bit;
  }
  return { flips: count, failures, toldByClass, slowest };
}

/** The values of a line in one order, without the names of the properties. */
function valuesOf(line: string): string {
  const list = JSON.parse(line.slice(line.indexOf('[['))) as readonly (readonly [string, unknown])[];
  return list
    .map(([, value]) => JSON.stringify(value))
    .sort()
    .join();
}
