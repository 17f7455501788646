import { ASCII_CLASSES, wideClassOf } from './char-classes.ts';
import { type Entry, type Finder, stands, tell } from './gram-table.ts';

const CLASSES = 64;

/** One or two literals, anywhere in a text: it is read by leaps, as far as its last character lets (Horspool). */
export class LeapSearch {
  readonly #entries: readonly Entry[];
  /** The shortest of them; the window under which the text is read. */
  readonly #width: number;
  /** How far the window may go on, by the class of its last character. */
  readonly #leaps: Uint8Array;

  constructor(entries: readonly Entry[]) {
    this.#entries = entries;
    this.#width = entries.reduce((least, { classes }) => Math.min(least, classes.length), 200);
    this.#leaps = new Uint8Array(CLASSES).fill(this.#width);
    for (const { classes } of entries) {
      for (let at = 0; at < this.#width; at++) {
        const one = classes[at] as number;
        this.#leaps[one] = Math.min(this.#leaps[one] as number, this.#width - 1 - at);
      }
    }
  }

  scan(text: string, turn: number, finder: Finder): void {
    const leaps = this.#leaps;
    const { length } = text;
    for (let at = this.#width - 1; at < length; ) {
      const code = text.charCodeAt(at);
      const leap = leaps[code < 128 ? (ASCII_CLASSES[code] as number) : wideClassOf(code)] as number;
      if (leap === 0) this.#look(text, at - this.#width + 1, turn, finder);
      at += leap === 0 ? 1 : leap;
    }
  }

  #look(text: string, at: number, turn: number, finder: Finder): void {
    for (let i = 0; i < this.#entries.length; i++) {
      const entry = this.#entries[i] as Entry;
      if (entry.turn !== turn && stands(entry, text, at)) tell(entry, turn, finder);
    }
  }
}
