import type { WriterHealth } from './messages.ts';

export interface ArchiveHealth {
  /** All of the journal up to here is on stable storage in the archive. */
  readonly archivedPosition: number;
  readonly waitingEntries: number;
  readonly waitingBytes: number;
  readonly segments: {
    readonly count: number;
    readonly finished: number;
    readonly sealed: number;
    readonly blocks: number;
  };
  readonly storedBytes: number;
  /** Unix milliseconds of the earliest and latest event; `null` where there is none. */
  readonly earliestMs: number | null;
  readonly latestMs: number | null;
  readonly written: WriterHealth['written'];
  readonly retained: WriterHealth['retained'];
  readonly recovery: WriterHealth['notes'];
  readonly refused: number;
  readonly lastTrouble: string | undefined;
  /** Blocks that searches found damaged since the start, counted once each time. */
  readonly damagedReads: number;
  readonly free: WriterHealth['free'];
  /** One sentence for each thing that a person should look at. */
  readonly degraded: readonly string[];
}

export interface HealthExtras {
  readonly damagedReads: number;
  readonly sealFailures: number;
  readonly isWriterFailing: boolean;
  readonly freeShare: number;
}

export function archiveHealth(writer: WriterHealth, extras: HealthExtras): ArchiveHealth {
  const { segments, notes, free } = writer;
  const earliest = Math.min(...segments.map(({ t0 }) => t0));
  const latest = Math.max(...segments.map(({ t1 }) => t1));
  return {
    archivedPosition: writer.archived,
    waitingEntries: writer.waitingEntries,
    waitingBytes: writer.waitingBytes,
    segments: {
      count: segments.length,
      finished: segments.filter(({ finished }) => finished === 1).length,
      sealed: segments.filter(({ sealed }) => sealed === 1).length,
      blocks: segments.reduce((sum, { blocks }) => sum + blocks, 0),
    },
    storedBytes: segments.reduce((sum, { end }) => sum + end, 0),
    earliestMs: Number.isFinite(earliest) ? earliest : null,
    latestMs: Number.isFinite(latest) ? latest : null,
    written: writer.written,
    retained: writer.retained,
    recovery: notes,
    refused: writer.refused,
    lastTrouble: writer.lastTrouble,
    damagedReads: extras.damagedReads,
    free,
    degraded: degradedReasons(writer, extras),
  };
}

function degradedReasons(
  { notes, free, lastTrouble, retained }: WriterHealth,
  extras: HealthExtras,
): readonly string[] {
  const reasons: string[] = [];
  if (extras.isWriterFailing) reasons.push(`the archive does not take events: ${lastTrouble ?? 'the disk failed'}`);
  for (const { name, at, bytes } of notes.damaged)
    reasons.push(`${name}: ${bytes} bytes from ${at} on do not verify; the events in them are lost`);
  for (const { name, bytes } of notes.shortened) reasons.push(`${name} has lost its last ${bytes} bytes`);
  for (const name of notes.missing) reasons.push(`${name} is missing`);
  if (extras.damagedReads > 0) reasons.push(`searches came upon damaged blocks ${extras.damagedReads} times`);
  if (extras.sealFailures > 0)
    reasons.push(`${extras.sealFailures} segments could not be sealed; searching them is slower`);
  if (free.totalBytes > 0 && free.freeBytes / free.totalBytes < extras.freeShare)
    reasons.push(`${((100 * free.freeBytes) / free.totalBytes).toFixed(1)} % of the disk is free`);
  if (retained.early > 0) reasons.push(`${retained.early} segments went before their time for want of room`);
  return reasons;
}
