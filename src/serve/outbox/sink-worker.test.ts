import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OutboxMessage } from '../../outbox/index.ts';
import { type Sink, testMessage } from '../../sinks/index.ts';
import type { State } from '../../state/index.ts';
import { Log } from '../log.ts';
import { Metrics } from '../metrics.ts';
import { SinkWorker } from './sink-worker.ts';

const ORIGIN = { url: 'https://triad.example', version: '0', host: 'soc-01' };
const SINK: Sink = {
  rule: { name: 'soc', level: 'medium', scope: [], hosts: [], tells: [] },
  kind: 'slack',
  url: 'https://receiver.example/',
  address: undefined,
  isTls: true,
  secrets: [],
  format: 'triad',
  index: '',
  isPacked: true,
  allow: [],
  authority: undefined,
  timeoutMs: 1000,
  perMinute: 6000,
};

/** A state with these messages, which writes down what was settled. */
function stateWith(messages: OutboxMessage[], settled: unknown[]): State {
  const call = (name: string, input: { readonly outcome?: unknown }): Promise<unknown> => {
    if (name === 'settleMessage') settled.push(input.outcome);
    return Promise.resolve({ kind: 'done', value: name === 'takeMessage' ? (messages.shift() ?? null) : null });
  };
  return { call } as unknown as State;
}

async function settledBy(
  message: OutboxMessage,
): Promise<{ readonly settled: readonly unknown[]; readonly log: string }> {
  const settled: unknown[] = [];
  const lines: string[] = [];
  const worker = new SinkWorker(SINK, {
    state: stateWith([message], settled),
    log: new Log(
      (line) => lines.push(line),
      'info',
      () => 0,
    ),
    metrics: new Metrics(),
    resolve: () => Promise.resolve(['10.0.0.1']),
    origin: () => ORIGIN,
    nowMs: () => 1000,
    chance: () => 0.5,
  });
  worker.start((cause) => assert.fail(String(cause)));
  while (settled.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await worker.stop();
  return { settled, log: lines.join('') };
}

test('a message that cannot be made is a dead letter, and told as the bug that it is', async () => {
  const { settled, log } = await settledBy({ ...testMessage('soc', 0, ORIGIN), document: 'no JSON' });
  const why = 'it cannot be put into the form of this sink: a bug, please tell of it';
  assert.deepEqual(settled, [{ kind: 'dead', status: 'bug', why }]);
  assert.match(log, /"event":"message not made","sink":"soc"/);
});

test('an attempt that fails is tried later; the ninth was the last', async () => {
  const message = testMessage('soc', 0, ORIGIN);
  const why = 'it leads to a private, local or reserved address, which only `allow` in its settings opens';
  assert.deepEqual((await settledBy(message)).settled, [{ kind: 'later', status: 'closed', why, nextMs: 6500 }]);
  assert.equal(((await settledBy({ ...message, tries: 7 })).settled[0] as { readonly kind: string }).kind, 'later');
  assert.deepEqual((await settledBy({ ...message, tries: 8 })).settled, [{ kind: 'dead', status: 'closed', why }]);
});
