import type { Server, Socket } from 'node:net';

export interface RawParts {
  /** How many connections an address may have at once; 0 of one that is not taken at all. */
  mostOf(peer: string): number;
  onRefused(peer: string, reason: 'not_taken' | 'too_many'): void;
}

/**
 * The connections of a listener as TCP has them: of TLS also those of which no handshake came, which no other list of a server knows. What one address
 * may have is held before anything is read of it.
 */
export class RawConnections {
  readonly #parts: RawParts;
  readonly #sockets = new Map<string, Socket>();
  readonly #greeted = new Set<string>();
  readonly #counts = new Map<string, number>();

  constructor(server: Server, parts: RawParts) {
    this.#parts = parts;
    server.on('connection', (socket: Socket) => this.#opened(socket));
    server.on('secureConnection', (socket: Socket) => this.#greeted.add(nameOf(socket)));
    // A handshake that fails or is too slow ends nothing by itself.
    server.on('tlsClientError', (_: Error, socket: Socket) => socket.destroy());
  }

  get size(): number {
    return this.#sockets.size;
  }

  /** Ends those that have not shaken hands: nothing of theirs is under way. */
  endUngreeted(): void {
    for (const [name, socket] of this.#sockets) if (!this.#greeted.has(name)) socket.destroy();
  }

  endAll(): void {
    for (const socket of this.#sockets.values()) socket.destroy();
  }

  #opened(socket: Socket): void {
    const peer = socket.remoteAddress ?? '';
    const count = this.#counts.get(peer) ?? 0;
    const most = this.#parts.mostOf(peer);
    if (count >= most) {
      socket.on('error', () => undefined);
      socket.destroy();
      this.#parts.onRefused(peer, most === 0 ? 'not_taken' : 'too_many');
      return;
    }
    // Its own address is not known any more once it is closed.
    const name = nameOf(socket);
    this.#counts.set(peer, count + 1);
    this.#sockets.set(name, socket);
    socket.once('close', () => {
      if (this.#sockets.get(name) === socket) {
        this.#sockets.delete(name);
        this.#greeted.delete(name);
      }
      const left = (this.#counts.get(peer) ?? 1) - 1;
      if (left > 0) this.#counts.set(peer, left);
      else this.#counts.delete(peer);
    });
  }
}

/** By the other end's address and port, which the plain socket and the one of TLS above it share. */
function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** The machine itself. */
export function isLoopback(peer: string): boolean {
  return peer === '::1' || /^(?:::ffff:)?127\./.test(peer);
}
