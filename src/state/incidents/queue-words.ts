import type { Condition } from '../pages.ts';

/** What the queue is searched by (PRODUCT 9.2). */
export const QUEUE_WORDS = [
  'host',
  'account',
  'ip',
  'payload',
  'filter',
  'consumer',
  'ns',
  'rule',
  'level',
  'state',
  'owner',
  'verdict',
  'attack',
  'id',
  'is',
] as const;
export type QueueWord = (typeof QUEUE_WORDS)[number];

/** What `is:` may ask for; what is overdue or hidden is asked for otherwise. */
export const IS_WORDS = ['unassigned', 'unread', 'retrospective', 'withdrawn'] as const;

/** A word as it is looked for: `is:unread` is unread to somebody, `level:>=high` one of some levels. */
export type SearchWord = Exclude<QueueWord, 'is'> | 'unread' | 'retrospective' | 'standing';

/** One thing that must hold of an incident, or must not; texts are compared without regard to letters of ASCII. */
export interface WordCondition {
  /** Free text where it is left out: a part of the title. */
  readonly field?: SearchWord | undefined;
  readonly value: string;
  readonly isNegated: boolean;
  /** Anything may stand before or behind the value. */
  readonly isOpenBefore: boolean;
  readonly isOpenBehind: boolean;
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
const SQL: Readonly<Record<SearchWord | 'text', string>> = {
  text: `EXISTS (SELECT 1 FROM asked WHERE title LIKE '%' || p || '%' ESCAPE '!')`,
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
  unread: `NOT EXISTS (SELECT 1 FROM asked, incident_opened o WHERE o.incident = incident.id AND o.who LIKE p ESCAPE '!'
    AND o.version >= incident.version AND o.revision >= incident.revision)`,
  owner: `EXISTS (SELECT 1 FROM asked WHERE coalesce(owner, '') LIKE p ESCAPE '!')`,
  verdict: `EXISTS (SELECT 1 FROM asked WHERE coalesce(verdict, '') LIKE p ESCAPE '!')`,
  id: `EXISTS (SELECT 1 FROM asked WHERE id LIKE p ESCAPE '!' OR 'INC-' || number LIKE p ESCAPE '!')`,
};

/** A word as a condition on a row of the table of incidents. */
export function conditionOf({ field, value, isNegated, isOpenBefore, isOpenBehind }: WordCondition): Condition {
  const escaped = value.replaceAll(/[!%_]/g, '!$&');
  const pattern = `${isOpenBefore ? '%' : ''}${escaped}${isOpenBehind ? '%' : ''}`;
  const inner = SQL[field ?? 'text'];
  const sql = `(WITH asked (p) AS (SELECT ?) SELECT ${isNegated ? 'NOT ' : ''}(${inner}))`;
  return { sql, value: pattern };
}
