import type { Stats } from 'node:fs';
import { lstat, open, readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { ARCHIVE, JOURNAL } from './data-parts.ts';
import { type Check, fail, gibibytes, ok, warn } from './finding.ts';
import { isMissing, systemTrouble } from './private-copies.ts';
import { unfinishedRestore } from './staging.ts';

export interface FolderRequest {
  readonly folder: string;
  /** Number of the user who asks; absent where the system has none. */
  readonly uid: number | undefined;
  /** Least free bytes before the server refuses batches: reserve and a segment. */
  readonly neededBytes: number;
  /** Milliseconds of a clock that never runs back. */
  readonly steadyMs: () => number;
}

/** Files for their owner alone. */
const PRIVATE = /^(?:local-token|first-key|admin-password|state\.sqlite|owner\.sqlite|address)/;
const SYNCS = 20;
const SLOW_MS = 50;
const LOW_SHARE = 0.05;

/** Whether the folder is there, is this user's alone, has room, and how long its disk takes to make a write last. */
export async function checkFolder(request: FolderRequest): Promise<readonly Check[]> {
  const { folder } = request;
  try {
    const found = await stat(folder);
    if (!found.isDirectory()) return [fail('folder', `${folder} is no folder.`, 'Name another one with --data.')];
    const unfinished = await unfinishedRestore(folder);
    if (unfinished !== undefined) return [fail('folder', unfinished, 'It is no store until then.')];
    const checks = [ownership(request, found), ...(await looseFiles(folder))];
    return [...checks, await freeSpace(request), await syncTime(request)];
  } catch (cause) {
    if (isMissing(cause)) return [ok('folder', `${folder} is not there yet; the first start makes it.`)];
    return [fail('folder', systemTrouble(cause), 'Name a folder of your own with --data.')];
  }
}

function ownership({ folder, uid }: FolderRequest, { mode, uid: owner }: { mode: number; uid: number }): Check {
  if (uid === undefined) return ok('folder', `${folder} is there.`);
  const bits = (mode & 0o777).toString(8);
  if (owner !== uid && uid !== 0) {
    return fail(
      'folder',
      `${folder} belongs to user ${owner} and not to ${uid}.`,
      'Run this as the user of the server.',
    );
  }
  if ((mode & 0o022) !== 0)
    return fail('folder', `Others may write to ${folder} (mode ${bits}).`, `chmod 700 ${folder}`);
  if ((mode & 0o055) !== 0) return warn('folder', `Others may read ${folder} (mode ${bits}).`, `chmod 700 ${folder}`);
  return ok('folder', `${folder} is for user ${owner} alone.`);
}

/** Files that others may read or write. */
async function looseFiles(folder: string): Promise<readonly Check[]> {
  if (process.platform === 'win32') return [];
  const loose: string[] = [];
  let count = 0;
  for (const part of ['', JOURNAL, ARCHIVE]) {
    for (const name of await namesIn(join(folder, part))) {
      if (part === '' && !PRIVATE.test(name)) continue;
      const found = await lstatIfThere(join(folder, part, name));
      if (found === undefined) continue;
      count++;
      if (!found.isFile() || (found.mode & 0o077) !== 0) loose.push(part === '' ? name : `${part}/${name}`);
    }
  }
  if (loose.length === 0) return [ok('permissions', `${count} files are for their owner alone.`)];
  const named = `${loose.slice(0, 3).join(', ')}${loose.length > 3 ? ` and ${loose.length - 3} more` : ''}`;
  return [fail('permissions', `Others may use ${named}, or it is no plain file.`, `chmod -R go-rwx ${folder}`)];
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw cause;
  }
}

async function lstatIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
}

async function freeSpace({ folder, neededBytes }: FolderRequest): Promise<Check> {
  const { bavail, blocks, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const share = blocks === 0 ? 1 : bavail / blocks;
  const text = `${gibibytes(free)} are free (${(100 * share).toFixed(0)} %).`;
  if (free < neededBytes) return fail('space', text, 'Batches are refused: free space, or shorten journal.keepTime.');
  if (share < LOW_SHARE) return warn('space', text, 'Free space before batches are refused.');
  return ok('space', text);
}

/** Writes a small file some times and makes it last each time; the file goes again. */
async function syncTime({ folder, steadyMs }: FolderRequest): Promise<Check> {
  const path = join(folder, `doctor-${process.pid}.tmp`);
  const took: number[] = [];
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      const bytes = Buffer.alloc(4096);
      for (let i = 0; i < SYNCS; i++) {
        const begun = steadyMs();
        await file.write(bytes, 0, bytes.length, i * bytes.length);
        await file.datasync();
        took.push(steadyMs() - begun);
      }
    } finally {
      await file.close();
      await rm(path, { force: true });
    }
  } catch (cause) {
    return fail('disk', systemTrouble(cause), 'The server must be able to write here.');
  }
  took.sort((a, b) => a - b);
  const [middle = 0, worst = 0] = [took[SYNCS >> 1], took.at(-1)];
  const text = `A write lasts after ${middle.toFixed(1)} ms (fdatasync, median of ${SYNCS}; worst ${worst.toFixed(1)} ms).`;
  if (middle <= SLOW_MS) return ok('disk', text);
  return warn(
    'disk',
    text,
    'Every answer to a sender waits so long: choose a faster disk, and no network file system.',
  );
}
