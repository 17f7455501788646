import { type Database, done } from '../../disk/index.ts';
import { type Operation, reads } from '../operation.ts';
import { tally } from '../tally.ts';
import { incidentOf, survivorOf } from './stored-incident.ts';
import type { Verdict } from './work.ts';

/** By what one incident is like another: columns of its carriers. */
export const LIKENESSES = ['subscription', 'payload', 'command', 'account'] as const;
export type Likeness = (typeof LIKENESSES)[number];

/** How others were judged; who did so last, and when, where that is kept. */
export interface JudgedCount {
  readonly verdict: Verdict;
  readonly count: number;
  readonly who: string | null;
  /** RFC 3339. */
  readonly at: string | null;
}

/** How common something is that stands behind an incident, over all that is kept. */
export interface Prevalence {
  readonly kind: Likeness;
  /** A print, or the name of an account in lower case. */
  readonly value: string;
  /** Hosts with it and incidents that it carries, this one too. */
  readonly hosts: number;
  readonly incidents: number;
  /** RFC 3339. */
  readonly first: string;
  readonly last: string;
  /** Of the other incidents. */
  readonly verdicts: readonly JudgedCount[];
}

/** Another incident with the same content behind it. */
export interface LikeIncident {
  readonly id: string;
  readonly number: number;
  readonly first: string;
  readonly verdict: Verdict | null;
  readonly who: string | null;
  readonly at: string | null;
}

/** What is known beside an incident from others and from its own past. */
export interface Background {
  readonly prevalence: readonly Prevalence[];
  /**
   * Earlier incidents with a subscription, payload or command of this one: how many, how they were judged, the newest five. All that is kept counts, also
   * of before `sinceMs`.
   */
  readonly seenBefore: {
    readonly times: number;
    /** How many came since. */
    readonly since: number;
    readonly verdicts: readonly JudgedCount[];
    readonly newest: readonly LikeIncident[];
  };
  /** The last verdict of a person, and the version that was judged: a later one was found since. */
  readonly judged: {
    readonly who: string;
    readonly atMs: number;
    readonly version: number;
  } | null;
  /** Since when every incident is kept: of before, some may be gone. */
  readonly sinceMs: number;
}

/** Most things of one incident that are looked up. */
const MOST_VALUES = 20;
const MOST_NEWEST = 5;

/** `null` of an incident that there is not. `who`: whose verdict is asked for; of anybody where it is left out. */
export const incidentBackground: Operation<{ readonly id: string; readonly who?: string }, Background | null> = reads(
  ({ database }, { id: asked, who }) => {
    const id = survivorOf(database, asked);
    if (incidentOf(database, id) === undefined) return done(null);
    return done({
      prevalence: valuesOf(database, id).map((of) => prevalenceOf(database, id, of)),
      seenBefore: seenBefore(database, id),
      judged: lastVerdict(database, id, who),
      sinceMs: keptSince(database),
    });
  },
);

/** All is there that changed after the newest of what went to keep the bounds, whatever became of it since; before anything went, all since the store was made. */
function keptSince(database: Database): number {
  return tally(database, 'incidentsDropped') === 0
    ? database.number('SELECT created_ms FROM meta')
    : tally(database, 'incidentsDroppedMs');
}

interface Value {
  readonly kind: Likeness;
  readonly value: string;
}

function valuesOf(database: Database, id: string): readonly Value[] {
  return LIKENESSES.flatMap((kind) =>
    database
      .all<{ value: string }>(
        `SELECT DISTINCT ${kind} AS value FROM incident_carrier WHERE incident = ? AND ${kind} IS NOT NULL ORDER BY place LIMIT ?`,
        id,
        MOST_VALUES,
      )
      .map(({ value }) => ({ kind, value })),
  ).slice(0, MOST_VALUES);
}

function prevalenceOf(database: Database, id: string, { kind, value }: Value): Prevalence {
  const counted = database.get<Omit<Prevalence, 'kind' | 'value' | 'verdicts'>>(
    `SELECT count(DISTINCT c.host) AS hosts, count(DISTINCT i.id) AS incidents, min(i.first) AS first, max(i.last) AS last
     FROM incident_carrier c JOIN incident i ON i.id = c.incident WHERE c.${kind} = ?`,
    value,
  ) ?? { hosts: 0, incidents: 0, first: '', last: '' };
  const verdicts = verdictsOf(database, `SELECT incident FROM incident_carrier WHERE ${kind} = ? AND incident <> ?`, [
    value,
    id,
  ]);
  return { kind, value, ...counted, verdicts };
}

const SAME_CONTENT = ['subscription', 'payload', 'command']
  .map(
    (kind) => `SELECT c.incident FROM own JOIN incident_carrier mine ON mine.incident = own.id
      JOIN incident_carrier c ON c.${kind} = mine.${kind} WHERE mine.${kind} IS NOT NULL AND c.incident <> own.id`,
  )
  .join(' UNION ');
const LIKE = `WITH own (id, first_ms, number) AS (SELECT id, first_ms, number FROM incident WHERE id = ?),
  alike (incident) AS (${SAME_CONTENT})
  SELECT incident FROM alike JOIN incident other ON other.id = incident JOIN own ON (other.first_ms, other.number)`;
/** Others that happened before, and after. */
const EARLIER = `${LIKE} < (own.first_ms, own.number)`;
const LATER = `${LIKE} > (own.first_ms, own.number)`;

/** The last time that each was judged; one that took its verdict over in a merge has no such line, its time of triage stands for it. */
const LAST_JUDGED = `SELECT i.id, i.number, i.first, i.first_ms, i.verdict,
    coalesce(h.who, i.work_times ->> '$.triage.who') AS who,
    coalesce(strftime('%Y-%m-%dT%H:%M:%S', h.at_ms / 1000, 'unixepoch') || printf('.%03d0000Z', h.at_ms % 1000), i.work_times ->> '$.triage.time') AS at
  FROM incident i LEFT JOIN incident_history h ON i.verdict IS NOT NULL AND h.seq =
    (SELECT seq FROM incident_history WHERE incident = i.id AND (action = 'verdict' OR after ->> '$.verdict' IS NOT NULL) ORDER BY seq DESC LIMIT 1)`;

function seenBefore(database: Database, id: string): Background['seenBefore'] {
  const newest = database.all<LikeIncident>(
    `SELECT id, number, first, verdict, who, at FROM (${LAST_JUDGED} WHERE i.id IN (${EARLIER}))
     ORDER BY first_ms DESC, number DESC LIMIT ?`,
    id,
    MOST_NEWEST,
  );
  return {
    times: database.number(`SELECT count(*) FROM (${EARLIER})`, id),
    since: database.number(`SELECT count(*) FROM (${LATER})`, id),
    verdicts: verdictsOf(database, EARLIER, [id]),
    newest: newest.map((one) => ({ ...one })),
  };
}

/** How incidents were judged, the most frequent first. SQLite gives `who` of the row that has the latest time. */
function verdictsOf(database: Database, ids: string, bound: readonly string[]): readonly JudgedCount[] {
  return database
    .all<JudgedCount>(
      `SELECT verdict, count(*) AS count, who, max(at) AS at
       FROM (${LAST_JUDGED} WHERE i.verdict IS NOT NULL AND i.id IN (${ids})) GROUP BY verdict ORDER BY count DESC, verdict`,
      ...bound,
    )
    .map((row) => ({ ...row }));
}

function lastVerdict(database: Database, id: string, who: string | undefined): Background['judged'] {
  const row = database.get<NonNullable<Background['judged']>>(
    `SELECT who, at_ms AS atMs, coalesce(seen, version) AS version FROM incident_history
     WHERE incident = ? AND action = 'verdict' AND who = coalesce(?, who) ORDER BY seq DESC LIMIT 1`,
    id,
    who ?? null,
  );
  return row === undefined ? null : { ...row };
}
