import { rowPlace, rowSpans, rowStream } from '../entries/index.ts';
import { BLOCK_HEADER_BYTES, blockSeed, makeBlock, readBlockHeader } from './block.ts';
import { type CutBlock, cutBlocks, type PlacedRow } from './cut-blocks.ts';
import type { ArchiveFiles, OpenFile } from './files.ts';
import type { FilterBuilder } from './filter.ts';
import type { IndexFile, SegmentRow } from './index-file.ts';
import type { ArchiveLimits } from './limits.ts';
import { grown, isBehind, type JournalPlace, newRow, type Recovered } from './recover.ts';
import { segmentName, writeSegmentHeader } from './segment.ts';
import type { WalkedBlock } from './walk-segment.ts';

/** What one write made durable. */
export interface WriteCount {
  readonly entries: number;
  readonly blocks: number;
  /** Bytes as received and with their texts, and as they are stored. */
  readonly rawBytes: number;
  readonly storedBytes: number;
  /** Entries that were there already: a step repeated after trouble. */
  readonly repeated: number;
}

interface Active {
  readonly file: OpenFile;
  readonly seed: number;
  row: SegmentRow;
  /** Blocks since the last sync. */
  pending: { readonly block: WalkedBlock; readonly filter: Uint8Array }[];
}

export interface WriterParts {
  readonly files: ArchiveFiles;
  readonly index: IndexFile;
  readonly storeId: Uint8Array;
  readonly limits: ArchiveLimits;
  readonly recovered: Recovered;
  readonly filters: FilterBuilder;
  /** After trouble nothing is added to a file that was there before. */
  readonly isFresh: boolean;
}

/**
 * Writes blocks, then syncs them, then indexes them (DEPENDENCIES 5.1). An error of the disk is thrown and ends the writer: what it left is for `recover`
 * to find, and the same entries may be given again.
 */
export class BlockWriter {
  readonly #parts: WriterParts;
  readonly #active = new Map<number, Active>();
  readonly #streams: Map<number, JournalPlace>;
  #archived: number;
  #next: number;
  /** Segments that were finished. */
  finished = 0;

  constructor(parts: WriterParts) {
    this.#parts = parts;
    const { recovered } = parts;
    this.#streams = recovered.streams;
    this.#archived = recovered.archived;
    this.#next = recovered.next;
    try {
      this.#openUnfinished();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #openUnfinished(): void {
    const { index, isFresh } = this.#parts;
    for (const row of index.segments()) {
      if (row.finished === 1) continue;
      if (isFresh) index.transaction(() => index.putSegment({ ...row, finished: 1 }));
      else this.#active.set(row.stream, this.#openRow(row));
    }
  }

  get archived(): number {
    return this.#archived;
  }

  /** Makes rows durable, in order, and with them that all of the journal up to `through` is archived. */
  write(packed: readonly Buffer[], through: number, nowMs: number): WriteCount {
    const { streams, repeated } = this.#sorted(packed);
    const touched: Active[] = [];
    const count = { entries: 0, blocks: 0, rawBytes: 0, storedBytes: 0, repeated };
    const archived = Math.max(this.#archived, through);
    const order = [...streams.keys()].sort((a, b) => a - b);
    order.forEach((stream, i) => {
      const rows = streams.get(stream) ?? [];
      for (const cut of cutBlocks(rows, this.#parts.limits, this.#parts.filters)) {
        // The last block of all says what is archived once it is synced; everything else was synced before it is written.
        const isLast = i === order.length - 1 && cut.isLast;
        const { active, stored } = this.#put(stream, cut, isLast ? archived : 0, nowMs, touched);
        if (!touched.includes(active)) touched.push(active);
        count.entries += cut.count;
        count.blocks += 1;
        count.rawBytes += cut.payload.length;
        count.storedBytes += stored;
      }
      this.#active.get(stream)?.file.datasync();
    });
    this.#archived = archived;
    this.#commit(touched);
    return count;
  }

  /** Finishes segments whose first block is older than a segment may be. */
  finishOld(nowMs: number): void {
    for (const active of [...this.#active.values()]) {
      if (nowMs - active.row.createdMs < this.#parts.limits.segmentMs) continue;
      this.#finish(active);
      this.#commit([active]);
    }
  }

  close(): void {
    for (const { file } of this.#active.values()) file.close();
    this.#active.clear();
  }

  /** Rows by stream, without those that the stream holds already. */
  #sorted(packed: readonly Buffer[]): { readonly streams: Map<number, PlacedRow[]>; readonly repeated: number } {
    const streams = new Map<number, PlacedRow[]>();
    const places = new Map(this.#streams);
    let repeated = 0;
    for (const bytes of packed) {
      for (const span of rowSpans(bytes) ?? []) {
        const stream = rowStream(bytes, span.start);
        const place = rowPlace(bytes, span.start);
        const last = places.get(stream);
        if (last !== undefined && !isBehind(place, last)) {
          repeated += 1;
          continue;
        }
        places.set(stream, place);
        const rows = streams.get(stream) ?? [];
        rows.push({ bytes, span });
        streams.set(stream, rows);
      }
    }
    return { streams, repeated };
  }

  #put(
    stream: number,
    cut: CutBlock,
    archived: number,
    nowMs: number,
    touched: Active[],
  ): { active: Active; stored: number } {
    const active = this.#activeFor(stream, nowMs, touched);
    const { row, seed, file, pending } = active;
    const facts = {
      stream,
      count: cut.count,
      ordinal: row.blocks,
      first: this.#next,
      t0: cut.t0,
      t1: cut.t1,
      writtenMs: nowMs,
      position: cut.position,
      item: cut.item,
      inGroup: pending.length,
      archived,
    };
    const bytes = makeBlock(cut.payload, facts, seed);
    file.write(bytes, row.end);
    const header = readBlockHeader(bytes.subarray(0, BLOCK_HEADER_BYTES), seed);
    if (header === undefined) throw new Error('a block that was just made does not verify');
    const block = { offset: row.end, header };
    active.row = grown(row, [block]);
    pending.push({ block, filter: cut.filter });
    this.#next += cut.count;
    this.#streams.set(stream, { position: cut.position, item: cut.item });
    return { active, stored: bytes.length };
  }

  /** The segment that a stream is written to; a new one where that is full. */
  #activeFor(stream: number, nowMs: number, touched: Active[]): Active {
    const { limits } = this.#parts;
    const active = this.#active.get(stream);
    if (active !== undefined) {
      const { blocks, end, createdMs } = active.row;
      const isFull =
        blocks >= limits.segmentBlocks || end >= limits.segmentBytes || nowMs - createdMs >= limits.segmentMs;
      if (!isFull) return active;
      this.#finish(active);
      if (!touched.includes(active)) touched.push(active);
    }
    const made = this.#create(stream, nowMs);
    this.#active.set(stream, made);
    return made;
  }

  #finish(active: Active): void {
    active.file.datasync();
    active.file.close();
    active.row = { ...active.row, finished: 1 };
    this.#active.delete(active.row.stream);
    this.finished += 1;
  }

  #create(stream: number, nowMs: number): Active {
    const { files, storeId } = this.#parts;
    const id = this.#next;
    const name = segmentName(id, stream);
    const file = files.open(name, 'create');
    file.write(writeSegmentHeader({ stream, id, createdMs: nowMs, storeId, archived: this.#archived }), 0);
    file.datasync();
    files.syncFolder();
    return { file, seed: blockSeed(storeId, id), row: newRow({ name, id, stream }, nowMs), pending: [] };
  }

  #openRow(row: SegmentRow): Active {
    const { files, storeId } = this.#parts;
    return { file: files.open(row.name, 'write'), seed: blockSeed(storeId, row.id), row, pending: [] };
  }

  #commit(touched: readonly Active[]): void {
    const { index } = this.#parts;
    index.transaction(() => {
      for (const { row, pending } of touched) {
        for (const { block, filter } of pending) index.putBlock(row.id, block.offset, block.header, filter);
        index.putSegment(row);
        const place = this.#streams.get(row.stream);
        if (place !== undefined) index.putStream(row.stream, place.position, place.item);
      }
      index.putMark(this.#archived, this.#next);
    });
    for (const active of touched) active.pending = [];
  }
}
