/** Longest unit, bytes (SETTLED B18). */
export const MAX_UNIT_BYTES: number = 16 * 1024 * 1024;

/** Why a unit is broken that goes on behind so many bytes. */
export function tooLong(bytes: number): string {
  return bytes === MAX_UNIT_BYTES ? 'longer than 16 MiB' : `longer than ${bytes} bytes`;
}

/** A stretch of the stream, by positions in it. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** Line of `start`, from 1. */
  readonly line: number;
}

/** A stretch that may hold a unit. The driver answers each one with `accept`, `rescan` or `decline`. */
export interface Piece extends Span {
  /** `line`: a line that begins neither JSON nor XML. */
  readonly kind: 'json' | 'xml' | 'line';
  /** Of the `Record N` line before it. */
  readonly headerRecordId?: number;
  /** True where the end was taken for the line's; `rescan` then looks for the object's own. */
  readonly isGuess: boolean;
  /** True after a broken unit: only a unit that is known, or that fills its line, ends what is lost. */
  readonly isTentative: boolean;
  /** True when nothing else stands on its line; only told of tentative pieces. */
  readonly fillsLine: boolean;
}

/** A unit that could not be cut or read, with everything lost after it. */
export interface BrokenSpan extends Span {
  readonly reason: string;
}
