import type { PartHealth } from '../handlers/health.ts';
import type { Metrics } from '../metrics.ts';
import type { Archiver } from './archiver.ts';

/** The archive among the parts of the server, as it said of itself last. */
export function archiveHealth(archiver: Archiver): PartHealth {
  const { position, behind, timesBehind, health, degraded } = archiver;
  return {
    part: 'archive',
    degraded,
    figures: {
      archived: position,
      behind,
      timesBehind,
      segments: health?.segments.count,
      blocks: health?.segments.blocks,
      bytes: health?.storedBytes,
      earliestMs: health?.earliestMs,
      latestMs: health?.latestMs,
      dropped: health?.retained,
      freeBytes: health?.free.freeBytes,
    },
  };
}

/** Puts the gauges of the archive right. */
export function measureArchive({ position, timesBehind, health }: Archiver, metrics: Metrics): void {
  metrics.set('triad_archive_position', position);
  metrics.set('triad_archive_behind_total', timesBehind);
  if (health === undefined) return;
  metrics.set('triad_archive_bytes', health.storedBytes);
  metrics.set('triad_archive_segments', health.segments.count);
  metrics.set('triad_archive_waiting_bytes', health.waitingBytes);
  metrics.set('triad_archive_entries_total', health.written.entries);
}
