import type { Database } from '../../disk/index.ts';
import type { Condition } from '../pages.ts';
import { HIDDEN_NOW } from '../suppressions/hidden.ts';
import { overdueIds, type QueueClock } from './overdue.ts';

/** What an incident is asked for by: its own words, and what the words of a queue come down to. */
export type SearchWord =
  | 'host'
  | 'account'
  | 'ip'
  | 'payload'
  | 'filter'
  | 'consumer'
  | 'ns'
  | 'rule'
  | 'attack'
  | 'level'
  | 'state'
  | 'owner'
  | 'verdict'
  | 'id'
  | 'standing'
  | 'retrospective'
  /** By nobody yet, or not since it was opened again. */
  | 'unacknowledged'
  | 'unjudged'
  /** To somebody. */
  | 'unread'
  /** By the clock of the queue; without one nothing is. */
  | 'overdue'
  | 'hidden';

/** One thing that must hold of an incident, or must not; texts are compared without regard to letters of ASCII. */
export interface WordCondition {
  /** Free text where it is left out: a part of the title, or the whole number. */
  readonly field?: SearchWord | undefined;
  /** Texts with anything between them: one alone is the whole value, an empty one at an end leaves that end open. Of `overdue` and `hidden` nothing is read. */
  readonly pattern: readonly string[];
  readonly isNegated: boolean;
}

const ofCarrier = (column: string, like: string): string =>
  `id IN (SELECT incident FROM asked, incident_carrier WHERE ${like.replaceAll('X', column)})`;
const ofSubscription = (name: string, like: string): string =>
  `id IN (SELECT coalesce(survivor, incident) FROM asked, found LEFT JOIN incident_alias ON incident_alias.id = found.incident
    WHERE kind = 'subscription' AND incident IS NOT NULL AND ${like.replaceAll('X', `row ->> '${name}'`)})`;
const LIKE = "X LIKE p ESCAPE '!'";
/** Of words that stand with commas. */
const oneOfThese = (column: string): string =>
  `EXISTS (SELECT 1 FROM asked WHERE ',' || lower(p) || ',' LIKE '%,' || ${column} || ',%')`;

/** SQL of each, where `asked.p` is the pattern of LIKE. A host is also known by its first label, an account without its domain, a technique with its parts. */
const SQL: Readonly<Record<Exclude<SearchWord, 'overdue' | 'hidden'> | 'text', string>> = {
  text: `EXISTS (SELECT 1 FROM asked WHERE title LIKE '%' || p || '%' ESCAPE '!' OR 'INC-' || number LIKE p ESCAPE '!')`,
  host: `id IN (SELECT incident FROM asked, incident_host WHERE host LIKE p ESCAPE '!' OR host LIKE p || '.%' ESCAPE '!')`,
  account: ofCarrier('account', `(${LIKE} OR X LIKE '%\\' || p ESCAPE '!')`),
  rule: ofCarrier('analytic', LIKE),
  payload: ofSubscription('payload', "X LIKE '%' || p || '%' ESCAPE '!'"),
  filter: ofSubscription('filter', LIKE),
  consumer: ofSubscription('consumer', LIKE),
  ns: ofSubscription('namespace', LIKE),
  ip: `EXISTS (SELECT 1 FROM asked, json_each(brief, '$.ips') WHERE value LIKE p ESCAPE '!')`,
  attack: `EXISTS (SELECT 1 FROM asked, json_each(brief, '$.attack') WHERE value LIKE p ESCAPE '!' OR value LIKE p || '.%' ESCAPE '!')`,
  level: oneOfThese('level'),
  state: oneOfThese('state'),
  standing: oneOfThese('standing'),
  retrospective: `is_retrospective = (SELECT p FROM asked) + 0`,
  unacknowledged: `(standing <> 'merged' AND (work_state = 'open' OR (work_state <> 'closed' AND work_times -> '$.ack' IS NULL)))
    = (SELECT p FROM asked) + 0`,
  unjudged: `(verdict IS NULL OR (episode > 1 AND work_times -> '$.triage' IS NULL AND coalesce(judged ->> '$.episode', 0) <> episode))
    = (SELECT p FROM asked) + 0`,
  unread: `NOT EXISTS (SELECT 1 FROM asked, incident_opened o WHERE o.incident = incident.id AND o.who LIKE p ESCAPE '!'
    AND o.version >= incident.version AND o.revision >= incident.revision)`,
  owner: `EXISTS (SELECT 1 FROM asked WHERE coalesce(owner, '') LIKE p ESCAPE '!')`,
  verdict: `EXISTS (SELECT 1 FROM asked WHERE coalesce(verdict, '') LIKE p ESCAPE '!')`,
  id: `EXISTS (SELECT 1 FROM asked WHERE id LIKE p ESCAPE '!' OR 'INC-' || number LIKE p ESCAPE '!')`,
};

/** A word as a condition on a row of the table of incidents. */
export function conditionOf(database: Database, word: WordCondition, clock: QueueClock): Condition {
  const { field = 'text', pattern, isNegated } = word;
  const not = isNegated ? 'NOT ' : '';
  switch (field) {
    case 'overdue':
      return {
        sql: `id ${not}IN (SELECT value FROM json_each(?))`,
        value: JSON.stringify(overdueIds(database, clock)),
      };
    case 'hidden':
      // Without a clock nothing is hidden: no suppression ends that late.
      return { sql: `id ${not}IN (${HIDDEN_NOW})`, value: clock.nowMs ?? Number.MAX_SAFE_INTEGER };
    default: {
      const escaped = pattern.map((part) => part.replaceAll(/[!%_]/g, '!$&'));
      return { sql: `(WITH asked (p) AS (SELECT ?) SELECT ${not}(${SQL[field]}))`, value: escaped.join('%') };
    }
  }
}
