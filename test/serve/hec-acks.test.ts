import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import type { ApiRequest, ApiResponse } from '../../src/api/index.ts';
import { BODY_LIMITS, BodyBudget, BUDGET_LIMITS, HecChannels } from '../../src/receive/index.ts';
import { BatchTaker } from '../../src/serve/batch-taker.ts';
import { hecHandlers } from '../../src/serve/handlers/hec.ts';
import { Metrics } from '../../src/serve/metrics.ts';
import { SenderTraffic } from '../../src/serve/sender-traffic.ts';
import { openState } from '../../src/state/index.ts';
import { temporaryFolder } from './running-server.ts';

const CHANNEL = 'fe0ecfad-13d5-401b-847d-77833bd77131';

interface Appended {
  readonly kind: 'durable';
  readonly position: number;
}
interface Refused {
  readonly kind: 'refused';
  readonly reason: 'failed';
}

/** Handlers over a journal whose answers the test gives. */
async function collector(t: TestContext): Promise<{
  readonly channels: HecChannels;
  readonly answers: ((answer: Appended | Refused) => void)[];
  send(body: string): Promise<ApiResponse>;
}> {
  const opened = await openState(temporaryFolder(t), { nowMs: 0, pid: process.pid, random: randomBytes });
  if (opened.kind === 'problem') assert.fail(opened.message);
  t.after(() => opened.state.close());
  const answers: ((answer: Appended | Refused) => void)[] = [];
  const append = (): Promise<Appended | Refused> => new Promise((resolve) => answers.push(resolve));
  const channels = new HecChannels();
  const handlers = hecHandlers({
    batches: {
      taker: new BatchTaker({ append }, opened.state, { lagBytes: 1000 }),
      budget: new BodyBudget(BUDGET_LIMITS),
      limits: BODY_LIMITS,
      metrics: new Metrics(),
      traffic: new SenderTraffic({ nowMs: () => 0, steadyMs: () => 0 }),
      elastic: () => assert.fail('nobody asks for it'),
      mayBring: () => true,
      nowMs: () => 0,
    },
    channels,
    acks: true,
    notReady: () => undefined,
    isStopping: () => false,
  });
  const send = async (body: string): Promise<ApiResponse> => {
    const request: ApiRequest = {
      id: 'r-1',
      method: 'POST',
      path: '',
      params: { rest: 'event' },
      query: new URLSearchParams({ channel: CHANNEL }),
      headers: {},
      body: Readable.from([Buffer.from(body)]),
      json: undefined,
      peer: '',
      caller: { key: 'k', sender: 's', scopes: [], name: 'key:k' },
      arrivedMs: 0,
      signal: new AbortController().signal,
    };
    return await handlers.hec(request);
  };
  return { channels, answers, send };
}

async function asked(answers: readonly unknown[], count: number): Promise<void> {
  while (answers.length < count) await new Promise((resolve) => setTimeout(resolve, 1));
}

test('L24 no ackId before the commit, none for a batch that the disk refused, and none is passed over by it', async (t) => {
  const { channels, answers, send } = await collector(t);
  const first = send('{"event":1}');
  await asked(answers, 1);
  assert.equal(channels.count, 0);
  answers[0]?.({ kind: 'refused', reason: 'failed' });
  const refused = await first;
  assert.ok(refused.kind === 'problem');
  assert.deepEqual([refused.problem.code, channels.count], ['storage_unavailable', 0]);
  const second = send('{"event":1}');
  await asked(answers, 2);
  assert.deepEqual([...channels.ask('s', CHANNEL, [0], 0)], [[0, false]]);
  answers[1]?.({ kind: 'durable', position: 1 });
  const taken = await second;
  assert.ok(taken.kind === 'answer');
  assert.equal(taken.body, '{"text":"Success","code":0,"ackId":0}');
  assert.deepEqual([...channels.ask('s', CHANNEL, [0], 0)], [[0, true]]);
});
