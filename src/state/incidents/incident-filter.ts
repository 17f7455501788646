import type { Database } from '../../disk/index.ts';
import { LEVELS, type Level, levelRank } from '../../windows/index.ts';
import { type Refusal, refused } from '../outcome.ts';
import type { Condition } from '../pages.ts';
import { HIDDEN_NOW, isAnyActive } from '../suppressions/hidden.ts';
import type { QueueClock } from './overdue.ts';
import { conditionOf, type WordCondition } from './queue-words.ts';
import { type IncidentState, WORK_STATES } from './work.ts';

/** What a queue is asked for; without `states` all but those merged away. Without the time of the server nothing is hidden. */
export interface IncidentFilter extends QueueClock {
  readonly states?: readonly IncidentState[];
  readonly level?: Level;
  /** Host key. */
  readonly host?: string;
  /** RFC 3339 with seven digits: those that went on until then or later. */
  readonly since?: string;
  /** All of these must hold. */
  readonly words?: readonly WordCondition[];
  /** What suppressions hide now: left out, shown with the rest, or alone. Left out of the filter, it is left out of the queue, unless the words ask for it. */
  readonly suppressed?: 'hide' | 'show' | 'only';
}

/** What comes of suppressions. */
export function shownOf({ suppressed, words = [] }: IncidentFilter): 'hide' | 'show' | 'only' {
  const isAsked = words.some(({ field, isNegated }) => field === 'hidden' && !isNegated);
  return suppressed ?? (isAsked ? 'show' : 'hide');
}

/** What rows of the table of incidents must meet. */
export function conditionsOf(database: Database, filter: IncidentFilter): readonly Condition[] | Refusal {
  const { states = WORK_STATES, level, host, since, words = [], nowMs } = filter;
  if (level !== undefined && !LEVELS.includes(level)) return refused('invalid', `There is no level "${level}".`);
  const conditions: Condition[] = [
    // The plus keeps SQLite off the index by state, after which it would have to sort: 90 ms of 100,000 incidents and not 4.
    { sql: '+state IN (SELECT value FROM json_each(?))', value: JSON.stringify(states) },
  ];
  if (level !== undefined) conditions.push({ sql: 'level_rank >= ?', value: levelRank(level) });
  if (since !== undefined) conditions.push({ sql: 'last >= ?', value: since });
  if (host !== undefined)
    conditions.push({ sql: 'id IN (SELECT incident FROM incident_host WHERE host = ?)', value: host });
  conditions.push(...words.map((word) => conditionOf(database, word, filter)));
  const shown = shownOf(filter);
  const isAny = nowMs !== undefined && isAnyActive(database, nowMs);
  if (shown === 'only' && !isAny) conditions.push({ sql: '? IS NULL', value: 0 });
  else if (shown !== 'show' && isAny)
    conditions.push({ sql: `id ${shown === 'only' ? '' : 'NOT '}IN (${HIDDEN_NOW})`, value: nowMs });
  return conditions;
}
