import type { ServerParts } from '../server-parts.ts';
import type { Archiver } from './archiver.ts';
import { keepTimes } from './open-archiving.ts';

/** Lets go of what the archive has kept for its time, and of the oldest where the disk is nearly full (SERVE 0.1, point 20). */
export async function retainArchive(
  { request, metrics, log }: Pick<ServerParts, 'request' | 'metrics' | 'log'>,
  { archive }: Archiver,
): Promise<void> {
  const retained = await archive.retain(request.nowMs(), keepTimes(request.settings.archive));
  if (retained.kind === 'refused') {
    log.warn('archive not looked through', { code: retained.code, message: retained.message });
    return;
  }
  const { expired, early, bytes } = retained.value;
  if (expired + early === 0) return;
  metrics.count('triad_archive_dropped_segments_total', ['expired'], expired);
  metrics.count('triad_archive_dropped_segments_total', ['early'], early);
  log.info('archive let go of', { expired, early, bytes });
}
