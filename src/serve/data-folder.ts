import { chmod, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readNames, syncFolder, unfinishedRestore } from '../upkeep/index.ts';

/** Files of the data folder that people and verbs look at. */
export const LOCAL_TOKEN = 'local-token';
export const ADDRESS = 'address';
export const FIRST_KEY = 'first-key';
export const ADMIN_PASSWORD = 'admin-password';
export const CONFIG = 'triad.yaml';
export const MORE_CONFIG = 'conf.d';

/**
 * Makes the folder for this user alone; gives why it is refused. One that others may write to is: what lies there would prove nothing.
 * One into which a restore did not end is no store, whatever of it is there.
 */
export async function prepareFolder(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const { mode } = await stat(folder);
    if (process.platform !== 'win32' && (mode & 0o022) !== 0) {
      return `Others may write to ${folder} (mode ${(mode & 0o777).toString(8)}); chmod 700 it.`;
    }
    const unfinished = await unfinishedRestore(folder);
    if (unfinished !== undefined) return unfinished;
    if (process.platform !== 'win32' && (mode & 0o055) !== 0) await chmod(folder, mode & 0o700);
    return undefined;
  } catch (cause) {
    return messageOf(cause);
  }
}

/** Writes a file for this user alone, whole or not at all; it is there after a loss of power: once this is done the text, and its name in the folder, are on stable storage. */
export async function writePrivate(path: string, text: string): Promise<void> {
  const next = `${path}.new`;
  await rm(next, { force: true });
  const file = await open(next, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(next, path);
  await syncFolder(dirname(path));
}

/** The text of a file of the folder; undefined where there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
}

/** The files of `conf.d` that count, in the order of their names: those that a backup holds. */
export function moreConfigFiles(folder: string): Promise<readonly string[]> {
  return readNames(join(folder, MORE_CONFIG));
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR');
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
