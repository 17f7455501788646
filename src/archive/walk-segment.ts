import { BLOCK_HEADER_BYTES, type BlockHeader, findMagic, isIntact, readBlockHeader } from './block.ts';
import type { OpenFile } from './files.ts';
import { MOST_PAYLOAD_BYTES } from './limits.ts';

export interface WalkedBlock {
  readonly offset: number;
  readonly header: BlockHeader;
}

export interface Walk {
  readonly blocks: readonly WalkedBlock[];
  /** Where the blocks that count end: behind the last of them, or the end of the file behind a damage. */
  readonly end: number;
  /** Stretches that do not verify and were synced once. */
  readonly damaged: readonly { readonly at: number; readonly bytes: number }[];
  /** Bytes behind the end that an unfinished write left. */
  readonly tornBytes: number;
}

export interface WalkRequest {
  readonly file: OpenFile;
  readonly seed: number;
  /** Where to begin, and the number that the block there has. */
  readonly from: number;
  readonly ordinal: number;
  /** Nothing was written behind it: all of it was synced before a later segment of its stream was made. */
  readonly wasFinished: boolean;
}

const WINDOW = 1 << 20;

/**
 * Follows the blocks of a segment from an offset on. Where one does not verify, a later one tells what it is: behind a block of another group it had been
 * synced and is damage, which costs that block alone; otherwise it is the rest of an unfinished write.
 */
export function walkSegment(request: WalkRequest): Walk {
  const { file, seed, from, wasFinished } = request;
  const size = file.size();
  const blocks: WalkedBlock[] = [];
  const damaged: { at: number; bytes: number }[] = [];
  let at = from;
  let ordinal = request.ordinal;
  while (at < size) {
    const header = soundAt(file, at, seed);
    if (header !== undefined) {
      blocks.push({ offset: at, header });
      at += BLOCK_HEADER_BYTES + header.stored;
      ordinal = header.ordinal + 1;
      continue;
    }
    const next = findBlock(file, at + 1, size, seed);
    const isLater = next !== undefined && next.header.ordinal - next.header.inGroup > ordinal;
    if (next === undefined || !(wasFinished || isLater)) break;
    damaged.push({ at, bytes: next.offset - at });
    at = next.offset;
  }
  if (at < size && wasFinished) {
    damaged.push({ at, bytes: size - at });
    at = size;
  }
  return { blocks, end: at, damaged, tornBytes: size - at };
}

/** The header of a block that verifies whole. */
function soundAt(file: OpenFile, at: number, seed: number): BlockHeader | undefined {
  const header = readBlockHeader(file.read(at, BLOCK_HEADER_BYTES), seed);
  if (header === undefined) return undefined;
  return isIntact(file.read(at + BLOCK_HEADER_BYTES, header.stored), header) ? header : undefined;
}

/** The block at an offset by its header alone, else the first one behind it that verifies whole. */
export function blockFrom(file: OpenFile, at: number, size: number, seed: number): WalkedBlock | undefined {
  const header = readBlockHeader(file.read(at, BLOCK_HEADER_BYTES), seed);
  return header === undefined ? findBlock(file, at + 1, size, seed) : { offset: at, header };
}

/** The first block that verifies, from an offset on. A header that verifies is ours, so no more than that is read for what only looks like one. */
function findBlock(file: OpenFile, from: number, size: number, seed: number): WalkedBlock | undefined {
  for (let at = from; at < size; at += WINDOW) {
    const window = file.read(at, WINDOW + BLOCK_HEADER_BYTES);
    for (let hit = findMagic(window, 0); hit >= 0 && hit < WINDOW; hit = findMagic(window, hit + 1)) {
      if (readBlockHeader(window.subarray(hit, hit + BLOCK_HEADER_BYTES), seed) === undefined) continue;
      const header = soundAt(file, at + hit, seed);
      if (header !== undefined) return { offset: at + hit, header };
    }
  }
  return undefined;
}

/** Writes the blocks of the last group over themselves: a sync that failed may have left them readable and not on the disk (L24). */
export function writeAgain(file: OpenFile, blocks: readonly WalkedBlock[]): void {
  const last = blocks.at(-1);
  if (last === undefined) return;
  const first = last.header.ordinal - last.header.inGroup;
  for (const { offset, header } of blocks) {
    if (header.ordinal < first) continue;
    file.write(file.read(offset, Math.min(BLOCK_HEADER_BYTES + header.stored, MOST_PAYLOAD_BYTES)), offset);
  }
}
