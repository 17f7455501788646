import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A file of a watched folder as it stands there now. */
export interface FoundFile {
  readonly path: string;
  /** Device and file number. */
  readonly key: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

export interface FoundFiles {
  readonly files: readonly FoundFile[];
  /** Folders and files that could not be looked at, in sentences; at most 16. */
  readonly troubles: readonly string[];
  /** True where there are more files than are looked at. */
  readonly isCut: boolean;
}

export const MOST_FILES = 100_000;
const MOST_DEPTH = 64;
const MOST_TROUBLES = 16;

/** The files of folders, each file number once; links are not followed. In the order of their paths, so that a start reads what the last one would have. */
export async function findFiles(folders: readonly string[]): Promise<FoundFiles> {
  const files = new Map<string, FoundFile>();
  const troubles: string[] = [];
  const trouble = (cause: unknown): void => {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    // What went away between two looks is no trouble.
    if (cause.code !== 'ENOENT' && troubles.length < MOST_TROUBLES) troubles.push(cause.message);
  };
  const look = async (path: string): Promise<void> => {
    try {
      const { dev, ino, size, mtimeMs } = await lstat(path, { bigint: true });
      const key = `${dev}:${ino}`;
      if (files.has(key) || files.size >= MOST_FILES) return;
      files.set(key, { path, key, bytes: Number(size), modifiedMs: Number(mtimeMs) });
    } catch (cause) {
      trouble(cause);
    }
  };
  const walk = async (folder: string, depth: number): Promise<void> => {
    let entries: readonly Dirent[] = [];
    try {
      entries = await readdir(folder, { withFileTypes: true });
    } catch (cause) {
      if (depth === 0 && cause instanceof Error && troubles.length < MOST_TROUBLES) troubles.push(cause.message);
      else trouble(cause);
    }
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (files.size >= MOST_FILES) return;
      const path = join(folder, entry.name);
      if (entry.isDirectory() && depth < MOST_DEPTH) await walk(path, depth + 1);
      else if (entry.isFile()) await look(path);
    }
  };
  for (const folder of folders) await walk(folder, 0);
  return { files: [...files.values()], troubles, isCut: files.size >= MOST_FILES };
}
