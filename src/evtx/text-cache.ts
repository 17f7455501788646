const ENTRIES = 512;
/** Longer texts are not names; they are decoded each time. */
const MAX_BYTES = 512;

interface CachedText {
  readonly size: number;
  readonly words: Int32Array;
  readonly text: string;
}

/**
 * Channel, provider and computer names by their bytes: a name met before costs a comparison and no string, and comes back
 * as the same string (EVTX 9.2 item 6). Direct-mapped; an entry is verified whole, so that what comes back never depends
 * on what was read before.
 */
export class TextCache {
  private readonly entries: (CachedText | undefined)[] = new Array(ENTRIES).fill(undefined);

  /** The UTF-16 text of `size` bytes at `at` without trailing NULs; `decode` gives it when it is not known. */
  get(view: DataView, at: number, size: number, decode: (at: number, size: number) => string): string {
    const even = size & ~1;
    if (even < 8 || even > MAX_BYTES) return decode(at, size);
    const middle = view.getInt32(at + ((even >> 1) & ~1), true);
    const end = view.getInt32(at + even - 4, true);
    const mixed = Math.imul(
      view.getInt32(at, true) ^ Math.imul(middle, 0x9e3779b1) ^ Math.imul(end, 0x85ebca6b) ^ even,
      0x27d4eb2f,
    );
    const index = mixed >>> 23;
    const entry = this.entries[index];
    if (entry !== undefined && entry.size === even && isSame(view, at, entry)) return entry.text;
    const text = decode(at, size);
    this.entries[index] = remember(view, at, even, text);
    return text;
  }
}

function isSame(view: DataView, at: number, entry: CachedText): boolean {
  const words = entry.words;
  const pairs = entry.size >> 2;
  for (let i = 0; i < pairs; i++) if (view.getInt32(at + 4 * i, true) !== words[i]) return false;
  return (entry.size & 2) === 0 || view.getUint16(at + 4 * pairs, true) === words[pairs];
}

function remember(view: DataView, at: number, size: number, text: string): CachedText {
  const pairs = size >> 2;
  const words = new Int32Array(pairs + 1);
  for (let i = 0; i < pairs; i++) words[i] = view.getInt32(at + 4 * i, true);
  if ((size & 2) !== 0) words[pairs] = view.getUint16(at + 4 * pairs, true);
  return { size, words, text };
}
