/** Runs what is done in pieces to its end, without a rest between them. */
export function toEnd<Result>(pieces: Generator<void, Result, undefined>): Result {
  for (;;) {
    const piece = pieces.next();
    if (piece.done === true) return piece.value;
  }
}
