import { readFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import type { TestServer } from './running-server.ts';

/** One request of a shipper; `lines` are sent a line each, with the last line feed. */
export interface ShipperRequest {
  readonly method: string;
  readonly path: string;
  /** `{{apikey}}` and `{{basic}}` stand for the key in that carrier. */
  readonly headers: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly lines?: readonly unknown[];
}

/** A file of `fixtures/`. */
export interface ShipperConversation {
  readonly shipper: string;
  /** True when the requests were taken from a running shipper. */
  readonly recorded: boolean;
  readonly builtFrom: string;
  readonly requests: readonly ShipperRequest[];
}

export interface ShipperAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export function readConversation(name: string): ShipperConversation {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', `${name}.json`), 'utf8')) as ShipperConversation;
}

/** Sends a request to the paths of Elasticsearch as its shipper does; rejects when the connection ends without an answer. */
export function say({ url, key }: Pick<TestServer, 'url' | 'key'>, asked: ShipperRequest): Promise<ShipperAnswer> {
  const id = key.split('_')[1] ?? '';
  const pair = Buffer.from(`${id}:${key}`).toString('base64');
  const headers = Object.fromEntries(
    Object.entries(asked.headers).map(([name, value]) => [
      name,
      value.replace('{{apikey}}', `ApiKey ${pair}`).replace('{{basic}}', `Basic ${pair}`),
    ]),
  );
  const text = asked.lines?.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
  const plain = Buffer.from(text ?? (asked.json === undefined ? '' : JSON.stringify(asked.json)));
  const body = asked.headers['content-encoding'] === 'gzip' ? gzipSync(plain) : plain;
  return new Promise((resolve, reject) => {
    const target = `${url}/elastic${asked.path}`;
    const sent = request(target, { method: asked.method, headers: { ...headers, 'content-length': body.length } });
    sent.on('error', reject);
    sent.on('response', (response) => {
      buffer(response).then(
        (bytes) =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text: bytes.toString('utf8') }),
        reject,
      );
    });
    sent.end(body);
  });
}

/** What a shipper makes of an answer to `_bulk` with so many documents, in numbers of documents. */
export interface Conclusion {
  readonly delivered: number;
  readonly again: number;
  readonly dropped: number;
  /** Those that it takes for delivered though nobody said so (SERVE 8, trap 1). */
  readonly unsaid: number;
}

/**
 * As Beats read an answer, which the other shippers do alike as far as is documented (SERVE 1.1): a whole refusal is sent again,
 * of items 429 and from 500 on, 409 is there already, every other 4xx is let go of; items that are missing count as delivered.
 */
export function concludes({ status, text }: Pick<ShipperAnswer, 'status' | 'text'>, documents: number): Conclusion {
  if (status !== 200) return { delivered: 0, again: documents, dropped: 0, unsaid: 0 };
  const { items = [] } = JSON.parse(text) as {
    readonly items?: readonly Readonly<Record<string, { status: number }>>[];
  };
  const statuses = items.flatMap((item) => Object.values(item).map((result) => result.status));
  const isAgain = (item: number): boolean => item === 429 || item >= 500;
  const again = statuses.filter(isAgain).length;
  const delivered = statuses.filter((item) => item < 300 || item === 409).length;
  return { delivered, again, dropped: statuses.length - again - delivered, unsaid: documents - statuses.length };
}
