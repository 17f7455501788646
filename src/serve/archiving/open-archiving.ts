import { join } from 'node:path';
import { type Archive, openArchive } from '../../archive/index.ts';
import { archiveClassesOf, type Settings } from '../../config/index.ts';
import { MOST_STREAMS } from '../../entries/index.ts';

export interface ArchivingRequest {
  readonly folder: string;
  readonly settings: Pick<Settings, 'archive'>;
  readonly nowMs: () => number;
}

export type ArchivingOpened =
  | { readonly kind: 'open'; readonly archive: Archive | undefined }
  | { readonly kind: 'problem'; readonly code: string; readonly message: string };

const LEAST_SEGMENT_MS = 600_000;
const MOST_SEGMENT_MS = 86_400_000;

/** Opens the archive of a server's folder; none where the settings turn it off. */
export async function openArchiving(request: ArchivingRequest, storeId: Uint8Array): Promise<ArchivingOpened> {
  const { folder, settings, nowMs } = request;
  const { enabled, leastFree } = settings.archive;
  if (!enabled) return { kind: 'open', archive: undefined };
  // A segment goes as a whole: one that holds a tenth of the shortest time lets nothing stay much longer than it should.
  const shortest = Math.min(...keepTimes(settings.archive)) / 10;
  const segmentMs = Math.min(MOST_SEGMENT_MS, Math.max(LEAST_SEGMENT_MS, shortest));
  const limits = { segmentMs, freeShare: leastFree / 100 };
  return await openArchive({ folder: join(folder, 'archive'), storeId, nowMs, limits });
}

/** How long each retention class is kept, milliseconds, by its number. A class that is configured no longer is kept as long as everything else. */
export function keepTimes({ keepTime, classes }: Settings['archive']): readonly number[] {
  const known = archiveClassesOf(classes);
  return Array.from({ length: MOST_STREAMS }, (_, retention) => {
    const own = known.filter((one) => one.retention === retention);
    return own.length === 0 ? keepTime : Math.max(...own.map(({ keepMs }) => keepMs));
  });
}
