import type { DiskFailure, FreeSpace } from './disk-port.ts';
import type { SpaceState } from './free-space.ts';
import type { RefusalReason } from './group-commit.ts';

export interface JournalHealth {
  readonly durable: number;
  /** First position that is still held; 0 when there is none. */
  readonly first: number;
  /** The last one that is held; below `durable` where what came behind it is lost, and 0 when there is none. */
  readonly last: number;
  readonly segments: number;
  readonly bytes: number;
  /** What is not answered yet: batches in the queue, payload bytes in it and in the group being written. */
  readonly waiting: { readonly batches: number; readonly bytes: number };
  /** Since the start. */
  readonly written: { readonly batches: number; readonly groups: number; readonly storedBytes: number };
  readonly refused: Readonly<Record<RefusalReason, number>>;
  /** Segments that went before their time, to make room, since the start. */
  readonly early: number;
  readonly failures: number;
  readonly lastFailure?: DiskFailure & { readonly atMs: number };
  /** Names of segments that are broken in the middle, and kept. */
  readonly setAside: readonly string[];
  /** Unfinished writes that the start cut off. */
  readonly tornTails: readonly { readonly name: string; readonly at: number; readonly cutBytes: number }[];
  /** Positions that the start found missing. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
  readonly space: FreeSpace & { readonly state: SpaceState };
  readonly reserve: 'none' | 'held' | 'released';
  /** Why batches are refused now, if they are. */
  readonly refusing: RefusalReason | undefined;
  /** One sentence for each thing that a person should look at. */
  readonly degraded: readonly string[];
}

export function degradedReasons(health: Omit<JournalHealth, 'degraded'>): readonly string[] {
  const { space, setAside, gaps, refusing, lastFailure, reserve, early } = health;
  const free = space.totalBytes > 0 ? `${((100 * space.freeBytes) / space.totalBytes).toFixed(1)} %` : 'unknown';
  const reasons: string[] = [];
  if (refusing === 'failed')
    reasons.push(`the disk does not take new batches: ${lastFailure?.what}: ${lastFailure?.code}`);
  if (refusing === 'full') reasons.push(`the disk is full: ${free} is free; make room and batches are taken again`);
  if (space.state === 'low' || space.state === 'warn') reasons.push(`${free} of the disk is free`);
  if (reserve === 'released') reasons.push('the reserve was let go of to leave room for the state');
  if (early > 0) reasons.push(`${early} segments went before their time for want of room`);
  for (const name of setAside)
    reasons.push(`${name} is broken in the middle; it is kept, and read as far as it verifies`);
  for (const { from, to } of gaps) reasons.push(`batches ${from} to ${to} are missing`);
  return reasons;
}
