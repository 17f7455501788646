import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { contentOf, partsOf, type WindowJudgement } from '../../src/live/index.ts';

/** How messages are told apart on a connection (RFC 6587). */
export type Framing = 'counted' | 'lines' | 'mixed';

const HEADER = '<13>1 2026-03-12T09:00:00.000000Z relay windows 42 - [a@1 b="{\\"c\\": \\"\\]"] \u{feff}';

/** Events as messages of RFC 5424. */
export function framed(events: readonly string[], framing: Framing): string {
  return events
    .map((event, at) => {
      const message = `${HEADER}${event}`;
      const isCounted = framing === 'counted' || (framing === 'mixed' && at % 2 === 0);
      return isCounted ? `${Buffer.byteLength(message)} ${message}` : `${message}\n`;
    })
    .join('');
}

/** Opens a connection to `tcp://HOST:PORT` or, trusting a certificate, `tls://HOST:PORT`. */
export async function dial(address: string, ca?: string): Promise<Socket> {
  const { hostname: host, port } = new URL(address.replace(/^\w+:/, 'http:'));
  const socket =
    ca === undefined
      ? connect(Number(port), host)
      : connectTls({ host, port: Number(port), ca, servername: 'localhost' });
  socket.on('error', () => undefined);
  await once(socket, ca === undefined ? 'connect' : 'secureConnect');
  return socket;
}

/** Sends and ends cleanly; settles when the server has closed its side as well. */
export async function send(address: string, text: string, ca?: string): Promise<void> {
  const socket = await dial(address, ca);
  socket.end(text);
  await once(socket, 'close');
}

/** What a server is to tell of a judgement, by id. */
export function toldOfJudgement(judgement: WindowJudgement): unknown {
  return partsOf(judgement)
    .toSorted((a, b) => (a.incident.id < b.incident.id ? -1 : 1))
    .map(({ incident, findings, subscriptions, gaps }) => contentOf({ incident, findings, subscriptions, gaps }));
}
