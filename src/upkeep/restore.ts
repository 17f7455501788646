import { join, resolve } from 'node:path';
import type { BackupManifest } from './manifest.ts';
import { below, copyPrivately, isMissing, makePrivately, syncFolder, systemTrouble } from './private-copies.ts';
import { type Staging, stagingFor } from './staging.ts';
import { readBackup, storeProblems } from './verify-backup.ts';

export interface RestoreRequest {
  /** The backup. */
  readonly from: string;
  /** An empty or new folder: where the store is to be. */
  readonly folder: string;
}

export type RestoreOutcome = { readonly kind: 'done'; readonly manifest: BackupManifest } | RestoreProblem;

/**
 * `target`: the folder is not empty; `none`, `newer`, `unreadable`: as `readBackup`; `differs`: the backup is not what was written;
 * `disk`: the copy failed. The folder is as it was, but where the message says what is left.
 */
export interface RestoreProblem {
  readonly kind: 'problem';
  readonly code: 'target' | 'none' | 'newer' | 'unreadable' | 'differs' | 'disk';
  readonly message: string;
}

/**
 * Makes a folder of a backup: every file is checked while it is copied, the store is checked as a whole, and only then does it come to
 * its place. A restore that ends in between leaves a folder that no server starts on, and which the next restore clears.
 */
export async function restore({ from, folder }: RestoreRequest): Promise<RestoreOutcome> {
  const reading = await readBackup(from);
  if (reading.kind === 'problem') return reading;
  const { manifest } = reading;
  const place = await placeOf(folder);
  if (place.kind === 'problem') return place;
  const { staging } = place;
  try {
    await staging.undo();
    const problem = await copyChecked(from, staging.side, manifest);
    if (problem !== undefined) {
      return { kind: 'problem', code: 'differs', message: await undone(staging, problem) };
    }
    const taken = await staging.finish();
    if (taken === undefined) return { kind: 'done', manifest };
    return { kind: 'problem', code: 'target', message: await undone(staging, taken) };
  } catch (cause) {
    return { kind: 'problem', code: 'disk', message: await undone(staging, systemTrouble(cause)) };
  }
}

/** Why nothing can be restored into a folder; undefined where it is new or empty. Changes nothing. */
export async function placeProblem(folder: string): Promise<RestoreProblem | undefined> {
  const place = await placeOf(folder);
  return place.kind === 'problem' ? place : undefined;
}

async function placeOf(folder: string): Promise<{ readonly kind: 'fit'; readonly staging: Staging } | RestoreProblem> {
  try {
    const place = await stagingFor(resolve(folder));
    return place.kind === 'fit' ? place : { kind: 'problem', code: 'target', message: place.message };
  } catch (cause) {
    return { kind: 'problem', code: 'disk', message: systemTrouble(cause) };
  }
}

/** What went wrong, and what could not be taken away after it. */
async function undone(staging: Staging, message: string): Promise<string> {
  try {
    await staging.undo();
    return message;
  } catch (cause) {
    return `${message.replace(/\.?$/, '.')} What was copied is left, and the next restore clears it: ${systemTrouble(cause)}`;
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
