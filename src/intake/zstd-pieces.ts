import { pipeline, Readable } from 'node:stream';
import { constants, createZstdDecompress } from 'node:zlib';
import { type ByteSource, PieceSource } from './byte-source.ts';
import type { InflateEnd } from './inflate.ts';

const OUTPUT_PIECE = 1 << 20;
/** RFC 8878 3.1.1: of a frame; of frames whose content is not data, 3.1.2, the last four bits are free. */
const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const DICTIONARY_BYTES = [0, 1, 2, 4];
const SIZE_BYTES = [0, 2, 4, 8];
const RLE = 1;
const RESERVED = 3;

/** What the walk over a frame came to. */
interface Frame {
  /** True when it ended as frames do. */
  isWhole: boolean;
}

/** Packed bytes that the decoder gets at a time, pass by pass; 0: block by block, since what it decodes before an error is lost. */
const BATCHES: readonly number[] = [1 << 17, 0];

/**
 * Pieces of what zstd packed, frame after frame: Node's own stream stops behind the first, and parallel compressors and
 * appended files have many (RFC 8878 3.1). Damage costs the block in which it lies and what comes behind it.
 */
export async function* zstdPieces(
  packed: () => AsyncIterable<Uint8Array>,
  allowed: number,
): AsyncGenerator<Uint8Array, InflateEnd> {
  let given = 0;
  for (const batch of BATCHES) {
    const frames = decodeFrames(packed(), batch);
    try {
      let at = 0;
      for (let step = await frames.next(); ; step = await frames.next()) {
        if (step.done === true) {
          if (step.value === 'damaged') break;
          return batch === 0 ? 'damaged' : 'whole';
        }
        const fresh = step.value.subarray(Math.max(0, given - at));
        at += step.value.length;
        const bytes = fresh.subarray(0, allowed - given);
        given += bytes.length;
        if (bytes.length > 0) yield bytes;
        if (bytes.length < fresh.length) return 'tooLarge';
      }
    } finally {
      await frames.return('whole');
    }
  }
  return 'damaged';
}

async function* decodeFrames(
  packed: AsyncIterable<Uint8Array>,
  batch: number,
): AsyncGenerator<Uint8Array, 'whole' | 'damaged'> {
  const source = new PieceSource(packed[Symbol.asyncIterator]());
  for (;;) {
    const magic = await source.take(4);
    if (magic.length === 0) return 'whole';
    if (magic.length < 4) return 'damaged';
    const number = littleEndian(magic);
    if ((number & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) {
      const size = await source.take(4);
      if (size.length < 4 || !(await source.passOver(littleEndian(size)))) return 'damaged';
      continue;
    }
    if (number !== FRAME_MAGIC) return 'damaged';
    const frame: Frame = { isWhole: false };
    // What a frame that is cut gives before its end counts: the walk, not the decoder, tells that it was cut.
    const decoder = createZstdDecompress({ chunkSize: OUTPUT_PIECE, finishFlush: constants.ZSTD_e_flush });
    // The error reaches the loop below through the decoder; the callback only keeps it from being thrown twice.
    pipeline(Readable.from(inBatches(frameParts(source, magic, frame), batch)), decoder, () => undefined);
    try {
      yield* decoder as AsyncIterable<Buffer>;
    } catch (error) {
      if (!isZstdError(error)) throw error;
      return 'damaged';
    } finally {
      decoder.destroy();
    }
    if (!frame.isWhole) return 'damaged';
  }
}

/** The same bytes, joined until there are so many. */
async function* inBatches(parts: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array, void> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const part of parts) {
    waiting.push(part);
    length += part.length;
    if (length < bytes) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(waiting);
}

/** The parts of one frame: header, blocks, checksum. They end early where the frame is cut or no frame. */
async function* frameParts(source: ByteSource, magic: Uint8Array, frame: Frame): AsyncGenerator<Uint8Array, void> {
  const descriptor = await source.take(1);
  const flags = descriptor[0] ?? 0;
  const isSingle = (flags & 0x20) !== 0;
  const dictionary = DICTIONARY_BYTES[flags & 3] ?? 0;
  const size = flags >> 6 === 0 && isSingle ? 1 : (SIZE_BYTES[flags >> 6] ?? 0);
  const headerBytes = (isSingle ? 0 : 1) + dictionary + size;
  const header = await source.take(headerBytes);
  if (descriptor.length === 0 || header.length < headerBytes) return;
  yield Buffer.concat([magic, descriptor, header]);
  for (let isLast = false; !isLast; ) {
    const start = await source.take(3);
    if (start.length < 3) return;
    const block = littleEndian(start);
    const type = (block >> 1) & 3;
    isLast = (block & 1) === 1;
    if (type === RESERVED) return;
    const contentBytes = type === RLE ? 1 : block >> 3;
    const content = await source.take(contentBytes);
    yield Buffer.concat([start, content]);
    if (content.length < contentBytes) return;
  }
  const checksumBytes = (flags & 4) === 0 ? 0 : 4;
  const checksum = await source.take(checksumBytes);
  if (checksum.length > 0) yield checksum;
  frame.isWhole = checksum.length === checksumBytes;
}

function littleEndian(bytes: Uint8Array): number {
  return bytes.reduceRight((number, byte) => number * 256 + byte, 0);
}

function isZstdError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^Z(?:STD)?_/.test(String(error.code));
}
