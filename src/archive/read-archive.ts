import { isMissing } from '../disk/index.ts';
import { type ArchiveTime, type EntryFacts, readRow, rowMs, rowPlace, rowSpans, rowTicks } from '../entries/index.ts';
import { BLOCK_HEADER_BYTES, type BlockHeader, blockSeed, unpackBlock } from './block.ts';
import { type ArchiveFiles, nodeFiles, type OpenFile } from './files.ts';
import { headerOf, refuseForeign } from './recover.ts';
import { SEGMENT_HEADER_BYTES, type SegmentName, segmentsAmong } from './segment.ts';
import { attempt } from './trouble.ts';
import { blockFrom } from './walk-segment.ts';

/** Event time: from then on, and before then. What has no time lies in no span that has a bound. */
export interface ReadSpan {
  readonly from?: ArchiveTime | undefined;
  readonly to?: ArchiveTime | undefined;
}

/** What could not be read so far. */
export interface ReadNotes {
  /** Stretches that do not verify. */
  damaged: number;
  /** Segments that retention let go of meanwhile. */
  gone: number;
}

export interface ArchiveReading {
  readonly kind: 'reading';
  /** All of the journal up to here is archived; what came later is left out. */
  readonly archived: number;
  readonly notes: Readonly<ReadNotes>;
  /** What the archive holds of each batch, in the order of arrival: a batch at a time, its entries in their order. @throws where the disk fails */
  batches(span?: ReadSpan): Generator<readonly EntryFacts[], void, undefined>;
}

export type ReadOutcome =
  | ArchiveReading
  | { readonly kind: 'problem'; readonly code: 'newer' | 'foreign' | 'unwritable' | 'io'; readonly text: string };

interface Parts {
  readonly files: ArchiveFiles;
  readonly storeId: Uint8Array;
  readonly upTo: number;
  readonly span: ReadSpan;
  readonly notes: ReadNotes;
}

/**
 * Reads a whole archive in the order of the journal beside its owner, or without one, and changes nothing. Memory holds a block of each stream and a batch. Waits for the
 * disk in its caller's thread.
 */
export function readArchive(folder: string, storeId: Uint8Array): ReadOutcome {
  const files = nodeFiles(folder);
  const outcome = attempt((): ReadOutcome => {
    const wrong = refuseForeign(files, storeId);
    if (wrong !== undefined) return { kind: 'problem', code: wrong.code, text: wrong.message };
    const names = segmentsAmong(files.names());
    const notes: ReadNotes = { damaged: 0, gone: 0 };
    const archived = archivedUpTo(files, names, storeId);
    const batches = (span: ReadSpan = {}): Generator<readonly EntryFacts[], void, undefined> =>
      inBatches(streamsOf(names).map((own) => entriesOf({ files, storeId, upTo: archived, span, notes }, own)));
    return { kind: 'reading', archived, notes, batches };
  });
  return outcome.kind === 'done'
    ? outcome.value
    : { kind: 'problem', code: 'io', text: `${folder}: ${outcome.message}` };
}

function streamsOf(names: readonly SegmentName[]): readonly (readonly SegmentName[])[] {
  return [...Map.groupBy(names, ({ stream }) => stream).values()];
}

/** A writer writes stream after stream, so what one of them has may miss in another: the last block of a group says up to where all is there. */
function archivedUpTo(files: ArchiveFiles, names: readonly SegmentName[], storeId: Uint8Array): number {
  let archived = 0;
  for (const name of names) {
    archived = Math.max(archived, headerIfThere(files, name.name)?.archived ?? 0);
    for (const { header } of blocksOf(files, name, storeId)) archived = Math.max(archived, header.archived);
  }
  return archived;
}

function headerIfThere(files: ArchiveFiles, name: string): ReturnType<typeof headerOf> {
  try {
    return headerOf(files, name);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The entries of a stream, oldest first. */
function* entriesOf(parts: Parts, names: readonly SegmentName[]): Generator<EntryFacts, void, undefined> {
  const { files, storeId, upTo, span, notes } = parts;
  for (const name of names) {
    for (const { header, packed } of blocksOf(files, name, storeId, notes)) {
      if (!mayHold(header, span)) continue;
      const payload = unpackBlock(packed(), header);
      const rows = payload === undefined ? undefined : rowSpans(payload);
      if (payload === undefined || rows === undefined) {
        notes.damaged++;
        continue;
      }
      for (const row of rows) {
        if (rowPlace(payload, row.start).position > upTo) return;
        if (!isInSpan(payload, row.start, span)) continue;
        yield readRow(payload, row);
      }
    }
  }
}

interface SegmentBlock {
  readonly header: BlockHeader;
  /** Its bytes behind the header. */
  readonly packed: () => Buffer;
}

/** The blocks of a segment whose headers verify; none where it is there no more. */
function* blocksOf(
  files: ArchiveFiles,
  { name, id }: SegmentName,
  storeId: Uint8Array,
  notes?: ReadNotes,
): Generator<SegmentBlock, void, undefined> {
  let file: OpenFile;
  try {
    file = files.open(name, 'read');
  } catch (error) {
    if (!isMissing(error)) throw error;
    if (notes !== undefined) notes.gone++;
    return;
  }
  try {
    const size = file.size();
    const seed = blockSeed(storeId, id);
    for (let at = SEGMENT_HEADER_BYTES; at < size; ) {
      const found = blockFrom(file, at, size, seed);
      if (found === undefined) return;
      if (found.offset > at && notes !== undefined) notes.damaged++;
      const { header, offset } = found;
      yield { header, packed: () => file.read(offset + BLOCK_HEADER_BYTES, header.stored) };
      at = offset + BLOCK_HEADER_BYTES + header.stored;
    }
  } finally {
    file.close();
  }
}

function mayHold({ t0, t1 }: BlockHeader, { from, to }: ReadSpan): boolean {
  return (from === undefined || t1 >= from.ms) && (to === undefined || t0 <= to.ms);
}

function isInSpan(payload: Buffer, start: number, { from, to }: ReadSpan): boolean {
  if (from === undefined && to === undefined) return true;
  const ms = rowMs(payload, start);
  if (Number.isNaN(ms)) return false;
  const ticks = rowTicks(payload, start);
  const isBefore = (at: ArchiveTime): boolean => ms < at.ms || (ms === at.ms && ticks < at.ticks);
  return (from === undefined || !isBefore(from)) && (to === undefined || isBefore(to));
}

/** Entries of all streams in the order of the journal, those of one batch together. */
function* inBatches(
  streams: readonly Generator<EntryFacts, void, undefined>[],
): Generator<readonly EntryFacts[], void, undefined> {
  const heads = streams.map((stream) => ({ stream, next: stream.next() }));
  try {
    for (;;) {
      const positions = heads.flatMap(({ next }) => (next.done === true ? [] : [next.value.position]));
      if (positions.length === 0) return;
      const position = Math.min(...positions);
      const batch: EntryFacts[] = [];
      for (const head of heads) {
        for (; head.next.done !== true && head.next.value.position === position; head.next = head.stream.next()) {
          batch.push(head.next.value);
        }
      }
      yield batch.sort((a, b) => a.item - b.item);
    }
  } finally {
    for (const { stream } of heads) stream.return();
  }
}
