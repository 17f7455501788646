import { CoverageTable, type TimedCoverage } from '../evidence/index.ts';
import type { SettledClock } from '../shapes/index.ts';

type SourceRow = TimedCoverage & { readonly source: number };

export interface CoverageImage {
  /** Rows of each span, by its number. */
  readonly spans: readonly (readonly [number, readonly SourceRow[]])[];
  readonly evicted: number;
}

/**
 * What was counted of the evidence of a window, by spans of event time, so that what the window no longer holds is not counted for
 * ever. A row stands in the span of its last record.
 */
export class CoverageSpans {
  readonly #spanMs: number;
  readonly #maxRows: number | undefined;
  #spans = new Map<number, CoverageTable>();
  /** All spans as one: kept as rows come, and put together anew only when some left or became others. */
  #whole: CoverageTable;
  #evicted = 0;

  /** `maxRows` bounds what is told apart over all spans; a source has its part of it (L15). */
  constructor(spanMs: number, maxRows?: number) {
    this.#spanMs = spanMs;
    this.#maxRows = maxRows;
    this.#whole = new CoverageTable(maxRows);
  }

  /** Records that no row counts. */
  get evicted(): number {
    return [...this.#spans.values()].reduce((sum, table) => sum + table.evicted, this.#evicted);
  }

  /** `nowMs` stands for the time of rows whose records have none that can be. */
  add(source: number, rows: readonly TimedCoverage[], nowMs: number): void {
    for (const row of rows) {
      // Names can be made up, and senders cannot: what one of them says must not fill the table for all others.
      if (!this.#whole.hasRoomFor(source) && !this.#whole.has(source, row)) {
        this.#evicted += row.count;
        continue;
      }
      this.#at(Number.isFinite(row.lastMs) ? row.lastMs : nowMs).add(source, [row]);
      this.#whole.add(source, [row]);
    }
  }

  forgetBefore(ms: number): void {
    let isOther = false;
    for (const [span, table] of this.#spans) {
      if ((span + 1) * this.#spanMs > ms) continue;
      this.#evicted += table.evicted;
      this.#spans.delete(span);
      isOther = true;
    }
    if (isOther) this.#joinAll();
  }

  /** Gives sources other numbers: `numbers` by the one that they have. */
  renumberSources(numbers: readonly number[]): void {
    const spans = new Map<number, CoverageTable>();
    for (const [span, table] of this.#spans) {
      this.#evicted += table.evicted;
      const renumbered = new CoverageTable();
      for (const { source, ...row } of table.rows()) renumbered.add(numberOf(numbers, source), [row]);
      spans.set(span, renumbered);
    }
    this.#spans = spans;
    this.#joinAll();
  }

  /** Sources with local times of which nothing tells the zone so far. */
  assumedSources(): ReadonlySet<number> {
    const sources = new Set<number>();
    for (const table of this.#spans.values()) {
      for (const source of table.assumedSources) sources.add(source);
    }
    return sources;
  }

  /** Moves what was taken for UTC: the clocks of these sources are known now. */
  retime(clocks: ReadonlyMap<number, SettledClock>): void {
    // What is added anew stands in this one already, at other times.
    this.#whole = new CoverageTable(this.#maxRows);
    for (const [span, table] of [...this.#spans]) {
      if (![...table.assumedSources].some((source) => clocks.has(source))) continue;
      table.retime(clocks);
      // Added anew, since a row may belong to another span now.
      this.#spans.delete(span);
      this.#evicted += table.evicted;
      for (const { source, ...row } of table.rows()) this.add(source, [row], span * this.#spanMs);
    }
    this.#joinAll();
  }

  image(): CoverageImage {
    return { spans: [...this.#spans].map(([span, table]) => [span, [...table.rows()]]), evicted: this.evicted };
  }

  adopt({ spans, evicted }: CoverageImage): void {
    for (const [span, rows] of spans) {
      const table = this.#at(span * this.#spanMs);
      for (const { source, ...row } of rows) table.add(source, [row]);
    }
    this.#evicted = evicted;
    this.#joinAll();
  }

  /** All spans as one; its rows go on being counted. */
  get table(): CoverageTable {
    return this.#whole;
  }

  #joinAll(): void {
    const whole = new CoverageTable(this.#maxRows);
    for (const table of this.#spans.values()) for (const { source, ...row } of table.rows()) whole.add(source, [row]);
    this.#whole = whole;
  }

  #at(ms: number): CoverageTable {
    const span = Math.floor(ms / this.#spanMs);
    const table = this.#spans.get(span) ?? new CoverageTable();
    this.#spans.set(span, table);
    return table;
  }
}

function numberOf(numbers: readonly number[], source: number): number {
  const number = numbers[source];
  if (number === undefined) throw new RangeError(`source ${source} has no number`);
  return number;
}
