import { signal } from '@preact/signals';
import type { EventDocument, EventPageDocument, SearchProgress } from '../../src/api/index.ts';
import type { Answer, Problem } from '../kit/api.ts';
import type { Rows } from '../kit/virtual-list.tsx';
import { fieldsAsked } from './columns.ts';
import { type Hit, hitOf, isOfList } from './hit.ts';
import { Tally } from './tally.ts';

/** A row of the list: a hit, one that was let go of and is being read again, or one that the archive does not hold any more. */
export type Cell = Hit | { readonly id: string; readonly absent: 'reading' | 'gone' };

/** Rows of a part of the list, which is read and let go of as a whole. */
export const PART_ROWS = 200;
/** Parts whose rows are held around what is on screen, beside the first one. */
const HELD_PARTS = 20;

interface Part {
  /** Where it begins; the first has none. */
  readonly after: string | undefined;
  count: number;
  rows: readonly Cell[] | undefined;
}

/** Asks `/v1` for a page. */
export type AskPage = (path: string, signal: AbortSignal) => Promise<Answer<EventPageDocument>>;

/**
 * The hits of one search. They are read page by page as somebody scrolls; of a million the rows around the screen are held, of the others the
 * cursor of each part, by which the part is read again, and the time of each hit (8 bytes) for the picture. A component that reads `length` is drawn again after each change.
 */
export class Hits implements Rows<Cell> {
  readonly tally: Tally = new Tally();
  readonly #path: string;
  readonly #texts: readonly string[];
  readonly #ask: AskPage;
  readonly #changes = signal(0);
  readonly #abort = new AbortController();
  #columns: readonly string[];
  readonly #parts: Part[] = [];
  /** What came since this one is no part of the list. */
  #first: string | undefined;
  #next: string | undefined;
  #wanted = PART_ROWS;
  #shown: readonly [number, number] = [0, 0];
  #count = 0;
  #isWorking = false;
  #isStopped = false;
  #problem: Problem | undefined;
  #reach: EventPageDocument['reach'];
  #progress: SearchProgress = { blocks: 0, events: 0, passed: 0, damaged: 0, gone: 0 };

  constructor(asked: string, texts: readonly string[], ask: AskPage, columns: readonly string[] = []) {
    this.#path = `/v1/events?${asked}`;
    this.#texts = texts;
    this.#ask = ask;
    this.#columns = columns;
  }

  /** Hits that were read so far, held or not. */
  get length(): number {
    return this.#changes.value === 0 ? 0 : this.#count;
  }

  /** Rows that are in memory. */
  get held(): number {
    return this.#parts.reduce((sum, { rows }) => sum + (rows?.length ?? 0), 0);
  }

  /** All of the archive was looked at: there are no more. */
  get isWhole(): boolean {
    return this.#parts.length > 0 && this.#next === undefined;
  }

  /** Id of the newest hit; undefined while there is none. */
  get first(): string | undefined {
    return this.#first;
  }

  get isReading(): boolean {
    return this.#isWorking;
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  get reach(): EventPageDocument['reach'] {
    return this.#reach;
  }

  /** What was looked at so far, over all pages. */
  get progress(): SearchProgress {
    return this.#progress;
  }

  /** Rows of a span of the list, each with its place where it is not there. */
  slice(from: number, to: number): readonly Cell[] {
    const cells: Cell[] = [];
    for (let at = Math.max(0, from); at < Math.min(to, this.#count); at++) {
      const part = this.#parts[Math.floor(at / PART_ROWS)];
      cells.push(part?.rows?.[at % PART_ROWS] ?? { id: `row ${at}`, absent: 'reading' });
    }
    return cells;
  }

  /** Says what is on screen: what is near is read, what is far is let go of. */
  show(from: number, to: number): void {
    this.#shown = [from, to];
    if (to > this.#count - PART_ROWS / 2) this.#wanted = Math.max(this.#wanted, this.#count + 1);
    this.#letGo();
    void this.#work();
  }

  /** Shows other columns: rows are read again as they come on screen. */
  choose(columns: readonly string[]): void {
    if (columns.join() === this.#columns.join()) return;
    this.#columns = columns;
    for (const part of this.#parts) part.rows = undefined;
    this.#tell();
    void this.#work();
  }

  /** Reads on after a stop or a failure. */
  goOn(): void {
    this.#isStopped = false;
    this.#problem = undefined;
    this.#wanted = Math.max(this.#wanted, this.#count + PART_ROWS);
    void this.#work();
  }

  /** Stops looking for more; what is here stays. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Ends it: nothing is told any more. */
  close(): void {
    this.#isStopped = true;
    this.#abort.abort();
  }

  /** One request at a time: rows on screen that are not there, then what is wanted further on. */
  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    this.#tell();
    for (;;) {
      const missing = this.#missing();
      if (this.#problem !== undefined || this.#abort.signal.aborted) break;
      if (missing !== undefined) await this.#refill(missing);
      else if (!this.#isStopped && !this.isWhole && this.#count < this.#wanted) await this.#readOn();
      else break;
    }
    this.#isWorking = false;
    if (!this.#abort.signal.aborted) this.#tell();
  }

  async #readOn(): Promise<void> {
    const open = this.#parts.at(-1);
    const part: Part = open !== undefined && open.count < PART_ROWS ? open : { after: this.#next, count: 0, rows: [] };
    const columns = this.#columns;
    const page = await this.#page(this.#next, PART_ROWS - part.count);
    if (page === undefined) return;
    if (part !== open) this.#parts.push(part);
    const rows = page.items.map((event) => this.#taken(event));
    this.#first ??= rows[0]?.id;
    // Of other columns than those of now it is read again, as is what stood before it.
    part.rows = part.rows === undefined || columns !== this.#columns ? undefined : [...part.rows, ...rows];
    part.count += rows.length;
    this.#count += rows.length;
    this.#next = page.next;
    this.#reach = page.reach ?? this.#reach;
    const { blocks, events, passed, damaged, gone } = page.progress;
    const sum = this.#progress;
    this.#progress = {
      blocks: sum.blocks + blocks,
      events: sum.events + events,
      passed: sum.passed + passed,
      damaged: sum.damaged + damaged,
      gone: sum.gone + gone,
    };
    this.#letGo();
    this.#tell();
  }

  /** Reads a part again, by as many pages as it takes. What the archive let go of meanwhile stays as places without rows. */
  async #refill(part: Part): Promise<void> {
    const rows: Cell[] = [];
    const columns = this.#columns;
    let after = part.after;
    // The archive has newer ones by now: the list begins where it began.
    let isBegun = after !== undefined;
    do {
      const page = await this.#page(after, part.count - rows.length);
      if (page === undefined) return;
      for (const event of page.items) {
        isBegun ||= isOfList(event.id, this.#first ?? '');
        if (isBegun) rows.push(hitOf(event, this.#texts, columns));
      }
      after = page.next;
    } while (rows.length < part.count && after !== undefined);
    while (rows.length < part.count) rows.push({ id: `${part.after} ${rows.length}`, absent: 'gone' });
    if (columns !== this.#columns) return;
    part.rows = rows;
    this.#letGo();
    this.#tell();
  }

  #taken(event: EventDocument): Hit {
    const hit = hitOf(event, this.#texts, this.#columns);
    this.tally.add(hit);
    return hit;
  }

  async #page(after: string | undefined, limit: number): Promise<EventPageDocument | undefined> {
    const place = after === undefined ? '' : `&after=${encodeURIComponent(after)}`;
    const answer = await this.#ask(
      `${this.#path}${fieldsAsked(this.#columns)}&limit=${limit}${place}`,
      this.#abort.signal,
    );
    if (answer.kind === 'ok') return answer.value;
    this.#problem = answer.problem;
    return undefined;
  }

  #tell(): void {
    this.#changes.value++;
  }

  /** A part on screen of which the rows were let go of. */
  #missing(): Part | undefined {
    const [from, to] = this.#shown;
    return this.#parts
      .slice(Math.floor(from / PART_ROWS), Math.floor(to / PART_ROWS) + 1)
      .find(({ rows }) => rows === undefined);
  }

  #letGo(): void {
    const middle = Math.floor((this.#shown[0] + this.#shown[1]) / 2 / PART_ROWS);
    const last = this.#parts.length - 1;
    for (const [at, part] of this.#parts.entries()) {
      // The last one is still being filled.
      if (at > 0 && at < last && Math.abs(at - middle) > HELD_PARTS / 2) part.rows = undefined;
    }
  }
}
