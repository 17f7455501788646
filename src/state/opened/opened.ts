import { type Database, done } from '../../disk/index.ts';
import { keepOpen } from '../incidents/kept.ts';
import { survivorOf } from '../incidents/stored-incident.ts';
import { type Operation, reads, writes } from '../operation.ts';
import { refused } from '../outcome.ts';
import { type List, type Page, type PageRequest, readPage } from '../pages.ts';

/** What a person opened last of an incident: what was found and done since is unread to them (SETTLED G15). */
export interface Opened {
  readonly id: string;
  readonly version: number;
  readonly revision: number;
}

/**
 * Notes that a person opened an incident as it was at a version and a revision. An earlier look takes nothing back, and nobody has seen what is still to come: what
 * stands there is at most what there is now. Gives what stands there; `unknown` where there is no such incident.
 */
export const noteOpened: Operation<Opened & { readonly who: string }, Opened> = writes(
  ({ database }, { who, id: asked, version, revision }) => {
    const id = survivorOf(database, asked);
    database.run(
      `INSERT INTO incident_opened SELECT ?, id, min(version, ?), min(revision, ?) FROM incident WHERE id = ? AND standing <> 'merged'
        ON CONFLICT DO UPDATE SET version = max(version, excluded.version), revision = max(revision, excluded.revision)
        WHERE version < excluded.version OR revision < excluded.revision`,
      who,
      version,
      revision,
      id,
    );
    const now = database.get<Opened>(
      'SELECT incident AS id, version, revision FROM incident_opened WHERE who = ? AND incident = ?',
      who,
      id,
    );
    keepOpen(database, id);
    return now === undefined ? refused('unknown', `There is no incident ${asked}.`) : done({ ...now });
  },
);

const OPENED: List<Opened & { readonly number: number }, Opened> = {
  name: 'opened incidents',
  select: `SELECT o.incident AS id, o.version AS version, o.revision AS revision, i.number AS number
    FROM incident_opened o JOIN incident i ON i.id = o.incident`,
  keys: ['number'],
  row: ({ number: _, ...opened }) => opened,
};

/** What a person opened, the incident of the highest number first. */
export const listOpened: Operation<PageRequest & { readonly who: string }, Page<Opened>> = reads(
  ({ database }, { who, ...request }) => readPage(database, OPENED, request, { who }),
);

/** What a person does to an incident that they have read leaves it read. */
export function keepOpened(
  database: Database,
  {
    who,
    id,
    before,
    after,
  }: { readonly who: string; readonly id: string; readonly before: number; readonly after: number },
): void {
  const sql = 'UPDATE incident_opened SET revision = ? WHERE who = ? AND incident = ? AND revision = ?';
  database.run(sql, after, who, id, before);
}
