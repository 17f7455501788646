import type { Candidates } from './candidates.ts';
import type { BlockRow, IndexFile, SegmentRow } from './index-file.ts';
import type { CompiledQuery } from './query.ts';

/** The blocks of one stream from newest to oldest, without those that a query rules out by segment. */
export class StreamCursor {
  readonly #segments: SegmentRow[];
  readonly #before: number;
  readonly #query: CompiledQuery;
  readonly #candidates: Candidates;
  readonly #index: IndexFile;
  #blocks: BlockRow[] = [];
  #segment: SegmentRow | undefined;

  /** Segments oldest first; of their blocks those that begin before a sequence number. */
  constructor(
    segments: readonly SegmentRow[],
    before: number,
    query: CompiledQuery,
    candidates: Candidates,
    index: IndexFile,
  ) {
    this.#segments = [...segments];
    this.#before = before;
    this.#query = query;
    this.#candidates = candidates;
    this.#index = index;
  }

  /** The newest block that is left. */
  get head(): { readonly segment: SegmentRow; readonly block: BlockRow } | undefined {
    for (;;) {
      const block = this.#blocks.at(-1);
      if (block !== undefined && this.#segment !== undefined) return { segment: this.#segment, block };
      const segment = this.#segments.pop();
      if (segment === undefined) return undefined;
      this.#load(segment);
    }
  }

  /** Whether the head may hold what is looked for: by its times, and by its own filter. */
  mayMatch(): boolean {
    const head = this.head;
    if (head === undefined || !this.#isInSpan(head.block)) return false;
    return this.#candidates.mayHold(head.block, this.#query.groups);
  }

  advance(): void {
    this.#blocks.pop();
  }

  #load(segment: SegmentRow): void {
    this.#segment = segment;
    this.#blocks = [];
    if (!this.#isInSpan(segment)) return;
    // It may have been sealed since the search began.
    const now = this.#index.segment(segment.id);
    if (now === undefined) return;
    const blocks = this.#candidates.blocksOf(now, this.#query.groups);
    this.#blocks = blocks.filter(({ first }) => first < this.#before);
  }

  #isInSpan({ t0, t1 }: { readonly t0: number; readonly t1: number }): boolean {
    const { from, to } = this.#query;
    return (from === undefined || t1 >= from.ms) && (to === undefined || t0 <= to.ms);
  }
}
