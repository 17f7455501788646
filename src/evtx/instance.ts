import type { Chunk } from './chunk.ts';
import { MAX_VALUES, TYPE_NULL } from './format.ts';
import type { Plan } from './plan.ts';

/** Why a template instance cannot be laid out. */
export type InstanceProblem = 'count' | 'short';

/**
 * A template instance laid out over its chunk (EVTX 4.1): the plan, and where each value begins. The object is reused; it
 * holds until the next `layOut`.
 */
export class Instance {
  plan: Plan | undefined;
  /** Number of values that the instance has. */
  count = 0;
  /** Offset of the first descriptor. */
  descriptors = 0;
  /** Offset of each value; -1 for a value that does not fit. */
  offsets: Int32Array = new Int32Array(64);
  /** Offset behind the last value that fits. */
  end = 0;
  /** Bytes that all values are said to take, when that is more than there are. */
  overrun = 0;
  /** Fourth bytes of all descriptors, or-ed. */
  oddDescriptor = 0;

  /**
   * Lays out the values whose count stands at `at`. Each is checked against `limit`: without that a damaged record would
   * silently read its neighbour's bytes (EVTX 9.2 item 5).
   */
  layOut(chunk: Chunk, at: number, limit: number): InstanceProblem | undefined {
    if (at + 4 > limit) return 'short';
    const view = chunk.view;
    const count = view.getUint32(at, true);
    if (count > MAX_VALUES || at + 4 + 4 * count > limit) return 'count';
    if (count > this.offsets.length) this.offsets = new Int32Array(MAX_VALUES);
    const offsets = this.offsets;
    const descriptors = at + 4;
    let p = descriptors + 4 * count;
    let odd = 0;
    let overrun = 0;
    for (let i = 0; i < count; i++) {
      const descriptor = view.getUint32(descriptors + 4 * i, true);
      const next = p + (descriptor & 0xffff);
      odd |= descriptor >>> 24;
      if (next <= limit && overrun === 0) {
        offsets[i] = p;
        p = next;
      } else {
        offsets[i] = -1;
        overrun += descriptor & 0xffff;
      }
    }
    this.count = count;
    this.descriptors = descriptors;
    this.end = p;
    this.overrun = overrun === 0 ? 0 : overrun + p - (descriptors + 4 * count);
    this.oddDescriptor = odd;
    return undefined;
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
  typeOf(chunk: Chunk, slot: number): number {
    if (slot >= this.count || (this.offsets[slot] ?? -1) < 0) return TYPE_NULL;
    return chunk.view.getUint8(this.descriptors + 4 * slot + 2);
  }

  sizeOf(chunk: Chunk, slot: number): number {
    return slot < this.count ? chunk.view.getUint16(this.descriptors + 4 * slot, true) : 0;
  }

  offsetOf(slot: number): number {
    return this.offsets[slot] ?? -1;
  }

  isNull(chunk: Chunk, slot: number): boolean {
    return this.typeOf(chunk, slot) === TYPE_NULL;
  }
}
