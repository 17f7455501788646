import type { FileWindow } from './file-window.ts';
import {
  claimedLength,
  decodeFrame,
  FRAME_EXTRA_BYTES,
  FRAME_HEAD_BYTES,
  FRAME_MAGIC,
  type PlacedFrame,
} from './frame.ts';

/** Bytes searched at a time for the beginning of a frame. */
const SEARCH_BYTES = 1 << 18;
/** Bytes that a search may check for each byte it goes over: false beginnings in hostile batches cost no more (L20). */
const CHECKED_PER_BYTE = 4;

const MAGIC_BYTES = Buffer.alloc(4);
MAGIC_BYTES.writeUInt32LE(FRAME_MAGIC);

/** A part of a segment's file and what its checksums start from. */
export interface FrameRange {
  readonly window: FileWindow;
  readonly end: number;
  readonly seed: number;
}

/** The frame that begins at a place and verifies, or nothing. */
export async function frameAt({ window, end, seed }: FrameRange, at: number): Promise<PlacedFrame | undefined> {
  const head = await window.view(at, FRAME_HEAD_BYTES, end);
  const length = head === undefined ? undefined : claimedLength(head);
  if (length === undefined) return undefined;
  const whole = await window.view(at, FRAME_EXTRA_BYTES + length, end);
  return whole === undefined ? undefined : decodeFrame(whole, at, seed);
}

/** Looks for frames behind a broken one, in order. One search has one budget, however often it is asked. */
export class FrameSearch {
  readonly #range: FrameRange;
  #at: number;
  #budget: number;

  constructor(range: FrameRange, from: number) {
    this.#range = range;
    this.#at = from;
    this.#budget = CHECKED_PER_BYTE * Math.max(0, range.end - from);
  }

  /** The next frame that verifies; `lost` if too much looked like one to be told apart. */
  async next(): Promise<PlacedFrame | 'none' | 'lost'> {
    const { window, end } = this.#range;
    while (this.#at + FRAME_EXTRA_BYTES <= end) {
      const piece = await window.view(this.#at, Math.min(SEARCH_BYTES, end - this.#at), end);
      if (piece === undefined) return 'none';
      const found = piece.indexOf(MAGIC_BYTES);
      if (found < 0) {
        this.#at += piece.length - (MAGIC_BYTES.length - 1);
        continue;
      }
      const at = this.#at + found;
      const frame = await this.#check(at);
      if (frame === 'lost') return 'lost';
      this.#at = frame === undefined ? at + 1 : at + frame.bytes;
      if (frame !== undefined) return frame;
    }
    return 'none';
  }

  async #check(at: number): Promise<PlacedFrame | undefined | 'lost'> {
    const { window, end } = this.#range;
    const head = await window.view(at, FRAME_HEAD_BYTES, end);
    const claimed = head === undefined ? undefined : claimedLength(head);
    if (claimed === undefined || at + FRAME_EXTRA_BYTES + claimed > end) return undefined;
    this.#budget -= claimed;
    return this.#budget < 0 ? 'lost' : frameAt(this.#range, at);
  }
}
