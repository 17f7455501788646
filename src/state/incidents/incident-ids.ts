import { done } from '../../disk/index.ts';
import { type Operation, reads } from '../operation.ts';
import { conditionsOf, type IncidentFilter } from './incident-filter.ts';

/** A page holds 10,000 rows, the rest of the part that it read last, and what the stream brought it since. */
export const MOST_IDS = 12_000;

export interface IncidentIds {
  readonly ids: readonly string[];
  /** There are more than these. */
  readonly isMore: boolean;
}

/** Which incidents fit, in the order that a page reads them in: those that are not closed first, then as the queue. At most 12,000. */
export const incidentIds: Operation<IncidentFilter, IncidentIds> = reads(({ database }, filter) => {
  const conditions = conditionsOf(database, filter);
  if ('kind' in conditions) return conditions;
  const found = database.all<{ id: string }>(
    `SELECT id FROM incident WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}
      ORDER BY state = 'closed', level_rank DESC, first_ms DESC, number DESC LIMIT ${MOST_IDS + 1}`,
    ...conditions.map(({ value }) => value),
  );
  return done({ ids: found.slice(0, MOST_IDS).map(({ id }) => id), isMore: found.length > MOST_IDS });
});
