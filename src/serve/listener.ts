import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { StreamOut } from '../api/index.ts';
import type { LimitSettings, ListenAddress } from '../config/index.ts';
import type { RawRequest, Reply } from './dispatch.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { isLoopback, RawConnections } from './raw-connections.ts';

export interface ListenerParts {
  readonly address: ListenAddress;
  /** PEM texts, where the listener speaks TLS. */
  readonly tls: { readonly certificate: string; readonly key: string } | undefined;
  readonly limits: LimitSettings;
  readonly trustedProxies: (peer: string) => boolean;
  readonly log: Log;
  random(bytes: number): Uint8Array;
  readonly metrics: Metrics;
  nowMs(): number;
  answer(request: RawRequest): Promise<Reply>;
}

export type Listening =
  | { readonly kind: 'listening'; readonly listener: Listener }
  | { readonly kind: 'problem'; readonly code: string; readonly message: string };

const MAX_HEADER_BYTES = 16 * 1024;
const KEEP_ALIVE_MS = 75_000;
const CHECK_EVERY_MS = 1000;
/** Longest time that the handshake of TLS may take. */
const HANDSHAKE_MS = 10_000;
/** Part of all connections that one address may have, but the machine itself and proxies that are trusted. */
const ADDRESS_SHARE = 4;
/** Times the longest silence of a body that a connection may stand still. */
const STILL_TIMES = 2;
/** Requests that one connection may have waiting for answers: their answers are held in memory when nobody reads them. */
const MAX_PIPELINED = 16;

/** Opens the one door of the server. */
export async function listen(parts: ListenerParts): Promise<Listening> {
  const { address, tls, limits } = parts;
  const options = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: limits.headerTime,
    // A body has limits of its own, by rate and silence: a large one over a slow line may take long.
    requestTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: CHECK_EVERY_MS,
  };
  const server: Server =
    tls === undefined
      ? createServer(options)
      : createTlsServer({
          ...options,
          cert: tls.certificate,
          key: tls.key,
          minVersion: 'TLSv1.2',
          handshakeTimeout: Math.min(HANDSHAKE_MS, limits.headerTime),
        });
  // An answer that is not read, and whatever else stands still: bodies and headers have limits of their own, and shorter ones.
  server.setTimeout(STILL_TIMES * limits.idleTime);
  const listener = new Listener(server, parts);
  return await new Promise((resolve) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      resolve({ kind: 'problem', code: cause.code ?? 'unknown', message: cause.message });
    });
    server.listen({ host: address.host, port: address.port, backlog: 1024 }, () => {
      server.removeAllListeners('error');
      server.on('error', ({ message }) => parts.log.error('listener failed', { message }));
      resolve({ kind: 'listening', listener });
    });
  });
}

/** A listener with its open connections. */
export class Listener {
  readonly #server: Server;
  readonly #parts: ListenerParts;
  readonly #sockets = new Set<Socket>();
  readonly #raw: RawConnections;
  /** Requests of a connection that are being answered: more than one where it does not wait for answers. */
  readonly #busy = new Map<Socket, number>();
  /** One for each request that is being answered. */
  readonly #open = new Set<AbortController>();
  /** What ids of requests begin with, and how many there were: they are told apart from those of other listeners and starts. */
  readonly #run: string;
  #requests = 0;
  #isClosing = false;
  /** Known from `listening` on; the system forgets it when the listener closes. */
  #address: AddressInfo = { address: '', port: 0, family: 'IPv4' };

  constructor(server: Server, parts: ListenerParts) {
    this.#server = server;
    this.#parts = parts;
    server.once('listening', () => {
      this.#address = server.address() as AddressInfo;
    });
    this.#run = Buffer.from(parts.random(4)).toString('hex');
    const { limits, trustedProxies, metrics } = parts;
    server.maxConnections = limits.connections;
    const share = Math.ceil(limits.connections / ADDRESS_SHARE);
    this.#raw = new RawConnections(server, {
      mostOf: (peer) => (isLoopback(peer) || trustedProxies(peer) ? limits.connections : share),
      onRefused: () => metrics.count('triad_http_refused_connections_total'),
    });
    // Of TLS the plain socket below is none of a request's: what is answered is known by the one above it.
    server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) =>
      this.#opened(socket),
    );
    server.on('request', (request, response) => void this.#take(request, response, false));
    server.on('checkContinue', (request, response) => void this.#take(request, response, true));
    server.on('clientError', (cause: NodeJS.ErrnoException, socket) => this.#broken(cause, socket as Socket));
  }

  /** Where it listens, with the port that the system chose, where it was asked to; where it listened, once it is closed: a last request may still be answered. */
  get url(): string {
    const { address, port, family } = this.#address;
    const host = family === 'IPv6' ? `[${address}]` : address;
    return `${this.#parts.tls === undefined ? 'http' : 'https'}://${host}:${port}`;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** Connections from now on get this certificate; those that are open keep theirs. */
  useCertificate({ certificate, key }: { readonly certificate: string; readonly key: string }): void {
    if (this.#server instanceof TlsServer)
      this.#server.setSecureContext({ cert: certificate, key, minVersion: 'TLSv1.2' });
  }

  /** Takes no more connections, lets go of idle ones, and waits for those that are being answered. */
  async close(withinMs: number): Promise<void> {
    this.#isClosing = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) if (!this.#busy.has(socket)) socket.destroy();
    if (this.#server instanceof TlsServer) this.#raw.endUngreeted();
    const late = setTimeout(() => {
      for (const request of this.#open) request.abort();
      for (const socket of this.#sockets) socket.destroy();
      this.#raw.endAll();
    }, withinMs);
    await closed;
    clearTimeout(late);
  }

  #opened(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#busy.delete(socket);
    });
  }

  #answered(socket: Socket): void {
    const left = (this.#busy.get(socket) ?? 0) - 1;
    if (left > 0) this.#busy.set(socket, left);
    else {
      this.#busy.delete(socket);
      // Nothing more is taken from it; what was written goes out before the end.
      if (this.#isClosing) socket.end();
    }
  }

  /**
   * What is no HTTP, or came too slowly: one short answer, and the connection ends. Behind a request that is being answered there is none: it would
   * be taken for that one's, and a batch that is kept for refused.
   */
  #broken(cause: NodeJS.ErrnoException, socket: Socket): void {
    const isSlow = cause.code === 'ERR_HTTP_REQUEST_TIMEOUT';
    const isLarge = cause.code === 'HPE_HEADER_OVERFLOW';
    this.#parts.metrics.count('triad_http_requests_total', ['none', isSlow ? '408' : isLarge ? '431' : '400']);
    // Of TLS without a handshake nothing that is written would ever go out.
    const isTaken = this.#sockets.has(socket);
    const status = isSlow ? '408 Request Timeout' : isLarge ? '431 Request Header Fields Too Large' : '400 Bad Request';
    if (isTaken && socket.writable && cause.code !== 'ECONNRESET' && !this.#busy.has(socket)) {
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    } else socket.destroy();
  }

  async #take(request: IncomingMessage, response: ServerResponse, isWaiting: boolean): Promise<void> {
    const { metrics, log, nowMs } = this.#parts;
    const { socket } = request;
    const waiting = (this.#busy.get(socket) ?? 0) + 1;
    this.#busy.set(socket, waiting);
    if (waiting > MAX_PIPELINED) {
      socket.destroy();
      return;
    }
    const gone = new AbortController();
    this.#open.add(gone);
    response.on('close', () => {
      this.#open.delete(gone);
      if (!response.writableFinished) gone.abort();
      this.#answered(socket);
    });
    const arrivedMs = nowMs();
    const id = `${this.#run}-${(++this.#requests).toString(36)}`;
    response.setHeader('x-request-id', id);
    const reply = await this.#parts.answer({
      id,
      method: request.method ?? 'GET',
      target: request.url ?? '/',
      rawHeaders: request.rawHeaders,
      headers: firstHeaders(request),
      body: request,
      peer: this.#peerOf(request),
      arrivedMs,
      signal: gone.signal,
      continueBody: () => {
        if (isWaiting) response.writeContinue();
      },
    });
    metrics.count('triad_http_requests_total', [reply.route, String(reply.status)]);
    log.debug('request', {
      request: id,
      method: request.method,
      route: reply.route,
      status: reply.status,
      ms: nowMs() - arrivedMs,
    });
    write(request, response, reply);
  }

  /** The other end; behind a proxy that is trusted, the last address in front of it. */
  #peerOf(request: IncomingMessage): string {
    const direct = request.socket.remoteAddress ?? '';
    const forwarded = request.headers['x-forwarded-for'];
    if (forwarded === undefined || !this.#parts.trustedProxies(direct)) return direct;
    const chain = String(forwarded)
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
    return chain.findLast((part) => !this.#parts.trustedProxies(part)) ?? chain[0] ?? direct;
  }
}

function firstHeaders({ headers }: IncomingMessage): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

/** Writes an answer whole. What was not read of the request ends the connection: the next request would begin in its midst. */
function write(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  if (response.destroyed) return;
  if (reply.hangsUp === true) {
    request.socket.destroy();
    return;
  }
  if (reply.stream !== undefined) {
    writeStream(request, response, reply, reply.stream);
    return;
  }
  const body = typeof reply.body === 'string' ? Buffer.from(reply.body) : (reply.body ?? new Uint8Array(0));
  const closes = reply.closes === true && !request.complete;
  response.writeHead(reply.status, {
    ...reply.headers,
    ...(reply.type === undefined ? {} : { 'content-type': reply.type }),
    ...(closes ? { connection: 'close' } : {}),
    'content-length': body.length,
  });
  response.end(request.method === 'HEAD' ? undefined : body, () => {
    if (closes) request.destroy();
  });
}

/** Between looks of the system at a connection on which nothing is heard: one whose other end is gone ends then. */
const ALIVE_MS = 30_000;

/**
 * Writes the head of an answer that goes on, and hands over the rest. Its own rules end it when it is not read: the limit of silence of other
 * connections does not hold. The connection is used for nothing behind it.
 */
function writeStream(
  request: IncomingMessage,
  response: ServerResponse,
  { status, type, headers }: Reply,
  begin: (out: StreamOut) => void,
): void {
  response.writeHead(status, {
    ...headers,
    ...(type === undefined ? {} : { 'content-type': type }),
    connection: 'close',
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  request.socket.setTimeout(0);
  request.socket.setKeepAlive(true, ALIVE_MS);
  response.flushHeaders();
  begin({
    get waitingBytes(): number {
      return response.writableLength;
    },
    write: (text) => {
      if (!response.destroyed && !response.writableEnded) response.write(text);
    },
    end: () => response.end(),
    destroy: () => request.socket.destroy(),
    onClose: (told) => response.once('close', told),
  });
}
