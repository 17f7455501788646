import { isLoopback } from './loopback.ts';
import type { ConfigProblem } from './read-settings.ts';
import type { Settings } from './settings.ts';

/**
 * What the listeners of syslog may not be (SERVE 0.1: 11): whoever reaches them may send, so the plain one is for this machine alone, and the one that
 * others reach needs TLS, a list of addresses, and a person who says that it is meant.
 */
export function syslogConflicts(
  { syslog, tls }: Settings,
  placeOf: (name: string) => string,
): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const { listen, listenTls, senders, acceptUnauthenticated } = syslog;
  const wrong = (name: string, message: string, action: string): void => {
    problems.push({ place: placeOf(name), message, action });
  };
  if (listen !== undefined && !isLoopback(listen.host)) {
    const message = `${listen.host} is reached from other machines, and syslog without TLS is read and changed on its way.`;
    wrong('syslog.listen', message, 'Listen on 127.0.0.1, or use syslog.listenTls.');
  }
  if (listenTls === undefined) return problems;
  if (tls.certificate === undefined || tls.key === undefined) {
    wrong('syslog.listenTls', 'Syslog over TLS needs a certificate and its key.', 'Set tls.certificate and tls.key.');
  }
  if (isLoopback(listenTls.host)) return problems;
  if (!acceptUnauthenticated) {
    const message = 'Syslog has no keys: every machine that reaches this address could send events for any host.';
    wrong(
      'syslog.listenTls',
      message,
      'If that is meant: syslog.acceptUnauthenticated, or --i-accept-unauthenticated.',
    );
  }
  if (senders.length === 0) {
    wrong(
      'syslog.listenTls',
      'Nobody is named who may send.',
      'Name them with their addresses: syslog.senders: ["relay=10.1.2.3", "servers=10.1.0.0/16"].',
    );
  }
  return problems;
}
