import type { Decoded, TextAnswer } from '../../intake/index.ts';

type Layouts = TextAnswer['rows']['layouts'];

/**
 * The layouts that each packer has told so far: an answer has those that are new in it, so a window that did not take every answer
 * of a packer needs them all.
 */
export class PackerLayouts {
  readonly #told = new Map<number, Layouts[number][]>();
  /** Packers of which the main window did not take every answer. */
  readonly #missedByMain = new Set<number>();

  /** Notes what an answer tells. */
  add({ answer: { rows }, packer }: Decoded<TextAnswer>): void {
    const told = this.#told.get(packer) ?? [];
    told.splice(rows.firstLayout, rows.layouts.length, ...rows.layouts);
    this.#told.set(packer, told);
  }

  /** The main window does not take an answer. */
  missed({ packer }: Decoded<TextAnswer>): void {
    this.#missedByMain.add(packer);
  }

  /** An answer for the main window, with the layouts that it missed. */
  forMain(decoded: Decoded<TextAnswer>): Decoded<TextAnswer> {
    return this.#missedByMain.delete(decoded.packer) ? this.whole(decoded) : decoded;
  }

  /** The same answer with all layouts of its packer. */
  whole({ answer, packer }: Decoded<TextAnswer>): Decoded<TextAnswer> {
    const layouts = this.#told.get(packer) ?? [];
    return { packer, answer: { ...answer, rows: { ...answer.rows, layouts, firstLayout: 0 } } };
  }
}
