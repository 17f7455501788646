import { type Database, done } from '../../disk/index.ts';
import { LEVELS, type Level, levelRank } from '../../windows/index.ts';
import { type Operation, reads } from '../operation.ts';
import { refused } from '../outcome.ts';
import { HIDDEN_BY_ACTIVE } from './hidden.ts';
import { boundOf, MUTED, SCOPE_FIELDS, type SuppressionScope, scopeProblem } from './scope.ts';

/** An incident that a scope would hide. */
export interface WouldHide {
  readonly id: string;
  readonly number: number;
  readonly level: Level;
  readonly title: string;
  readonly first: string;
}

export interface SuppressionPreview {
  /** The level that it would have: what is above it would show. */
  readonly level: Level;
  /** How many open incidents it would hide, and how many of those that are closed it would have. */
  readonly open: number;
  readonly closed: number;
  /** Of the open ones the worst and newest, at most a hundred. */
  readonly incidents: readonly WouldHide[];
}

const MOST_SHOWN = 100;
const USUAL_LEVEL: Level = 'medium';

interface Hidden extends WouldHide {
  readonly levelRank: number;
  readonly isOpen: number;
}

/** What a mute would hide, before it is made: what it hides then is the same. */
export const previewSuppression: Operation<
  { readonly scope: SuppressionScope; readonly level?: Level },
  SuppressionPreview
> = reads(({ database }, { scope, level = usualLevel(database, scope) }) => {
  const problem = scopeProblem(scope);
  if (problem !== undefined) return refused('invalid', problem);
  if (!LEVELS.includes(level)) return refused('invalid', `There is no level "${level}".`);
  const hidden = hiddenUnder(database, scope, levelRank(level));
  const open = hidden.filter(({ isOpen }) => isOpen === 1);
  return done({
    level,
    open: open.length,
    closed: hidden.length - open.length,
    incidents: open
      .slice(0, MOST_SHOWN)
      .map(({ id, number, level: of, title, first }) => ({ id, number, level: of, title, first })),
  });
});

/** The highest level of the open incidents of which a scope mutes anything, else medium. */
export function usualLevel(database: Database, scope: SuppressionScope): Level {
  const rank = database.get<{ levelRank: number | null }>(
    `WITH active AS (SELECT ${COLUMNS}, ? AS level_rank)
     SELECT max(i.level_rank) AS levelRank FROM (${MUTED}) m JOIN incident i ON i.id = m.incident
     WHERE i.state NOT IN ('closed', 'merged')`,
    ...boundOf(scope),
    LEVELS.length,
  )?.levelRank;
  return LEVELS[rank ?? -1] ?? USUAL_LEVEL;
}

const COLUMNS = ['0 AS seq', ...SCOPE_FIELDS.map((field) => `? AS ${field}`)].join(', ');

/** Incidents of which a scope mutes every carrier, at this level at most; worst and newest first. */
function hiddenUnder(database: Database, scope: SuppressionScope, rank: number): readonly Hidden[] {
  return database.all<Hidden>(
    `WITH active AS (SELECT ${COLUMNS}, ? AS level_rank)
     SELECT i.id AS id, i.number AS number, i.level AS level, i.level_rank AS levelRank, i.title AS title, i.first AS first,
       i.state <> 'closed' AS isOpen
     FROM incident i WHERE i.state <> 'merged' AND i.id IN (${HIDDEN_BY_ACTIVE})
     ORDER BY i.level_rank DESC, i.first_ms DESC, i.number DESC`,
    ...boundOf(scope),
    rank,
  );
}
