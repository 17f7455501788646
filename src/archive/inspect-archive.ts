import { isMissing } from '../disk/index.ts';
import { blockSeed } from './block.ts';
import { nodeFiles } from './files.ts';
import { headerOf, refuseForeign, withFile } from './recover.ts';
import { SEGMENT_HEADER_BYTES, type SegmentName, segmentsAmong } from './segment.ts';
import { attempt } from './trouble.ts';
import { walkSegment } from './walk-segment.ts';

export interface InspectedArchiveSegment {
  readonly name: string;
  readonly bytes: number;
  readonly blocks: number;
  readonly entries: number;
  /** Bytes that do not verify and were on the disk once. */
  readonly damagedBytes: number;
  /** All of the journal up to here was archived when its last block was written. */
  readonly archived: number;
}

export type ArchiveInspection =
  | { readonly kind: 'inspected'; readonly segments: readonly InspectedArchiveSegment[] }
  | { readonly kind: 'problem'; readonly code: 'newer' | 'foreign' | 'unwritable' | 'io'; readonly text: string };

/** Walks the segments of an archive and checks every byte; changes nothing, and may run beside its owner. Waits for the disk in its caller's thread. */
export function inspectArchive(folder: string, storeId: Uint8Array): ArchiveInspection {
  const files = nodeFiles(folder);
  const outcome = attempt((): ArchiveInspection => {
    const wrong = refuseForeign(files, storeId);
    if (wrong !== undefined) return { kind: 'problem', code: wrong.code, text: wrong.message };
    const names = segmentsAmong(files.names());
    const segments = names.flatMap((name, i) => {
      const isLast = !names.slice(i + 1).some(({ stream }) => stream === name.stream);
      return inspected(files, name, isLast, storeId);
    });
    return { kind: 'inspected', segments };
  });
  return outcome.kind === 'done'
    ? outcome.value
    : { kind: 'problem', code: 'io', text: `${folder}: ${outcome.message}` };
}

/**
 * The position up to which an archive holds the journal; 0 where nothing says so. Each block tells it, so that of each stream the newest segment is enough. May run beside its owner.
 */
export function archivedPosition(folder: string, storeId: Uint8Array): number {
  const files = nodeFiles(folder);
  const names = segmentsAmong(files.names());
  const newest = names.filter(({ stream }, i) => !names.slice(i + 1).some((later) => later.stream === stream));
  const segments = newest.flatMap((name) => inspected(files, name, true, storeId));
  return segments.reduce((most, { archived }) => Math.max(most, archived), 0);
}

function inspected(
  files: ReturnType<typeof nodeFiles>,
  { name, id }: SegmentName,
  isLast: boolean,
  storeId: Uint8Array,
): readonly InspectedArchiveSegment[] {
  try {
    const header = headerOf(files, name);
    return withFile(files, name, 'read', (file) => {
      const request = { file, seed: blockSeed(storeId, id), from: SEGMENT_HEADER_BYTES, ordinal: 0 };
      const walk = walkSegment({ ...request, wasFinished: !isLast });
      const entries = walk.blocks.reduce((sum, { header: { count } }) => sum + count, 0);
      const damagedBytes = walk.damaged.reduce((sum, { bytes }) => sum + bytes, 0);
      const archived = Math.max(header?.archived ?? 0, ...walk.blocks.map((block) => block.header.archived));
      return [{ name, bytes: file.size(), blocks: walk.blocks.length, entries, damagedBytes, archived }];
    });
  } catch (error) {
    // Retention may let go of a segment while this looks.
    if (isMissing(error)) return [];
    throw error;
  }
}
