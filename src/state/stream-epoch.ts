import { done } from '../disk/index.ts';
import { type Operation, writes } from './operation.ts';
import { tally } from './tally.ts';

/** How often a stream of changes was begun in this store, this time included: numbers of an earlier one mean nothing in it. */
export const beginStream: Operation<null, { readonly epoch: number }> = writes(({ database }) =>
  done({ epoch: tally(database, 'streamEpoch', 1) }),
);

/** The number is there from the start. */
export const STREAM_TABLES = "INSERT INTO tally VALUES ('streamEpoch', 0);";
