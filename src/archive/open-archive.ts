import { Archive } from './archive.ts';
import { ARCHIVE_LIMITS, type ArchiveLimits } from './limits.ts';
import type { SearchRequest, StoreRequest, WriterRequest } from './messages.ts';
import type { ArchiveProblem } from './recover.ts';
import { ThreadLink } from './thread-link.ts';

export interface ArchiveRequest {
  /** Folder of its own; made if it is not there, for its owner alone. Whoever opens it must own it: there is one writer. */
  readonly folder: string;
  /** 16 bytes of the store whose journal is archived. */
  readonly storeId: Uint8Array;
  /** Unix milliseconds of the wall clock. */
  readonly nowMs: () => number;
  readonly limits?: Partial<ArchiveLimits>;
}

export type OpenOutcome = { readonly kind: 'open'; readonly archive: Archive } | ArchiveProblem;

/**
 * Opens an archive, in a thread that writes and one that searches; what a crash or damage left is put in order first.
 *
 *     const opened = await openArchive({ folder, storeId, nowMs: Date.now });
 *     if (opened.kind === 'problem') return refuse(opened.message);
 *     await opened.archive.append(entries, position);
 */
export async function openArchive(request: ArchiveRequest): Promise<OpenOutcome> {
  const { folder, storeId, nowMs } = request;
  const parts: StoreRequest = { folder, storeId, limits: { ...ARCHIVE_LIMITS, ...request.limits } };
  const writer = new ThreadLink<WriterRequest>('writer-worker', 'archive-write', parts);
  const opened = await writer.opened;
  if (opened.problem !== null) {
    await writer.ended;
    return opened.problem;
  }
  const reader = new ThreadLink<SearchRequest>('search-worker', 'archive-search', parts);
  await reader.opened;
  return { kind: 'open', archive: new Archive({ ...parts, nowMs, writer, reader, archived: opened.archived }) };
}
