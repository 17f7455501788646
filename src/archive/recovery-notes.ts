/** What opening the files found; each costs its smallest unit (L21). */
export interface RecoveryNotes {
  /** Unfinished writes that were cut off. */
  readonly torn: { readonly name: string; readonly at: number; readonly bytes: number }[];
  /** Stretches of segments that do not verify: the blocks in them are lost, what lies behind is read. */
  readonly damaged: { readonly name: string; readonly at: number; readonly bytes: number }[];
  /** Files that are shorter than what was synced. */
  readonly shortened: { readonly name: string; readonly bytes: number }[];
  /** Segments that are not there any more, and were not let go of. */
  readonly missing: string[];
  /** Segments whose own header does not verify; their blocks do not need it. */
  readonly headers: string[];
  /** Why the block table was made again, if it was. */
  rebuilt: string | undefined;
  /** Blocks that were put into the block table by reading segments. */
  indexed: number;
}

export function emptyNotes(): RecoveryNotes {
  return { torn: [], damaged: [], shortened: [], missing: [], headers: [], rebuilt: undefined, indexed: 0 };
}
