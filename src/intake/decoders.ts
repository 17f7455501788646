import type { LogUnit } from '../evtx/index.ts';
import type { Source } from '../windows/index.ts';
import type { ArchivedText } from './entry-keeper.ts';
import { RuleKeeper } from './rule-keeper.ts';
import { type TextAnswer, type TextBlockOptions, TextBlockReader } from './text-block-reader.ts';
import { type UnitAnswer, UnitReader, type UnitReaderOptions } from './unit-reader.ts';

export interface ThreadOptions {
  readonly logs: UnitReaderOptions;
  readonly texts: TextBlockOptions;
}

/** A block of a text source; the blocks of one source go to one thread, in order. */
export interface TextBlock {
  readonly source: Source;
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
  /** Records of later times have a wrong clock, Unix milliseconds; the start of the run where it is not given. */
  readonly notAfterMs?: number;
  /** Who sent it, where a zone may be known of its senders. */
  readonly sender?: string;
  /** Every event of the text is wanted for the archive; such a text is one block. */
  readonly archived?: ArchivedText;
}

/** What a thread is asked: one unit of a log, or one block of a text. */
export type DecoderRequest = { readonly ticket: number; readonly source: number } & (
  | { readonly kind: 'unit'; readonly unit: LogUnit }
  | { readonly kind: 'block'; readonly block: TextBlock }
);

/** The decoders of one thread: both keep what they know from one request to the next. */
export class Decoders {
  readonly #logs: UnitReader;
  readonly #texts: TextBlockReader;

  constructor(options: ThreadOptions) {
    const { rules } = options.logs;
    const keeper = rules === undefined ? undefined : new RuleKeeper(rules);
    this.#logs = new UnitReader(options.logs, keeper);
    this.#texts = new TextBlockReader(options.texts, keeper);
  }

  unit(unit: LogUnit, source: number): UnitAnswer {
    return this.#logs.read(unit, source);
  }

  block(block: TextBlock, source: number): TextAnswer {
    return this.#texts.read(block.source, source, block.bytes, block.isLast, block);
  }

  answer(request: DecoderRequest): UnitAnswer | TextAnswer {
    return request.kind === 'unit'
      ? this.unit(request.unit, request.source)
      : this.block(request.block, request.source);
  }
}
