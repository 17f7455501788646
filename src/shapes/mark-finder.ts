import type { ByteWindow } from './byte-window.ts';

/**
 * Finds the next place of a mark in a window whose bytes come one after another, and remembers it: asked from rising
 * positions, every byte is looked at once, however often the question is put.
 */
export class MarkFinder {
  readonly #window: ByteWindow;
  readonly #mark: string;
  /** Where the mark was found last; -1 when it is not in what was searched. */
  #found = -1;
  #searchedFrom = 0;
  #searchedTo = 0;

  constructor(window: ByteWindow, mark: string) {
    this.#window = window;
    this.#mark = mark;
  }

  /** Position of the first mark from `from` on, -1 when it is not there yet. */
  next(from: number): number {
    const isKnown = from >= this.#searchedFrom;
    if (isKnown && this.#found >= from) return this.#found;
    const begin = isKnown ? Math.max(from, this.#searchedTo) : from;
    this.#searchedFrom = from;
    this.#found = begin >= this.#window.end ? -1 : this.#window.find(this.#mark, begin);
    this.#searchedTo = this.#found < 0 ? Math.max(begin, this.#window.end - this.#mark.length + 1) : this.#found + 1;
    return this.#found;
  }
}
