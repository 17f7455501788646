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
  /** Reads into the whole of `into` from `position` on; fewer bytes come back only at the end of the file. */
  read(into: Uint8Array, position: number): number;
}

/** A file that lies in memory. */
export function bufferFile(name: string, bytes: Uint8Array, modified?: Instant): RepositoryFile {
  return {
    name,
    bytes: bytes.length,
    ...(modified === undefined ? {} : { modified }),
    read: (into, position) => {
      const part = bytes.subarray(position, position + into.length);
      into.set(part);
      return part.length;
    },
  };
}

/** The bytes from a place on, fewer where the file ends or is shorter than it said. */
export function readBytes(file: RepositoryFile, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, file.bytes - position)));
  return bytes.subarray(0, bytes.length === 0 ? 0 : file.read(bytes, position));
}
