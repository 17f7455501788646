import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { otlpProtobuf } from '../../testkit/index.ts';
import { runServer, type TestServer, until } from './running-server.ts';

/** One request of a shipper that speaks HEC or OTLP; POST where no method is named. */
interface LogRequest {
  readonly method?: string;
  readonly path: string;
  /** `{{key}}` stands for the key. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** A request of OTLP in JSON, sent as protobuf. */
  readonly protobuf?: unknown;
  /** 200 where none is named. */
  readonly status?: number;
  readonly answer: string;
}

/** A file of `log-fixtures/`. */
interface LogConversation {
  readonly shipper: string;
  readonly recorded: boolean;
  readonly builtFrom: string;
  /** Events by the shape that they are read as. */
  readonly shapes: Readonly<Record<string, number>>;
  readonly requests: readonly LogRequest[];
}

const folder = join(import.meta.dirname, 'log-fixtures');
const CONVERSATIONS: readonly LogConversation[] = readdirSync(folder).map(
  (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as LogConversation,
);

async function say({ url, key }: TestServer, asked: LogRequest): Promise<readonly [number, string]> {
  const plain =
    asked.protobuf === undefined ? Buffer.from(asked.body ?? '') : otlpProtobuf(JSON.stringify(asked.protobuf));
  const headers = Object.fromEntries(
    Object.entries(asked.headers).map(([name, value]) => [name, value.replace('{{key}}', key)]),
  );
  const method = asked.method ?? 'POST';
  const body = headers['content-encoding'] === 'gzip' ? gzipSync(plain) : plain;
  const response = await fetch(`${url}${asked.path}`, { method, headers, ...(method === 'GET' ? {} : { body }) });
  return [response.status, (await response.text()).trimEnd()];
}

async function shapesOf({ url, token }: TestServer): Promise<Readonly<Record<string, number>>> {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  const found = [...(await response.text()).matchAll(/^triad_read_events_total\{shape="(S\d+)"\} (\d+)$/gm)];
  return Object.fromEntries(found.map(([, shape, count]) => [shape, Number(count)]));
}

test('every fixture says what it was built from, and that it was not recorded', () => {
  assert.equal(CONVERSATIONS.length, 6);
  for (const { shipper, recorded, builtFrom } of CONVERSATIONS) {
    assert.deepEqual([recorded, builtFrom.startsWith('Built from the documents')], [false, true], shipper);
  }
});

for (const { shipper, shapes, requests } of CONVERSATIONS) {
  test(`${shipper} (by its documents) is answered as it expects, and its events are read`, async (context) => {
    const server = await runServer(context);
    for (const asked of requests) {
      assert.deepEqual(await say(server, asked), [asked.status ?? 200, asked.answer], asked.path);
    }
    await until(async () => Object.keys(await shapesOf(server)).length > 0, 'the events are read');
    assert.deepEqual(await shapesOf(server), shapes);
  });
}
