/**
 * Has an official JavaScript client of Elasticsearch make documents under ids that are given: `node elastic-bulk-client.ts FOLDER NAME`, the task as JSON on
 * standard input. Sent is told by the receiver.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** What the client is to send. */
export interface BulkTask {
  readonly node: string;
  readonly index: string;
  /** What is asked for of the answer. */
  readonly filter: string;
  readonly documents: readonly { readonly id: string; readonly document: unknown }[];
}

interface ElasticModule {
  readonly Client: new (
    options: Readonly<Record<string, unknown>>,
  ) => {
    bulk(request: { readonly filter_path: string; readonly operations: readonly unknown[] }): Promise<unknown>;
    close(): Promise<void>;
  };
}

if (import.meta.main) {
  const [folder = '', name = ''] = process.argv.slice(2);
  const { Client } = createRequire(join(folder, 'package.json'))(name) as ElasticModule;
  const { node, index, filter, documents } = JSON.parse(await text(process.stdin)) as BulkTask;
  const client = new Client({ node, auth: { apiKey: 'a2V5' } });
  await client.bulk({
    filter_path: filter,
    operations: documents.flatMap(({ id, document }) => [{ create: { _index: index, _id: id } }, document]),
  });
  await client.close();
}
