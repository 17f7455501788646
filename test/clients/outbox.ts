import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { post, requestOf } from '../../src/sinks/index.ts';
import { HOSTILE, messageOf, nameless, PARTS, sinkOf } from '../sinks/messages.ts';
import { runProgram } from './child.ts';
import type { BulkTask } from './elastic-bulk-client.ts';
import type { Tally } from './tally.ts';

interface Got {
  readonly path: string;
  readonly body: string;
  readonly authorization: string | undefined;
}

/** What our sink for Elasticsearch sends, beside what the official clients send for the same documents (SETTLED G24). */
export async function checkOutbox(tally: Tally, clients: string): Promise<void> {
  for (const version of [8, 9]) {
    await tally.check(`the bulk body of a sink is that of @elastic/elasticsearch ${version}`, async () => {
      const [ours, theirs] = await bothOf(clients, `elasticsearch-${version}`);
      assert.deepEqual(ours, theirs);
    });
  }
}

async function bothOf(clients: string, name: string): Promise<readonly (Got | undefined)[]> {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { authorization } = request.headers;
      // The client writes a comma out.
      got.push({ path: decodeURIComponent(request.url ?? ''), body: Buffer.concat(parts).toString(), authorization });
      response.writeHead(200, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
      response.end('{"took":1,"errors":false,"items":[]}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const node = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const sink = sinkOf({ kind: 'elasticsearch', url: node, secrets: ['a2V5'] });
    const outgoing = requestOf(sink, messageOf(HOSTILE), PARTS);
    if (outgoing === undefined) throw new Error('the sink sends nothing');
    await post(outgoing, { allow: sink.allow, authority: undefined, timeoutMs: 5000, resolve: nameless });
    const lines = outgoing.body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const documents = lines.flatMap((line, at) =>
      at % 2 === 0 ? [{ id: line.create._id, document: lines[at + 1] }] : [],
    );
    const filter = outgoing.url.searchParams.get('filter_path') ?? '';
    const task: BulkTask = { node, index: sink.index, filter, documents };
    const program = join(import.meta.dirname, 'elastic-bulk-client.ts');
    const { code, err } = await runProgram(process.execPath, [program, clients, name], { input: JSON.stringify(task) });
    if (code !== 0) throw new Error(err);
    return [got[0], got[1]];
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
