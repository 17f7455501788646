import { hasPackedMark, packedRowBytes } from '../windows/index.ts';
import type { RowBlock, RowPlace } from './row-order.ts';

/** How far rows in memory were gone through in the order in which they came. Who moves or takes out rows calls `reset`. */
export class Arrivals {
  #block = 0;
  #at = 0;

  /** Begins with the first row again. */
  reset(): void {
    this.#block = 0;
    this.#at = 0;
  }

  /** True where rows came behind the last one that was given or passed over. */
  hasMore(blocks: readonly RowBlock[]): boolean {
    const here = blocks[this.#block];
    return (here !== undefined && this.#at < here.used) || (blocks[this.#block + 1]?.used ?? 0) > 0;
  }

  /** The next rows with this mark, at most so many; those without it are passed over. */
  next(blocks: readonly RowBlock[], mark: number, most: number): readonly RowPlace[] {
    const places: RowPlace[] = [];
    for (let block = blocks[this.#block]; block !== undefined; block = blocks[this.#block]) {
      const { bytes, used } = block;
      for (; this.#at < used; this.#at += packedRowBytes(bytes, this.#at)) {
        if (places.length === most) return places;
        if (hasPackedMark(bytes, this.#at, mark)) places.push({ bytes, at: this.#at });
      }
      // The last one that has rows may be filled further.
      if ((blocks[this.#block + 1]?.used ?? 0) === 0) break;
      this.#block++;
      this.#at = 0;
    }
    return places;
  }
}
