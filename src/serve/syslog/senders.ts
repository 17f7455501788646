import { isSourceAllowed } from '../../accounts/index.ts';
import { isLoopback, type SyslogSettings } from '../../config/index.ts';
import { HABIT_SILENCES } from '../blind/late-senders.ts';
import { SYSLOG_SENDER } from '../sender-source.ts';

/** The name of a sender of syslog that nobody named: one of this machine. */
const LOCAL = 'local';

/**
 * Who a peer is, by the list of `NAME=NETWORK`: the first that its address lies in. Where the list is empty, any program of this machine may send;
 * undefined for whoever may not. Names of syslog begin with `syslog:`, which no id of a sender with keys does.
 */
export function syslogSender(senders: readonly string[], peer: string): string | undefined {
  const address = peer.replace(/^::ffff:(?=\d+\.)/i, '');
  if (senders.length === 0) return isLoopback(address) ? `${SYSLOG_SENDER}${LOCAL}` : undefined;
  for (const entry of senders) {
    const [name = '', network = ''] = entry.split('=');
    if (isSourceAllowed([network], address)) return `${SYSLOG_SENDER}${name}`;
  }
  return undefined;
}

/**
 * Who is expected to send syslog, each once: the names of the list, or where it is empty whatever this machine sends. Nobody where nothing listens. What a name that was taken
 * off the list sent before makes it no sender. With each the silences that must be known of it before it can be late: none of who was named, and of this machine, which nobody named,
 * so many that it has a habit.
 */
export function expectedSyslog({ listen, listenTls, senders }: SyslogSettings): ReadonlyMap<string, number> {
  if (listen === undefined && listenTls === undefined) return new Map();
  const names = senders.length === 0 ? [LOCAL] : senders.map((entry) => entry.split('=')[0] ?? '');
  const leastSilences = senders.length === 0 ? HABIT_SILENCES : 0;
  return new Map(names.map((name) => [`${SYSLOG_SENDER}${name}`, leastSilences]));
}
