import { FOUND_TABLES } from './found/tables.ts';
import { HOST_TABLES } from './hosts/tables.ts';
import { STREAM_TABLES } from './stream-epoch.ts';
import { SUPPRESSION_TABLES } from './suppressions/tables.ts';
import { WATCHED_FILE_TABLE } from './watched-files.ts';

/** The tables of each part of the server that came with format 2; they stand beside the operations of their part. */
const TABLES: readonly string[] = [SUPPRESSION_TABLES, WATCHED_FILE_TABLE, FOUND_TABLES, HOST_TABLES, STREAM_TABLES];

/** What format 2 adds to the tables of format 1. Times are Unix milliseconds, documents JSON. */
export const FORMAT_2: string = TABLES.join('\n');
