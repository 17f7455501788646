import { OPENED_TABLES } from './opened/tables.ts';

/** What format 4 adds to the tables of format 3: what each person opened. Nobody is known to have opened anything before. */
export const FORMAT_4: string = OPENED_TABLES;
