import type { EventStore } from '../evidence/index.ts';
import {
  clearPackedMarks,
  movePackedPlace,
  type PackedRows,
  packedRowBytes,
  packedTimeMs,
  putPackedMark,
  setPackedSource,
} from '../windows/index.ts';
import { MISSES } from './remembered-misses.ts';

/** A mark on rows that no judgement has seen or takes. */
export const UNJUDGED = 4;
/** On those that were unjudged when the judgement began that is under way, or that ended in a fault. */
export const IN_JUDGEMENT = 8;
/** On those that neither a judgement nor a glance has seen. */
export const UNSEEN = 16;
/** On those of an image that no judgement of this window has seen. */
export const RESTORED = 64;

/** Gives rows the number of their source; tells their oldest time, and how many are before the watermark. */
export function stampRows(
  rows: PackedRows,
  source: number,
  watermarkMs: number,
): { readonly oldestMs: number; readonly late: number } {
  let oldestMs = Number.POSITIVE_INFINITY;
  let late = 0;
  eachRow(rows, (buffer, at) => {
    setPackedSource(buffer, at, source);
    putPackedMark(buffer, at, UNJUDGED | UNSEEN);
    const timeMs = packedTimeMs(buffer, at);
    oldestMs = Math.min(oldestMs, timeMs);
    if (timeMs < watermarkMs) late++;
  });
  return { oldestMs, late };
}

/** A judgement begins: what no judgement has seen is in it. */
export function marksBegin(store: EventStore): void {
  store.clearMarks(UNJUDGED, { of: UNJUDGED, put: IN_JUDGEMENT });
}

/** It has ended, and has seen all that it took. */
export function marksEnd(store: EventStore): void {
  store.clearMarks(IN_JUDGEMENT | UNSEEN, { of: IN_JUDGEMENT });
  store.clearMarks(RESTORED);
}

/** The mark of what a judgement that ended in a fault took for the first time: what came, else what an image had. */
export function faultMark(store: EventStore): number {
  return store.unsorted().some((event) => event.hasMark(IN_JUDGEMENT)) ? IN_JUDGEMENT : RESTORED;
}

/** Makes a row of a window's image one that was judged before: what rules are known to miss of it stays, for the same rules ask. */
export function restoreRow(buffer: Buffer, at: number): void {
  clearPackedMarks(buffer, at, UNJUDGED | IN_JUDGEMENT | UNSEEN);
  putPackedMark(buffer, at, RESTORED);
}

/** Takes off what their reader knew of rows by rules that are others here. */
export function forgetMisses(rows: PackedRows): void {
  eachRow(rows, (buffer, at) => clearPackedMarks(buffer, at, MISSES));
}

/** Calls with each row: the buffer, and where in it the row begins. */
export function eachRow({ bytes }: PackedRows, visit: (buffer: Buffer, at: number) => void): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < buffer.length; at += packedRowBytes(buffer, at)) visit(buffer, at);
}

/** Moves the places of rows on by so many bytes; gives where the last of them ends. */
export function movePlaces(rows: PackedRows, from: number): number {
  let end = from;
  eachRow(rows, (buffer, at) => {
    end = Math.max(end, movePackedPlace(buffer, at, from));
  });
  return end;
}

/** The layout numbers of a packer, to which its rows add. */
export function numbersOf(byPacker: Map<number, number[]>, packer: number): number[] {
  const known = byPacker.get(packer);
  if (known !== undefined) return known;
  const numbers: number[] = [];
  byPacker.set(packer, numbers);
  return numbers;
}
