import { constants, promises } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { DiskFile, DiskPort, OpenHow } from './disk-port.ts';

const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;
const FLAGS: Readonly<Record<OpenHow, number>> = {
  read: constants.O_RDONLY,
  write: constants.O_RDWR,
  create: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL,
};

/** The disk itself. All calls run on the thread pool, so that no sync ever holds up the main thread. */
export const nodeDisk: DiskPort = {
  open: async (path, how) => fileOf(await promises.open(path, FLAGS[how], PRIVATE_FILE)),
  makeFolder,
  names: (path) => promises.readdir(path),
  syncFolder,
  rename: (from, to) => promises.rename(from, to),
  unlink: (path) => promises.unlink(path),
  sizeOf: async (path) => {
    try {
      return (await promises.stat(path)).size;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  },
  freeSpace: async (path) => {
    const { bavail, blocks, bsize } = await promises.statfs(path);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  },
};

/** A new folder is a name in the one above it, and lasts only when that one is synced. */
async function makeFolder(path: string): Promise<void> {
  const highest = await promises.mkdir(path, { recursive: true, mode: PRIVATE_FOLDER });
  if (highest === undefined) return;
  let made = resolve(path);
  await syncFolder(dirname(made));
  while (made !== resolve(highest)) {
    made = dirname(made);
    await syncFolder(dirname(made));
  }
}

/** Windows has no sync of folders (SERVE 3.1); its file systems keep names in their own journal. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await promises.open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function fileOf(handle: promises.FileHandle): DiskFile {
  return {
    write: async (bytes, offset) => (await handle.write(bytes, 0, bytes.length, offset)).bytesWritten,
    read: async (into, offset) => (await handle.read(into, 0, into.length, offset)).bytesRead,
    size: async () => (await handle.stat()).size,
    truncate: (size) => handle.truncate(size),
    datasync: () => handle.datasync(),
    sync: () => handle.sync(),
    close: () => handle.close(),
  };
}
