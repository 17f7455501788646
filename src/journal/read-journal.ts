import type { DiskFile } from './disk-port.ts';
import { FileWindow } from './file-window.ts';
import { FrameSearch, frameAt } from './find-frames.ts';
import { FRAME_TYPES, type PlacedFrame } from './frame.ts';
import { unpack } from './payload-codec.ts';
import type { Segment } from './segment.ts';
import type { SegmentPlace } from './segment-file.ts';
import { frameSeed, HEADER_BYTES } from './segment-header.ts';
import type { Wakeup } from './wakeup.ts';

export interface JournalEntry {
  readonly position: number;
  /** Bytes of its own, which the reader may keep. */
  readonly payload: Uint8Array;
}

/** What a reader sees of a journal. */
export interface ReadSource {
  readonly place: SegmentPlace;
  readonly segments: readonly Segment[];
  readonly isClosed: boolean;
  /** Told when something became durable, a segment ended, or the journal closed. */
  readonly changed: Wakeup;
  /** Told of a segment that does not verify where it once was durable. */
  onDamage(segment: Segment, at: number): void;
  /** Ends when no file is being renamed any more. */
  settled(): Promise<void>;
}

/** How a journal is read. */
export interface ReadOptions {
  readonly signal?: AbortSignal;
  /** The last position that is wanted: the reader ends behind it, or where nothing that is there leads to it, and waits for nothing. Without it there is no end. */
  readonly to?: number;
}

/**
 * Batches in order from a position, across segments, and then each as it becomes durable. Ends when the signal aborts or the journal closes, or behind `to`. What was
 * released or does not verify is passed over: positions tell. Throws what the disk says when a segment cannot be read; nothing is skipped then.
 */
export async function* readJournal(
  source: ReadSource,
  from: number,
  options: ReadOptions,
): AsyncGenerator<JournalEntry, void, undefined> {
  const { signal, to } = options;
  let next = from;
  while (!isAborted(signal) && (to === undefined || next <= to)) {
    const segment = source.segments.find(({ last }) => last >= next);
    if (segment === undefined) {
      if (source.isClosed || to !== undefined) return;
      await source.changed.wait(signal);
      continue;
    }
    segment.readers += 1;
    let file: DiskFile | undefined;
    try {
      file = await openSegment(source, segment);
      for await (const entry of readSegment(source, segment, file, next, options)) {
        if (to !== undefined && entry.position > to) return;
        yield entry;
        next = entry.position + 1;
      }
      if (!isAborted(signal)) next = Math.max(next, segment.last + 1);
    } finally {
      segment.readers -= 1;
      await file?.close();
    }
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

/** A segment may be set aside, and so get another name, while it is being opened. */
async function openSegment(source: ReadSource, segment: Segment): Promise<DiskFile> {
  const { disk, folder } = source.place;
  const { name } = segment;
  try {
    return await disk.open(`${folder}/${name}`, 'read');
  } catch (error) {
    await source.settled();
    if (segment.name === name) throw error;
    return disk.open(`${folder}/${segment.name}`, 'read');
  }
}

/** The batches of one segment until it is finished and read to its end. */
async function* readSegment(
  source: ReadSource,
  segment: Segment,
  file: DiskFile,
  from: number,
  { signal, to }: ReadOptions,
): AsyncGenerator<JournalEntry, void, undefined> {
  const window = new FileWindow(file);
  const seed = frameSeed(source.place.storeId, segment.first);
  let at = HEADER_BYTES;
  let next = from;
  while (!isAborted(signal)) {
    const { bytes: end, last, isFinished } = segment;
    if (next > last || at >= end) {
      if (isFinished || source.isClosed || to !== undefined) return;
      await source.changed.wait(signal);
      continue;
    }
    const range = { window, end, seed };
    const frame = await frameAt(range, at);
    if (frame === undefined) {
      source.onDamage(segment, at);
      const found = await new FrameSearch(range, at + 1).next();
      at = typeof found === 'string' ? end : found.at;
      continue;
    }
    const entry = await entryOf(frame, next, last);
    if (entry === 'unreadable') source.onDamage(segment, at);
    else if (entry !== undefined) {
      yield entry;
      next = entry.position + 1;
    }
    at += frame.bytes;
  }
}

async function entryOf(
  frame: PlacedFrame,
  next: number,
  last: number,
): Promise<JournalEntry | undefined | 'unreadable'> {
  const { type, position } = frame;
  if (type !== FRAME_TYPES.batch || position < next || position > last) return undefined;
  const payload = await unpack(frame);
  return payload === undefined ? 'unreadable' : { position, payload };
}
