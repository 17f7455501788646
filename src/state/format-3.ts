import type { Database } from '../disk/index.ts';
import { BRIEF_COLUMN, briefOf } from './incidents/brief.ts';
import { documentOf } from './incidents/documents.ts';
import { OUTBOX_TABLES } from './outbox/tables.ts';
import { PACE_TABLES } from './paces/tables.ts';
import { AUDIT_COLUMN, PEOPLE_TABLES } from './people/tables.ts';
import { PROPOSAL_TABLES } from './proposals/tables.ts';

/** The tables of each part of the server that came with format 3; they stand beside the operations of their part. */
const TABLES: readonly string[] = [
  BRIEF_COLUMN,
  OUTBOX_TABLES,
  PACE_TABLES,
  PROPOSAL_TABLES,
  PEOPLE_TABLES,
  AUDIT_COLUMN,
];

/** What format 3 adds to the tables of format 2. Times are Unix milliseconds, documents JSON. */
export const FORMAT_3: string = TABLES.join('\n');

/** Works out of what a store of format 2 has what it has nowhere: what a row of the queue says of a document. */
export function fillFormat3(database: Database): void {
  for (const { id } of database.all<{ id: string }>("SELECT id FROM incident WHERE state <> 'merged'")) {
    const document = documentOf(database, id);
    if (document !== undefined) database.run('UPDATE incident SET brief = ? WHERE id = ?', briefOf(document), id);
  }
}
