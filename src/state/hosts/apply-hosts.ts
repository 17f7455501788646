import type { Desk } from '../operation.ts';
import { tally } from '../tally.ts';
import { makeHostRoom } from './host-room.ts';
import { addSeen, type Sums, sumsOf } from './sums.ts';
import type { HostVerdict, HostWrite } from './writes.ts';

export interface AppliedHosts {
  readonly hosts: readonly HostVerdict[];
  readonly dropped: number;
}

/**
 * Takes what is learnt of hosts, in the transaction of the caller. Counters of batches up to `judgedBefore` were counted by an earlier step: a step that is
 * repeated counts nothing twice.
 */
export function applyHosts(desk: Desk, writes: readonly HostWrite[], judgedBefore: number): AppliedHosts {
  if (writes.length === 0) return { hosts: [], dropped: 0 };
  const touched = new Set<string>();
  const sums = sumsOf(
    writes.flatMap((write) => (write.kind === 'coverage' && write.position > judgedBefore ? [write] : [])),
  );
  for (const computer of sums) touched.add(addComputer(desk, computer));
  const told = roomFor(desk, writes);
  for (const write of writes)
    if (write.kind === 'hostName') for (const key of rename(desk, write, told)) touched.add(key);
  const room = makeHostRoom(desk);
  for (const key of room.touched) touched.add(key);
  const verdicts = [...touched].sort().flatMap((key) => sumUp(desk, key));
  for (const write of writes) if (write.kind === 'hostGaps') verdicts.push(...setGaps(desk, write, told));
  return { hosts: verdicts, dropped: room.dropped };
}

/** Adds what came of a computer; gives its host. */
function addComputer(desk: Desk, { name, sender, senders, records, firstMs, lastMs, receivedMs, logs }: Sums): string {
  const { database } = desk;
  const added = database.run(
    `INSERT INTO computer (name, host, sender, records, first_ms, last_ms, received_ms) VALUES (?, ?, ?, 0, NULL, NULL, ?)
      ON CONFLICT DO NOTHING`,
    name,
    hostOf(desk, name),
    sender,
    receivedMs,
  );
  if (added > 0) tally(database, 'computers', 1);
  database.run(
    `UPDATE computer SET records = records + ?, first_ms = min(coalesce(first_ms, ?2), coalesce(?2, first_ms)),
      last_ms = max(coalesce(last_ms, ?3), coalesce(?3, last_ms)), received_ms = max(received_ms, ?4) WHERE name = ?5`,
    records,
    firstMs,
    lastMs,
    receivedMs,
    name,
  );
  const row = database.get<{ seq: number; host: string }>('SELECT seq, host FROM computer WHERE name = ?', name);
  if (row === undefined) return name;
  for (const log of logs) addSeen(desk, row.seq, log);
  for (const [of, part] of senders) {
    database.run(
      `INSERT INTO computer_sender VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET records = records + excluded.records,
        received_ms = max(received_ms, excluded.received_ms)`,
      row.seq,
      of,
      part.records,
      part.receivedMs,
    );
  }
  return row.host;
}

function hostOf({ database }: Desk, name: string): string {
  return database.get<{ host: string }>('SELECT host FROM host_name WHERE name = ?', name)?.host ?? name;
}

/** Gives the hosts that it concerns: the one before, and the one of now. */
function rename(
  desk: Desk,
  { name, host }: Extract<HostWrite, { kind: 'hostName' }>,
  room: ToldRoom,
): readonly string[] {
  const { database } = desk;
  const before = hostOf(desk, name);
  if (before === host) return [];
  if (name === host) database.run('DELETE FROM host_name WHERE name = ?', name);
  else if (room.names-- > 0) {
    database.run('INSERT INTO host_name VALUES (?, ?) ON CONFLICT DO UPDATE SET host = excluded.host', name, host);
  } else return [];
  database.run('UPDATE computer SET host = ? WHERE name = ?', host, name);
  return [before, host];
}

/** Makes the row of a host from those of its computers; one without any goes. */
function sumUp({ database }: Desk, key: string): readonly HostVerdict[] {
  const isKnown = database.get('SELECT 1 FROM host WHERE key = ?', key) !== undefined;
  const changed = database.run(
    `INSERT INTO host (key, records, first_ms, last_ms, received_ms, gaps)
      SELECT host, sum(records), min(first_ms), max(last_ms), max(received_ms),
        coalesce((SELECT gaps FROM host_blind WHERE host_blind.host = computer.host), 0)
      FROM computer WHERE host = ? GROUP BY host
      ON CONFLICT (key) DO UPDATE SET records = excluded.records, first_ms = excluded.first_ms, last_ms = excluded.last_ms,
        received_ms = excluded.received_ms`,
    key,
  );
  if (changed > 0) return isKnown ? [] : [{ key, verdict: 'new' }];
  database.run('DELETE FROM host WHERE key = ?', key);
  database.run('DELETE FROM host_blind WHERE host = ?', key);
  return isKnown ? [{ key, verdict: 'gone' }] : [];
}

function setGaps(
  { database }: Desk,
  { host, gaps, count }: Extract<HostWrite, { kind: 'hostGaps' }>,
  room: ToldRoom,
): readonly HostVerdict[] {
  const before = database.get<{ text: string }>('SELECT text FROM host_blind WHERE host = ?', host)?.text;
  if (before === gaps || (before === undefined && room.gaps-- <= 0)) return [];
  // A row with an empty list is a look that missed nothing; without a row nobody looked.
  database.run(
    'INSERT INTO host_blind VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET gaps = excluded.gaps, text = excluded.text',
    host,
    count,
    gaps,
  );
  return database.run('UPDATE host SET gaps = ? WHERE key = ?', count, host) > 0
    ? [{ key: host, verdict: 'gaps' }]
    : [];
}

/** What a judgement says of hosts may come without any counter: it is bounded as the counters are. */
interface ToldRoom {
  names: number;
  gaps: number;
}

function roomFor({ database, limits }: Desk, writes: readonly HostWrite[]): ToldRoom {
  if (writes.every(({ kind }) => kind === 'coverage')) return { names: 0, gaps: 0 };
  return {
    names: limits.computers - database.number('SELECT count(*) FROM host_name'),
    gaps: limits.computers - database.number('SELECT count(*) FROM host_blind'),
  };
}
