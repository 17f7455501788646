import { connect, type Socket } from 'node:net';

export interface RawOptions {
  /** When to give up waiting, milliseconds. */
  readonly untilMs: number;
  /** Ends the sending side behind the last bytes. */
  readonly isHalfClosed?: boolean;
  /** Never reads what comes. */
  readonly isDeaf?: boolean;
  /** Sends on after the first bytes, until the connection ends. */
  readonly more?: (socket: Socket) => () => void;
}

/**
 * Sends bytes over a connection of their own. Gives the statuses that were answered, joined by commas; `closed` where the
 * connection ended without one, `open` where it did not end in time.
 */
export function sendRaw(url: string, bytes: string | Uint8Array, options: RawOptions): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    let text = '';
    let stop = (): void => undefined;
    const settle = (without: string): void => {
      clearTimeout(late);
      stop();
      socket.destroy();
      const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => status);
      resolve(statuses.length === 0 ? without : [...new Set(statuses)].join(','));
    };
    const late = setTimeout(() => settle('open'), options.untilMs);
    socket.on('connect', () => {
      socket.write(bytes);
      if (options.isHalfClosed === true) socket.end();
      stop = options.more?.(socket) ?? stop;
    });
    if (options.isDeaf !== true) socket.setEncoding('latin1').on('data', (piece: string) => (text += piece));
    socket.on('end', () => settle('closed'));
    socket.on('close', () => settle('closed'));
    socket.on('error', () => settle('closed'));
  });
}
