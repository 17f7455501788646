import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, Server as TlsServer } from 'node:tls';
import type { ListenAddress, SyslogSettings } from '../../config/index.ts';
import { BodyBudget, SYSLOG_LARGE_BYTES } from '../../receive/index.ts';
import type { Log } from '../log.ts';
import { RawConnections } from '../raw-connections.ts';
import type { TakeParts } from '../take-batch.ts';
import { SyslogConnection } from './connection.ts';
import { syslogSender } from './senders.ts';

export interface SyslogParts extends TakeParts {
  readonly settings: SyslogSettings;
  /** PEM texts, for the listener of TLS. */
  readonly tls: { readonly certificate: string; readonly key: string } | undefined;
  /** Longest time that a message, or the greeting of TLS, may take; milliseconds. */
  readonly messageMs: number;
  readonly log: Log;
}

export type SyslogListening =
  | { readonly kind: 'listening'; readonly listener: SyslogListener }
  | { readonly kind: 'problem'; readonly code: string; readonly message: string };

/** Bytes of all messages that are larger than what every connection may hold. */
const LARGE_BYTES: number = 64 << 20;
const LOOK_EVERY_MS = 1000;
/** Part of all connections that one address may have. */
const ADDRESS_SHARE = 4;
const HANDSHAKE_MS = 10_000;

/** Opens the listeners of syslog that are set; with none of them set it listens nowhere. */
export async function listenSyslog(parts: SyslogParts): Promise<SyslogListening> {
  const listener = new SyslogListener(parts);
  const { listen, listenTls } = parts.settings;
  for (const [address, isTls] of [[listen, false] as const, [listenTls, true] as const]) {
    const problem = address === undefined ? undefined : await listener.open(address, isTls);
    if (problem === undefined) continue;
    await listener.close(0);
    return { kind: 'problem', ...problem };
  }
  return { kind: 'listening', listener };
}

/** The listeners of syslog with their connections. */
export class SyslogListener {
  readonly #parts: SyslogParts;
  readonly #servers: Server[] = [];
  /** Of TLS. */
  readonly #raw: RawConnections[] = [];
  readonly #connections = new Map<SyslogConnection, { readonly socket: Socket; readonly peer: string }>();
  readonly #large = new BodyBudget({ totalBytes: LARGE_BYTES, bytesPerBody: SYSLOG_LARGE_BYTES });
  readonly #ending = new AbortController();
  readonly #looking: NodeJS.Timeout;

  constructor(parts: SyslogParts) {
    this.#parts = parts;
    this.#looking = setInterval(() => {
      for (const connection of this.#connections.keys()) connection.look(parts.nowMs());
    }, LOOK_EVERY_MS);
    this.#looking.unref();
  }

  /** Where it listens, as `tcp://HOST:PORT` and `tls://HOST:PORT`. */
  get addresses(): readonly string[] {
    return this.#servers.map((server) => {
      const { address, port, family } = server.address() as AddressInfo;
      const scheme = server instanceof TlsServer ? 'tls' : 'tcp';
      return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
    });
  }

  get connections(): number {
    return this.#connections.size;
  }

  get heldBytes(): number {
    return [...this.#connections.keys()].reduce((sum, { heldBytes }) => sum + heldBytes, 0);
  }

  async open(
    address: ListenAddress,
    isTls: boolean,
  ): Promise<{ readonly code: string; readonly message: string } | undefined> {
    const { tls, log } = this.#parts;
    if (isTls && tls === undefined) return { code: 'no_tls', message: 'syslog over TLS has no certificate' };
    const server =
      isTls && tls !== undefined
        ? createTlsServer({
            cert: tls.certificate,
            key: tls.key,
            minVersion: 'TLSv1.2',
            allowHalfOpen: true,
            handshakeTimeout: Math.min(HANDSHAKE_MS, this.#parts.messageMs),
          })
        : createServer({ allowHalfOpen: true });
    server.maxConnections = this.#parts.settings.connections;
    if (isTls) this.#raw.push(this.#beforeHandshakes(server));
    server.on(isTls ? 'secureConnection' : 'connection', (socket: Socket) => this.#opened(socket));
    server.on('tlsClientError', (cause: Error) => log.debug('syslog handshake failed', { message: cause.message }));
    server.on('drop', () => this.#parts.metrics.count('triad_syslog_refused_total', ['too_many']));
    return await new Promise((resolve) => {
      server.once('error', (cause: NodeJS.ErrnoException) => {
        resolve({ code: cause.code ?? 'unknown', message: cause.message });
      });
      server.listen({ host: address.host, port: address.port, backlog: 512 }, () => {
        server.removeAllListeners('error');
        server.on('error', ({ message }) => log.error('syslog listener failed', { message }));
        this.#servers.push(server);
        log.info('syslog listening', { url: this.addresses.at(-1) });
        resolve(undefined);
      });
    });
  }

  /** Connections from now on get this certificate. */
  useCertificate({ certificate, key }: { readonly certificate: string; readonly key: string }): void {
    for (const server of this.#servers) {
      if (server instanceof TlsServer) server.setSecureContext({ cert: certificate, key, minVersion: 'TLSv1.2' });
    }
  }

  /** Takes no more connections, reads no more of those that are open, and waits until what was read is on stable storage. */
  async close(withinMs: number): Promise<void> {
    clearInterval(this.#looking);
    const closed = this.#servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
    const connections = [...this.#connections.keys()];
    for (const connection of connections) connection.end();
    for (const raw of this.#raw) raw.endUngreeted();
    const late = setTimeout(() => this.#ending.abort(), withinMs);
    await Promise.all(connections.map(({ done }) => done));
    clearTimeout(late);
    this.#ending.abort();
    for (const { socket } of this.#connections.values()) socket.destroy();
    for (const raw of this.#raw) raw.endAll();
    await Promise.all(closed);
  }

  /** Whoever is not listed, or has its share, gets no handshake of TLS. */
  #beforeHandshakes(server: Server): RawConnections {
    return new RawConnections(server, {
      mostOf: (peer) => (syslogSender(this.#parts.settings.senders, peer) === undefined ? 0 : this.#share),
      onRefused: (peer, reason) => this.#refused(peer, reason === 'not_taken' ? 'unknown_sender' : reason),
    });
  }

  get #share(): number {
    return Math.ceil(this.#parts.settings.connections / ADDRESS_SHARE);
  }

  #refused(peer: string, reason: 'unknown_sender' | 'too_many'): void {
    this.#parts.metrics.count('triad_syslog_refused_total', [reason]);
    this.#parts.log.debug('syslog refused', { peer, reason });
  }

  #opened(socket: Socket): void {
    const { settings, log, messageMs } = this.#parts;
    const peer = socket.remoteAddress ?? '';
    const sender = syslogSender(settings.senders, peer);
    const ofPeer = [...this.#connections.values()].filter((other) => other.peer === peer).length;
    const isOver = this.#connections.size >= settings.connections || ofPeer >= this.#share;
    if (sender === undefined || isOver) {
      this.#refused(peer, sender === undefined ? 'unknown_sender' : 'too_many');
      socket.on('error', ({ message }) => log.debug('syslog connection failed', { peer, message }));
      socket.destroy();
      return;
    }
    const connection = new SyslogConnection(socket, sender, {
      ...this.#parts,
      log,
      large: this.#large,
      signal: this.#ending.signal,
      messageMs,
    });
    this.#connections.set(connection, { socket, peer });
    socket.on('close', () => {
      void connection.done.then(() => this.#connections.delete(connection));
    });
  }
}
