import { isMissing } from '../disk/index.ts';
import { keyHash } from '../entries/index.ts';
import { Candidates } from './candidates.ts';
import type { ArchiveFiles } from './files.ts';
import { type Hold, heldNames } from './holds.ts';
import type { IndexFile, SegmentRow } from './index-file.ts';
import { slicesName } from './segment.ts';

/** What one call of `retain` let go of. */
export interface Retained {
  /** Segments whose time was over, and segments that went early for want of room. */
  readonly expired: number;
  readonly early: number;
  readonly bytes: number;
  /** Segments whose time is over and that a hold keeps. */
  readonly held: number;
  /** True when there is too little room and nothing more that may go. */
  readonly isShort: boolean;
}

export interface RetainRequest {
  readonly files: ArchiveFiles;
  readonly index: IndexFile;
  readonly holds: readonly Hold[];
  readonly nowMs: number;
  /** How long each retention class is kept, by its number, milliseconds since it was archived; a class without one is kept. */
  readonly keepMs: readonly (number | undefined)[];
  readonly freeShare: number;
}

/** Unlinks whole finished segments: those whose time is over, then, at too little free space, the oldest; never what is held (SERVE 0.1, point 20). */
export function retain(request: RetainRequest): Retained {
  const { index, nowMs, keepMs } = request;
  const count = { expired: 0, early: 0, bytes: 0, held: 0, isShort: false };
  const kept: SegmentRow[] = [];
  for (const row of index.segments().filter(({ finished }) => finished === 1)) {
    const keep = keepMs[row.stream];
    const isOver = keep !== undefined && row.writtenMs + keep <= nowMs;
    if (!isOver) kept.push(row);
    else if (isHeld(request, row)) count.held += 1;
    else {
      count.bytes += letGo(request, row);
      count.expired += 1;
    }
  }
  while (isShort(request)) {
    const oldest = kept.shift();
    if (oldest === undefined) return { ...count, isShort: true };
    if (isHeld(request, oldest)) continue;
    count.bytes += letGo(request, oldest);
    count.early += 1;
  }
  return count;
}

function isShort({ files, freeShare }: RetainRequest): boolean {
  const { freeBytes, totalBytes } = files.freeSpace();
  return totalBytes > 0 && freeBytes / totalBytes < freeShare;
}

function isHeld({ files, index, holds }: RetainRequest, row: SegmentRow): boolean {
  return holds.some((hold) => {
    if (hold.kind === 'incident') return hold.segments.includes(row.id);
    if (hold.kind === 'span') return row.t0 <= hold.to && row.t1 >= hold.from;
    const candidates = new Candidates(files, index);
    const groups = [heldNames(hold).map((name) => keyHash('host', name))];
    return candidates.blocksOf(row, groups).some((block) => row.sealed === 1 || candidates.mayHold(block, groups));
  });
}

/** Removes a segment; a crash on the way is finished at the next start. Gives the bytes of its files. */
function letGo({ files, index }: RetainRequest, row: SegmentRow): number {
  index.transaction(() => index.putSegment({ ...row, leaving: 1 }));
  let bytes = 0;
  for (const name of [row.name, slicesName(row.name)]) {
    try {
      bytes += files.sizeOf(name) ?? 0;
      files.unlink(name);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  files.syncFolder();
  index.transaction(() => index.dropSegment(row.id));
  return bytes;
}
