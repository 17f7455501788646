import { isSourceAllowed } from '../../accounts/index.ts';
import { isLoopback } from '../../config/index.ts';
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
