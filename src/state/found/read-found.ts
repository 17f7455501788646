import { zstdDecompressSync } from 'node:zlib';
import { type Database, done } from '../../disk/index.ts';
import { LEVELS, type Level, levelRank } from '../../windows/index.ts';
import { type Operation, reads } from '../operation.ts';
import { refused } from '../outcome.ts';
import { type Condition, type List, type Page, type PageRequest, readPage } from '../pages.ts';
import { tally } from '../tally.ts';
import { TALLIES } from './tallies.ts';
import type { FoundKind, FoundStanding } from './writes.ts';

/** A finding or a subscription in a list. */
export interface FoundRow {
  readonly id: string;
  readonly version: number;
  readonly standing: FoundStanding;
  /** The incident that it is part of, by the id that it has now; `null` also where that went to keep the bounds. */
  readonly incident: string | null;
  readonly createdMs: number;
  readonly changedMs: number;
  /** JSON, as it was told. */
  readonly row: string;
  /** Of a subscription in a list: hosts with the same fingerprint, its own too; 0 without one. */
  readonly hostsOfPrint?: number;
}

export interface FoundFilter {
  readonly of: FoundKind;
  readonly standings?: readonly FoundStanding[];
  /** That level or higher. */
  readonly level?: Level;
  readonly host?: string;
  readonly label?: string;
  readonly word?: string;
  readonly print?: string;
  /** Part of the name of a subscription's filter, consumer or host; A to Z in any case. */
  readonly named?: string;
  readonly incident?: string;
  /** RFC 3339 with seven digits: those that went on until then or later. */
  readonly since?: string;
}

/** What was merged away leads to its survivor, what went to keep the bounds nowhere. */
const INCIDENT = `coalesce((SELECT survivor FROM incident_alias WHERE incident_alias.id = found.incident),
  (SELECT incident.id FROM incident WHERE incident.id = found.incident)) AS incident`;
const COLUMNS = `found.id AS id, version, standing, ${INCIDENT}, created_ms AS createdMs, changed_ms AS changedMs, row`;

type RawRow = FoundRow & { readonly first_ms: number; readonly seq: number; readonly print: string | null };
type PrintedRow = FoundRow & Pick<RawRow, 'print'>;

function listOf(kind: FoundKind, indexed = ''): List<RawRow, PrintedRow> {
  return {
    name: `${kind}s`,
    select: `SELECT ${COLUMNS}, first_ms, seq, print FROM found ${indexed}`,
    keys: ['first_ms', 'seq'],
    row: ({ first_ms: _, seq: __, ...row }) => row,
  };
}

const LISTS: Readonly<Record<FoundKind, List<RawRow, PrintedRow>>> = {
  finding: listOf('finding'),
  subscription: listOf('subscription'),
};
/** Of an incident there are few, which SQLite does not know: left to itself it goes through all in their order. */
const OF_ONE_INCIDENT: typeof LISTS = {
  finding: listOf('finding', 'INDEXED BY found_of_incident'),
  subscription: listOf('subscription', 'INDEXED BY found_of_incident'),
};

/** Newest first by the time of their evidence; without `standings` all that were not withdrawn. */
export const listFound: Operation<PageRequest & FoundFilter, Page<FoundRow>> = reads(({ database }, request) => {
  const { of, standings = ['told', 'final'], level, since, host, label, word, print, named, incident } = request;
  if (level !== undefined && !LEVELS.includes(level)) return refused('invalid', `There is no level "${level}".`);
  const conditions: Condition[] = [
    { sql: 'standing IN (SELECT value FROM json_each(?))', value: JSON.stringify(standings) },
  ];
  if (level !== undefined) conditions.push({ sql: 'level_rank >= ?', value: levelRank(level) });
  if (named !== undefined) conditions.push({ sql: NAMED, value: named });
  if (since !== undefined) conditions.push({ sql: 'last >= ?', value: since });
  if (incident !== undefined) conditions.push({ sql: OF_INCIDENT, value: incident });
  const lists = incident === undefined ? LISTS : OF_ONE_INCIDENT;
  const page = readPage(database, lists[of], request, { kind: of, host, label, word, print }, conditions);
  if (page.kind === 'refused') return page;
  const { rows, next } = page.value;
  return done({ rows: of === 'subscription' ? withHosts(database, rows) : rows.map(withoutPrint), next });
});

/** Hosts of each content of a page, counted once and whatever the list was asked for. */
function withHosts(database: Database, rows: readonly PrintedRow[]): readonly FoundRow[] {
  const prints = new Set(rows.flatMap(({ print }) => print ?? []));
  const counts = database.all<{ print: string; hosts: number }>(HOSTS_OF_PRINTS, JSON.stringify([...prints]));
  const hosts = new Map(counts.map((one) => [one.print, one.hosts]));
  return rows.map((row) => ({ ...withoutPrint(row), hostsOfPrint: hosts.get(row.print ?? '') ?? 0 }));
}

const HOSTS_OF_PRINTS = `SELECT print, count(DISTINCT host) AS hosts FROM found INDEXED BY found_of_print
  WHERE kind = 'subscription' AND print IN (SELECT value FROM json_each(?)) AND standing <> 'withdrawn' GROUP BY print`;

function withoutPrint({ print: _, ...row }: PrintedRow): FoundRow {
  return row;
}

/** A line each, so that no part goes from one name into the next. */
const NAMED = `instr(lower(concat_ws(char(10), row ->> 'filter', row ->> 'consumer', host)), lower(?)) > 0`;

/** An incident by its id, with what was told of those that are part of it now. */
const OF_INCIDENT = `incident IN (WITH asked (id) AS (SELECT ?)
  SELECT id FROM asked UNION ALL SELECT incident_alias.id FROM incident_alias, asked WHERE survivor = asked.id)`;

/** One of them whole. */
export interface WholeFound extends FoundRow {
  /** JSON. */
  readonly document: string;
  readonly hostsOfPrint: number;
}

/** `null` if there is none, or none any more. */
export const readFound: Operation<{ readonly of: FoundKind; readonly id: string }, WholeFound | null> = reads(
  ({ database }, { of, id }) => {
    const found = database.get<FoundRow & { document: Uint8Array; hostsOfPrint: number }>(
      `SELECT ${COLUMNS}, document, (SELECT count(DISTINCT same.host) FROM found AS same INDEXED BY found_of_print
        WHERE same.kind = found.kind AND same.print = found.print AND same.standing <> 'withdrawn') AS hostsOfPrint FROM found WHERE kind = ? AND id = ?`,
      of,
      id,
    );
    if (found === undefined) return done(null);
    return done({ ...found, document: zstdDecompressSync(found.document).toString('utf8') });
  },
);

/** How many there are of a kind; what there is none of is left out. */
export interface FoundCounts {
  readonly counts: readonly {
    readonly label: string;
    readonly level: Level;
    readonly word: string;
    readonly standing: FoundStanding;
    readonly count: number;
  }[];
  readonly held: number;
  /** Those that had to go to keep the bounds, since the store was made. */
  readonly dropped: number;
}

export const countFound: Operation<{ readonly of: FoundKind }, FoundCounts> = reads(({ database }, { of }) => {
  const sql = 'SELECT label, level, word, standing, held AS count FROM found_count WHERE kind = ? ORDER BY 1, 2, 3, 4';
  const counts = database.all<FoundCounts['counts'][number]>(sql, of).map((row) => ({ ...row }));
  const { held, dropped } = TALLIES[of];
  return done({ counts, held: tally(database, held), dropped: tally(database, dropped) });
});

/** How often an analytic or a rule hit; `lastMs` is the newest time of its evidence, Unix milliseconds. */
export interface Hits {
  readonly name: string;
  readonly findings: number;
  readonly hosts: number;
  readonly lastMs: number;
  /** Findings whose evidence is not older than so many days. */
  readonly in1d: number;
  readonly in7d: number;
  readonly in30d: number;
}

/** Of findings that were not withdrawn, by analytic or, where a rule stands behind them, by rule; names without any are left out. */
export const countHits: Operation<{ readonly by: 'analytic' | 'rule'; readonly nowMs: number }, readonly Hits[]> =
  reads(({ database }, { by, nowMs }) => {
    const since = [1, 7, 30].map((days) => nowMs - days * DAY_MS);
    return done(database.all<Hits>(HITS[by], ...since).map((row) => ({ ...row })));
  });

const DAY_MS = 86_400_000;

const HITS = { analytic: hitsBy('label'), rule: hitsBy('print') };

function hitsBy(column: 'label' | 'print'): string {
  return `SELECT ${column} AS name, count(*) AS findings, count(DISTINCT host) AS hosts, max(first_ms) AS lastMs,
    total(first_ms >= ?) AS in1d, total(first_ms >= ?) AS in7d, total(first_ms >= ?) AS in30d FROM found
    INDEXED BY found_of_${column} WHERE kind = 'finding' AND ${column} IS NOT NULL AND standing <> 'withdrawn' GROUP BY ${column}`;
}

/** What the engine has to know of what it told, to compare a judgement with it. */
export interface RememberedFound {
  readonly of: FoundKind;
  readonly id: string;
  readonly digest: string;
  readonly extent: number;
  readonly hosts: readonly string[];
  readonly firstMs: number;
  readonly incident: string | null;
}

type RawRemembered = Omit<RememberedFound, 'hosts'> & { readonly hosts: string; readonly seq: number };

const REMEMBERED: List<RawRemembered, RememberedFound> = {
  name: 'known findings',
  select: 'SELECT kind AS of, id, digest, extent, hosts, first_ms AS firstMs, incident, seq FROM found',
  keys: ['seq'],
  row: ({ seq: _, hosts, ...raw }) => ({ ...raw, hosts: JSON.parse(hosts) as readonly string[] }),
};

/** All that a window may still speak of, in pages. */
export const knownFound: Operation<PageRequest, Page<RememberedFound>> = reads(({ database }, request) =>
  readPage(database, REMEMBERED, request, { standing: 'told' }),
);
