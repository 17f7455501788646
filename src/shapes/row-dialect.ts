import type { Dialect, DialectUnit } from './dialect.ts';
import { type CutRow, RowCutter } from './row-cutter.ts';

/** A dialect of rows, one unit each: what they are cut by, and how one is read, its kinds say. */
export abstract class RowDialect implements Dialect {
  protected readonly cutter: RowCutter;

  /** `separator` as for a `RowCutter`. */
  constructor(separator: string | undefined, maxUnitBytes: number) {
    this.cutter = new RowCutter(separator, maxUnitBytes);
  }

  push(bytes: Uint8Array): readonly DialectUnit[] {
    this.cutter.push(bytes);
    return this.#take(false);
  }

  end(): readonly DialectUnit[] {
    return this.#take(true);
  }

  #take(isLast: boolean): readonly DialectUnit[] {
    const units: DialectUnit[] = [];
    for (let row = this.cutter.next(isLast); row !== undefined; row = this.cutter.next(isLast)) {
      const { start, end, line, problem } = row;
      const unit =
        problem === undefined ? this.unitOf(row) : ({ kind: 'broken', start, end, line, reason: problem } as const);
      if (unit !== undefined) units.push(unit);
    }
    return units;
  }

  /** The unit of a whole row; undefined for one that is a header or blank. */
  protected abstract unitOf(row: CutRow): DialectUnit | undefined;
}
