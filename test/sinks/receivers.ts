import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer as createNet, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { createServer as createTls } from 'node:tls';
import { gunzipSync } from 'node:zlib';

/** PEM texts of a receiver that speaks TLS. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** As it reads unpacked. */
  readonly body: string;
  /** As many as went over the wire. */
  readonly bodyBytes: number;
}

export interface HttpReceiver {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly Received[];
  /** Connections that were made, whatever came over them. */
  connections(): number;
}

/** A receiver by HTTP on loopback, which answers as it is told; it ends with the test. */
export async function httpReceiver(
  t: TestContext,
  answer: (response: ServerResponse, received: Received) => void,
  tls?: Certificate,
): Promise<HttpReceiver> {
  const requests: Received[] = [];
  let connections = 0;
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const bytes = Buffer.concat(parts);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
      const received = {
        path: request.url ?? '',
        headers: request.headers,
        body: body.toString(),
        bodyBytes: bytes.length,
      };
      requests.push(received);
      answer(response, received);
    });
  };
  const server = tls === undefined ? createHttp(take) : createHttps(tls, take);
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/`,
    port,
    requests,
    connections: () => connections,
  };
}

export function status(
  code: number,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): (response: ServerResponse) => void {
  return (response) => response.writeHead(code, headers).end(body);
}

export interface SyslogReceiver {
  readonly port: number;
  /** Messages by connection, in the order of both. */
  readonly connections: readonly (readonly string[])[];
  all(): readonly string[];
  /** Ends the newest connection as a receiver that dies. */
  breakOff(): void;
}

/** A receiver of syslog with counted octets (RFC 5425); what is no frame ends the connection with an error in `all`. */
export async function syslogReceiver(t: TestContext, tls?: Certificate): Promise<SyslogReceiver> {
  const connections: string[][] = [];
  const sockets: Socket[] = [];
  const take = (socket: Socket): void => {
    const messages: string[] = [];
    connections.push(messages);
    sockets.push(socket);
    let rest = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    socket.on('data', (part: Buffer) => {
      rest = Buffer.concat([rest, part]);
      for (;;) {
        const space = rest.indexOf(0x20);
        if (space < 0) return;
        const length = rest.subarray(0, space).toString('latin1');
        if (!/^[1-9]\d{0,5}$/.test(length)) {
          messages.push(`no frame: ${rest.subarray(0, 40).toString()}`);
          socket.destroy();
          return;
        }
        const end = space + 1 + Number(length);
        if (rest.length < end) return;
        messages.push(rest.subarray(space + 1, end).toString());
        rest = rest.subarray(end);
      }
    });
  };
  const server = tls === undefined ? createNet(take) : createTls(tls, take);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    connections,
    all: () => connections.flat(),
    breakOff: () => sockets.at(-1)?.destroy(),
  };
}
