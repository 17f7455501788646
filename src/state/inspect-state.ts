import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { Database, done, makePrivateFile } from '../disk/index.ts';
import { APPLICATION_ID, FORMAT_STEPS } from './format.ts';
import { STATE_LIMITS } from './limits.ts';
import type { Operation } from './operation.ts';
import { type InputOf, type OperationName, operations, type ValueOf } from './operations.ts';
import { diskTrouble, type Outcome, type Refusal, refused } from './outcome.ts';
import { STATE_FILE } from './store.ts';

/** Who reads a state beside its owner, and changes nothing: `check`, copies, and what a person is told of it. */
export interface StateReader {
  /** Format of the file, which may be older than this version's: then only `integrity` may be asked. */
  readonly format: number;
  readonly isCurrent: boolean;
  /** Asks for an operation that reads. @throws for one that writes. */
  call<Name extends OperationName>(name: Name, input: InputOf<Name>): Outcome<ValueOf<Name>>;
  /** Copies what is committed now into a new file of mode 0600, all of it in one reading; gives the number of its pages. */
  copyTo(path: string): Promise<Outcome<{ readonly pages: number }>>;
  close(): void;
}

/** `missing`: there is no state; `newer`, `foreign`: as at a start; else trouble of the disk. */
export type InspectOutcome =
  | { readonly kind: 'open'; readonly reader: StateReader }
  | {
      readonly kind: 'problem';
      readonly code: 'missing' | 'newer' | 'foreign' | Refusal['code'];
      readonly message: string;
    };

const BUSY_MS = 5000;
/** All pages in one step: a copy that pauses begins anew whenever the owner has written (sqlite3_backup_step). */
const ALL_PAGES = 0x7fffffff;

/**
 * Opens the state of a folder for reading, whether a server owns it or not: SQLite lets others read what is committed while one
 * writes. Of a copy that nobody else has open (`isCopy`) nothing but the file itself is touched.
 */
export function inspectState(folder: string, isCopy = false): InspectOutcome {
  const path = join(folder, STATE_FILE);
  if (!existsSync(path)) return { kind: 'problem', code: 'missing', message: `${path} is not there.` };
  let database: Database | undefined;
  try {
    const connection = new DatabaseSync(isCopy ? new URL(`${pathToFileURL(path).href}?immutable=1`) : path, {
      readOnly: true,
      timeout: BUSY_MS,
      allowExtension: false,
    });
    database = new Database(connection);
    connection.exec('PRAGMA trusted_schema = off');
    const application = database.number('PRAGMA application_id');
    const format = database.number('PRAGMA user_version');
    const wrong = wrongFile(path, application, format);
    if (wrong === undefined) return { kind: 'open', reader: new Reader(database, path, format) };
    database.close();
    return wrong;
  } catch (error) {
    database?.close();
    const trouble = diskTrouble(error, path);
    if (trouble === undefined) throw error;
    return { kind: 'problem', code: trouble.code, message: trouble.message };
  }
}

function wrongFile(path: string, application: number, format: number): InspectOutcome | undefined {
  if (application !== APPLICATION_ID) {
    return { kind: 'problem', code: 'foreign', message: `${path} belongs to another program.` };
  }
  if (format <= FORMAT_STEPS.length) return undefined;
  const message = `${path} is of format ${format}, made by a later version; this one knows formats up to ${FORMAT_STEPS.length}.`;
  return { kind: 'problem', code: 'newer', message };
}

class Reader implements StateReader {
  readonly format: number;
  readonly #database: Database;
  readonly #path: string;

  constructor(database: Database, path: string, format: number) {
    this.#database = database;
    this.#path = path;
    this.format = format;
  }

  get isCurrent(): boolean {
    return this.format === FORMAT_STEPS.length;
  }

  call<Name extends OperationName>(name: Name, input: InputOf<Name>): Outcome<ValueOf<Name>> {
    const operation = operations[name] as unknown as Operation<InputOf<Name>, ValueOf<Name>>;
    if (operation.isWrite) throw new Error(`${name} writes, and this state is open for reading`);
    try {
      return operation.run({ database: this.#database, limits: STATE_LIMITS }, input);
    } catch (error) {
      return this.#troubleOf(error);
    }
  }

  async copyTo(path: string): Promise<Outcome<{ readonly pages: number }>> {
    try {
      if (makePrivateFile(path) === 'there') return refused('exists', `${path} is there already.`);
      return done({ pages: await this.#database.copyTo(path, ALL_PAGES) });
    } catch (error) {
      return this.#troubleOf(error);
    }
  }

  close(): void {
    this.#database.close();
  }

  #troubleOf(error: unknown): Refusal {
    const trouble = diskTrouble(error, this.#path);
    if (trouble === undefined) throw error;
    return trouble;
  }
}
