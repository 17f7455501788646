import type { SpoolFile } from '../intake/index.ts';
import { PackedEvent, type PackedTables, packedRowBytes, packedSource } from '../windows/index.ts';
import type { RowSpan } from './row-order.ts';

/** Bytes read at a time from each run while merging. */
const MERGE_BLOCK_BYTES = 1 << 18;

/** One sorted run on disk: rows back to back. */
export interface Run {
  readonly spool: SpoolFile;
  readonly bytes: number;
  /** Sources whose rows here count no longer: they stand elsewhere, with other times. */
  readonly without: ReadonlySet<number>;
}

/** Those of a span, of events in order. */
export function* within(
  events: Iterable<PackedEvent>,
  { fromMs, beforeMs }: RowSpan,
): Generator<PackedEvent, void, undefined> {
  for (const event of events) {
    if (event.timeMs >= beforeMs) return;
    if (event.timeMs >= fromMs) yield event;
  }
}

/** Reads a run front to back; every block is a buffer of its own, so that an event outlives the reading of the next. */
export function* readRun(run: Run, tables: PackedTables): Generator<PackedEvent, void, undefined> {
  let position = 0;
  let rest: Buffer = Buffer.alloc(0);
  while (position < run.bytes || rest.length > 0) {
    const needed = rest.length >= 4 ? rest.readUInt32LE(0) : 0;
    const size = Math.min(Math.max(MERGE_BLOCK_BYTES, needed), run.bytes - position + rest.length);
    const block = Buffer.allocUnsafe(size);
    rest.copy(block, 0);
    let filled = rest.length;
    while (filled < size) {
      const read = run.spool.read(block.subarray(filled), position);
      if (read === 0) throw new Error('a temporary run ended early');
      filled += read;
      position += read;
    }
    let at = 0;
    while (at + 4 <= filled && at + block.readUInt32LE(at) <= filled) {
      if (!run.without.has(packedSource(block, at))) yield new PackedEvent(block, at, tables);
      at += packedRowBytes(block, at);
    }
    rest = block.subarray(at, filled);
  }
}
