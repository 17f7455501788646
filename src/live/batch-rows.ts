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
const ALL_MARKS = 0xff;

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

/** Makes a row of a window's image one that came just now: what was known of it by rules or judgements is asked again. */
export function renewRow(buffer: Buffer, at: number): void {
  clearPackedMarks(buffer, at, ALL_MARKS);
  putPackedMark(buffer, at, UNJUDGED | UNSEEN);
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
