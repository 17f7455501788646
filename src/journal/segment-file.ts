import { type DiskFailure, type DiskFile, type DiskPort, isFull, type Tried, tried, writeAll } from './disk-port.ts';
import { encodeFrame, FRAME_TYPES, frameBytes, frameOf } from './frame.ts';
import type { StoredPayload } from './payload-codec.ts';
import { SealSum, sealFrame } from './seal.ts';
import { type Segment, segmentName } from './segment.ts';
import { encodeHeader, frameSeed, HEADER_BYTES } from './segment-header.ts';

export interface SegmentPlace {
  readonly disk: DiskPort;
  readonly folder: string;
  readonly storeId: Uint8Array;
}

/** How a write of a group ended. `full`: nothing of it is left and the file may be used on. `poisoned`: the file is never written again. */
export type WriteOutcome =
  | { readonly kind: 'durable' }
  | { readonly kind: 'full'; readonly failure: DiskFailure }
  | { readonly kind: 'poisoned'; readonly failure: DiskFailure };

/** The one segment that is being written. Its `segment` tells readers what is durable. */
export class SegmentFile {
  readonly segment: Segment;
  readonly createdMs: number;
  readonly #file: DiskFile;
  readonly #seed: number;
  readonly #sum: SealSum;

  constructor(segment: Segment, createdMs: number, file: DiskFile, storeId: Uint8Array) {
    this.segment = segment;
    this.createdMs = createdMs;
    this.#file = file;
    this.#seed = frameSeed(storeId, segment.first);
    this.#sum = new SealSum(segment.first);
  }

  /**
   * Writes payloads as batches from the next position on and syncs them. After a failed sync the kernel may call the pages clean that it could
   * not write, so the file is given up and what it claims to hold is cut off (SERVE 3.3).
   */
  async append(payloads: readonly StoredPayload[]): Promise<WriteOutcome> {
    const { segment } = this;
    const bytes = Buffer.allocUnsafe(payloads.reduce((sum, payload) => sum + frameBytes(payload.bytes), 0));
    const covered: Buffer[] = [];
    let at = 0;
    payloads.forEach(({ flags, bytes: payload }, index) => {
      const position = segment.last + 1 + index;
      const frame = { type: FRAME_TYPES.batch, flags, index, position, payload };
      covered.push(encodeFrame(bytes, at, frame, this.#seed));
      at += frameBytes(payload);
    });
    const written = await writeAll(this.#file, bytes, segment.bytes, `write ${segment.name}`);
    if (!written.isDone)
      return isFull(written.failure) ? this.#cutBack(written.failure) : this.#poison(written.failure);
    const synced = await tried(`sync ${segment.name}`, this.#file.datasync());
    if (!synced.isDone) return this.#poison(synced.failure);
    for (const one of covered) this.#sum.add(one, ++segment.last);
    segment.bytes += bytes.length;
    return { kind: 'durable' };
  }

  /** Ends the segment with its sum. Nothing is lost if that fails: the next start seals it. A segment without a batch is only closed. */
  async end(): Promise<Tried<void>> {
    const { segment } = this;
    segment.isFinished = true;
    if (segment.last < segment.first) return tried(`close ${segment.name}`, this.#file.close());
    const bytes = frameOf(sealFrame(this.#sum.seal()), this.#seed);
    const what = `seal ${segment.name}`;
    const written = await writeAll(this.#file, bytes, segment.bytes, what);
    const synced = written.isDone ? await tried(what, this.#file.datasync()) : written;
    if (synced.isDone) segment.bytes += bytes.length;
    const closed = await tried(`close ${segment.name}`, this.#file.close());
    return synced.isDone ? closed : synced;
  }

  async #cutBack(failure: DiskFailure): Promise<WriteOutcome> {
    const what = `cut ${this.segment.name}`;
    const cut = await tried(what, this.#file.truncate(this.segment.bytes));
    if (!cut.isDone) return this.#poison(cut.failure);
    const synced = await tried(what, this.#file.sync());
    return synced.isDone ? { kind: 'full', failure } : this.#poison(synced.failure);
  }

  async #poison(failure: DiskFailure): Promise<WriteOutcome> {
    this.segment.isFinished = true;
    // Both may fail as well; the next start then cuts at the first position of the segment that came after.
    await tried(`cut ${this.segment.name}`, this.#file.truncate(this.segment.bytes));
    await tried(`close ${this.segment.name}`, this.#file.close());
    return { kind: 'poisoned', failure };
  }
}

/**
 * Makes the next segment: file, header, sync, sync of the folder, and only then is it written to (SERVE 3.1). A name that is taken by an
 * attempt in which nothing was acknowledged is passed over.
 */
export async function createSegment(
  place: SegmentPlace,
  first: number,
  attempt: number,
  createdMs: number,
): Promise<Tried<SegmentFile>> {
  const { disk, folder, storeId } = place;
  const name = segmentName(first, attempt);
  const path = `${folder}/${name}`;
  const opened = await tried(`create ${name}`, disk.open(path, 'create'));
  if (!opened.isDone) return opened;
  const file = opened.value;
  const header = encodeHeader({ first, createdMs, storeId });
  const written = await writeAll(file, header, 0, `write ${name}`);
  const synced = written.isDone ? await tried(`sync ${name}`, file.sync()) : written;
  const named = synced.isDone ? await tried('sync the folder', disk.syncFolder(folder)) : synced;
  if (!named.isDone) {
    await tried(`close ${name}`, file.close());
    await tried(`unlink ${name}`, disk.unlink(path));
    return named;
  }
  const segment: Segment = {
    name,
    first,
    attempt,
    createdMs,
    last: first - 1,
    bytes: HEADER_BYTES,
    isFinished: false,
    isAside: false,
    readers: 0,
  };
  return { isDone: true, value: new SegmentFile(segment, createdMs, file, storeId) };
}
