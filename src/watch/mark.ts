import type { LogStart } from './log-start.ts';

/**
 * How far a file was read. What it says is for the next reading alone: rows of the state and pieces in the journal keep it as text.
 */
export interface Mark extends LogStart {
  readonly format: 1;
  /** Bytes of the file when it was read, and their SHA-256. */
  readonly bytes: number;
  readonly sha256: string;
  readonly kind: 'log' | 'text' | 'archive';
  /** Of a log, which has what it begins with too: the highest id of a record that was read, and its chunks. */
  readonly above?: number;
  readonly slots?: number;
  /** Of a text: the place in it, as UTF-8, up to which it was read. */
  readonly offset?: number;
  /**
   * Of a text of lines in UTF-8, each a unit by itself: bytes at its beginning that every line needs (the names of columns). With it the next reading begins behind
   * `offset`; without it, at the beginning.
   */
  readonly head?: number;
  /** A reading that has not come to its end. */
  readonly under?: Under;
}

/** A reading under way: the file as it was, and how many of its new events were taken. */
export interface Under extends LogStart {
  readonly bytes: number;
  readonly sha256: string;
  readonly events: number;
}

export function markText(mark: Mark): string {
  return JSON.stringify(mark);
}

/** The mark that a text holds; undefined where it holds none that this version knows: then the file is read from its beginning. */
export function readMark(text: string): Mark | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { format, bytes, sha256, kind } = value as Readonly<Record<string, unknown>>;
  const isMark = format === 1 && typeof bytes === 'number' && typeof sha256 === 'string' && typeof kind === 'string';
  return isMark ? (value as Mark) : undefined;
}
