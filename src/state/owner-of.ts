import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '../disk/index.ts';
import { OWNER_FILE } from './owner-lock.ts';

/**
 * Whether somebody owns a folder now. Nothing is written; the right to write is held for less than a millisecond, and a start waits
 * longer than that for it.
 */
export function isOwned(folder: string): boolean {
  const path = join(folder, OWNER_FILE);
  if (!existsSync(path)) return false;
  const database = new Database(path);
  try {
    database.connection.exec('BEGIN IMMEDIATE');
    database.connection.exec('ROLLBACK');
    return false;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === 5) return true;
    throw error;
  } finally {
    database.close();
  }
}
