import type { WatchedFile } from '../../state/index.ts';
import type { FoundFile } from './find-files.ts';

/** What is remembered of a file between two looks. */
export interface KnownFile {
  /** As it was at the last look. */
  seen: { readonly bytes: number; readonly modifiedMs: number };
  /** The number of the look that found it last. */
  look: number;
  /** When it began to change without a pause; Unix milliseconds. */
  changingSinceMs: number | undefined;
  /** As it was when it was read; undefined where it is to be read whatever it is. */
  read: { readonly bytes: number; readonly modifiedMs: number } | undefined;
  mark: string;
  /** Readings one after the other that ended their process. */
  failures: number;
  /** Readings one after the other that the file was not to blame for: no right to it, a disk or a share that does not give it. */
  troubles: number;
  note: string;
  /** Before this it is not read again; Unix milliseconds. */
  notBeforeMs: number;
}

/** A file that ended its process so often is left alone until it changes, or the server starts. */
const MOST_FAILURES = 2;
/** After trouble the next reading waits so long, twice as long each time, and at most so long. */
const TROUBLE_MS = 5000;
const MOST_TROUBLE_MS = 600_000;

/** False of a file that was read as it is, or that failed as often as it may. */
export function isNews({ read, failures }: KnownFile, { bytes, modifiedMs }: FoundFile): boolean {
  const isSame = read?.bytes === bytes && read.modifiedMs === modifiedMs;
  return !isSame || (failures > 0 && failures < MOST_FAILURES);
}

/** How long a file waits that gave trouble so many times before, milliseconds. */
export function troubleWaitMs(before: number): number {
  return Math.min(TROUBLE_MS * 2 ** before, MOST_TROUBLE_MS);
}

/** A file of which nothing was read. */
export function unknown({ bytes, modifiedMs }: Pick<FoundFile, 'bytes' | 'modifiedMs'>): KnownFile {
  return {
    seen: { bytes: -1, modifiedMs },
    look: -1,
    changingSinceMs: undefined,
    read: undefined,
    mark: '',
    failures: 0,
    troubles: 0,
    note: '',
    notBeforeMs: bytes < 0 ? 0 : Number.NEGATIVE_INFINITY,
  };
}

/**
 * What a row says of a file at a start, with the mark that the journal holds beyond the state, if any. Failures are forgotten: what failed is read again, by a
 * server that may be a newer one.
 */
export function knownOf(row: WatchedFile, newer: string | undefined): KnownFile {
  const { bytes, modifiedMs, mark, failures, note, lookedMs } = row;
  // What the journal holds beyond the state may be a part of the file alone: it is looked at again.
  const isRead = newer === undefined && lookedMs > 0 && failures === 0;
  return {
    ...unknown(row),
    mark: newer ?? mark,
    read: isRead ? { bytes, modifiedMs } : undefined,
    note: failures === 0 ? note : '',
  };
}
