/** Work that is done in pieces: between two of them others may run. */
export type Pieces<Result> = Generator<void, Result, undefined>;

/** Runs it to its end, without a rest between them. */
export function toEnd<Result>(pieces: Pieces<Result>): Result {
  for (;;) {
    const piece = pieces.next();
    if (piece.done === true) return piece.value;
  }
}
