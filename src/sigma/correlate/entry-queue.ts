import { compareEntries, type Entry } from './entry.ts';

/** Entries that wait for the watermark, smallest first: a binary heap. */
export class EntryQueue {
  readonly #heap: Entry[] = [];

  get size(): number {
    return this.#heap.length;
  }

  first(): Entry | undefined {
    return this.#heap[0];
  }

  push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Entry;
      if (compareEntries(above, entry) <= 0) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  }

  pop(): Entry | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && compareEntries(heap[child + 1] as Entry, heap[child] as Entry) < 0) child++;
      if (compareEntries(last, heap[child] as Entry) <= 0) break;
      heap[at] = heap[child] as Entry;
      at = child;
    }
    heap[at] = last;
    return top;
  }

  /** All of them in order, without taking them out. */
  sorted(): readonly Entry[] {
    return [...this.#heap].sort(compareEntries);
  }
}
