import type { Instant } from '../windows/index.ts';

/**
 * One file of a repository as the reader sees it: a buffer, or anything that gives bytes at a place. The room opens no
 * file itself.
 */
export interface RepositoryFile {
  /** Its name without folders, in any case. */
  readonly name: string;
  readonly bytes: number;
  /** When it was last written, where the collection kept that (SETTLED D1). */
  readonly modified?: Instant;
  /** The bytes from `position` on, fewer at the end of the file; a view that nobody writes to afterwards. */
  read(position: number, length: number): Uint8Array;
}

/** A file that lies in memory. */
export function bufferFile(name: string, bytes: Uint8Array, modified?: Instant): RepositoryFile {
  return {
    name,
    bytes: bytes.length,
    ...(modified === undefined ? {} : { modified }),
    read: (position, length) => bytes.subarray(position, position + length),
  };
}
