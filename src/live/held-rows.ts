import { EventStore } from '../evidence/index.ts';
import type { Source } from '../windows/index.ts';
import { RESTORED, UNJUDGED } from './batch-rows.ts';
import type { Pins } from './pins.ts';
import type { HeldRow } from './row-quota.ts';

/** Every row in the order of the store; of what is pinned the newest, as far as so many bytes go, and how many rows are beyond. What no judgement has seen is as good as pinned where `isUnjudgedKept`, and what an image had in any case: who made it had judged it, and knew its pins. */
export function heldRows(
  store: EventStore,
  pins: Pins,
  pinnedBytes: number,
  isUnjudgedKept = false,
): { readonly rows: readonly HeldRow[]; readonly unpinned: number } {
  const kept = isUnjudgedKept ? UNJUDGED | RESTORED : RESTORED;
  const rows: HeldRow[] = [];
  const pinned: number[] = [];
  for (const event of store.unsorted()) {
    if (pins.has(event) && !event.hasMark(kept)) pinned.push(rows.length);
    rows.push({
      host: event.computer.toLowerCase(),
      source: event.sourceNumber,
      timeMs: event.timeMs,
      bytes: event.rowBytes().length,
      isPinned: event.hasMark(kept),
    });
  }
  let left = pinnedBytes;
  let unpinned = 0;
  const timeOf = (at: number): number => rows[at]?.timeMs ?? 0;
  for (const at of pinned.sort((a, b) => timeOf(b) - timeOf(a))) {
    const row = rows[at];
    if (row === undefined) continue;
    left -= row.bytes;
    if (left >= 0) rows[at] = { ...row, isPinned: true };
    else unpinned++;
  }
  return { rows, unpinned };
}

/** The rows of a window: all in memory. */
export function storeInMemory(sources: readonly Source[]): EventStore {
  return new EventStore(sources, {
    memoryBytes: Number.POSITIVE_INFINITY,
    // What an engine holds goes with it before rows are moved; what it tells is copied (`shown`).
    areLasting: true,
    openSpool: () => {
      throw new Error('a window holds its rows in memory');
    },
  });
}
