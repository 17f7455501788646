import type { Database } from '../disk/index.ts';
import { FORMAT_1 } from './format-1.ts';
import { FORMAT_2 } from './format-2.ts';
import { FORMAT_3, fillFormat3 } from './format-3.ts';
import { FORMAT_4 } from './format-4.ts';
import { FORMAT_5 } from './format-5.ts';
import { FORMAT_6, fillFormat6 } from './format-6.ts';

/** What a step of the format may need besides the file. */
export interface NewStore {
  /** 16 random bytes: the id of the store, should there be none yet. */
  readonly storeId: Uint8Array;
  readonly nowMs: number;
}

/** From one format to the next, within a transaction of its own. A step that was released is never changed (L25). */
export type FormatStep = (database: Database, made: NewStore) => void;

/** `application_id` of the file: "Tria" in ASCII. */
export const APPLICATION_ID = 0x54726961;

export const FORMAT_STEPS: readonly FormatStep[] = [
  (database, { storeId, nowMs }) => {
    database.connection.exec(FORMAT_1);
    database.connection.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    database.run('INSERT INTO meta VALUES (1, ?, ?)', storeId, nowMs);
  },
  (database) => database.connection.exec(FORMAT_2),
  (database) => {
    database.connection.exec(FORMAT_3);
    fillFormat3(database);
  },
  (database) => database.connection.exec(FORMAT_4),
  (database) => database.connection.exec(FORMAT_5),
  (database, { nowMs }) => {
    database.connection.exec(FORMAT_6);
    fillFormat6(database, nowMs);
  },
];

/** The format that this version writes. */
export const STATE_FORMAT: number = FORMAT_STEPS.length;

export type FormatOutcome =
  | { readonly kind: 'current'; readonly format: number }
  | { readonly kind: 'newer'; readonly format: number; readonly known: number }
  | { readonly kind: 'foreign' };

/**
 * Brings a file to the format of this version, step by step; a file that is empty gets all steps. A newer format and a file of another program are
 * left untouched. A step that fails leaves the format before it.
 */
export function bringToFormat(
  database: Database,
  made: NewStore,
  steps: readonly FormatStep[] = FORMAT_STEPS,
): FormatOutcome {
  const application = database.number('PRAGMA application_id');
  const format = database.number('PRAGMA user_version');
  const isEmpty = application === 0 && format === 0 && database.number('SELECT count(*) FROM sqlite_schema') === 0;
  if (!isEmpty && application !== APPLICATION_ID) return { kind: 'foreign' };
  if (format > steps.length) return { kind: 'newer', format, known: steps.length };
  for (const [index, step] of steps.entries()) {
    if (index < format) continue;
    database.transaction(() => {
      step(database, made);
      database.connection.exec(`PRAGMA user_version = ${index + 1}`);
    });
  }
  return { kind: 'current', format: steps.length };
}
