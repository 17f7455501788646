import type { EntryFacts } from '../entries/index.ts';

/** Where an entry lies: number of the segment (its first sequence number), of the block in it, of the entry in that. */
export interface EntryPlace {
  readonly segment: number;
  readonly block: number;
  readonly item: number;
}

/** An entry as it is found. */
export interface FoundEntry extends EntryFacts {
  /** Number in the order of archiving, over all streams; unique, not dense. */
  readonly sequence: number;
  readonly place: EntryPlace;
}
