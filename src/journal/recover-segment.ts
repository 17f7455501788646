import { type DiskFailure, type DiskFile, type Tried, tried, writeAll } from './disk-port.ts';
import { FileWindow } from './file-window.ts';
import { frameAt } from './find-frames.ts';
import { FRAME_TYPES, frameOf } from './frame.ts';
import { type SegmentScan, scanSegment } from './scan-segment.ts';
import { readSeal, SEAL_FRAME_BYTES, sealFrame } from './seal.ts';
import { asideName, type Segment, type SegmentName } from './segment.ts';
import type { SegmentPlace } from './segment-file.ts';
import { frameSeed, HEADER_BYTES, type HeaderLook } from './segment-header.ts';

/** What a start found and did that a person should know of. */
export interface RecoveryNotes {
  /** Unfinished writes that were cut off. */
  readonly tornTails: { readonly name: string; readonly at: number; readonly cutBytes: number }[];
  /** Positions that no segment holds. */
  readonly gaps: { readonly from: number; readonly to: number }[];
  /** What could not be done; the start went on without it. */
  readonly failures: DiskFailure[];
}

/** A segment as a start finds it. */
export interface FoundSegment extends SegmentName {
  readonly look: HeaderLook;
  readonly size: number;
}

export interface RecoveredSegment {
  /** Absent when it held no batch and is gone. */
  readonly segment: Segment | undefined;
  /** Whether the folder needs a sync. */
  readonly isNameChanged: boolean;
}

interface OpenSegment {
  readonly place: SegmentPlace;
  readonly found: FoundSegment;
  readonly file: DiskFile;
  readonly isWritable: boolean;
  readonly seed: number;
  readonly notes: RecoveryNotes;
}

/** Puts one segment right. Batches from position `before` on count in the one after it. Fails only where it cannot be read or synced. */
export async function recoverSegment(
  place: SegmentPlace,
  found: FoundSegment,
  before: number,
  notes: RecoveryNotes,
): Promise<Tried<RecoveredSegment>> {
  if (found.size <= HEADER_BYTES && !found.isAside) return done(await removeEmpty(place, found, notes));
  const opened = await openToMend(place, found, notes);
  if (!opened.isDone) return opened;
  const seed = frameSeed(place.storeId, found.first);
  const open: OpenSegment = { place, found, seed, notes, ...opened.value };
  const outcome = await tried(`read ${found.name}`, mend(open, before));
  const closed = await tried(`close ${found.name}`, open.file.close());
  if (!closed.isDone) notes.failures.push(closed.failure);
  return outcome.isDone ? outcome.value : outcome;
}

/** A read-only disk still serves what it holds: the mending waits for a start that can write. */
async function openToMend(
  { disk, folder }: SegmentPlace,
  { name, isAside }: FoundSegment,
  notes: RecoveryNotes,
): Promise<Tried<{ readonly file: DiskFile; readonly isWritable: boolean }>> {
  const path = `${folder}/${name}`;
  const written = isAside ? undefined : await tried(`open ${name}`, disk.open(path, 'write'));
  if (written?.isDone) return done({ file: written.value, isWritable: true });
  if (written !== undefined) notes.failures.push(written.failure);
  const read = await tried(`open ${name}`, disk.open(path, 'read'));
  return read.isDone ? done({ file: read.value, isWritable: false }) : read;
}

async function mend(open: OpenSegment, before: number): Promise<Tried<RecoveredSegment>> {
  const { found, seed } = open;
  const range = { window: new FileWindow(open.file), end: found.size, seed };
  const isHeaderSound = found.look.kind === 'header' && found.look.header.first === found.first;
  if (isHeaderSound && !found.isAside) {
    const end = await frameAt(range, Math.max(HEADER_BYTES, found.size - SEAL_FRAME_BYTES));
    const seal = end === undefined ? undefined : readSeal(end);
    if (seal?.first === found.first)
      return done({ segment: segmentOf(found, seal.last, found.size), isNameChanged: false });
  }
  const scan = await scanSegment(range, found.first, before);
  // A torn end that the next segment does not begin right behind held batches that were acknowledged.
  const isHole = scan.rest === 'torn' && Number.isFinite(before) && scan.last + 1 < before;
  const isDamaged = !isHeaderSound || scan.rest === 'damage' || isHole;
  if (isDamaged || found.isAside) return done(await setAside(open, scan));
  if (scan.last < found.first) return done(await removeEmpty(open.place, found, open.notes));
  return finish(open, scan);
}

/** Renames a broken segment, so that it stays and is known; its batches are served as far as they verify. */
async function setAside({ place, found, notes }: OpenSegment, { last }: SegmentScan): Promise<RecoveredSegment> {
  const segment = { ...segmentOf(found, last, found.size), isAside: true };
  if (found.isAside) return { segment, isNameChanged: false };
  const { disk, folder } = place;
  const name = asideName(found.name);
  const renamed = await tried(`set aside ${found.name}`, disk.rename(`${folder}/${found.name}`, `${folder}/${name}`));
  if (!renamed.isDone) notes.failures.push(renamed.failure);
  return { segment: renamed.isDone ? { ...segment, name } : segment, isNameChanged: renamed.isDone };
}

/** A file without a batch of its own holds nothing that was acknowledged. */
async function removeEmpty(
  { disk, folder }: SegmentPlace,
  { name }: FoundSegment,
  notes: RecoveryNotes,
): Promise<RecoveredSegment> {
  const gone = await tried(`unlink ${name}`, disk.unlink(`${folder}/${name}`));
  if (!gone.isDone) notes.failures.push(gone.failure);
  return { segment: undefined, isNameChanged: gone.isDone };
}

/** Cuts what is torn, makes what was read durable, and seals. Only the sync must work: without it nothing may be served as durable. */
async function finish(open: OpenSegment, scan: SegmentScan): Promise<Tried<RecoveredSegment>> {
  const { found, file, notes, isWritable } = open;
  const segment = segmentOf(found, scan.last, scan.goodBytes);
  const outcome = done({ segment, isNameChanged: false });
  if (!isWritable) return outcome;
  const cutBytes = found.size - scan.goodBytes;
  const cut = cutBytes === 0 ? done(undefined) : await tried(`cut ${found.name}`, file.truncate(scan.goodBytes));
  const rewritten = await rewriteLastGroup(open, scan);
  const synced = rewritten.isDone ? await tried(`sync ${found.name}`, file.sync()) : rewritten;
  if (!synced.isDone) return synced;
  if (!cut.isDone) {
    notes.failures.push(cut.failure);
    return outcome;
  }
  if (scan.rest === 'torn') notes.tornTails.push({ name: found.name, at: scan.goodBytes, cutBytes });
  const failure = await writeEnd(open, scan, segment);
  if (failure !== undefined) notes.failures.push(failure);
  return outcome;
}

/**
 * Writes the last group over itself. If its sync failed before the last process ended, the system may show it and call it clean: a sync would then do nothing,
 * and what was read here would be gone with the power (SERVE 3.3). Earlier groups were synced before a later one was written.
 */
async function rewriteLastGroup({ found, file }: OpenSegment, scan: SegmentScan): Promise<Tried<void>> {
  if (scan.isSealed || scan.last < found.first) return done(undefined);
  const what = `rewrite the end of ${found.name}`;
  const length = scan.goodBytes - scan.lastGroupAt;
  const read = await tried(what, new FileWindow(file).view(scan.lastGroupAt, length, scan.goodBytes));
  if (!read.isDone) return read;
  return read.value === undefined ? done(undefined) : writeAll(file, read.value, scan.lastGroupAt, what);
}

/** A note of what was cut and the seal, each synced by itself: a frame behind a broken one then always proves damage. */
async function writeEnd(
  { found, file, seed }: OpenSegment,
  scan: SegmentScan,
  segment: Segment,
): Promise<DiskFailure | undefined> {
  if (scan.isSealed) return undefined;
  const what = `seal ${found.name}`;
  const frames = [frameOf(sealFrame(scan.sum.seal()), seed)];
  if (scan.rest === 'torn') {
    const payload = Buffer.from(
      JSON.stringify({ note: 'torn', at: scan.goodBytes, cutBytes: found.size - scan.goodBytes }),
    );
    frames.unshift(frameOf({ type: FRAME_TYPES.note, flags: 0, index: 0, position: scan.last, payload }, seed));
  }
  for (const bytes of frames) {
    const written = await writeAll(file, bytes, segment.bytes, what);
    const synced = written.isDone ? await tried(what, file.sync()) : written;
    if (!synced.isDone) {
      await tried(what, file.truncate(segment.bytes));
      return synced.failure;
    }
    segment.bytes += bytes.length;
  }
  return undefined;
}

function segmentOf({ name, first, attempt, look }: FoundSegment, last: number, bytes: number): Segment {
  const createdMs = look.kind === 'header' ? look.header.createdMs : undefined;
  return { name, first, attempt, createdMs, last, bytes, isFinished: true, isAside: false, readers: 0 };
}

function done<T>(value: T): Tried<T> {
  return { isDone: true, value };
}
