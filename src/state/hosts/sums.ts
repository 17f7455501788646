import { MOST_LOGS } from '../limits.ts';
import type { Desk } from '../operation.ts';
import { tally } from '../tally.ts';
import type { HostWrite, SeenLog } from './writes.ts';

/** What the batches of a step hold of one computer. */
export interface Sums {
  /** In lower case. */
  readonly name: string;
  /** Who brought it first. */
  readonly sender: string;
  readonly senders: ReadonlyMap<string, { readonly records: number; readonly receivedMs: number }>;
  readonly records: number;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  readonly receivedMs: number;
  readonly logs: readonly SeenLog[];
}

/** Adds up batches by computer: a step holds many batches of one sender, and a row is written once. */
export function sumsOf(batches: readonly Extract<HostWrite, { kind: 'coverage' }>[]): readonly Sums[] {
  const rows = batches.flatMap(({ sender, receivedMs, logs }) =>
    logs.map((log) => ({ sender, receivedMs, log: { ...log, computer: log.computer.toLowerCase() } })),
  );
  const byName = Map.groupBy(rows, ({ log }) => log.computer);
  return [...byName].map(([name, all]) => {
    const bySender = Map.groupBy(all, ({ sender }) => sender);
    const logs = all.map(({ log }) => log);
    return {
      name,
      sender: all[0]?.sender ?? '',
      senders: new Map(
        [...bySender].map(([sender, own]) => [
          sender,
          { records: countOf(own.map(({ log }) => log)), receivedMs: newest(own) },
        ]),
      ),
      records: countOf(logs),
      firstMs: least(logs),
      lastMs: most(logs),
      receivedMs: newest(all),
      logs: [...Map.groupBy(logs, ({ channel, eventId }) => `${eventId}\u0000${channel}`).values()].flatMap(merged),
    };
  });
}

/** Adds what came of one log to what is kept of it. What a computer has too many of is counted under no id, then not at all. */
export function addSeen({ database }: Desk, computer: number, log: SeenLog): void {
  const { channel, records, firstMs, lastMs } = log;
  const update = (eventId: number): boolean =>
    database.run(
      `UPDATE computer_log SET records = records + ?1, first_ms = min(coalesce(first_ms, ?2), coalesce(?2, first_ms)),
        last_ms = max(coalesce(last_ms, ?3), coalesce(?3, last_ms)) WHERE computer = ?4 AND channel = ?5 AND event_id = ?6`,
      records,
      firstMs,
      lastMs,
      computer,
      channel,
      eventId,
    ) > 0;
  if (update(log.eventId)) return;
  const hasRoom =
    database.run('UPDATE computer SET logs = logs + 1 WHERE seq = ? AND logs < ?', computer, MOST_LOGS) > 0;
  if (!hasRoom) {
    if (!update(-1)) tally(database, 'hostLogsDropped', records);
    return;
  }
  const add = 'INSERT INTO computer_log VALUES (?, ?, ?, ?, ?, ?)';
  database.run(add, computer, channel, log.eventId, records, firstMs, lastMs);
}

function merged(logs: readonly SeenLog[]): readonly SeenLog[] {
  const [first] = logs;
  return first === undefined ? [] : [{ ...first, records: countOf(logs), firstMs: least(logs), lastMs: most(logs) }];
}

function countOf(logs: readonly SeenLog[]): number {
  return logs.reduce((sum, { records }) => sum + records, 0);
}

function least(logs: readonly SeenLog[]): number | null {
  return logs.reduce<number | null>(
    (ms, log) => (log.firstMs === null || (ms !== null && ms <= log.firstMs) ? ms : log.firstMs),
    null,
  );
}

function most(logs: readonly SeenLog[]): number | null {
  return logs.reduce<number | null>(
    (ms, log) => (log.lastMs === null || (ms !== null && ms >= log.lastMs) ? ms : log.lastMs),
    null,
  );
}

function newest(all: readonly { readonly receivedMs: number }[]): number {
  return all.reduce((ms, { receivedMs }) => Math.max(ms, receivedMs), 0);
}
