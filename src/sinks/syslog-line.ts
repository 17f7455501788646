import { connect, type Socket } from 'node:net';
import { rootCertificates, connect as tlsConnect } from 'node:tls';
import type { OutboxMessage } from '../outbox/index.ts';
import { syslogFrame } from './cef.ts';
import type { Delivery, Origin, Sink } from './sink.ts';
import { codeOf, placeOf, type Resolve } from './where.ts';

export interface SyslogParts {
  readonly sink: Sink;
  readonly origin: () => Origin;
  readonly resolve: Resolve;
  /** The last messages that were handed to a connection and may not have arrived, oldest first. */
  readonly unsure: () => Promise<readonly OutboxMessage[]>;
  /** Gives up what is under way: a connection that takes nothing, or is not there yet. */
  readonly signal?: AbortSignal;
  /** A connection ended that we did not end. */
  readonly onBreak: () => void;
}

type Opened = { readonly kind: 'open'; readonly socket: Socket } | Extract<Delivery, { kind: 'later' }>;

const KEEP_ALIVE_MS = 30_000;
/** How long the other end may take to end too. */
const END_MS = 3000;

/**
 * A connection to a receiver of syslog. Nothing tells what arrived: a message is at most handed to the connection, so after a break the last ones go again before
 * anything else (SETTLED G24).
 */
export class SyslogLine {
  readonly #parts: SyslogParts;
  #socket: Socket | undefined;

  constructor(parts: SyslogParts) {
    this.#parts = parts;
  }

  get isOpen(): boolean {
    return this.#socket !== undefined;
  }

  /** Connects where there is no connection, and sends again what may be lost. */
  async restore(): Promise<Delivery> {
    if (this.#socket !== undefined) return OPEN;
    const opened = await this.#open();
    if (opened.kind === 'later') return opened;
    this.#socket = opened.socket;
    for (const message of await this.#parts.unsure()) {
      const sent = await this.#write(opened.socket, message);
      if (sent.kind !== 'delivered') return sent;
    }
    return OPEN;
  }

  async deliver(message: OutboxMessage): Promise<Delivery> {
    const ready = await this.restore();
    const socket = this.#socket;
    if (ready.kind !== 'delivered') return ready;
    return socket === undefined ? BROKEN : await this.#write(socket, message);
  }

  /** Ends the connection; true where the other end has taken all of it, undefined where there was none. */
  async close(): Promise<boolean | undefined> {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined) return undefined;
    return await new Promise((resolve) => {
      const timer = setTimeout(() => {
        socket.destroy();
        resolve(false);
      }, END_MS);
      socket.removeAllListeners('close');
      socket.once('close', (hadError) => {
        clearTimeout(timer);
        resolve(!hadError);
      });
      socket.end();
    });
  }

  async #open(): Promise<Opened> {
    const { sink, resolve } = this.#parts;
    const { address: target, isTls, allow, authority, timeoutMs } = sink;
    if (target === undefined) return later('settings', 'it has no address');
    const place = await placeOf(target.host, { allow, isTls, resolve });
    if (place.kind === 'none') return later(place.status, place.why);
    const where = { host: place.address, port: target.port };
    const name = /^[0-9.]+$|:/.test(target.host) ? {} : { servername: target.host };
    const socket = isTls
      ? tlsConnect({
          ...where,
          ...name,
          // Of an address the certificate must name the address.
          host: place.address,
          ...(authority === undefined ? {} : { ca: [...rootCertificates, authority] }),
        })
      : connect(where);
    return await this.#opened(socket, isTls ? 'secureConnect' : 'connect', timeoutMs);
  }

  #opened(socket: Socket, ready: string, timeoutMs: number): Promise<Opened> {
    return new Promise((resolve) => {
      const giveUp = (): unknown => socket.destroy(Object.assign(new Error('late'), { code: 'timeout' }));
      const stop = this.#afterAWhile(timeoutMs, giveUp);
      let isReady = false;
      socket.once(ready, () => {
        isReady = true;
        stop();
        socket.setKeepAlive(true, KEEP_ALIVE_MS);
        resolve({ kind: 'open', socket });
      });
      socket.on('error', (cause) => {
        stop();
        const code = codeOf(cause);
        resolve(later(code.toLowerCase().slice(0, 40), `the connection failed (${code})`));
      });
      socket.on('close', () => {
        stop();
        resolve(later('closed', 'the connection was ended'));
        if (this.#socket !== socket) return;
        this.#socket = undefined;
        if (isReady) this.#parts.onBreak();
      });
      // What a receiver says means nothing here; unread, its end would not be seen.
      socket.resume();
    });
  }

  /** Does something when the time is over or everything ends, unless it is stopped before. */
  #afterAWhile(ms: number, act: () => unknown): () => void {
    const { signal } = this.#parts;
    const timer = setTimeout(act, ms);
    signal?.addEventListener('abort', act, { once: true });
    return () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', act);
    };
  }

  /** Settles when the kernel has it; a receiver that takes nothing costs the connection. */
  #write(socket: Socket, message: OutboxMessage): Promise<Delivery> {
    return new Promise((resolve) => {
      const stop = this.#afterAWhile(this.#parts.sink.timeoutMs, () => {
        socket.destroy();
        resolve(later('timeout', 'the receiver takes nothing'));
      });
      socket.write(syslogFrame(message, this.#parts.origin()), (error) => {
        stop();
        resolve(error === undefined || error === null ? { kind: 'delivered', status: 'handed' } : BROKEN);
      });
    });
  }
}

const OPEN: Delivery = { kind: 'delivered', status: 'open' };
const BROKEN: Delivery = { kind: 'later', status: 'closed', why: 'the connection broke' };

function later(status: string, why: string): Extract<Delivery, { kind: 'later' }> {
  return { kind: 'later', status, why };
}
