import { join } from 'node:path';
import { Database, DiskError, done, makePrivateFile, makePrivateFolder } from '../disk/index.ts';
import { bringToFormat, type NewStore } from './format.ts';
import type { StateLimits } from './limits.ts';
import type { Operation } from './operation.ts';
import { diskTrouble, type Outcome, type Refusal, refused } from './outcome.ts';
import { type Owner, takeOwnership } from './owner-lock.ts';

export interface StoreRequest {
  readonly folder: string;
  readonly owner: Owner;
  readonly made: NewStore;
  readonly limits: StateLimits;
}

/**
 * Why a folder cannot be opened: `locked` (another process owns it), `newer` (of a later version), `foreign` (of another program), `unreadable` (damaged),
 * `unwritable` (full, read-only, not permitted, an error of the disk).
 */
export interface OpenProblem {
  readonly kind: 'problem';
  readonly code: 'locked' | 'newer' | 'foreign' | 'unreadable' | 'unwritable';
  readonly message: string;
}

export const STATE_FILE = 'state.sqlite';
/** How long another program (a person's `sqlite3`) may hold the file before a call is refused as `busy`. */
const BUSY_MS = 5000;

/** The file of the state as its thread sees it: one connection, made anew after trouble of the disk, and the lock of the folder. */
export class Store {
  readonly #path: string;
  readonly #limits: StateLimits;
  readonly #release: () => void;
  #database: Database | undefined;
  #backups = 0;

  constructor(path: string, limits: StateLimits, database: Database, release: () => void) {
    this.#path = path;
    this.#limits = limits;
    this.#database = database;
    this.#release = release;
  }

  /** Runs one operation. Trouble of the disk is a refusal and costs the connection; any other error is a bug and is thrown, with nothing written. */
  run<Input, Value>(operation: Operation<Input, Value>, input: Input): Outcome<Value> {
    return this.#attempt((database) => {
      const work = (): Outcome<Value> => operation.run({ database, limits: this.#limits }, input);
      return operation.isWrite ? database.transaction(work, ({ kind }) => kind === 'done') : work();
    });
  }

  /** Copies the state as it is now into a new file of mode 0600, while writing goes on. A file that exists is never overwritten. */
  async backup(path: string): Promise<Outcome<{ readonly pages: number }>> {
    const ready = this.#attempt((database) => done(database));
    if (ready.kind === 'refused') return ready;
    this.#backups++;
    try {
      if (makePrivateFile(path) === 'there') return refused('exists', `${path} is there already.`);
      return done({ pages: await ready.value.copyTo(path) });
    } catch (error) {
      return this.#troubleOf(error, path);
    } finally {
      this.#backups--;
    }
  }

  close(): void {
    this.#database?.close();
    this.#database = undefined;
    this.#release();
  }

  #attempt<Value>(work: (database: Database) => Outcome<Value>): Outcome<Value> {
    try {
      this.#database ??= this.#reopen();
      return work(this.#database);
    } catch (error) {
      const trouble = this.#troubleOf(error, this.#path);
      if (!this.#isUsableAfter(trouble)) {
        this.#database?.close();
        this.#database = undefined;
      }
      return trouble;
    }
  }

  /**
   * Whether the connection stays. A full disk undoes the transaction and nothing else; closing would first fill what room is left with the log.
   * While a copy reads through it, it stays until that has failed too.
   */
  #isUsableAfter({ code }: Refusal): boolean {
    const isClean = this.#database?.connection.isTransaction === false;
    return (isClean && (code === 'busy' || code === 'full')) || this.#backups > 0;
  }

  /**
   * A connection after trouble. What the log of the file holds is written into the file and synced before it counts again: pages whose sync failed
   * are clean to the kernel and would never be written by a later sync (SERVE 3.3).
   */
  #reopen(): Database {
    const database = connect(this.#path);
    try {
      const row = database.get<{ busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)');
      if (row?.busy !== 0) throw new DiskError('busy', 'another program reads it while it recovers');
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  }

  #troubleOf(error: unknown, path: string): Refusal {
    const trouble = diskTrouble(error, path);
    if (trouble === undefined) throw error;
    return trouble;
  }
}

/** Opens the state of a folder, making both if there are none, and owns it until `close` or the end of the thread. */
export function openStore(request: StoreRequest): { readonly kind: 'open'; readonly store: Store } | OpenProblem {
  const { folder } = request;
  let release: (() => void) | undefined;
  try {
    makePrivateFolder(folder);
    const lock = takeOwnership(folder, request.owner);
    if (lock.kind === 'locked') {
      const who = lock.owner === undefined ? 'another process' : `process ${lock.owner.pid}`;
      return openProblem(
        'locked',
        `${folder} is in use by ${who}. One server owns a folder; stop that one, or name another with --data.`,
      );
    }
    release = lock.release;
    const opened = openFile(request, release);
    if (opened.kind === 'problem') release();
    return opened;
  } catch (error) {
    release?.();
    const trouble = diskTrouble(error, folder);
    if (trouble === undefined) throw error;
    return openProblem(trouble.code === 'damaged' ? 'unreadable' : 'unwritable', trouble.message);
  }
}

function openFile(
  { folder, made, limits }: StoreRequest,
  release: () => void,
): { readonly kind: 'open'; readonly store: Store } | OpenProblem {
  const path = join(folder, STATE_FILE);
  makePrivateFile(path);
  const database = new Database(path, { timeoutMs: BUSY_MS });
  try {
    const outcome = bringToFormat(database, made);
    if (outcome.kind === 'current') {
      settle(database);
      return { kind: 'open', store: new Store(path, limits, database, release) };
    }
    database.close();
    if (outcome.kind === 'foreign')
      return openProblem('foreign', `${path} belongs to another program; it is left as it is.`);
    return openProblem(
      'newer',
      `${path} is of format ${outcome.format}, made by a later version; this one knows formats up to ${outcome.known}. It is left as it is.`,
    );
  } catch (error) {
    database.close();
    throw error;
  }
}

function connect(path: string): Database {
  const database = new Database(path, { timeoutMs: BUSY_MS });
  try {
    settle(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** A commit returns when it is on stable storage: the log is synced at each (SERVE 3.6). */
function settle(database: Database): void {
  const mode = database.get<{ journal_mode: string }>('PRAGMA journal_mode = wal')?.journal_mode;
  if (mode !== 'wal')
    throw new DiskError('io', `it takes no write-ahead log but ${mode}; a network file system cannot hold it`);
  database.connection.exec('PRAGMA synchronous = full; PRAGMA trusted_schema = off');
}

function openProblem(code: OpenProblem['code'], message: string): OpenProblem {
  return { kind: 'problem', code, message };
}
