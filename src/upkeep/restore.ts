import { rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { BackupManifest } from './manifest.ts';
import {
  below,
  copyPrivately,
  isEmptyPlace,
  isMissing,
  makePrivately,
  syncFolder,
  systemTrouble,
} from './private-copies.ts';
import { readBackup, storeProblems } from './verify-backup.ts';

export interface RestoreRequest {
  /** The backup. */
  readonly from: string;
  /** An empty or new folder: where the store is to be. */
  readonly folder: string;
}

export type RestoreOutcome =
  | { readonly kind: 'done'; readonly manifest: BackupManifest }
  /**
   * `target`: the folder is not empty; `none`, `newer`, `unreadable`: as `readBackup`; `differs`: the backup is not what was
   * written; `disk`: the copy failed. The folder is as it was.
   */
  | {
      readonly kind: 'problem';
      readonly code: 'target' | 'none' | 'newer' | 'unreadable' | 'differs' | 'disk';
      readonly message: string;
    };

/**
 * Makes a folder of a backup: every file is checked while it is copied, the store is checked as a whole, and only then does the folder get
 * its name. A restore that ends in between leaves `FOLDER.restoring`, which the next one makes anew.
 */
export async function restore({ from, folder }: RestoreRequest): Promise<RestoreOutcome> {
  const reading = await readBackup(from);
  if (reading.kind === 'problem') return reading;
  const { manifest } = reading;
  const target = resolve(folder);
  const side = `${target}.restoring`;
  try {
    if (!(await isEmptyPlace(target))) {
      const message = `${folder} is not empty: a store is never restored over another.`;
      return { kind: 'problem', code: 'target', message };
    }
    await rm(side, { recursive: true, force: true });
    const problem = await copyChecked(from, side, manifest);
    if (problem !== undefined) {
      await rm(side, { recursive: true, force: true });
      return { kind: 'problem', code: 'differs', message: problem };
    }
    await removeEmpty(target);
    await rename(side, target);
    await syncFolder(dirname(target));
    return { kind: 'done', manifest };
  } catch (cause) {
    const message = systemTrouble(cause);
    await rm(side, { recursive: true, force: true });
    return { kind: 'problem', code: 'disk', message };
  }
}

async function copyChecked(from: string, side: string, manifest: BackupManifest): Promise<string | undefined> {
  await makePrivately(side);
  const folders = new Set(manifest.files.map(({ path }) => path.split('/').slice(0, -1).join('/')));
  for (const part of folders) await makePrivately(below(side, part));
  for (const { path, bytes, sha256 } of manifest.files) {
    try {
      const copied = await copyPrivately(below(from, path), below(side, path));
      if (copied.bytes !== bytes || copied.sha256 !== sha256) return `${join(from, path)} is not what was written.`;
    } catch (cause) {
      if (isMissing(cause)) return `${join(from, path)} is missing.`;
      throw cause;
    }
  }
  for (const part of folders) await syncFolder(below(side, part));
  await syncFolder(side);
  const [problem] = await storeProblems(side, manifest);
  return problem;
}

async function removeEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
  }
}
