import { rowSpans } from '../entries/index.ts';
import { BLOCK_HEADER_BYTES, blockSeed, readBlockHeader, unpackBlock } from './block.ts';
import { filterOf } from './cut-blocks.ts';
import type { ArchiveFiles, OpenFile } from './files.ts';
import type { FilterBuilder } from './filter.ts';
import type { IndexFile, SegmentRow } from './index-file.ts';
import type { RecoveryNotes } from './recovery-notes.ts';
import {
  readSegmentHeader,
  SEGMENT_HEADER_BYTES,
  SEGMENT_VERSION,
  type SegmentHeader,
  type SegmentName,
  segmentsAmong,
  slicesName,
} from './segment.ts';
import { type WalkedBlock, walkSegment, writeAgain } from './walk-segment.ts';

/** A place in the journal. */
export interface JournalPlace {
  readonly position: number;
  readonly item: number;
}

/** Why an archive cannot be opened; nothing was changed then. */
export interface ArchiveProblem {
  readonly kind: 'problem';
  readonly code: 'newer' | 'foreign' | 'unwritable';
  readonly message: string;
}

export interface RecoverRequest {
  readonly files: ArchiveFiles;
  readonly index: IndexFile;
  readonly storeId: Uint8Array;
  readonly filters: FilterBuilder;
  readonly notes: RecoveryNotes;
}

export interface Recovered {
  readonly kind: 'recovered';
  readonly streams: Map<number, JournalPlace>;
  readonly archived: number;
  readonly next: number;
}

const LAST_ITEM = 0xffffffff;

/** Refuses what a later version or another store made, before anything is changed (L25). */
export function refuseForeign(files: ArchiveFiles, storeId: Uint8Array): ArchiveProblem | undefined {
  for (const { name } of segmentsAmong(files.names())) {
    const header = headerOf(files, name);
    if (header === undefined) continue;
    if (header.version > SEGMENT_VERSION) {
      const message = `${name} has format ${header.version}, which a later version made; this one knows formats up to ${SEGMENT_VERSION}. It is left as it is.`;
      return { kind: 'problem', code: 'newer', message };
    }
    if (Buffer.compare(header.storeId, storeId) !== 0) {
      return { kind: 'problem', code: 'foreign', message: `${name} belongs to another store; it is left as it is.` };
    }
  }
  return undefined;
}

/** The header of a segment, where it verifies. */
export function headerOf(files: ArchiveFiles, name: string): SegmentHeader | undefined {
  return withFile(files, name, 'read', (file) => readSegmentHeader(file.read(0, SEGMENT_HEADER_BYTES)));
}

/** Work on one file, which is closed behind it. */
export function withFile<Value>(
  files: ArchiveFiles,
  name: string,
  how: 'read' | 'write',
  work: (file: OpenFile) => Value,
): Value {
  const file = files.open(name, how);
  try {
    return work(file);
  } finally {
    file.close();
  }
}

/** Brings the block table to what the segments hold, and cuts unfinished writes. Doing it twice changes nothing more. */
export function recover(request: RecoverRequest): Recovered {
  const { files, index, notes } = request;
  const known = new Map(index.segments().map((row) => [row.id, row]));
  dropLeaving(request, known);
  const names = segmentsAmong(files.names());
  for (const row of known.values()) {
    if (names.some(({ id }) => id === row.id)) continue;
    notes.missing.push(row.name);
    index.transaction(() => index.dropSegment(row.id));
  }
  const state = { streams: new Map(index.streams()), ...index.mark() };
  const recovery = new Recovery(request, state);
  names.forEach((name, i) => {
    const isLast = !names.slice(i + 1).some(({ stream }) => stream === name.stream);
    recovery.take(name, known.get(name.id), isLast);
  });
  dropStray(files, new Set(names.map(({ name }) => slicesName(name))));
  index.transaction(() => {
    for (const [stream, { position, item }] of state.streams) index.putStream(stream, position, item);
    index.putMark(state.archived, state.next);
  });
  return { kind: 'recovered', ...state };
}

/** Segments that were being removed go on going. */
function dropLeaving({ files, index }: RecoverRequest, known: Map<number, SegmentRow>): void {
  for (const row of [...known.values()].filter(({ leaving }) => leaving === 1)) {
    for (const name of [row.name, slicesName(row.name)]) if (files.sizeOf(name) !== undefined) files.unlink(name);
    files.syncFolder();
    index.transaction(() => index.dropSegment(row.id));
    known.delete(row.id);
  }
}

/** Slices without their segment, and files that were being made. */
function dropStray(files: ArchiveFiles, wanted: ReadonlySet<string>): void {
  for (const name of files.names()) {
    if (/\.tmp$/.test(name) || (/\.slices$/.test(name) && !wanted.has(name))) files.unlink(name);
  }
}

class Recovery {
  readonly #request: RecoverRequest;
  readonly #state: { streams: Map<number, JournalPlace>; archived: number; next: number };

  constructor(request: RecoverRequest, state: { streams: Map<number, JournalPlace>; archived: number; next: number }) {
    this.#request = request;
    this.#state = state;
  }

  take(name: SegmentName, row: SegmentRow | undefined, isLast: boolean): void {
    const { files, notes } = this.#request;
    const size = files.sizeOf(name.name) ?? 0;
    this.#state.next = Math.max(this.#state.next, name.id + 1);
    if (size < SEGMENT_HEADER_BYTES && row === undefined) {
      // A file that was being made: nothing was in it.
      files.unlink(name.name);
      return;
    }
    const header = headerOf(files, name.name);
    if (header === undefined) notes.headers.push(name.name);
    this.#state.archived = Math.max(this.#state.archived, header?.archived ?? 0);
    const isKnown = row !== undefined && row.end <= size && (row.finished === 1 || row.end === size);
    if (isKnown) this.#keep(row, isLast);
    else this.#walk(name, header, row, isLast);
  }

  #keep(row: SegmentRow, isLast: boolean): void {
    const { files, index } = this.#request;
    const sealed = row.sealed === 1 && files.sizeOf(slicesName(row.name)) !== undefined ? 1 : 0;
    const finished = isLast ? row.finished : 1;
    if (sealed === row.sealed && finished === row.finished) return;
    index.transaction(() => index.putSegment({ ...row, sealed, finished }));
  }

  #walk(name: SegmentName, header: SegmentHeader | undefined, row: SegmentRow | undefined, isLast: boolean): void {
    const { files, index } = this.#request;
    withFile(files, name.name, 'write', (file) => {
      const begun = row ?? newRow(name, header?.createdMs ?? 0);
      const base = file.size() < begun.end ? this.#shorten(file, begun, header, isLast) : begun;
      const seed = blockSeed(this.#request.storeId, name.id);
      const walk = walkSegment({ file, seed, from: base.end, ordinal: base.blocks, wasFinished: !isLast });
      this.#note(name.name, walk);
      if (walk.tornBytes > 0) file.truncate(walk.end);
      if (isLast) writeAgain(file, walk.blocks);
      file.datasync();
      const finished = isLast ? 0 : 1;
      index.transaction(() => {
        for (const block of walk.blocks) {
          index.putBlock(name.id, block.offset, block.header, isLast ? this.#filterOf(file, block) : undefined);
        }
        index.putSegment({ ...grown(base, walk.blocks), end: walk.end, finished, sealed: 0 });
      });
      for (const block of walk.blocks) this.#takeBlock(block);
    });
  }

  #note(name: string, walk: ReturnType<typeof walkSegment>): void {
    const { notes } = this.#request;
    if (walk.tornBytes > 0) notes.torn.push({ name, at: walk.end, bytes: walk.tornBytes });
    for (const stretch of walk.damaged) notes.damaged.push({ name, ...stretch });
    notes.indexed += walk.blocks.length;
  }

  /**
   * Forgets the blocks that a file has lost. If nothing of its stream lies behind them, the journal may still hold them: the place of the stream goes back
   * to its last block, and with it what counts as archived.
   */
  #shorten(file: OpenFile, row: SegmentRow, header: SegmentHeader | undefined, isLast: boolean): SegmentRow {
    const { index, notes } = this.#request;
    const size = file.size();
    notes.shortened.push({ name: row.name, bytes: row.end - size });
    const kept = index.blocks(row.id).filter(({ offset, stored }) => offset + BLOCK_HEADER_BYTES + stored <= size);
    const last = kept.at(-1);
    const end = last === undefined ? SEGMENT_HEADER_BYTES : last.offset + BLOCK_HEADER_BYTES + last.stored;
    index.transaction(() => index.dropBlocks(row.id, end));
    const place = this.#lastPlace(file, row.id, last?.offset) ?? this.#placeBefore(row);
    if (isLast) this.#stepBack(row.stream, place, header?.archived ?? 0);
    const t0 = Math.min(Number.POSITIVE_INFINITY, ...kept.map((block) => block.t0));
    const t1 = Math.max(Number.NEGATIVE_INFINITY, ...kept.map((block) => block.t1));
    return { ...row, end, blocks: (last?.ordinal ?? -1) + 1, t0, t1 };
  }

  /** Place in the journal of the last entry of the block at an offset. */
  #lastPlace(file: OpenFile, segment: number, offset: number | undefined): JournalPlace | undefined {
    if (offset === undefined) return undefined;
    return readBlockHeader(file.read(offset, BLOCK_HEADER_BYTES), blockSeed(this.#request.storeId, segment));
  }

  /** Place of the last entry of the stream's segment before. */
  #placeBefore({ id, stream }: SegmentRow): JournalPlace | undefined {
    const { index, files } = this.#request;
    const before = index.segments().findLast((row) => row.stream === stream && row.id < id);
    const last = before === undefined ? undefined : index.blocks(before.id).at(-1);
    if (before === undefined || last === undefined) return undefined;
    return withFile(files, before.name, 'read', (file) => this.#lastPlace(file, before.id, last.offset));
  }

  #stepBack(stream: number, last: JournalPlace | undefined, atCreation: number): void {
    const { position, item } = last ?? { position: atCreation, item: LAST_ITEM };
    this.#state.streams.set(stream, { position, item });
    this.#state.archived = Math.min(this.#state.archived, last === undefined ? position : position - 1);
  }

  #filterOf(file: OpenFile, { offset, header }: WalkedBlock): Uint8Array | undefined {
    const payload = unpackBlock(file.read(offset + BLOCK_HEADER_BYTES, header.stored), header);
    const spans = payload === undefined ? undefined : rowSpans(payload);
    return payload === undefined || spans === undefined ? undefined : filterOf(payload, spans, this.#request.filters);
  }

  #takeBlock({ header }: WalkedBlock): void {
    const state = this.#state;
    const known = state.streams.get(header.stream);
    if (known === undefined || isBehind(header, known)) {
      state.streams.set(header.stream, { position: header.position, item: header.item });
    }
    state.archived = Math.max(state.archived, header.archived);
    state.next = Math.max(state.next, header.first + Math.max(1, header.count));
  }
}

/** Whether a place lies behind another. */
export function isBehind(place: JournalPlace, other: JournalPlace): boolean {
  return place.position > other.position || (place.position === other.position && place.item > other.item);
}

export function newRow(name: SegmentName, createdMs: number): SegmentRow {
  return {
    ...name,
    end: SEGMENT_HEADER_BYTES,
    blocks: 0,
    t0: Number.POSITIVE_INFINITY,
    t1: Number.NEGATIVE_INFINITY,
    createdMs,
    writtenMs: createdMs,
    finished: 0,
    sealed: 0,
    leaving: 0,
  };
}

/** A segment's row with blocks added to it. */
export function grown(row: SegmentRow, blocks: readonly WalkedBlock[]): SegmentRow {
  let next = row;
  for (const { offset, header } of blocks) {
    next = {
      ...next,
      end: offset + BLOCK_HEADER_BYTES + header.stored,
      blocks: header.ordinal + 1,
      t0: Math.min(next.t0, header.t0),
      t1: Math.max(next.t1, header.t1),
      writtenMs: Math.max(next.writtenMs, header.writtenMs),
    };
  }
  return next;
}
