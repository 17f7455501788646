/** What a dialect made of a stretch of its bytes. Positions are bytes from the first byte that it was given, lines from 1. */
export type DialectUnit = {
  readonly start: number;
  readonly end: number;
  readonly line: number;
} & (
  | {
      readonly kind: 'row';
      readonly columns: readonly string[];
      readonly values: readonly string[];
      /** Of Zeek's TSV. */
      readonly path?: string;
    }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'broken'; readonly reason: string }
);

/**
 * Reads a source from some line on whose units are not JSON or XML: rows of CSV and TSV, blocks of text. Bytes are UTF-8 and
 * come in blocks of any size; what comes out must not depend on it. Units rise in place; what lies between them is blank.
 */
export interface Dialect {
  push(bytes: Uint8Array): readonly DialectUnit[];
  /** What is left, at the end of the source. */
  end(): readonly DialectUnit[];
}

/** Bytes from the start of a line that an opener may look at; fewer only at the end of a source. */
export const OPENING_BYTES = 4096;

/** How a dialect is recognised. */
export interface DialectOpener {
  /**
   * True when it may begin behind lines that are no units, as in a source whose beginning was cut off; false when only the
   * first line can begin it. Behind units nothing can: a line that an attacker had written would hide all that follows.
   */
  readonly mayFollowUnread: boolean;
  /** The dialect that the lines from here on are written in, undefined when it is not this one. */
  open(head: string): Dialect | undefined;
}
