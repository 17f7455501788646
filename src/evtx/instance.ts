import type { Chunk } from './chunk.ts';
import { MAX_VALUES, TYPE_NULL } from './format.ts';
import type { Plan } from './plan.ts';

/** Why a template instance cannot be laid out. */
export type InstanceProblem = 'count' | 'short';

/**
 * A template instance laid out over its chunk (EVTX 4.1): the plan, and where each value begins. The object is reused; it
 * holds until the next `layOut`.
 *
 * The typed-array reads below are inside their bounds by `count`; `as number` says so, because a check on each read costs
 * a tenth of the scan.
 */
export class Instance {
  plan: Plan | undefined;
  /** Number of values that the instance has. */
  count = 0;
  /** Offset of the first descriptor. */
  descriptors = 0;
  /** Offset behind the last value that fits. */
  end = 0;
  /** Bytes that all values are said to take, when that is more than there are. */
  overrun = 0;
  /** Fourth bytes of all descriptors, or-ed. */
  oddDescriptor = 0;
  private offsets = new Int32Array(64);
  /** Size in the low half, type above it; 0, which is NULL, for a value that does not fit. */
  private words = new Int32Array(64);

  /**
   * Lays out the values whose count stands at `at`. All are checked against `limit`: without that a damaged record would
   * silently read its neighbour's bytes (EVTX 9.2 item 5).
   */
  layOut(chunk: Chunk, at: number, limit: number): InstanceProblem | undefined {
    if (at + 4 > limit) return 'short';
    const view = chunk.view;
    const count = view.getUint32(at, true);
    if (count > MAX_VALUES || at + 4 + 4 * count > limit) return 'count';
    if (count > this.offsets.length) {
      this.offsets = new Int32Array(MAX_VALUES);
      this.words = new Int32Array(MAX_VALUES);
    }
    const { offsets, words } = this;
    const descriptors = at + 4;
    let p = descriptors + 4 * count;
    let odd = 0;
    for (let i = 0, d = descriptors; i < count; i++, d += 4) {
      const word = view.getInt32(d, true);
      offsets[i] = p;
      words[i] = word;
      odd |= word;
      p += word & 0xffff;
    }
    this.count = count;
    this.descriptors = descriptors;
    this.end = p;
    this.overrun = 0;
    this.oddDescriptor = odd >>> 24;
    if (p > limit) this.cutAt(limit);
    return undefined;
  }

  /** Values from the first that does not fit on are NULL. */
  private cutAt(limit: number): void {
    const { offsets, words, count } = this;
    const begin = this.descriptors + 4 * count;
    this.overrun = this.end - begin;
    for (let i = 0; i < count; i++) {
      const at = offsets[i] as number;
      if (at + ((words[i] as number) & 0xffff) <= limit) continue;
      this.end = at;
      words.fill(0, i, count);
      return;
    }
  }

  /** A direct record: a plan without values. */
  setDirect(plan: Plan, end: number): void {
    this.plan = plan;
    this.count = 0;
    this.end = end;
    this.overrun = 0;
    this.oddDescriptor = 0;
  }

  /** Value type of a slot by its descriptor; NULL when the instance does not have it or it does not fit (EVTX 5.2). */
  typeOf(slot: number): number {
    return slot < this.count ? ((this.words[slot] as number) >>> 16) & 0xff : TYPE_NULL;
  }

  /** Size of a slot's value in bytes; 0 where there is none. */
  sizeOf(slot: number): number {
    return slot < this.count ? (this.words[slot] as number) & 0xffff : 0;
  }

  /** Type and size of a slot in one number, `type << 16 | size`: for the fields that every record is asked for. */
  shapeOf(slot: number): number {
    return slot < this.count ? (this.words[slot] as number) & 0xffffff : 0;
  }

  /** Offset of a slot's value in the unit; meaningless for a slot that is NULL. */
  offsetOf(slot: number): number {
    return slot < this.count ? (this.offsets[slot] as number) : 0;
  }

  isNull(slot: number): boolean {
    return this.typeOf(slot) === TYPE_NULL;
  }
}
