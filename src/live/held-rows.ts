import { EventStore } from '../evidence/index.ts';
import type { Source } from '../windows/index.ts';
import type { Pins } from './pins.ts';
import type { HeldRow } from './row-quota.ts';

/** Every row in the order of the store; of what is pinned the newest, as far as so many bytes go, and how many rows are beyond. Rows with one of the marks `kept` are as good as pinned. */
export function heldRows(
  store: EventStore,
  pins: Pins,
  pinnedBytes: number,
  kept = 0,
): { readonly rows: readonly HeldRow[]; readonly unpinned: number } {
  const rows: HeldRow[] = [];
  const pinned: number[] = [];
  for (const event of store.unsorted()) {
    if (pins.has(event) && !event.hasMark(kept)) pinned.push(rows.length);
    rows.push({
      host: event.computer.toLowerCase(),
      source: event.sourceNumber,
      timeMs: event.timeMs,
      bytes: event.rowBytes().length,
      isPinned: kept !== 0 && event.hasMark(kept),
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
