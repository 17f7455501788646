import type { Journal } from '../journal/index.ts';
import type { Archiver } from './archiving/archiver.ts';
import type { WindowImages } from './detect/window-images.ts';
import type { Log } from './log.ts';
import type { Reader } from './reader.ts';
import type { ServeRequest } from './serve-request.ts';

export interface ReleaseParts {
  readonly journal: Pick<Journal, 'placeSince' | 'release' | 'makeRoom'>;
  readonly reader: Pick<Reader, 'judged' | 'fed'>;
  readonly images: Pick<WindowImages, 'neededFrom'>;
  /** Absent where events are not archived. */
  readonly archiver: Pick<Archiver, 'position'> | undefined;
  readonly log: Log;
  readonly request: Pick<ServeRequest, 'nowMs'> & {
    readonly settings: {
      readonly journal: { readonly keepTime: number };
      readonly archive: { readonly leastFree: number };
    };
  };
}

/** The journal makes room so much earlier than the archive, as a share of the disk: what comes between the two looks must not cost the archive a segment. */
const BEFORE_ARCHIVE = 0.01;

/**
 * Lets go of what the journal has kept for its time, and of the oldest before its time where the disk is nearly full: the archive has the same events, and alone can
 * be searched. What is not judged, not archived or not yet read to fill the window stays, for it is read again after a start.
 */
export async function releaseJournal({ journal, reader, images, archiver, log, request }: ReleaseParts): Promise<void> {
  const { settings, nowMs } = request;
  const archived = archiver?.position ?? Number.POSITIVE_INFINITY;
  // The batch of an image proves that it is of this journal.
  const ofImage = images.neededFrom ?? Number.POSITIVE_INFINITY;
  const needed = Math.min(reader.judged + 1, reader.fed + 1, archived + 1, ofImage);
  const { from: kept } = journal.placeSince(nowMs() - settings.journal.keepTime);
  await journal.release(Math.min(kept, needed));
  const { segments, bytes } = await journal.makeRoom(needed, settings.archive.leastFree / 100 + BEFORE_ARCHIVE);
  if (segments > 0) log.warn('journal let go of', { early: segments, bytes });
}
