import { type BigIntStats, closeSync, openSync, readSync } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import type { FilePort, FileStat, FolderEntry, OpenFile, RandomFile } from '../intake/index.ts';

/** The real file system, read-only. Relative paths are taken from `baseFolder`. */
export function nodeFilePort(baseFolder: string): FilePort {
  const at = (path: string): string => resolve(baseFolder, path);
  return {
    separator: sep,
    stat: async (path) => {
      try {
        return await fileStat(await stat(at(path), { bigint: true }), at(path));
      } catch (error) {
        if (!isMissing(error)) throw error;
        return undefined;
      }
    },
    readFolder: async (path) => {
      const entries = await readdir(at(path), { withFileTypes: true });
      return entries.map((entry): FolderEntry => {
        if (entry.isSymbolicLink()) return { name: entry.name, kind: 'link' };
        if (entry.isDirectory()) return { name: entry.name, kind: 'folder' };
        return { name: entry.name, kind: entry.isFile() ? 'file' : 'other' };
      });
    },
    open: (path) => openFile(at(path)),
    openAtRandom: (path) => openAtRandom(at(path)),
  };
}

async function openFile(path: string): Promise<OpenFile> {
  const handle = await open(path, 'r');
  return {
    read: async (into, position) => {
      let filled = 0;
      while (filled < into.length) {
        const { bytesRead } = await handle.read(into, filled, into.length - filled, position + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return filled;
    },
    stat: async () => fileStat(await handle.stat({ bigint: true }), path),
    close: () => handle.close(),
  };
}

function openAtRandom(path: string): RandomFile {
  const descriptor = openSync(path, 'r');
  return {
    read: (into, position) => readAt(descriptor, into, position),
    close: () => closeSync(descriptor),
  };
}

/** Fills `into` as far as the file reaches. */
export function readAt(descriptor: number, into: Uint8Array, position: number): number {
  let filled = 0;
  while (filled < into.length) {
    const read = readSync(descriptor, into, filled, into.length - filled, position + filled);
    if (read === 0) break;
    filled += read;
  }
  return filled;
}

async function fileStat(stats: BigIntStats, path: string): Promise<FileStat> {
  const { mtimeNs } = stats;
  // Nanoseconds before 1970 are negative: the ticks must not be.
  const ticks = (((mtimeNs / 100n) % 10_000n) + 10_000n) % 10_000n;
  return {
    kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other',
    bytes: Number(stats.size),
    modified: { ms: Number((mtimeNs / 100n - ticks) / 10_000n), ticks: Number(ticks) },
    // Some network file systems number no files: there the real path tells two files apart.
    identity: stats.ino === 0n ? await realpath(path) : `${stats.dev}:${stats.ino}`,
  };
}

/** Nothing can stand at such a path; Windows says `EINVAL` of names with `*` or `"`. */
const MISSING: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR', 'EINVAL', 'ENAMETOOLONG']);

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && MISSING.has(error.code);
}
