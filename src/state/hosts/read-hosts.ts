import { type Database, done } from '../../disk/index.ts';
import { type Operation, reads } from '../operation.ts';
import { type Condition, type List, MOST_ROWS, type Page, type PageRequest, readPage } from '../pages.ts';
import { HIDDEN_NOW, isAnyActive } from '../suppressions/hidden.ts';
import { tally } from '../tally.ts';

/** A host in a list. Event times and `receivedMs`, the last time that something of it came, in Unix milliseconds. */
export interface HostRow {
  readonly key: string;
  readonly records: number;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  readonly receivedMs: number;
  /** How many things could not be seen of it, as the last judgement told; `null` where none has looked at it yet. */
  readonly gaps: number | null;
  /** Without those that suppressions hide now. */
  readonly openIncidents: number;
  /** Subscriptions that were not withdrawn. */
  readonly subscriptions: number;
}

export interface HostFilter {
  /** Part of the key or of one of its names, any case. */
  readonly named?: string;
  /** Nothing of it came since then, Unix milliseconds. */
  readonly silentSinceMs?: number;
  /** `false`: a judgement looked at it and missed nothing. */
  readonly hasGaps?: boolean;
}

/** The time of the server, Unix milliseconds: without it nothing is hidden. */
interface HostClock {
  readonly nowMs?: number;
}

type HostsAsked = PageRequest & HostFilter & HostClock;
type HostAsked = HostClock & { readonly key: string };

const LOOKED = '(SELECT host_blind.gaps FROM host_blind WHERE host_blind.host = key)';

const IS_OPEN = "state IN ('open', 'acknowledged', 'contained')";

const COLUMNS = `key, host.records AS records, host.first_ms AS firstMs, host.last_ms AS lastMs, host.received_ms AS receivedMs,
  ${LOOKED} AS gaps,
  (SELECT count(*) FROM incident_host JOIN incident ON incident.id = incident
    WHERE incident_host.host = key AND ${IS_OPEN}) AS openIncidents,
  (SELECT count(*) FROM found INDEXED BY found_of_host
    WHERE kind = 'subscription' AND found.host = key AND standing <> 'withdrawn') AS subscriptions`;

type RawHost = HostRow & { readonly seq: number };

const HOSTS: Omit<List<RawHost, HostRow>, 'row'> = {
  name: 'hosts',
  select: `SELECT ${COLUMNS}, seq FROM host`,
  keys: ['seq'],
};

/** Gives a row without the open incidents that suppressions hide now. They are looked up once for all rows, and are few. */
function shownRows(database: Database, { nowMs }: HostClock): (row: HostRow) => HostRow {
  if (nowMs === undefined || !isAnyActive(database, nowMs)) return (row) => row;
  const counts = database.all<{ host: string; hidden: number }>(
    `SELECT host, count(*) AS hidden FROM incident_host JOIN incident ON incident.id = incident
      WHERE ${IS_OPEN} AND incident.id IN (${HIDDEN_NOW}) GROUP BY host`,
    nowMs,
  );
  const hiddenOf = new Map(counts.map(({ host, hidden }) => [host, hidden]));
  return (row) => ({ ...row, openIncidents: row.openIncidents - (hiddenOf.get(row.key) ?? 0) });
}

/** Those that were heard of last first: a page never misses or repeats one. */
export const listHosts: Operation<HostsAsked, Page<HostRow>> = reads(({ database }, request) => {
  const { named, silentSinceMs, hasGaps } = request;
  const conditions: Condition[] = [];
  if (named !== undefined) conditions.push({ sql: NAMED, value: named.toLowerCase() });
  if (silentSinceMs !== undefined) conditions.push({ sql: 'received_ms < ?', value: silentSinceMs });
  if (hasGaps !== undefined) conditions.push({ sql: `(${LOOKED} > 0) = ?`, value: Number(hasGaps) });
  const shown = shownRows(database, request);
  const hosts: List<RawHost, HostRow> = { ...HOSTS, row: ({ seq: _, ...row }) => shown(row) };
  return readPage(database, hosts, request, {}, conditions);
});

const NAMED = 'EXISTS (SELECT 1 FROM computer WHERE computer.host = key AND instr(name || char(10) || host, ?) > 0)';

/** One log of a host: all ids that were seen in it. Event times in Unix milliseconds. */
export interface HostLog {
  readonly channel: string;
  readonly eventId: number;
  readonly records: number;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
}

/** All that is known of a host. */
export interface WholeHost extends HostRow {
  /** As records write them, lower case. */
  readonly names: readonly string[];
  readonly logs: readonly HostLog[];
  readonly senders: readonly { readonly sender: string; readonly records: number; readonly receivedMs: number }[];
  /** JSON of what could not be seen; `null` where no judgement has looked at it yet. */
  readonly blind: string | null;
}

/** By its key or one of its names; `null` if there is none, or none any more. */
export const readHost: Operation<HostAsked, WholeHost | null> = reads(({ database }, { key: asked, ...clock }) => {
  const key = database.get<{ host: string }>('SELECT host FROM computer WHERE name = ?', asked)?.host ?? asked;
  const row = database.get<HostRow>(`SELECT ${COLUMNS} FROM host WHERE key = ?`, key);
  if (row === undefined) return done(null);
  const names = database.all<{ name: string }>('SELECT name FROM computer WHERE host = ? ORDER BY name', key);
  const logs = database.all<HostLog>(
    `SELECT channel, event_id AS eventId, sum(computer_log.records) AS records, min(computer_log.first_ms) AS firstMs,
      max(computer_log.last_ms) AS lastMs FROM computer JOIN computer_log ON computer = seq WHERE host = ?
      GROUP BY channel, event_id ORDER BY channel, event_id`,
    key,
  );
  const senders = database.all<WholeHost['senders'][number]>(
    `SELECT computer_sender.sender AS sender, sum(computer_sender.records) AS records, max(computer_sender.received_ms) AS receivedMs
      FROM computer JOIN computer_sender ON computer = seq WHERE host = ? GROUP BY 1 ORDER BY 1`,
    key,
  );
  return done({
    ...shownRows(database, clock)(row),
    blind: database.get<{ text: string }>('SELECT text FROM host_blind WHERE host = ?', key)?.text ?? null,
    names: names.map(({ name }) => name),
    logs: logs.map((log) => ({ ...log })),
    senders: senders.map((sender) => ({ ...sender })),
  });
});

/** SQL: every host that a name means: by its key, by a name, or by the first label of either. */
export const MEANT = `SELECT host FROM computer WHERE name = ?1 OR host = ?1 OR name >= ?1 || '.' AND name < ?1 || '/'
  UNION SELECT host FROM host_name WHERE name = ?1`;

/** All names of the hosts that a name means, whole or by its first label, at most 1,000: those with the most records come first, for names can be made up. */
export const namesOfHost: Operation<{ readonly host: string }, readonly string[]> = reads(({ database }, { host }) => {
  const rows = database.all<{ name: string }>(
    `WITH meant AS MATERIALIZED (${MEANT})
      SELECT name, max(records) AS known FROM (
        SELECT name, records FROM computer WHERE host IN (SELECT host FROM meant)
        UNION ALL SELECT host, 0 FROM meant
      ) GROUP BY name ORDER BY known DESC, name LIMIT ${MOST_ROWS}`,
    host.toLowerCase(),
  );
  return done(rows.map(({ name }) => name));
});

export interface HostCounts {
  readonly hosts: number;
  readonly computers: number;
  /** Hosts of which something could not be seen. */
  readonly withGaps: number;
  /** Hosts that no judgement has looked at yet. */
  readonly notLookedAt: number;
  /** Computers that had to go to keep the bounds, and records of logs beyond the number that is kept of a computer. */
  readonly dropped: number;
  readonly logsDropped: number;
}

export const countHosts: Operation<null, HostCounts> = reads(({ database }) =>
  done({
    hosts: database.number('SELECT count(*) FROM host'),
    withGaps: database.number('SELECT count(*) FROM host WHERE gaps > 0'),
    notLookedAt: database.number(
      'SELECT count(*) FROM host WHERE NOT EXISTS (SELECT 1 FROM host_blind WHERE host_blind.host = key)',
    ),
    computers: tally(database, 'computers'),
    dropped: tally(database, 'computersDropped'),
    logsDropped: tally(database, 'hostLogsDropped'),
  }),
);

/** Names that are another host's than their own, in pages: what the engine told of them. */
export const hostNames: Operation<PageRequest, Page<{ readonly name: string; readonly host: string }>> = reads(
  ({ database }, request) => readPage(database, NAMES, request, {}, [{ sql: '(name <> host) = ?', value: 1 }]),
);

const NAMES: List<{ name: string; host: string; seq: number }, { readonly name: string; readonly host: string }> = {
  name: 'names of hosts',
  select: 'SELECT seq, name, host FROM computer',
  keys: ['seq'],
  row: ({ name, host }) => ({ name, host }),
};
