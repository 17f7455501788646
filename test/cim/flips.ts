import assert from 'node:assert/strict';
import { bufferFile, type CimInstance, openRepository, type Repository } from '../../src/cim/index.ts';
import { PAGE_BYTES, type PagedFile } from '../../testkit/cim/index.ts';
import { Xorshift } from '../../testkit/index.ts';
import { FLIP_BASES, type FlipGround, type Span } from './flip-ground.ts';
import { readLine } from './read-repository.ts';

export interface Flip {
  readonly file: PagedFile;
  readonly offset: number;
  readonly bit: number;
}

/** Flips of single bits: in mapped pages of the index, or in the objects, half of them where subscriptions lie. */
export function* flips(
  { files, indexPages, pages }: FlipGround,
  file: PagedFile,
  count: number,
  seed: number,
): Generator<Flip> {
  const random = new Xorshift(seed);
  const bytes = files.get(file)?.length ?? 0;
  for (let i = 0; i < count; i++) {
    const isAimed = file === 'OBJECTS.DATA' && i % 2 === 0;
    const page = isAimed
      ? random.pick(pages)
      : file === 'INDEX.BTR'
        ? random.pick(indexPages)
        : random.below(bytes / PAGE_BYTES);
    yield { file, offset: page * PAGE_BYTES + random.below(PAGE_BYTES), bit: 1 << random.below(8) };
  }
}

/** A subscription object that the reader tells of. */
export interface Told {
  readonly line: string;
  /** Of its record in OBJECTS.DATA. */
  readonly offset: number;
}

/** What is told of the newest generation, and of all that is beside it. */
export interface TellReader {
  current(repository: Repository): Iterable<Told>;
  beside(repository: Repository): Iterable<Told>;
}

const toldOf = (instance: CimInstance): Told => ({ line: readLine(instance, false), offset: instance.place.offset });

/** The reader as `triad repo` uses it: the index, then older generations and the carve, each with its label. */
export const WHOLE_READER: TellReader = {
  *current({ current }) {
    for (const base of FLIP_BASES) for (const instance of current.instancesOfTree(base)) yield toldOf(instance);
  },
  *beside(repository) {
    for (const { id, isCurrent } of repository.generations()) {
      const generation = isCurrent ? undefined : repository.generation(id);
      for (const base of FLIP_BASES)
        for (const instance of generation?.instancesOfTree(base) ?? []) yield toldOf(instance);
    }
    for (const { instance } of repository.carve().instances) yield toldOf(instance);
  },
};

export interface FlipReport {
  readonly flips: number;
  readonly crashes: readonly string[];
  /** Objects whose bytes are whole and of which nothing tells. */
  readonly lost: readonly string[];
  /** Objects that the newest generation does not give any more and an older one or the carve does. */
  readonly foundBeside: number;
  /** Objects that were not read because the flip hit a definition of their class, which was told. */
  readonly toldByClass: number;
  /** Objects whose own bytes were hit: read as before, read with other content, or told to be broken. */
  readonly hit: { readonly same: number; readonly changed: number; readonly broken: number };
  /** Objects whose own bytes were hit and of which nothing tells. */
  readonly silent: readonly string[];
  /** Milliseconds of the slowest reading after a flip, other work of the machine included. */
  readonly slowestMs: number;
  /** The most times as long as without the flip that a reading took, and of which flip. */
  readonly slowest: { readonly ratio: number; readonly place: string };
}

export interface FlipOptions {
  readonly reader?: TellReader;
  /** One flip in so many is read with all that is beside the newest generation even when that lacks nothing. */
  readonly wholeEvery?: number;
  /** Told after each flip. */
  readonly onFlip?: (done: number) => void;
}

/** A reading that seems slow is repeated so often, in turn with one without the flip: only what is slow by itself counts. */
const REPEATS = 5;
const SLOW_RATIO = 1.5;

/**
 * Reads after each flip and says what was lost though its bytes are whole, what crashed, and what took long (SETTLED D16). An
 * object whose class was hit counts as whole in its own bytes: it must be read, or what is broken must be told.
 */
export function runFlips(ground: FlipGround, list: Iterable<Flip>, options: FlipOptions = {}): FlipReport {
  const { reader = WHOLE_READER, wholeEvery = 1 } = options;
  const crashes: string[] = [];
  const lost: string[] = [];
  const silent: string[] = [];
  const hit = { same: 0, changed: 0, broken: 0 };
  let [done, foundBeside, toldByClass, slowestMs] = [0, 0, 0, 0];
  let slowest = { ratio: 0, place: '' };
  const usual = { current: usualMs(ground, reader, false), whole: usualMs(ground, reader, true) };
  const healthy = openGround(ground).anomalies().length;
  for (const flip of list) {
    const { file, offset, bit } = flip;
    const bytes = ground.files.get(file);
    assert.ok(bytes !== undefined && offset < bytes.length);
    const isIn = ({ from, to }: Span): boolean => file === 'OBJECTS.DATA' && offset >= from && offset < to;
    const place = `${file} ${offset} bit ${bit}`;
    bytes[offset] = (bytes[offset] ?? 0) ^ bit;
    try {
      const start = performance.now();
      const repository = openGround(ground);
      const now = [...reader.current(repository)];
      const lines = new Set(now.map(({ line }) => line));
      const isShort = ground.records.some(({ line, spans }) => !lines.has(line) && !spans.some(isIn));
      const isWhole = isShort || done % wholeEvery === 0;
      const beside = isWhole ? [...reader.beside(repository)] : [];
      const besideLines = new Set(beside.map(({ line }) => line));
      const took = performance.now() - start;
      const base = isWhole ? usual.whole : usual.current;
      slowestMs = Math.max(slowestMs, took);
      const ratio = took / base < SLOW_RATIO ? took / base : slowRatio(ground, flip, reader, isWhole);
      if (ratio > slowest.ratio) slowest = { ratio, place };
      const isTold = (): boolean => repository.anomalies().length > healthy;
      for (const { line, spans, classes } of ground.records) {
        if (spans.some(isIn)) {
          const [first] = spans;
          if (lines.has(line)) hit.same++;
          else if ([...now, ...beside].some((one) => one.offset === first?.from)) hit.changed++;
          else if (isTold()) hit.broken++;
          else silent.push(`${place}: nothing tells of ${line.slice(0, 90)}`);
        } else if (lines.has(line)) {
          // As it was.
        } else if (besideLines.has(line)) foundBeside++;
        else if (classes.some(isIn) && hasValues([...now, ...beside], line)) {
          // A property bears another name now; its values are still there.
        } else if (classes.some(isIn) && isTold()) toldByClass++;
        else lost.push(`${place}: lost ${line.slice(0, 90)}`);
      }
    } catch (error) {
      crashes.push(`${place}: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
    }
    bytes[offset] = (bytes[offset] ?? 0) ^ bit;
    done++;
    options.onFlip?.(done);
  }
  return { flips: done, crashes, lost, foundBeside, toldByClass, hit, silent, slowestMs, slowest };
}

function openGround({ files }: FlipGround): Repository {
  return openRepository([...files].map(([name, bytes]) => bufferFile(name, bytes)));
}

function readOnce(ground: FlipGround, reader: TellReader, isWhole: boolean): number {
  const start = performance.now();
  const repository = openGround(ground);
  let told = [...reader.current(repository)].length;
  if (isWhole) told += [...reader.beside(repository)].length;
  assert.ok(told >= 0);
  return performance.now() - start;
}

/** The least of some readings with the flip to the least without it. */
function slowRatio(ground: FlipGround, { file, offset, bit }: Flip, reader: TellReader, isWhole: boolean): number {
  const bytes = ground.files.get(file) ?? new Uint8Array(0);
  const least = { with: Number.POSITIVE_INFINITY, without: Number.POSITIVE_INFINITY };
  for (let i = 0; i < REPEATS && least.with >= SLOW_RATIO * least.without; i++) {
    least.with = Math.min(least.with, readOnce(ground, reader, isWhole));
    bytes[offset] = (bytes[offset] ?? 0) ^ bit;
    least.without = Math.min(least.without, readOnce(ground, reader, isWhole));
    bytes[offset] = (bytes[offset] ?? 0) ^ bit;
  }
  return least.with / least.without;
}

/** The middle of some readings before any flip, the first ones left out, which compile the code. */
function usualMs(ground: FlipGround, reader: TellReader, isWhole: boolean): number {
  const all = Array.from({ length: 15 }, () => readOnce(ground, reader, isWhole)).slice(4);
  return all.toSorted((a, b) => a - b)[all.length >> 1] ?? 0;
}

function hasValues(told: readonly Told[], line: string): boolean {
  const values = valuesOf(line);
  return told.some((one) => valuesOf(one.line) === values);
}

/** The values of a line in one order, without the names of the properties. */
function valuesOf(line: string): string {
  const list = JSON.parse(line.slice(line.indexOf('[['))) as readonly (readonly [string, unknown])[];
  return list
    .map(([, value]) => JSON.stringify(value))
    .sort()
    .join();
}
