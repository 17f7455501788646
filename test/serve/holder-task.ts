import { connect, type Socket } from 'node:net';

/**
 * Opens connections and holds on to them: `holder-task.ts URL KEY COUNT`. Half of them say nothing, four in ten half a header, one in ten half a body.
 * Prints how many were opened once all are tried; ends with SIGTERM.
 */
const [, , url = '', key = '', count = '0'] = process.argv;
const { hostname, port } = new URL(url);
const HALF_HEADER = 'POST /v1/ingest HTTP/1.1\r\nHost: localhost\r\nX-Slow: ';
const HALF_BODY = `POST /v1/ingest HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/x-ndjson\r\nContent-Length: 1000\r\n\r\n{`;
/** Connections that are being opened at one time: fewer than the listener's backlog. */
const AT_ONCE = 200;

const sockets: Socket[] = [];
let failed = 0;

async function hold(number: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    let isOpen = false;
    socket.on('connect', () => {
      isOpen = true;
      if (number % 10 === 0) socket.write(HALF_BODY);
      else if (number % 10 < 5) socket.write(HALF_HEADER);
      sockets.push(socket);
      resolve();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (!isOpen) failed++;
      resolve();
    });
    socket.resume();
  });
}

let next = 0;
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    while (next < Number(count)) await hold(next++);
  }),
);
process.stdout.write(`open ${sockets.length} failed ${failed}\n`);
setInterval(() => undefined, 1000);
