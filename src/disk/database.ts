import { backup, DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { DiskError } from './disk-trouble.ts';

export type Bound = SQLInputValue;

export interface DatabaseOptions {
  /** How long another connection may hold the file before a call fails as `busy`, milliseconds. */
  readonly timeoutMs?: number;
  readonly isReadOnly?: boolean;
}

/** Statements that are kept prepared; the oldest goes. The words of a queue make a text of SQL for each choice of them. */
const MOST_PREPARED = 1000;

/** How often a copy is begun that finds its source in use at its first step, and the pause between two tries. */
const COPY_TRIES = 100;
const COPY_PAUSE_MS = 10;

/** One connection with its prepared statements. The texts of SQL are put together of constants of who uses it. */
export class Database {
  readonly connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** Opens a file, or works on a connection that is open. */
  constructor(path: string | DatabaseSync, { timeoutMs = 0, isReadOnly = false }: DatabaseOptions = {}) {
    if (typeof path !== 'string') {
      this.connection = path;
      return;
    }
    this.connection = new DatabaseSync(path, {
      timeout: timeoutMs,
      readOnly: isReadOnly,
      allowExtension: false,
      enableForeignKeyConstraints: true,
      defensive: true,
    });
  }

  /** How many statements are kept prepared: 1,000 at most. */
  get prepared(): number {
    return this.#statements.size;
  }

  /** Runs a statement; gives the number of rows that it changed. */
  run(sql: string, ...values: readonly Bound[]): number {
    return Number(this.#prepared(sql).run(...values).changes);
  }

  /** All rows. The tables are STRICT, so a row has the types that its table declares: `Row` names them. */
  all<Row>(sql: string, ...values: readonly Bound[]): readonly Row[] {
    return this.#prepared(sql).all(...values) as unknown as readonly Row[];
  }

  /** The first row, if there is one. */
  get<Row>(sql: string, ...values: readonly Bound[]): Row | undefined {
    return this.#prepared(sql).get(...values) as Row | undefined;
  }

  /** The one number that a statement gives. */
  number(sql: string, ...values: readonly Bound[]): number {
    const row = this.get<Readonly<Record<string, unknown>>>(sql, ...values) ?? {};
    return Number(Object.values(row)[0] ?? 0);
  }

  /** `work` in one transaction that takes the right to write at once; undone if it throws or `isKept` says no. */
  transaction<Value>(work: () => Value, isKept: (value: Value) => boolean = () => true): Value {
    this.connection.exec('BEGIN IMMEDIATE');
    try {
      const value = work();
      this.connection.exec(isKept(value) ? 'COMMIT' : 'ROLLBACK');
      return value;
    } catch (error) {
      // SQLite has already undone it after some errors of the disk.
      if (this.connection.isTransaction) this.connection.exec('ROLLBACK');
      throw error;
    }
  }

  /** `work` on the state of one moment, whatever others commit meanwhile. */
  snapshot<Value>(work: () => Value): Value {
    this.connection.exec('BEGIN');
    try {
      return work();
    } finally {
      if (this.connection.isTransaction) this.connection.exec('ROLLBACK');
    }
  }

  /**
   * Copies all of it into an empty file, so many pages at a time (the preset of Node: 100), while this connection goes on writing; gives the number of pages.
   * @throws DiskError `busy` where it is in use at each try
   */
  async copyTo(path: string, pages?: number): Promise<number> {
    for (let tries = 0; tries < COPY_TRIES; tries++) {
      try {
        return await backup(this.connection, path, pages === undefined ? {} : { rate: pages });
      } catch (error) {
        if (!isNotBegun(error)) throw error;
        await sleep(COPY_PAUSE_MS);
      }
    }
    throw new DiskError('busy', 'it was in use each time that a copy began');
  }

  close(): void {
    this.#statements.clear();
    if (this.connection.isOpen) this.connection.close();
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.connection.prepare(sql);
    const [oldest] = this.#statements.keys();
    if (this.#statements.size >= MOST_PREPARED && oldest !== undefined) this.#statements.delete(oldest);
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** Where the first step of a copy meets a write, Node fails with an error of SQLite whose number says that there was none; of every other failure it tells the number. */
function isNotBegun(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 0;
}
