import {
  FIXED_BYTES,
  keyHashIn,
  markTokens,
  type RowSpan,
  rowEventId,
  rowMs,
  rowPlace,
  rowStringEnd,
} from '../entries/index.ts';
import type { FilterBuilder } from './filter.ts';
import type { ArchiveLimits } from './limits.ts';

/** Entries that make one block, in order. */
export interface CutBlock {
  /** Valid until the next block is cut: one piece of memory serves all of them. */
  readonly payload: Buffer;
  /** No row is left behind it. */
  readonly isLast: boolean;
  readonly count: number;
  readonly t0: number;
  readonly t1: number;
  readonly position: number;
  readonly item: number;
  readonly filter: Uint8Array;
}

/** A row where it lies. */
export interface PlacedRow {
  readonly bytes: Buffer;
  readonly span: RowSpan;
}

/** Cuts rows of one stream into blocks: as many as fit, at least one (DEPENDENCIES 5.1). */
export function* cutBlocks(
  rows: readonly PlacedRow[],
  limits: ArchiveLimits,
  filters: FilterBuilder,
): Generator<CutBlock> {
  let memory = Buffer.allocUnsafe(0);
  for (let from = 0; from < rows.length; ) {
    let to = from;
    let bytes = 0;
    for (; to < rows.length && to - from < limits.blockEvents; to++) {
      const length = rowLength(rows[to]);
      if (to > from && bytes + length > limits.blockBytes) break;
      bytes += length;
    }
    if (memory.length < bytes) memory = Buffer.allocUnsafe(Math.max(bytes, limits.blockBytes));
    yield { ...makeCut(rows.slice(from, to), memory.subarray(0, bytes), filters), isLast: to >= rows.length };
    from = to;
  }
}

function rowLength(row: PlacedRow | undefined): number {
  return row === undefined ? 0 : row.span.end - row.span.start;
}

function makeCut(rows: readonly PlacedRow[], payload: Buffer, filters: FilterBuilder): Omit<CutBlock, 'isLast'> {
  let at = 0;
  let t0 = Number.POSITIVE_INFINITY;
  let t1 = Number.NEGATIVE_INFINITY;
  let place = { position: 0, item: 0 };
  for (const { bytes: source, span } of rows) {
    const bodyAt = at + span.rawAt - span.start;
    source.copy(payload, at, span.start, span.end);
    const end = at + span.end - span.start;
    markTokens(payload, bodyAt, end, filters);
    markKeys(source, span.start, filters);
    const ms = rowMs(source, span.start);
    if (ms < t0) t0 = ms;
    if (ms > t1) t1 = ms;
    place = rowPlace(source, span.start);
    at = end;
  }
  return { payload, count: rows.length, t0, t1, ...place, filter: filters.take() };
}

/** Marks host, channel and event id of a row. */
function markKeys(bytes: Buffer, start: number, filters: FilterBuilder): void {
  const hostAt = start + FIXED_BYTES;
  const channelAt = rowStringEnd(bytes, start, 0, hostAt);
  filters.mark(keyHashIn('host', bytes, hostAt, channelAt));
  filters.mark(keyHashIn('channel', bytes, channelAt, rowStringEnd(bytes, start, 1, channelAt)));
  const eventId = rowEventId(bytes, start);
  if (eventId !== null) filters.markEventId(eventId);
}

/** The filter of a block's payload, made again. */
export function filterOf(payload: Buffer, spans: readonly RowSpan[], filters: FilterBuilder): Uint8Array {
  for (const { start, rawAt, end } of spans) {
    markTokens(payload, rawAt, end, filters);
    markKeys(payload, start, filters);
  }
  return filters.take();
}
