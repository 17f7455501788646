import { done } from '../../disk/index.ts';
import { type Operation, reads } from '../operation.ts';
import { MOST_ROWS } from '../pages.ts';

/** What an incident's subscription runs, as a row of the queue tells it: that of the worst one; of several the one whose print comes first. */
export interface TellingPayload {
  /** The first 16 digits of its print: the same in every incident that runs the same. */
  readonly print: string;
  /** Its beginning, decoded, in one line; `null` where only the print is kept. */
  readonly text: string | null;
}

/** Of a version that was told before payloads were kept beside it, what it is muted by tells the print. */
const SELECT = `SELECT id, substr(print, 1, 16) AS print, text FROM (SELECT id, brief ->> '$.payload.text' AS text,
    coalesce(brief ->> '$.payload.print', (SELECT min(payload) FROM incident_carrier WHERE incident = id)) AS print
  FROM incident WHERE id IN (SELECT value FROM json_each(?))) WHERE print IS NOT NULL`;

/** What these incidents run, at most 1,000 of them, by their ids; those of which no record tells it are not among them. */
export const incidentPayloads: Operation<
  { readonly ids: readonly string[] },
  ReadonlyMap<string, TellingPayload>
> = reads(({ database }, { ids }) => {
  const found = database.all<TellingPayload & { readonly id: string }>(SELECT, JSON.stringify(ids.slice(0, MOST_ROWS)));
  return done(new Map(found.map(({ id, print, text }) => [id, { print, text }])));
});
