import {
  type Decoded,
  mergeCoverage,
  type RuleSet,
  type TextAnswer,
  type TextBlockOptions,
  type TextCoverage,
  timeNoteByte,
} from '../intake/index.ts';
import type { ShapeMap, TextResult } from '../shapes/index.ts';
import type { Source, Zone } from '../windows/index.ts';
import { settleCoverage, type TimedCoverage } from './coverage-table.ts';
import { type DeferredOptions, DeferredRows } from './deferred-rows.ts';
import type { EventStore } from './event-store.ts';

/** What one text source came to. */
export interface TextCount {
  readonly source: Source;
  /** Number of the source in the run's table. */
  readonly number: number;
  readonly result: TextResult;
}

/** A source whose times are settled: what the tables of the run add up. */
export interface SettledText extends TextCount {
  readonly coverage: readonly TimedCoverage[];
}

interface OpenText {
  readonly source: Source;
  readonly rows: DeferredRows;
  readonly coverage: Map<string, TextCoverage>;
}

/** Text sources under way: their kept rows wait until the clock of the source is known, then go to the store. */
export class TextSources {
  readonly #store: EventStore;
  readonly #options: DeferredOptions;
  /** Layout numbers by packer, shared with the readers of logs. */
  readonly #numbersOf: (packer: number) => number[];
  readonly #open = new Map<number, OpenText>();

  constructor(store: EventStore, options: DeferredOptions, numbersOf: (packer: number) => number[]) {
    this.#store = store;
    this.#options = options;
    this.#numbersOf = numbersOf;
  }

  begin(source: Source, number: number): void {
    this.#open.set(number, { source, rows: new DeferredRows(this.#options), coverage: new Map() });
  }

  /** Takes an answer; gives the settled source when it was the last one. */
  accept(number: number, { answer, packer }: Decoded<TextAnswer>): SettledText | undefined {
    const open = this.#open.get(number);
    if (open === undefined) throw new RangeError(`text source ${number} is not open`);
    this.#store.renumber(answer.rows, this.#numbersOf(packer));
    open.rows.add(answer.rows);
    addRows(open.coverage, answer.coverage);
    const { end } = answer;
    if (end === undefined) return undefined;
    for (const rows of open.rows.settled(end.clock, this.#store.tables)) this.#store.addNumbered(rows);
    this.#open.delete(number);
    return {
      source: open.source,
      number,
      result: end,
      coverage: [...open.coverage.values()].map((row) => settleCoverage(row, end.clock)),
    };
  }

  /** Removes what waits; after an interrupt or an error. */
  close(): void {
    for (const { rows } of this.#open.values()) rows.close();
    this.#open.clear();
  }
}

/** Adds the rows of a block to those of the source; equal keys add up. */
function addRows(into: Map<string, TextCoverage>, rows: readonly TextCoverage[]): void {
  for (const row of rows) {
    const key = [row.eventId, timeNoteByte(row.note), row.computer, row.channel, row.provider].join('\u0000');
    const known = into.get(key);
    if (known === undefined) into.set(key, row);
    else mergeCoverage(known, row);
  }
}

/** What the readers of text are told of a request. */
export function textOptions(request: {
  readonly runStartMs: number;
  readonly maps?: readonly ShapeMap[];
  readonly assumedZone?: Zone;
  readonly rules?: readonly RuleSet[];
}): TextBlockOptions {
  const { runStartMs, maps, assumedZone, rules } = request;
  return {
    runStartMs,
    ...(maps === undefined ? {} : { maps }),
    ...(assumedZone === undefined ? {} : { assumedZone }),
    ...(rules === undefined ? {} : { rules }),
  };
}
