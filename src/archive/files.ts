import {
  closeSync,
  constants,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  statfsSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** A file that is open, for a thread of its own: every call waits for the disk. Offsets and sizes are bytes; a call throws the system's error, with its `code`. */
export interface OpenFile {
  /** Writes all, however many calls that takes. */
  write(bytes: Uint8Array, offset: number): void;
  /** What lies there, fewer bytes at the end of the file. */
  read(offset: number, length: number): Buffer;
  size(): number;
  truncate(size: number): void;
  datasync(): void;
  close(): void;
}

/** The file operations of an archive, in one folder; names are names in it. */
export interface ArchiveFiles {
  /** `create` makes a file that must not exist, for its owner alone. */
  open(name: string, how: 'read' | 'write' | 'create'): OpenFile;
  names(): readonly string[];
  /** Makes lasting what was created, renamed and unlinked. */
  syncFolder(): void;
  rename(from: string, to: string): void;
  unlink(name: string): void;
  sizeOf(name: string): number | undefined;
  /** What an ordinary user may still write, and all there is; zeros where the system does not tell. */
  freeSpace(): { readonly freeBytes: number; readonly totalBytes: number };
}

const FLAGS = {
  read: constants.O_RDONLY,
  write: constants.O_RDWR,
  create: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL,
} as const;

/** Makes a folder for its owner alone if there is none, and its name lasting. */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  const highest = mkdirSync(folder, { recursive: true, mode: 0o700 });
  let made = resolve(folder);
  syncPath(dirname(made));
  while (highest !== undefined && made !== resolve(highest)) {
    made = dirname(made);
    syncPath(dirname(made));
  }
}

/** The files of a folder on the disk itself. */
export function nodeFiles(folder: string): ArchiveFiles {
  const pathOf = (name: string): string => join(folder, name);
  return {
    open: (name, how) => fileOf(openSync(pathOf(name), FLAGS[how], 0o600)),
    names: () => readdirSync(folder),
    syncFolder: () => syncPath(folder),
    rename: (from, to) => renameSync(pathOf(from), pathOf(to)),
    unlink: (name) => unlinkSync(pathOf(name)),
    sizeOf: (name) => statSync(pathOf(name), { throwIfNoEntry: false })?.size,
    freeSpace: () => {
      const { bavail, blocks, bsize } = statfsSync(folder);
      return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
    },
  };
}

/** Windows has no sync of folders; its file systems keep names in their own journal. */
function syncPath(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, constants.O_RDONLY);
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function fileOf(number: number): OpenFile {
  return {
    write: (bytes, offset) => {
      for (let at = 0; at < bytes.length; ) {
        const taken = writeSync(number, bytes, at, bytes.length - at, offset + at);
        if (taken <= 0) throw Object.assign(new Error('the disk took no byte'), { code: 'EIO' });
        at += taken;
      }
    },
    read: (offset, length) => {
      const bytes = Buffer.allocUnsafe(length);
      let at = 0;
      while (at < length) {
        const got = readSync(number, bytes, at, length - at, offset + at);
        if (got <= 0) break;
        at += got;
      }
      return bytes.subarray(0, at);
    },
    size: () => fstatSync(number).size,
    truncate: (size) => ftruncateSync(number, size),
    datasync: () => fdatasyncSync(number),
    close: () => closeSync(number),
  };
}
