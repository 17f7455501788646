import assert from 'node:assert/strict';
import { join } from 'node:path';
import { runProgram } from './child.ts';
import type { ClientOutcome, ClientTask } from './client-task.ts';
import type { Evidence } from './evidence.ts';
import type { Counts, LiveServer, Sender } from './live-server.ts';
import type { Tally } from './tally.ts';

/** A client that runs in a process of its own. */
export interface ElasticClientProgram {
  readonly name: string;
  /** What its senders are called after. */
  readonly short: string;
  /** How it presents the key: each of the three ways is some client's. */
  readonly carrier: ClientTask['carrier'];
  readonly program: string;
  readonly args: readonly string[];
}

export function javaScriptClient(folder: string, major: 8 | 9): ElasticClientProgram {
  return {
    name: `@elastic/elasticsearch ${major}`,
    short: `js${major}`,
    carrier: major === 8 ? 'basic' : 'apikey',
    program: process.execPath,
    args: [join(import.meta.dirname, 'js-client.ts'), folder, `elasticsearch-${major}`],
  };
}

export function pythonClient(python: string): ElasticClientProgram {
  return {
    name: 'elasticsearch for Python',
    short: 'python',
    carrier: 'bearer',
    program: python,
    args: [join(import.meta.dirname, 'python-client.py')],
  };
}

const EVENTS = 2000;
/** About 100 events: a batch of a few thousand is many requests. */
const FLUSH_BYTES = 40_000;
const NOTHING: Counts = {
  accepted: 0,
  rejected: 0,
  read: 0,
  deadLetters: 0,
  again: 0,
  refusedKeys: 0,
  durable: 0,
  processed: 0,
};

/** A client with a key of a server. */
export class ClientOnServer {
  readonly #client: ElasticClientProgram;
  readonly #server: LiveServer;
  readonly #sender: Sender;
  readonly #certificate: string | undefined;

  constructor(client: ElasticClientProgram, server: LiveServer, sender: Sender, certificate?: string) {
    this.#client = client;
    this.#server = server;
    this.#sender = sender;
    this.#certificate = certificate;
  }

  /** Has the client do something, and says what it made of it and what the server counted meanwhile. */
  async run(asked: Partial<ClientTask>): Promise<{ readonly outcome: ClientOutcome; readonly counted: Counts }> {
    const task: ClientTask = {
      verb: 'bulk',
      node: `${this.#server.url}/elastic`,
      carrier: this.#client.carrier,
      ...this.#sender,
      ...(this.#certificate === undefined ? {} : { certificate: this.#certificate }),
      file: '',
      op: 'create',
      gzip: false,
      ids: false,
      flushBytes: FLUSH_BYTES,
      ...asked,
    };
    const before = await this.#server.counts();
    const { code, out, err } = await runProgram(this.#client.program, this.#client.args, {
      input: JSON.stringify(task),
    });
    assert.equal(code, 0, `the client ended with ${code}: ${err.slice(0, 2000)}`);
    const after = await this.#server.counts();
    return { outcome: JSON.parse(out) as ClientOutcome, counted: less(after, before) };
  }
}

function less(after: Counts, before: Counts): Counts {
  const names = Object.keys(NOTHING) as (keyof Counts)[];
  return Object.fromEntries(names.map((name) => [name, after[name] - before[name]])) as unknown as Counts;
}

/** Everything but pressure, on a server with settings as they are preset. */
export async function checkClient(
  tally: Tally,
  client: ElasticClientProgram,
  server: LiveServer,
  evidence: Evidence,
): Promise<void> {
  const sender = await server.addSender(`client-${client.short}`);
  const on = new ClientOnServer(client, server, sender);
  const { name } = client;
  await tally.check(`${name}: greets`, () => greets(on));
  for (const [op, gzip, ids] of [
    ['create', false, false],
    ['index', true, true],
    ['create', true, true],
    ['index', false, false],
  ] as const) {
    const how = `${op}, ${gzip ? 'gzip' : 'plain'}, ${ids ? 'with' : 'without'} ids`;
    const task = { op, gzip, ids, file: evidence.events(EVENTS) };
    await tally.check(`${name}: ${EVENTS} events (${how}) are each counted once`, async () => {
      const { outcome, counted } = await on.run(task);
      assert.deepEqual(outcome, { kind: 'sent', successful: EVENTS, statuses: [] });
      const { accepted, read, deadLetters, again } = counted;
      assert.deepEqual(
        { accepted, read, deadLetters, again },
        { accepted: EVENTS, read: EVENTS, deadLetters: 0, again: 0 },
      );
    });
    await tally.check(`${name}: the same again (${how}) adds nothing`, async () => {
      const { outcome, counted } = await on.run(task);
      assert.deepEqual(outcome, { kind: 'sent', successful: EVENTS, statuses: [] });
      const { again, ...others } = counted;
      assert.deepEqual({ ...others, again: 0 }, NOTHING);
      assert.ok(again > 1, `${again} batches were known again`);
    });
  }
  await tally.check(`${name}: a document that is no event is a dead letter`, async () => {
    await threeWithOneLost(on, { file: evidence.around('{"message":"no event of Windows"}') });
  });
  await tally.check(`${name}: a broken document among others is a dead letter`, async () => {
    await threeWithOneLost(on, { verb: 'raw', file: evidence.around('{"winlog":{"channel":"Secu') });
  });
  await tally.check(`${name}: a document of more than 1 MiB is refused alone, for good`, async () => {
    const { outcome, counted } = await on.run({ file: evidence.around(evidence.tooLarge()), flushBytes: 8 << 20 });
    assert.deepEqual(outcome, { kind: 'sent', successful: 2, statuses: [400] });
    assert.deepEqual([counted.accepted, counted.rejected, counted.read], [2, 1, 2]);
  });
  await tally.check(`${name}: a wrong key is a 401, and nothing is taken`, async () => {
    const secret = `${sender.secret.slice(0, -10)}${'0'.repeat(10)}`;
    const { outcome, counted } = await on.run({ secret, file: evidence.events(10) });
    assert.ok(outcome.kind === 'error', JSON.stringify(outcome));
    assert.deepEqual([outcome.status, outcome.type], [401, 'security_exception']);
    assert.deepEqual({ ...counted, refusedKeys: 0 }, NOTHING);
  });
}

export async function greets(on: ClientOnServer): Promise<void> {
  const { outcome } = await on.run({ verb: 'greet' });
  const greeted = { kind: 'greeted', isThere: true, version: '8.15.0', tagline: 'You Know, for Search' };
  assert.deepEqual(outcome, greeted);
}

async function threeWithOneLost(on: ClientOnServer, task: Partial<ClientTask>): Promise<void> {
  const { outcome, counted } = await on.run(task);
  assert.ok(outcome.kind === 'sent', JSON.stringify(outcome));
  const statuses = task.verb === 'raw' ? [201, 201, 201] : [];
  assert.deepEqual(outcome.statuses, statuses);
  assert.deepEqual([counted.accepted, counted.read, counted.deadLetters], [3, 2, 1]);
}

/** What a client does when told to come back: `server` has room for bodies of less than half a MiB. */
export async function checkPressure(
  tally: Tally,
  client: ElasticClientProgram,
  server: LiveServer,
  evidence: Evidence,
): Promise<void> {
  const sender = await server.addSender(`pressed-${client.short}`);
  const on = new ClientOnServer(client, server, sender);
  const file = evidence.events(EVENTS);
  await tally.check(`${client.name}: a 429 is told to who sends, and nothing is taken`, async () => {
    const { outcome, counted } = await on.run({ file, flushBytes: 8 << 20 });
    assert.ok(outcome.kind === 'error', JSON.stringify(outcome).slice(0, 500));
    assert.deepEqual([outcome.status, outcome.type], [429, 'es_rejected_execution_exception']);
    assert.deepEqual(counted, NOTHING);
  });
  await tally.check(`${client.name}: in smaller batches all of it is taken, once`, async () => {
    const { outcome, counted } = await on.run({ file });
    assert.deepEqual(outcome, { kind: 'sent', successful: EVENTS, statuses: [] });
    assert.deepEqual([counted.accepted, counted.read], [EVENTS, EVENTS]);
  });
}
