import { packedRowBytes, packedTimeMs, packedTimeTicks } from '../windows/index.ts';
import { ComputerNumbers } from './computer-numbers.ts';

/** Rows back to back in a buffer. */
export interface RowBlock {
  readonly bytes: Buffer;
  readonly used: number;
}

/** Where a row lies. */
export interface RowPlace {
  readonly bytes: Buffer;
  readonly at: number;
}

/** Event times, Unix milliseconds: from one on, and before another. */
export interface RowSpan {
  readonly fromMs: number;
  readonly beforeMs: number;
}

/** How rows of one time follow each other. */
export type RowCompare = (a: RowPlace, b: RowPlace) => number;

/** Rows for which the first columns have room. */
const FIRST_ROWS = 1024;

/**
 * The order of rows in memory, kept from one look to the next: rows that came since are sorted alone and merged in ([M] sorting
 * all again was a tenth of judging a window). Who moves, takes out or changes rows calls `reset`.
 */
export class RowOrder {
  readonly #compareSameTime: RowCompare;
  #times = new Float64Array(FIRST_ROWS);
  #ticks = new Uint16Array(FIRST_ROWS);
  #blockOf = new Uint32Array(FIRST_ROWS);
  #startOf = new Uint32Array(FIRST_ROWS);
  /** Numbers of computers, of the first `#numbered` rows: only some who look ask for them. */
  readonly #computers = new ComputerNumbers();
  #computerOf = new Uint32Array(0);
  #numbered = 0;
  #order = new Uint32Array(0);
  /** Rows that the columns hold, and up to where they were read: the block, and the byte in it. */
  #rows = 0;
  #block = 0;
  #at = 0;

  constructor(compareSameTime: RowCompare) {
    this.#compareSameTime = compareSameTime;
  }

  /** Forgets every row. */
  reset(): void {
    this.#order = new Uint32Array(0);
    this.#computers.reset();
    this.#numbered = 0;
    this.#rows = 0;
    this.#block = 0;
    this.#at = 0;
  }

  /** The rows that these blocks hold now, which are those of the last look and more, in order; those of a span of time. What is added while they are gone through is not among them. */
  of(blocks: readonly RowBlock[], { fromMs, beforeMs }: RowSpan): Generator<RowPlace, void, undefined> {
    this.#update(blocks);
    return this.#places(blocks, this.#order.subarray(this.#firstFrom(fromMs), this.#firstFrom(beforeMs)));
  }

  *#places(blocks: readonly RowBlock[], rows: Uint32Array): Generator<RowPlace, void, undefined> {
    for (const row of rows) yield this.#placeOf(blocks, row);
  }

  /** The newest rows of these blocks, at most so many, of computers of which `isOne` is true, in order. It is asked once of each computer, by a row of it. */
  newestOf(blocks: readonly RowBlock[], isOne: (row: RowPlace) => boolean, most: number): readonly RowPlace[] {
    this.#update(blocks);
    this.#number(blocks);
    const [order, computerOf] = [this.#order, this.#computerOf];
    const answers: boolean[] = [];
    const found: RowPlace[] = [];
    for (let at = order.length - 1; at >= 0 && found.length < most; at--) {
      const row = order[at] ?? 0;
      const computer = computerOf[row] ?? 0;
      const answer = answers[computer] ?? isOne(this.#placeOf(blocks, row));
      answers[computer] = answer;
      if (answer) found.push(this.#placeOf(blocks, row));
    }
    return found.reverse();
  }

  #update(blocks: readonly RowBlock[]): void {
    const known = this.#rows;
    this.#read(blocks);
    if (this.#rows > known) this.#order = this.#merged(blocks, known);
  }

  #number(blocks: readonly RowBlock[]): void {
    if (this.#computerOf.length < this.#rows) {
      const numbers = new Uint32Array(this.#times.length);
      numbers.set(this.#computerOf.subarray(0, this.#numbered));
      this.#computerOf = numbers;
    }
    for (; this.#numbered < this.#rows; this.#numbered++) {
      const { bytes, at } = this.#placeOf(blocks, this.#numbered);
      this.#computerOf[this.#numbered] = this.#computers.of(bytes, at);
    }
  }

  /** Where in the order the first row at or behind the time is, by bisection. */
  #firstFrom(ms: number): number {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#times[this.#order[middle] ?? 0] ?? 0) < ms) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #read(blocks: readonly RowBlock[]): void {
    for (let block = blocks[this.#block]; block !== undefined; ) {
      const { bytes, used } = block;
      for (; this.#at < used; this.#at += packedRowBytes(bytes, this.#at)) this.#add(bytes);
      // The last one that has rows may be filled further.
      block = blocks[this.#block + 1];
      if (block === undefined || block.used === 0) return;
      this.#block++;
      this.#at = 0;
    }
  }

  #add(bytes: Buffer): void {
    if (this.#rows === this.#times.length) this.#grow();
    this.#times[this.#rows] = packedTimeMs(bytes, this.#at);
    this.#ticks[this.#rows] = packedTimeTicks(bytes, this.#at);
    this.#blockOf[this.#rows] = this.#block;
    this.#startOf[this.#rows] = this.#at;
    this.#rows++;
  }

  #grow(): void {
    const rows = this.#times.length * 2;
    const [times, ticks] = [new Float64Array(rows), new Uint16Array(rows)];
    const [blockOf, startOf] = [new Uint32Array(rows), new Uint32Array(rows)];
    times.set(this.#times);
    ticks.set(this.#ticks);
    blockOf.set(this.#blockOf);
    startOf.set(this.#startOf);
    this.#times = times;
    this.#ticks = ticks;
    this.#blockOf = blockOf;
    this.#startOf = startOf;
  }

  /** The known order with the rows from `known` on sorted into it. */
  #merged(blocks: readonly RowBlock[], known: number): Uint32Array<ArrayBuffer> {
    const [times, ticks] = [this.#times, this.#ticks];
    const compare = (a: number, b: number): number =>
      (times[a] ?? 0) - (times[b] ?? 0) ||
      (ticks[a] ?? 0) - (ticks[b] ?? 0) ||
      this.#compareSameTime(this.#placeOf(blocks, a), this.#placeOf(blocks, b));
    const fresh = new Uint32Array(this.#rows - known);
    for (let i = 0; i < fresh.length; i++) fresh[i] = known + i;
    fresh.sort(compare);
    if (known === 0) return fresh;
    const before = this.#order;
    const all = new Uint32Array(this.#rows);
    let next = 0;
    let to = 0;
    for (const row of fresh) {
      // Of equal ones that which was there comes first, as a sort of all of them gives.
      for (; next < before.length && compare(before[next] ?? 0, row) <= 0; next++) all[to++] = before[next] ?? 0;
      all[to++] = row;
    }
    all.set(before.subarray(next), to);
    return all;
  }

  #placeOf(blocks: readonly RowBlock[], row: number): RowPlace {
    const block = blocks[this.#blockOf[row] ?? 0];
    if (block === undefined) throw new RangeError('row outside of the store');
    return { bytes: block.bytes, at: this.#startOf[row] ?? 0 };
  }
}
