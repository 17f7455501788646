import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { LogDecoder, type RecordView, SLOT_BYTES } from '../../src/evtx/index.ts';
import { LAYOUTS } from '../../src/windows/index.ts';
import { FILE_HEADER_BYTES, sealFileHeader, writeBulkLog } from '../../testkit/index.ts';
import { corpusPaths, eventLogs, OUT } from '../corpus.ts';

/** One file that every contestant reads. */
export interface BenchSet {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** What it is made of, for the head of the report. */
  readonly made: string;
}

const NO_LAYOUT = { firstSlotOffset: FILE_HEADER_BYTES, anomalies: [] };
const DECODER = new LogDecoder({ carve: false, collectTemplates: false });
const CHUNK_HEADER_BYTES = 512;
const GENERATED_BYTES = 120_000_000;
/** EVTX 9.1: the 335 fullest distinct chunks of the channels in question, repeated to 3,200. */
const DISTINCT_CHUNKS = 335;
const ALL_CHUNKS = 3200;

/** Set G: 120 MB from the project's own generator; a tenth of the records is of ids that a hunt keeps. */
export function generatedSet(): BenchSet {
  const path = join(OUT, 'generated-120mb.evtx');
  makeOnce(path, (part) => {
    writeBulkLog(part, { bytes: GENERATED_BYTES });
  });
  return {
    name: 'G',
    path,
    bytes: statSync(path).size,
    made: 'generated Security log, 5 ids, 10 % logons and logoffs',
  };
}

/** Set R: the fullest distinct real chunks, repeated, as one valid file; undefined without a corpus. */
export function realSet(): BenchSet | undefined {
  const paths = corpusPaths();
  if (paths === undefined) return undefined;
  const path = join(OUT, 'real-chunks.evtx');
  makeOnce(path, (part) => {
    const chunks = fullestChunks(paths);
    const repeated = Array.from({ length: ALL_CHUNKS }, (_, i) => chunks[i % chunks.length] ?? Buffer.alloc(0));
    writeFileSync(part, Buffer.concat([fileHeader(ALL_CHUNKS), ...repeated]));
  });
  const made = `the ${DISTINCT_CHUNKS} fullest distinct chunks of the channels that a hunt reads, repeated to ${ALL_CHUNKS}`;
  return { name: 'R', path, bytes: statSync(path).size, made };
}

/** Every event log of the corpus as a loose file, for readers that know no archives; undefined without a corpus. */
export function realLogs(): readonly string[] | undefined {
  const paths = corpusPaths();
  if (paths === undefined) return undefined;
  const folder = join(OUT, 'real');
  makeOnce(folder, (part) => {
    mkdirSync(part);
    let number = 0;
    // Members are numbered: their own names never become paths (L20).
    for (const log of eventLogs(paths)) writeFileSync(join(part, `${String(number++).padStart(4, '0')}.evtx`), log);
  });
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
}

/** The first `bytes` of a set as a valid file of its own, for readers that would take minutes for the whole. */
export function startOf(set: BenchSet, bytes: number): BenchSet {
  const slots = Math.floor((bytes - FILE_HEADER_BYTES) / SLOT_BYTES);
  const path = join(OUT, `${set.name}-first-${slots}.evtx`);
  makeOnce(path, (part) => {
    const all = readStart(set.path, FILE_HEADER_BYTES + slots * SLOT_BYTES);
    fileHeader(slots).copy(all);
    writeFileSync(part, all);
  });
  return { ...set, path, bytes: statSync(path).size };
}

function makeOnce(path: string, make: (part: string) => void): void {
  if (existsSync(path)) return;
  mkdirSync(OUT, { recursive: true });
  const part = `${path}.part`;
  rmSync(part, { recursive: true, force: true });
  make(part);
  renameSync(part, path);
}

/** The fullest chunks of each channel that a hunt reads, one channel after another in turn, so that none makes the set. */
function fullestChunks(paths: readonly string[]): readonly Buffer[] {
  const seen = new Set<string>();
  const byChannel = new Map<string, { readonly chunk: Buffer; readonly digest: string; readonly free: number }[]>(
    LAYOUTS.map((layout) => [layout.channel, []]),
  );
  for (const log of eventLogs(paths)) {
    for (let at = FILE_HEADER_BYTES; at + SLOT_BYTES <= log.length; at += SLOT_BYTES) {
      const chunk = log.subarray(at, at + SLOT_BYTES);
      if (!isSound(chunk)) continue;
      const digest = createHash('sha1').update(chunk).digest('hex');
      if (seen.has(digest)) continue;
      seen.add(digest);
      byChannel.get(channelOf(chunk))?.push({ chunk: Buffer.from(chunk), digest, free: chunk.readUInt32LE(48) });
    }
  }
  const shelves = [...byChannel.values()];
  for (const shelf of shelves) shelf.sort((a, b) => b.free - a.free || (a.digest < b.digest ? -1 : 1));
  const chosen: Buffer[] = [];
  for (let turn = 0; chosen.length < DISTINCT_CHUNKS && shelves.some((shelf) => turn < shelf.length); turn++) {
    for (const shelf of shelves) {
      const item = shelf[turn];
      if (item !== undefined && chosen.length < DISTINCT_CHUNKS) chosen.push(item.chunk);
    }
  }
  return chosen;
}

/** Channel of the first record of a chunk. */
function channelOf(chunk: Buffer): string {
  let channel = '';
  let records = 0;
  const sink = {
    onRecord: (view: RecordView) => {
      if (records++ === 0) channel = view.channel;
    },
  };
  const unit = { source: { file: '' }, layout: NO_LAYOUT, bytes: chunk, fileOffset: 0, firstSlot: 0 };
  DECODER.decodeUnit(unit, sink);
  return channel;
}

/** A chunk with right checksums: damage is not what is timed. */
function isSound(chunk: Buffer): boolean {
  if (chunk.toString('latin1', 0, 8) !== 'ElfChnk\0') return false;
  const free = chunk.readUInt32LE(48);
  if (free < CHUNK_HEADER_BYTES || free > SLOT_BYTES) return false;
  if (chunk.readUInt32LE(52) !== crc32(chunk.subarray(CHUNK_HEADER_BYTES, free))) return false;
  return chunk.readUInt32LE(124) === crc32(chunk.subarray(128, CHUNK_HEADER_BYTES), crc32(chunk.subarray(0, 120)));
}

function fileHeader(chunks: number): Buffer {
  const bytes = Buffer.alloc(FILE_HEADER_BYTES);
  bytes.write('ElfFile\0', 'latin1');
  bytes.writeBigUInt64LE(BigInt(chunks - 1), 16);
  bytes.writeBigUInt64LE(1n, 24);
  bytes.writeUInt32LE(128, 32);
  bytes.writeUInt16LE(1, 36);
  bytes.writeUInt16LE(3, 38);
  bytes.writeUInt16LE(FILE_HEADER_BYTES, 40);
  bytes.writeUInt16LE(chunks, 42);
  sealFileHeader(bytes);
  return bytes;
}

function readStart(path: string, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const file = openSync(path, 'r');
  readSync(file, bytes, 0, length, 0);
  closeSync(file);
  return bytes;
}
