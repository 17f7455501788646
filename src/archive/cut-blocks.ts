import { keyHash, markTokens, type RowSpan, rowEventId, rowMs, rowPlace, rowString } from '../entries/index.ts';
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
  const keys = new KeyMarker(filters);
  let at = 0;
  let t0 = Number.POSITIVE_INFINITY;
  let t1 = Number.NEGATIVE_INFINITY;
  let place = { position: 0, item: 0 };
  for (const { bytes: source, span } of rows) {
    const bodyAt = at + span.rawAt - span.start;
    source.copy(payload, at, span.start, span.end);
    const end = at + span.end - span.start;
    markTokens(payload, bodyAt, end, filters);
    keys.mark(source, span.start);
    const ms = rowMs(source, span.start);
    if (ms < t0) t0 = ms;
    if (ms > t1) t1 = ms;
    place = rowPlace(source, span.start);
    at = end;
  }
  return { payload, count: rows.length, t0, t1, ...place, filter: filters.take() };
}

/** Marks host, channel and event id of rows, each value once a block. */
class KeyMarker {
  readonly #filters: FilterBuilder;
  readonly #hosts = new Set<string>();
  readonly #channels = new Set<string>();
  readonly #eventIds = new Set<number>();

  constructor(filters: FilterBuilder) {
    this.#filters = filters;
  }

  mark(bytes: Buffer, start: number): void {
    const host = rowString(bytes, start, 0);
    if (!this.#hosts.has(host)) this.#filters.mark(keyHash('host', host));
    this.#hosts.add(host);
    const channel = rowString(bytes, start, 1);
    if (!this.#channels.has(channel)) this.#filters.mark(keyHash('channel', channel));
    this.#channels.add(channel);
    const eventId = rowEventId(bytes, start);
    if (eventId === null || this.#eventIds.has(eventId)) return;
    this.#eventIds.add(eventId);
    this.#filters.mark(keyHash('event', String(eventId)));
  }
}

/** The filter of a block's payload, made again. */
export function filterOf(payload: Buffer, spans: readonly RowSpan[], filters: FilterBuilder): Uint8Array {
  const keys = new KeyMarker(filters);
  for (const { start, rawAt, end } of spans) {
    markTokens(payload, rawAt, end, filters);
    keys.mark(payload, start);
  }
  return filters.take();
}
