import { bufferFile, type CimInstance, openRepository, type Snapshot } from '../../src/cim/index.ts';
import {
  type Generation,
  intervalTimer,
  ordinaryRepository,
  PAGE_BYTES,
  physicalOf,
  plantSubscription,
  type RecordAddress,
  type RepositoryFiles,
  recordOffset,
  SYSTEM_NAMESPACE,
  type TrueClass,
  type TrueInstance,
} from '../../testkit/cim/index.ts';
import { readLine, trueLine } from './read-repository.ts';

/** Classes whose objects are looked for; what derives from them counts too. */
export const FLIP_BASES = [
  '__EventFilter',
  '__EventConsumer',
  '__FilterToConsumerBinding',
  '__TimerInstruction',
] as const;

/** Bytes of OBJECTS.DATA. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The record of a subscription object, and those of the classes that say how it is read. */
export interface FlipRecord {
  /** Class and values, without namespace. */
  readonly line: string;
  readonly spans: readonly Span[];
  readonly classes: readonly Span[];
}

/** A repository to flip bits in, with where the record of each subscription object lies. */
export interface FlipGround {
  readonly files: RepositoryFiles;
  readonly records: readonly FlipRecord[];
  /** Physical object pages that hold such records. */
  readonly pages: readonly number[];
  /** Physical pages of the index that the newest map shows. */
  readonly indexPages: readonly number[];
}

function groundOf(files: RepositoryFiles, records: readonly FlipRecord[], indexPages: readonly number[]): FlipGround {
  const pages = records.flatMap(({ spans }) => spans.map(({ from }) => Math.floor(from / PAGE_BYTES)));
  return { files, records, pages: [...new Set(pages)], indexPages };
}

/** Some 200 pages, three generations, six subscriptions in two namespaces, a timer (SETTLED D16). The truth is the writer's. */
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
      line: trueLine(instance, false),
      spans: writtenSpans(files, last, instance.address),
      classes: writtenClassSpans(files, last, instance),
    }));
  const indexPages = last.index.entries.flatMap(({ physical }) => (physical === undefined ? [] : [physical]));
  return groundOf(files, records, indexPages);
}

function writtenSpans(files: RepositoryFiles, last: Generation, address: RecordAddress): Span[] {
  return spansOf(recordOffset(files, last, address), address.size, (n) =>
    physicalOf(last, 'OBJECTS.DATA', address.page + n),
  );
}

function writtenClassSpans(
  files: RepositoryFiles,
  last: Generation,
  { namespace, className }: TrueInstance,
): readonly Span[] {
  const spans: Span[] = [];
  for (let name: string | undefined = className; name !== undefined; ) {
    const find = (place: string): TrueClass | undefined =>
      last.classes.find(({ namespace: own, layout }) => own === place && layout.model.name === name);
    const found: TrueClass | undefined = find(namespace) ?? find(SYSTEM_NAMESPACE);
    if (found === undefined) throw new Error(`no class ${name}`);
    spans.push(...writtenSpans(files, last, found.address));
    name = found.layout.model.superclass;
  }
  return spans;
}

/** A repository of the field. Its truth is what is read of it before any flip, which other readers confirm (CIM 8). */
export function realGround(files: RepositoryFiles): FlipGround {
  const repository = openRepository([...files].map(([name, bytes]) => bufferFile(name, bytes)));
  const { current } = repository;
  const instances = FLIP_BASES.flatMap((base) => [...current.instancesOfTree(base)]);
  const records = instances.map((instance) => ({
    line: readLine(instance, false),
    spans: readSpans(current, instance.place),
    classes: readClassSpans(current, instance),
  }));
  const map = repository.maps.find(({ file }) => file === current.info.map);
  const indexPages = [...(map?.index.pages ?? [])].filter((page) => page !== 0xffffffff);
  return groundOf(files, records, indexPages);
}

function readSpans(snapshot: Snapshot, { offset, size, logicalPage }: CimInstance['place']): readonly Span[] {
  return spansOf(offset, size, (n) => snapshot.pageOf((logicalPage ?? 0) + n));
}

function readClassSpans(snapshot: Snapshot, { namespace, classChain }: CimInstance): readonly Span[] {
  return classChain.flatMap((name) => {
    const found = namespace === undefined ? undefined : snapshot.classOf(namespace, name);
    return found === undefined ? [] : readSpans(snapshot, found.place);
  });
}

/** A record from its first byte on: what does not fit the page lies at the start of later logical ones (CIM 3). */
function spansOf(from: number, size: number, pageOf: (n: number) => number): Span[] {
  const first = Math.min(size, PAGE_BYTES - (from % PAGE_BYTES));
  const spans = [{ from, to: from + first }];
  for (let n = 1, left = size - first; left > 0; n++, left -= PAGE_BYTES) {
    const start = pageOf(n) * PAGE_BYTES;
    spans.push({ from: start, to: start + Math.min(left, PAGE_BYTES) });
  }
  return spans;
}
