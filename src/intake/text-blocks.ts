import type { OpenFile } from './file-port.ts';
import { type Allocate, MAX_UNREADABLE } from './slot-units.ts';

/** Bytes of a full block of text. */
export const BLOCK_BYTES: number = 1 << 20;
/** What is tried one by one where a block cannot be read. */
const STRETCH_BYTES = 1 << 16;

/** What the reader of a range is told. */
export interface BlockWatch {
  /** Bytes that were read, in order; zeros where nothing could be read. */
  saw(bytes: Uint8Array, position: number): void;
  /** A stretch that cannot be read. Throws what is not an error of the file system. */
  unreadable(error: unknown, offset: number, bytes: number): void;
}

/**
 * Blocks of a text that lies in a file as it is: a loose file or a stored member. The next block is read while the caller works
 * on this one. Where the disk gives nothing, zeros stand, so that what follows keeps its place.
 */
export async function* blocksOfRange(
  file: OpenFile,
  range: { readonly start: number; readonly length: number },
  allocate: Allocate,
  watch: BlockWatch,
): AsyncGenerator<Uint8Array, void> {
  let unreadable = 0;
  const read = async (at: number): Promise<{ readonly block: Buffer; readonly error?: unknown }> => {
    const block = allocate(Math.max(0, Math.min(BLOCK_BYTES, range.length - at)));
    if (block.length === 0) return { block };
    try {
      return { block: block.subarray(0, await file.read(block, range.start + at)) };
    } catch (error) {
      return { block, error };
    }
  };
  const readStretches = async (block: Buffer, at: number): Promise<Buffer> => {
    for (let from = 0; from < block.length; from += STRETCH_BYTES) {
      const stretch = block.subarray(from, from + STRETCH_BYTES);
      try {
        const got = await file.read(stretch, range.start + at + from);
        if (got < stretch.length) return block.subarray(0, from + got);
      } catch (error) {
        if (++unreadable > MAX_UNREADABLE) throw error;
        watch.unreadable(error, at + from, stretch.length);
        stretch.fill(0);
      }
    }
    return block;
  };
  let at = 0;
  let next = read(at);
  for (;;) {
    const { block, error } = await next;
    const wanted = Math.min(BLOCK_BYTES, range.length - at);
    const bytes = error === undefined ? block : await readStretches(block, at);
    // A block that is handed over reads as empty, so its length is taken before.
    const { length } = bytes;
    if (length === 0) return;
    watch.saw(bytes, range.start + at);
    at += length;
    const isLast = length < wanted || at >= range.length;
    if (!isLast) next = read(at);
    yield bytes;
    if (isLast) return;
  }
}

/** Blocks of a text that comes in pieces of any size; `head` is its start. */
export async function* blocksOfPieces(
  head: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
  allocate: Allocate,
): AsyncGenerator<Uint8Array, void> {
  let block = allocate(BLOCK_BYTES);
  let filled = 0;
  const fill = function* (piece: Uint8Array): Generator<Uint8Array, void> {
    for (let at = 0; at < piece.length; ) {
      const part = piece.subarray(at, at + BLOCK_BYTES - filled);
      block.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < BLOCK_BYTES) return;
      yield block;
      block = allocate(BLOCK_BYTES);
      filled = 0;
    }
  };
  yield* fill(head);
  for await (const piece of rest) yield* fill(piece);
  if (filled > 0) yield block.subarray(0, filled);
}
