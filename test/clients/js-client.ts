/**
 * Has an official JavaScript client of Elasticsearch do one task, in a process of its own: `node js-client.ts FOLDER NAME`, the task as
 * JSON on standard input, what the client made of the answers as JSON on standard output. `FOLDER` has the installed
 * clients, `NAME` is the one meant.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ClientOutcome, ClientTask } from './client-task.ts';

interface BulkStats {
  readonly successful: number;
  readonly failed: number;
}

/** The little of the client's own types that is used: its package is not installed where types are checked. */
interface ElasticClient {
  ping(): Promise<boolean>;
  info(): Promise<{ readonly version: { readonly number: string }; readonly tagline: string }>;
  bulk(request: { readonly operations: readonly unknown[] }): Promise<{
    readonly items: readonly Readonly<Record<string, { readonly status: number }>>[];
  }>;
  readonly helpers: {
    bulk(options: Readonly<Record<string, unknown>>): Promise<BulkStats>;
  };
  close(): Promise<void>;
}

interface ElasticModule {
  readonly Client: new (options: Readonly<Record<string, unknown>>) => ElasticClient;
}

const [folder = '', name = ''] = process.argv.slice(2);
const { Client } = createRequire(join(folder, 'package.json'))(name) as ElasticModule;
const task = JSON.parse(await text(process.stdin)) as ClientTask;
process.stdout.write(JSON.stringify(await outcomeOf(task)));

async function outcomeOf(asked: ClientTask): Promise<ClientOutcome> {
  const client = new Client({
    node: asked.node,
    auth: authOf(asked),
    compression: asked.gzip,
    ...(asked.certificate === undefined ? {} : { tls: { ca: readFileSync(asked.certificate, 'utf8') } }),
  });
  try {
    return await act(client, asked);
  } catch (cause) {
    return { kind: 'error', ...errorOf(cause) };
  } finally {
    await client.close();
  }
}

function authOf({ carrier, id, secret }: ClientTask): Readonly<Record<string, unknown>> {
  if (carrier === 'basic') return { username: id, password: secret };
  return carrier === 'bearer' ? { bearer: secret } : { apiKey: { id, api_key: secret } };
}

async function act(client: ElasticClient, asked: ClientTask): Promise<ClientOutcome> {
  if (asked.verb === 'greet') {
    const isThere = await client.ping();
    const { version, tagline } = await client.info();
    return { kind: 'greeted', isThere, version: version.number, tagline };
  }
  const lines = readFileSync(asked.file, 'utf8').trimEnd().split('\n');
  if (asked.verb === 'raw') {
    const operations = lines.flatMap((line) => [{ index: { _index: 'raw' } }, line]);
    const { items } = await client.bulk({ operations });
    return {
      kind: 'sent',
      successful: 0,
      statuses: items.flatMap((item) => Object.values(item)).map(({ status }) => status),
    };
  }
  return await sendLines(client, asked, lines);
}

async function sendLines(client: ElasticClient, asked: ClientTask, lines: readonly string[]): Promise<ClientOutcome> {
  const statuses: number[] = [];
  let number = 0;
  const { successful } = await client.helpers.bulk({
    datasource: lines.map((line) => JSON.parse(line) as object),
    onDocument: () => {
      const id = asked.ids ? { _id: `${asked.id}-${number++}` } : {};
      return { [asked.op]: { _index: 'winlogbeat-8.15.0', ...id } };
    },
    onDrop: ({ status }: { readonly status: number }) => statuses.push(status),
    flushBytes: asked.flushBytes,
    // With more at once, a repetition could cut the same batches and send them in another order, which is the same; this is simpler to read.
    concurrency: 2,
    wait: 100,
    retries: 2,
  });
  return { kind: 'sent', successful, statuses };
}

function errorOf(cause: unknown): { readonly name: string; readonly status: number; readonly type: string } {
  const { name, statusCode, body } = cause as {
    readonly name: string;
    readonly statusCode?: number;
    readonly body?: { readonly error?: { readonly type?: string } };
  };
  return {
    name: statusCode === undefined ? `${name}: ${String(cause)}` : name,
    status: statusCode ?? 0,
    type: body?.error?.type ?? '',
  };
}
