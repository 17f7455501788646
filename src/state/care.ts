import { done } from '../disk/index.ts';
import { FORMAT_STEPS } from './format.ts';
import { type Operation, reads } from './operation.ts';
import { refused } from './outcome.ts';

export interface StoreIdentity {
  /** 32 hex digits, made with the store and kept in its backups. */
  readonly storeId: string;
  readonly createdMs: number;
  readonly format: number;
}

export const identity: Operation<null, StoreIdentity> = reads(({ database }) => {
  const sql = 'SELECT lower(hex(store_id)) AS storeId, created_ms AS createdMs FROM meta';
  const found = database.get<Omit<StoreIdentity, 'format'>>(sql);
  return found === undefined
    ? refused('damaged', 'The store has lost its id.')
    : done({ ...found, format: FORMAT_STEPS.length });
});

/** What SQLite finds wrong with the whole file, at most 100 sentences; none: it is whole. Reads all of it. */
export const integrity: Operation<null, { readonly problems: readonly string[] }> = reads(({ database }) => {
  const found = database
    .all<{ integrity_check: string }>('PRAGMA integrity_check(100)')
    .map((row) => row.integrity_check);
  const orphans = database
    .all<{ table: string }>('PRAGMA foreign_key_check')
    .map(({ table }) => `an orphan in ${table}`);
  return done({ problems: [...found.filter((text) => text !== 'ok'), ...orphans].slice(0, 100) });
});

/** Brings the write-ahead log into the file and empties it. `isComplete` is false while another program reads the file. */
export const checkpoint: Operation<null, { readonly isComplete: boolean }> = reads(({ database }) => {
  const row = database.get<{ busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)');
  return done({ isComplete: row?.busy === 0 });
});
