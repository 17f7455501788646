import type { ByteWindow } from './byte-window.ts';

/** Tells the line, from 1, of positions in a window that are asked for in rising order. */
export class LineCounter {
  readonly #window: ByteWindow;
  #position = 0;
  #line = 1;

  constructor(window: ByteWindow) {
    this.#window = window;
  }

  /** Line of a position; what lies before it may be let go of afterwards. */
  lineAt(position: number): number {
    const buffer = this.#window.buffer;
    const to = this.#window.indexOf(position);
    let index = this.#window.indexOf(this.#position);
    while (index < to) {
      const next = buffer.indexOf(0x0a, index);
      if (next < 0 || next >= to) break;
      this.#line++;
      index = next + 1;
    }
    this.#position = Math.max(position, this.#position);
    return this.#line;
  }
}
