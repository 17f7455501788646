import type { Instant } from '../../windows/index.ts';
import type { CompiledCorrelation } from '../compile/compile-rules.ts';

/** What a correlation found: a group whose window fulfils its condition. Plain data but for the correlation. */
export interface CorrelationFinding {
  readonly correlation: CompiledCorrelation;
  /**
   * The same for the same evidence in any order: rule, folded group values, time of the first member cut to seconds
   * (SETTLED E6). What an id is made of, not yet a digest.
   */
  readonly key: string;
  /** Keys that late, earlier members would have given. */
  readonly aliases: readonly string[];
  readonly group: readonly { readonly field: string; readonly value: string }[];
  readonly first: Instant;
  readonly last: Instant;
  /** Members seen, of which `references` lists at most the first and the newest. */
  readonly count: number;
  /** The window's value when the condition became true. */
  readonly value: number | undefined;
  readonly references: readonly string[];
  /** Members or groups were given up for lack of room: count and value are lower bounds. */
  readonly isTruncated: boolean;
  /** False when it may still grow; the final one has the same key. */
  readonly isFinal: boolean;
}
