import { TYPE_STRING } from './format.ts';
import type { Instance } from './instance.ts';
import { SYS_CHANNEL, SYS_COMPUTER, SYS_PROVIDER } from './system.ts';

/** Longer texts are not names; they are decoded each time. */
const MAX_BYTES = 256;

/**
 * Bytes of the provider, channel and computer that a plan's record had last, where they are values and not texts of the
 * template (EVTX 9.2 item 6). Asked for every record: a comparison costs a third of finding the text by a hash.
 */
export class LastNames {
  /** The slots among the three, in their order. */
  private readonly slots: readonly number[];
  /** False when a name is made of several parts, or can be dropped: its bytes do not tell its text. */
  private readonly isPlain: boolean;
  private readonly shapes: Int32Array;
  private readonly words: Int32Array = new Int32Array((3 * MAX_BYTES) / 4);
  private isKnown = false;

  constructor(systemSlot: Int32Array, systemGuard: Int32Array) {
    const slots: number[] = [];
    let isPlain = true;
    for (const index of [SYS_PROVIDER, SYS_CHANNEL, SYS_COMPUTER]) {
      const slot = systemSlot[index] ?? -1;
      if (slot < -1 || systemGuard[index] !== -1) isPlain = false;
      if (slot >= 0) slots.push(slot);
    }
    this.slots = slots;
    this.isPlain = isPlain;
    this.shapes = new Int32Array(slots.length);
  }

  /** True when the names of the record are, byte for byte, those remembered. */
  isSame(view: DataView, record: Instance): boolean {
    if (!this.isKnown) return false;
    const slots = this.slots;
    const shapes = this.shapes;
    const words = this.words;
    let k = 0;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i] as number;
      const shape = record.shapeOf(slot);
      if (shape !== shapes[i]) return false;
      const size = shape & 0xffff;
      let at = record.offsetOf(slot);
      const end = at + size;
      for (; at + 4 <= end; at += 4) if (view.getInt32(at, true) !== words[k++]) return false;
      if (at < end && view.getUint16(at, true) !== words[k++]) return false;
    }
    return true;
  }

  /** Keeps the names of the record; of one with a name that is no text of even size, nothing. */
  remember(view: DataView, record: Instance): void {
    this.isKnown = false;
    if (!this.isPlain) return;
    const slots = this.slots;
    const shapes = this.shapes;
    const words = this.words;
    let k = 0;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i] as number;
      const shape = record.shapeOf(slot);
      const size = shape & 0xffff;
      if (shape >>> 16 !== TYPE_STRING || (size & 1) === 1 || size > MAX_BYTES) return;
      shapes[i] = shape;
      let at = record.offsetOf(slot);
      const end = at + size;
      for (; at + 4 <= end; at += 4) words[k++] = view.getInt32(at, true);
      if (at < end) words[k++] = view.getUint16(at, true);
    }
    this.isKnown = true;
  }
}
