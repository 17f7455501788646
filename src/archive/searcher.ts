import { done, isMissing } from '../disk/index.ts';
import { type RowSpan, readRow, rowPlace, rowSpans } from '../entries/index.ts';
import { BLOCK_HEADER_BYTES, blockSeed, readBlockHeader, unpackBlock } from './block.ts';
import { Candidates } from './candidates.ts';
import { type ArchiveFiles, nodeFiles } from './files.ts';
import { blocksAround, type JournalPlace } from './find-entry.ts';
import type { EntryPlace, FoundEntry } from './found-entry.ts';
import { type BlockRow, IndexFile, type SegmentRow } from './index-file.ts';
import { type ArchiveLimits, MOST_PAYLOAD_BYTES } from './limits.ts';
import { matchingItems } from './match.ts';
import { type ArchiveQuery, type CompiledQuery, compileQuery } from './query.ts';
import { StreamCursor } from './stream-cursor.ts';
import { type Survey, type SurveyRequest, surveyOf } from './survey.ts';
import { type Outcome, refused } from './trouble.ts';

export interface StepRequest {
  /** Number of the search: its steps share what was looked up. */
  readonly search: number;
  readonly query: ArchiveQuery;
  /** Entries with a smaller sequence number are still to be looked at; nothing at the beginning. */
  readonly before: number | undefined;
  readonly entries: number;
  readonly bytes: number;
}

/** What a stretch of a search did. */
export interface SearchCount {
  /** Blocks that were unpacked, entries in them, and blocks that a filter or a time ruled out. */
  readonly blocks: number;
  readonly events: number;
  readonly passed: number;
  /** Blocks that do not verify, and blocks of segments that are gone. */
  readonly damaged: number;
  readonly gone: number;
}

export interface Step {
  /** Newest first. */
  readonly entries: readonly FoundEntry[];
  readonly count: SearchCount;
  /** Where the next step begins; `null` when all was looked at. */
  readonly before: number | null;
}

interface Running {
  readonly query: CompiledQuery;
  readonly streams: readonly StreamCursor[];
  before: number;
}

export interface SearcherParts {
  readonly folder: string;
  readonly storeId: Uint8Array;
  readonly limits: ArchiveLimits;
}

/** Searches that are remembered between their steps. */
const MOST_RUNNING = 16;

/** Reads an archive while another thread writes it. */
export class Searcher {
  readonly #parts: SearcherParts;
  readonly #files: ArchiveFiles;
  readonly #running = new Map<number, Running>();
  #index: IndexFile | undefined;

  constructor(parts: SearcherParts) {
    this.#parts = parts;
    this.#files = nodeFiles(parts.folder);
  }

  /** Looks at the next blocks of a search: as many as one step may, or until the entries asked for are found. */
  step(request: StepRequest): Outcome<Step> {
    const running = this.#resume(request);
    if (running.kind === 'refused') return running;
    const { query, streams, before } = running.value;
    const { stepBlocks, stepPassed } = this.#parts.limits;
    const count = { blocks: 0, events: 0, passed: 0, damaged: 0, gone: 0 };
    const entries: FoundEntry[] = [];
    let bytes = 0;
    let at = before;
    for (;;) {
      const stream = newestOf(streams);
      const head = stream?.head;
      if (stream === undefined || head === undefined) return done(this.#end(request, entries, count));
      at = Math.min(at, head.block.first + head.block.count);
      if (count.blocks >= stepBlocks || count.passed >= stepPassed) break;
      if (!stream.mayMatch()) {
        count.passed += 1;
        stream.advance();
        continue;
      }
      const found = this.#found(head.segment, head.block, query, at, request.entries - entries.length + 1, count);
      for (const entry of found) {
        if (entries.length > 0 && (entries.length >= request.entries || bytes + entry.raw.length > request.bytes))
          break;
        entries.push(entry);
        bytes += entry.raw.length;
        at = entry.sequence;
      }
      const isWhole = found.length === 0 || entries.at(-1) === found.at(-1);
      if (!isWhole) break;
      stream.advance();
      at = Math.min(at, head.block.first);
      if (entries.length >= request.entries) break;
    }
    running.value.before = at;
    return done({ entries, count, before: at });
  }

  /** One entry by its place; `unknown` where it is gone, `damaged` where its block does not verify. */
  read({ segment, block, item }: EntryPlace): Outcome<FoundEntry> {
    const index = this.#opened();
    const row = index.segment(segment);
    const blockRow = row === undefined ? undefined : index.block(segment, block);
    if (row === undefined || blockRow === undefined || item >= blockRow.count)
      return refused('unknown', 'The archive does not hold this entry any more, or never did.');
    const count = { blocks: 0, events: 0, passed: 0, damaged: 0, gone: 0 };
    const opened = this.#payload(row, blockRow, count);
    const span = opened?.spans[item];
    if (opened !== undefined && span !== undefined) return done(entryOf(opened.payload, span, row, blockRow, item));
    return count.gone > 0
      ? refused('unknown', 'The archive does not hold this entry any more.')
      : refused('damaged', `Block ${block} of ${row.name} does not verify any more.`);
  }

  /** What the index alone tells of a query. */
  survey(request: SurveyRequest): Outcome<Survey> {
    const index = this.#opened();
    return surveyOf({ index, candidates: new Candidates(this.#files, index) }, request);
  }

  /** One entry by its place in the journal. */
  find(place: JournalPlace): Outcome<FoundEntry> {
    const { storeId } = this.#parts;
    const parts = { files: this.#files, index: this.#opened(), seedOf: (id: number) => blockSeed(storeId, id) };
    const count = { blocks: 0, events: 0, passed: 0, damaged: 0, gone: 0 };
    for (const { segment, block } of blocksAround(parts, place)) {
      const opened = this.#payload(segment, block, count);
      if (opened === undefined) continue;
      const { payload, spans } = opened;
      for (const [item, span] of spans.entries()) {
        const { position, item: number } = rowPlace(payload, span.start);
        if (position === place.position && number === place.item)
          return done(entryOf(payload, span, segment, block, item));
      }
    }
    return count.damaged > 0
      ? refused('damaged', 'The block that held this event does not verify any more.')
      : refused('unknown', 'The archive does not hold this event: its time is over, or it is not archived yet.');
  }

  /** Forgets the index: it was made anew. */
  reopen(): void {
    this.#running.clear();
    this.#index?.close();
    this.#index = undefined;
  }

  /** Forgets a search that nobody goes on with. */
  forget(search: number): void {
    this.#running.delete(search);
  }

  #opened(): IndexFile {
    this.#index ??= new IndexFile(this.#parts.folder, 'read');
    return this.#index;
  }

  #resume(request: StepRequest): Outcome<Running> {
    const known = this.#running.get(request.search);
    if (known !== undefined && known.before === request.before) return done(known);
    const compiled = compileQuery(request.query);
    if (compiled.kind === 'refused') return compiled;
    const index = this.#opened();
    const before = Math.min(request.before ?? Number.MAX_SAFE_INTEGER, index.mark().next);
    const segments = index.segments().filter(({ id, leaving }) => id < before && leaving === 0);
    const candidates = new Candidates(this.#files, index);
    const streams = [...new Set(segments.map(({ stream }) => stream))].map((stream) => {
      const own = segments.filter((segment) => segment.stream === stream);
      return new StreamCursor(own, before, compiled.value, candidates, index);
    });
    const running = { query: compiled.value, streams, before };
    this.#running.delete(request.search);
    this.#running.set(request.search, running);
    const oldest = this.#running.keys().next();
    if (this.#running.size > MOST_RUNNING && oldest.done !== true) this.#running.delete(oldest.value);
    return done(running);
  }

  #end({ search }: StepRequest, entries: readonly FoundEntry[], count: SearchCount): Step {
    this.#running.delete(search);
    return { entries, count, before: null };
  }

  /** What a block holds for a query before a sequence number: the newest, newest first. */
  #found(
    segment: SegmentRow,
    block: BlockRow,
    query: CompiledQuery,
    before: number,
    most: number,
    count: { blocks: number; events: number; damaged: number; gone: number },
  ): readonly FoundEntry[] {
    const opened = this.#payload(segment, block, count);
    if (opened === undefined) return [];
    const { payload, spans } = opened;
    count.blocks += 1;
    count.events += spans.length;
    const items = matchingItems(payload, spans, query).filter((item) => block.first + item < before);
    return items
      .reverse()
      .slice(0, most)
      .flatMap((item) => {
        const span = spans[item];
        return span === undefined ? [] : entryOf(payload, span, segment, block, item);
      });
  }

  #payload(
    { id, name }: SegmentRow,
    { offset, stored, first }: BlockRow,
    count: { damaged: number; gone: number },
  ): { readonly payload: Buffer; readonly spans: readonly RowSpan[] } | undefined {
    let bytes: Buffer;
    try {
      const file = this.#files.open(name, 'read');
      try {
        bytes = file.read(offset, BLOCK_HEADER_BYTES + Math.min(stored, MOST_PAYLOAD_BYTES));
      } finally {
        file.close();
      }
    } catch (error) {
      if (!isMissing(error)) throw error;
      count.gone += 1;
      return undefined;
    }
    const header = readBlockHeader(bytes, blockSeed(this.#parts.storeId, id));
    const payload = header?.first === first ? unpackBlock(bytes.subarray(BLOCK_HEADER_BYTES), header) : undefined;
    const spans = payload === undefined ? undefined : rowSpans(payload);
    if (payload !== undefined && spans !== undefined) return { payload, spans };
    count.damaged += 1;
    return undefined;
  }
}

function newestOf(streams: readonly StreamCursor[]): StreamCursor | undefined {
  let newest: StreamCursor | undefined;
  let first = Number.NEGATIVE_INFINITY;
  for (const stream of streams) {
    const head = stream.head;
    if (head === undefined || head.block.first <= first) continue;
    newest = stream;
    first = head.block.first;
  }
  return newest;
}

function entryOf(payload: Buffer, span: RowSpan, segment: SegmentRow, block: BlockRow, item: number): FoundEntry {
  const place = { segment: segment.id, block: block.ordinal, item };
  return { ...readRow(payload, span), sequence: block.first + item, place };
}
