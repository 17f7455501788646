import { join } from 'node:path';
import { Database, makePrivateFile } from '../disk/index.ts';

/** Who wants to own a folder. */
export interface Owner {
  /** Number of the process. */
  readonly pid: number;
  /** Unix milliseconds. */
  readonly startedMs: number;
  /** 16 random bytes that tell this attempt from every other. */
  readonly token: Uint8Array;
}

export type LockOutcome =
  | { readonly kind: 'held'; readonly release: () => void }
  | { readonly kind: 'locked'; readonly owner: { readonly pid: number; readonly startedMs: number } | undefined };

export const OWNER_FILE = 'owner.sqlite';
/** Long enough for another that is just writing its name; an owner that runs is told apart after it. */
const WAIT_MS = 200;
const ATTEMPTS = 8;

/**
 * Takes a folder for the life of this thread. The lock is the right to write of an open transaction on a small SQLite file: the kernel takes it away with the
 * process, however that ends, and others can still read who holds it. The name is written before the lock is taken for good and
 * read again under it, so a name that is shown is that of the holder.
 */
export function takeOwnership(folder: string, owner: Owner): LockOutcome {
  const path = join(folder, OWNER_FILE);
  makePrivateFile(path);
  const database = new Database(path, { timeoutMs: WAIT_MS });
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (!writeName(database, owner)) break;
      if (!begin(database)) break;
      if (isOwn(database, owner)) return { kind: 'held', release: () => database.close() };
      database.connection.exec('ROLLBACK');
    }
    const holder = readName(database);
    database.close();
    return { kind: 'locked', owner: holder };
  } catch (error) {
    database.close();
    throw error;
  }
}

function writeName(database: Database, owner: Owner): boolean {
  if (!begin(database)) return false;
  try {
    database.connection.exec(`CREATE TABLE IF NOT EXISTS owner (
      one INTEGER PRIMARY KEY CHECK (one = 1), pid INTEGER NOT NULL, started_ms INTEGER NOT NULL, token BLOB NOT NULL
    ) STRICT`);
    database.run('INSERT OR REPLACE INTO owner VALUES (1, ?, ?, ?)', owner.pid, owner.startedMs, owner.token);
    database.connection.exec('COMMIT');
    return true;
  } catch (error) {
    if (database.connection.isTransaction) database.connection.exec('ROLLBACK');
    if (isBusy(error)) return false;
    throw error;
  }
}

function begin(database: Database): boolean {
  try {
    database.connection.exec('BEGIN IMMEDIATE');
    return true;
  } catch (error) {
    if (isBusy(error)) return false;
    throw error;
  }
}

function isOwn(database: Database, owner: Owner): boolean {
  const row = database.get<{ token: Uint8Array }>('SELECT token FROM owner');
  return row !== undefined && Buffer.compare(row.token, owner.token) === 0;
}

/** The name of the holder, if it can be read: the lock counts without it. */
function readName(database: Database): { readonly pid: number; readonly startedMs: number } | undefined {
  try {
    return database.get<{ pid: number; startedMs: number }>('SELECT pid, started_ms AS startedMs FROM owner');
  } catch (error) {
    if (isBusy(error)) return undefined;
    throw error;
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 5;
}
