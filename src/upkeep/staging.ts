import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { STATE_FILE } from '../state/index.ts';
import { isMissing, isThere, syncFolder, writePrivately } from './private-copies.ts';

/** In a folder that is being restored: what is not in its place yet. A folder that holds it is no store. */
export const RESTORING = '.restoring';
/** In it: the names that are moved out of it, written before the first of them is. */
const MOVING = 'moving.json';

/** Who only reads a state may leave these beside it. A server that ran leaves more. */
const BESIDE_STATE: readonly string[] = [`${STATE_FILE}-wal`, `${STATE_FILE}-shm`];

/** Where a restored store is put together before it stands at its place. */
export interface Staging {
  /** The folder to copy into; not there yet. */
  readonly side: string;
  /**
   * Puts what was copied in its place, so that it lasts; a crash in between leaves no store that starts, or the whole one. Gives why it
   * was not done where the place is not empty any more.
   */
  finish(): Promise<string | undefined>;
  /** Takes away all that was brought; what was there stays. */
  undo(): Promise<void>;
}

export type StagingOutcome =
  | { readonly kind: 'fit'; readonly staging: Staging }
  | { readonly kind: 'taken'; readonly message: string };

/**
 * How a store comes into `target`: a folder that is there may be a mount, or its parent another's, so the copy is made within it; one that
 * is not there gets its name by one renaming. Changes nothing.
 */
export async function stagingFor(target: string): Promise<StagingOutcome> {
  if (!(await isThere(target))) return { kind: 'fit', staging: besides(target) };
  const taken = `${target} is not empty: a store is never restored over another.`;
  if (!(await stat(target)).isDirectory()) return { kind: 'taken', message: `${target} is no folder.` };
  const names = await readdir(target);
  if (!names.includes(RESTORING)) {
    return names.length === 0 ? { kind: 'fit', staging: within(target) } : { kind: 'taken', message: taken };
  }
  const moved = await movedOf(target);
  const foreign = names.filter((name) => name !== RESTORING && !moved.includes(name));
  if (foreign.length === 0) return { kind: 'fit', staging: within(target) };
  const why = `${RESTORING} in it is what another restore left, and ${foreign[0]} is not of that one.`;
  return { kind: 'taken', message: `${taken} ${why}` };
}

/** Why a folder is no store that may be started: a restore into it did not end. Undefined where none is under way. */
export async function unfinishedRestore(folder: string): Promise<string | undefined> {
  if (!(await isThere(join(folder, RESTORING)))) return undefined;
  return `A restore into ${folder} did not end (${RESTORING} is in it): run triad restore into it once more, which clears what was left.`;
}

function besides(target: string): Staging {
  const side = `${target}.restoring`;
  return {
    side,
    async finish() {
      await rename(side, target);
      await syncFolder(dirname(target));
      return undefined;
    },
    undo: () => rm(side, { recursive: true, force: true }),
  };
}

function within(target: string): Staging {
  const side = join(target, RESTORING);
  return { side, finish: () => moveUp(target), undo: () => clear(target) };
}

/** Moves all that was copied up into the folder, the state as the last: without it there is no store. */
async function moveUp(target: string): Promise<string | undefined> {
  const side = join(target, RESTORING);
  const came = (await readdir(target)).find((name) => name !== RESTORING);
  if (came !== undefined) return `${came} came into ${target} meanwhile: a store is never restored over another.`;
  const names = await readdir(side);
  const others = names.filter((name) => name !== STATE_FILE);
  await writePrivately(join(side, MOVING), JSON.stringify(names));
  await syncFolder(side);
  await syncFolder(target);
  for (const name of others) await rename(join(side, name), join(target, name));
  await syncFolder(target);
  await rename(join(side, STATE_FILE), join(target, STATE_FILE));
  await syncFolder(target);
  await rm(side, { recursive: true });
  await syncFolder(target);
  return undefined;
}

/** Takes away what a restore within a folder brought: the state first, what says so last. */
async function clear(target: string): Promise<void> {
  const moved = await movedOf(target);
  const others = moved.filter((name) => name !== STATE_FILE);
  for (const name of [...(moved.length > others.length ? [STATE_FILE] : []), ...others]) {
    await rm(join(target, name), { recursive: true, force: true });
    await syncFolder(target);
  }
  await rm(join(target, RESTORING), { recursive: true, force: true });
  await syncFolder(target);
}

/** Names that a restore has moved into the folder; none where it had not begun to. */
async function movedOf(target: string): Promise<readonly string[]> {
  const side = join(target, RESTORING);
  try {
    const names: unknown = JSON.parse(await readFile(join(side, MOVING), 'utf8'));
    if (!Array.isArray(names) || !names.every(isName)) return [];
    const waiting = new Set(await readdir(side));
    const moved = names.filter((name) => !waiting.has(name));
    return moved.includes(STATE_FILE) ? [...moved, ...BESIDE_STATE] : moved;
  } catch (cause) {
    // One that was cut off in its writing has moved nothing.
    if (isMissing(cause) || cause instanceof SyntaxError) return [];
    throw cause;
  }
}

function isName(name: unknown): name is string {
  return typeof name === 'string' && basename(name) === name && !name.startsWith('.');
}
