import type { Database } from '../disk/index.ts';
import { fillKept, KEPT_COLUMN } from './incidents/kept.ts';

/** What format 6 adds to the tables of format 5: which open incidents nobody looked at, in the order in which they go, and how far what went had come. */
export const FORMAT_6: string = KEPT_COLUMN;

/** Works out of what a store of format 5 has which incidents somebody opened, or something names, and since when it is whole. */
export function fillFormat6(database: Database, nowMs: number): void {
  fillKept(database, nowMs);
}
