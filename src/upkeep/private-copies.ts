import { createHash } from 'node:crypto';
import { constants, type PathLike } from 'node:fs';
import { chmod, lstat, mkdir, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const PIECE_BYTES = 1 << 20;

export interface CopiedBytes {
  readonly bytes: number;
  /** Hex, of the bytes as they went by. */
  readonly sha256: string;
}

/** Copies what a file holds when its end is met into a new file of mode 0600, syncs it, and gives the digest of what was written. */
export async function copyPrivately(from: string, to: string): Promise<CopiedBytes> {
  const source = await open(from, constants.O_RDONLY);
  try {
    const target = await open(to, 'wx', 0o600);
    try {
      const sum = createHash('sha256');
      const piece = Buffer.allocUnsafe(PIECE_BYTES);
      let bytes = 0;
      for (;;) {
        const { bytesRead } = await source.read(piece, 0, PIECE_BYTES, bytes);
        if (bytesRead === 0) break;
        const part = piece.subarray(0, bytesRead);
        sum.update(part);
        for (let at = 0; at < bytesRead; ) {
          at += (await target.write(part, at, bytesRead - at, bytes + at)).bytesWritten;
        }
        bytes += bytesRead;
      }
      await target.sync();
      return { bytes, sha256: sum.digest('hex') };
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** Size and digest of a file. */
export async function digestOf(path: string): Promise<CopiedBytes> {
  const file = await open(path, constants.O_RDONLY);
  try {
    const sum = createHash('sha256');
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    let bytes = 0;
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, PIECE_BYTES, bytes);
      if (bytesRead === 0) return { bytes, sha256: sum.digest('hex') };
      sum.update(piece.subarray(0, bytesRead));
      bytes += bytesRead;
    }
  } finally {
    await file.close();
  }
}

/** Writes a new file of mode 0600 and syncs it. */
export async function writePrivately(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a folder of mode 0700, whatever the mask of this process. */
export async function makePrivately(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await chmod(path, 0o700);
}

/** Makes names in a folder last. Windows has no such sync. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Names of plain files in a folder, sorted; none where there is no such folder. */
export async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort();
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw cause;
  }
}

/** Whether nothing is there, or an empty folder. */
export async function isEmptyPlace(path: PathLike): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory() && (await readdir(path)).length === 0;
  } catch (cause) {
    if (isMissing(cause)) return true;
    throw cause;
  }
}

/** Whether anything is at a path, a link that leads nowhere too. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (cause) {
    if (isMissing(cause)) return false;
    throw cause;
  }
}

export function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}

/** An error of the system as a sentence; any other is a bug and goes on as one. */
export function systemTrouble(cause: unknown): string {
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.message;
  throw cause;
}

/** A path below a folder, of a relative one with `/`. */
export function below(folder: string, path: string): string {
  return join(folder, ...path.split('/'));
}
