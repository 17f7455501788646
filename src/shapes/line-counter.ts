import type { ByteWindow } from './byte-window.ts';
import { MarkFinder } from './mark-finder.ts';

/** Tells the line, from 1, of positions in a window that are asked for in rising order. */
export class LineCounter {
  /** Looks at every byte once: a source may be one line. */
  readonly #lineFeeds: MarkFinder;
  #position = 0;
  #line = 1;

  constructor(window: ByteWindow) {
    this.#lineFeeds = new MarkFinder(window, '\n');
  }

  /** Line of a position; what lies before it may be let go of afterwards. */
  lineAt(position: number): number {
    while (this.#position < position) {
      const lineFeed = this.#lineFeeds.next(this.#position);
      if (lineFeed < 0 || lineFeed >= position) break;
      this.#line++;
      this.#position = lineFeed + 1;
    }
    this.#position = Math.max(position, this.#position);
    return this.#line;
  }
}
