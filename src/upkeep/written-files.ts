import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from './private-copies.ts';

/** What a server reads of `conf.d` and `pins.d`. */
const READ = /^(?!\.).*\.ya?ml$/s;
/** A name that a backup can hold: one segment of a path that shows as what it is and leads nowhere (L20). */
const HELD = /^(?!\.)[^/\\\p{Cc}\p{Cs}\ufffd]+$/u;

/** The names in a folder of settings or pins that a server reads, in its order, whatever they are or lead to; none where there is no such folder. */
export async function readNames(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => READ.test(name)).sort();
  } catch (cause) {
    if (isMissing(cause) || isNoFolder(cause)) return [];
    throw cause;
  }
}

/** Whether a backup can hold a file of this name. */
export function isHeldName(name: string): boolean {
  return HELD.test(name);
}

export interface WrittenFiles {
  /** Files whose content is to be copied, links followed. */
  readonly names: readonly string[];
  /** What a server reads, or would fail to, and no backup can hold: a sentence each. */
  readonly left: readonly string[];
}

/** Which of some names in a folder are files, whether plain or by a link. What is not there, and what leads nowhere, no server reads. */
export async function writtenFiles(folder: string, names: readonly string[]): Promise<WrittenFiles> {
  const files: string[] = [];
  const left: string[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const why = await whyLeft(path, name);
    if (why === undefined) files.push(name);
    else if (why !== 'missing')
      left.push(`${JSON.stringify(path)} is not in the backup, and a server reads it: ${why}.`);
  }
  return { names: files, left };
}

async function whyLeft(path: string, name: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    if (!isHeldName(name)) return 'a backup holds no such name';
    return found.isFile() ? undefined : 'it is no file';
  } catch (cause) {
    if (isMissing(cause)) return 'missing';
    if (cause instanceof Error && 'code' in cause) return String(cause.code);
    throw cause;
  }
}

function isNoFolder(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOTDIR';
}
