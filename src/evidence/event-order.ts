import { compareRecordIds, type PackedEvent, type RecordClass } from '../windows/index.ts';

const CLASS_RANK: Readonly<Record<RecordClass, number>> = { live: 0, afterDamage: 1, swallowed: 2, carved: 3 };

/**
 * The order of events everywhere: time, host, channel, record id, event id, class, what they say, file, offset (L7, ADR 0002). Places come last: they tell how evidence
 * was gathered, split and sent (L8), and records without an id have nothing else.
 */
export function compareEvents(a: PackedEvent, b: PackedEvent): number {
  return compareRecords(a, b) || compareContents(a, b) || comparePlaces(a, b);
}

function compareRecords(a: PackedEvent, b: PackedEvent): number {
  return (
    a.timeMs - b.timeMs ||
    a.timeTicks - b.timeTicks ||
    compareText(a.computer.toLowerCase(), b.computer.toLowerCase()) ||
    compareText(a.channel.toLowerCase(), b.channel.toLowerCase()) ||
    compareRecordIds(a.recordId, b.recordId) ||
    a.eventId - b.eventId ||
    CLASS_RANK[a.recordClass] - CLASS_RANK[b.recordClass]
  );
}

/** Mostly both say the same: a backup beside a log. */
function compareContents(a: PackedEvent, b: PackedEvent): number {
  return a.hasEqualRow(b) ? 0 : compareText(contentOf(a), contentOf(b));
}

function comparePlaces(a: PackedEvent, b: PackedEvent): number {
  return a.sourceNumber - b.sourceNumber || a.offsetBytes - b.offsetBytes;
}

function contentOf(event: PackedEvent): string {
  return JSON.stringify([event.shape ?? '', event.provider, event.version, event.entries()]);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A binary heap of streams by the event at their head. */
export class EventHeap {
  readonly #heads: { event: PackedEvent; stream: Generator<PackedEvent, void, undefined> }[] = [];

  push(stream: Generator<PackedEvent, void, undefined>): void {
    const first = stream.next();
    if (first.done === true) return;
    this.#heads.push({ event: first.value, stream });
    this.#up(this.#heads.length - 1);
  }

  next(): PackedEvent | undefined {
    const top = this.#heads[0];
    if (top === undefined) return undefined;
    const event = top.event;
    const following = top.stream.next();
    if (following.done === true) {
      const last = this.#heads.pop();
      if (last !== undefined && this.#heads.length > 0) this.#heads[0] = last;
    } else {
      top.event = following.value;
    }
    this.#down(0);
    return event;
  }

  #less(a: number, b: number): boolean {
    const left = this.#heads[a];
    const right = this.#heads[b];
    return left !== undefined && right !== undefined && compareEvents(left.event, right.event) < 0;
  }

  #swap(a: number, b: number): void {
    const left = this.#heads[a];
    const right = this.#heads[b];
    if (left === undefined || right === undefined) return;
    this.#heads[a] = right;
    this.#heads[b] = left;
  }

  #up(index: number): void {
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#less(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #down(index: number): void {
    for (;;) {
      const left = index * 2 + 1;
      const right = left + 1;
      let least = index;
      if (this.#less(left, least)) least = left;
      if (this.#less(right, least)) least = right;
      if (least === index) return;
      this.#swap(index, least);
      index = least;
    }
  }
}
