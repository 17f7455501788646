import { done } from '../../disk/index.ts';
import { type Operation, reads } from '../operation.ts';
import { MOST_ROWS } from '../pages.ts';
import type { HostLog } from './read-hosts.ts';

/** Event ids of a channel that are told as one. */
export interface LogKind {
  readonly kind: string;
  readonly channel: string;
  readonly ids: readonly number[];
}

/** What a host sends of a kind. Event times in Unix milliseconds. */
export interface HostSends extends Omit<HostLog, 'channel' | 'eventId'> {
  readonly host: string;
  readonly kind: string;
}

/**
 * What some hosts, at most 1,000, send of each kind; what one sends nothing of is left out. Each log is looked up by itself: a computer has up to 400, and few of
 * them are asked for.
 */
export const hostSends: Operation<
  { readonly keys: readonly string[]; readonly kinds: readonly LogKind[] },
  readonly HostSends[]
> = reads(({ database }, { keys, kinds }) => {
  const logs = kinds.flatMap(({ kind, channel, ids }) => ids.map((id) => ({ kind, channel, id })));
  const rows = database.all<HostSends>(
    `SELECT c.host AS host, k.value ->> 'kind' AS kind, sum(l.records) AS records, min(l.first_ms) AS firstMs, max(l.last_ms) AS lastMs
      FROM json_each(?) AS h CROSS JOIN computer c ON c.host = h.value CROSS JOIN json_each(?) AS k
      CROSS JOIN computer_log l ON l.computer = c.seq AND l.channel = k.value ->> 'channel' AND l.event_id = k.value ->> 'id'
      GROUP BY c.host, k.value ->> 'kind'`,
    JSON.stringify(keys.slice(0, MOST_ROWS)),
    JSON.stringify(logs),
  );
  return done(rows.map((row) => ({ ...row })));
});
