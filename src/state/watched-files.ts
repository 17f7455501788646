import { done } from '../disk/index.ts';
import { type Desk, type Operation, reads, writes } from './operation.ts';

/** One row a file of a watched folder: how far it was read, and what came of it (SERVE 0.1: 12). */
export const WATCHED_FILE_TABLE = `
CREATE TABLE watched_file (
  key TEXT PRIMARY KEY,
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  mark TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  modified_ms INTEGER NOT NULL,
  events INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  note TEXT NOT NULL,
  looked_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX watched_file_looked ON watched_file (looked_ms);
`;

/** A piece of a file that was judged: the mark moves with the position that it stands for. */
export interface WatchedPiece {
  readonly position: number;
  readonly key: string;
  readonly path: string;
  /** Lower-case hex of the whole file. */
  readonly sha256: string;
  /** How far the file is read with it. */
  readonly mark: string;
  readonly events: number;
}

/** What one look at a file came to. */
export interface WatchedLook {
  readonly key: string;
  readonly path: string;
  /** Size and time of the file as they were looked at; a later look that finds the same reads nothing. */
  readonly bytes: number;
  readonly modifiedMs: number;
  /** Looks that failed one after the other. */
  readonly failures: number;
  /** What was not read and why; empty where all was. */
  readonly note: string;
  readonly lookedMs: number;
  /** The mark, where the look gave no piece that will bring it. */
  readonly mark?: string;
  readonly sha256?: string;
}

export interface WatchedFile extends Required<WatchedLook> {
  readonly events: number;
}

/** Files whose rows are kept; those that were looked at longest ago go first, and are read anew should they come again. */
export const MOST_WATCHED_FILES = 100_000;
const COLUMNS = `key, path, sha256, mark, bytes, modified_ms AS modifiedMs, events, failures, note, looked_ms AS lookedMs`;

export function addWatchedPieces({ database }: Desk, pieces: readonly WatchedPiece[]): void {
  for (const { key, path, sha256, mark, events } of pieces) {
    database.run(
      `INSERT INTO watched_file VALUES (?, ?, ?, ?, 0, 0, ?, 0, '', 0)
       ON CONFLICT (key) DO UPDATE SET path = excluded.path, sha256 = excluded.sha256, mark = excluded.mark,
         events = watched_file.events + excluded.events`,
      key,
      path,
      sha256,
      mark,
      events,
    );
  }
}

export const noteWatchedFile: Operation<WatchedLook, null> = writes(({ database }, look) => {
  const { key, path, bytes, modifiedMs, failures, note, lookedMs, mark, sha256 } = look;
  database.run(
    `INSERT INTO watched_file VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET path = excluded.path, bytes = excluded.bytes, modified_ms = excluded.modified_ms,
       failures = excluded.failures, note = excluded.note, looked_ms = excluded.looked_ms,
       mark = CASE WHEN excluded.mark = '' THEN watched_file.mark ELSE excluded.mark END,
       sha256 = CASE WHEN excluded.sha256 = '' THEN watched_file.sha256 ELSE excluded.sha256 END`,
    key,
    path,
    sha256 ?? '',
    mark ?? '',
    bytes,
    modifiedMs,
    failures,
    note,
    lookedMs,
  );
  database.run(
    `DELETE FROM watched_file WHERE key IN (SELECT key FROM watched_file ORDER BY looked_ms DESC LIMIT -1 OFFSET ?)`,
    MOST_WATCHED_FILES,
  );
  return done(null);
});

export const listWatchedFiles: Operation<null, readonly WatchedFile[]> = reads(({ database }) =>
  done(database.all<WatchedFile>(`SELECT ${COLUMNS} FROM watched_file ORDER BY key`)),
);
