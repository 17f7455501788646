import { OUTBOX_TABLES } from './outbox/tables.ts';

/** The tables of each part of the server that came with format 3; they stand beside the operations of their part. */
const TABLES: readonly string[] = [OUTBOX_TABLES];

/** What format 3 adds to the tables of format 2. Times are Unix milliseconds, documents JSON. */
export const FORMAT_3: string = TABLES.join('\n');
