import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sender } from '../accounts/index.ts';
import type { TextAnswer } from '../intake/index.ts';
import type { State } from '../state/index.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { type Brought, SenderBindings, type Way } from './sender-bindings.ts';

const FROM = { file: 'sender:ws' };

/** Bindings over a state that answers with what `answers` holds, in turn, the last one for good. */
class Bound {
  asked = 0;
  counted = 0;
  nowMs = 0;
  readonly warned: string[] = [];
  readonly bindings: SenderBindings;

  constructor(answers: readonly (Partial<Sender> | null | 'busy' | 'closed')[]) {
    const call = (): Promise<unknown> => {
      const answer = answers[Math.min(this.asked++, answers.length - 1)];
      if (typeof answer === 'string') return Promise.resolve({ kind: 'refused', code: answer, message: '' });
      return Promise.resolve({
        kind: 'done',
        value: answer === null ? null : { hosts: [], isRelay: false, ...answer },
      });
    };
    const log = { warn: (text: string) => this.warned.push(text) };
    const metrics = { count: (_: string, __: unknown, events: number) => (this.counted += events) };
    this.bindings = new SenderBindings(
      { call } as unknown as State,
      log as unknown as Log,
      metrics as unknown as Metrics,
      () => this.nowMs,
    );
  }

  way(computers: readonly string[], brought: Partial<Brought> = {}, isNew = true): Promise<Way> {
    const coverage = computers.map((computer) => ({ computer, count: 2 }));
    const answer = { coverage } as unknown as TextAnswer;
    return this.bindings.wayOf({ sender: 'ws', trust: 'authenticated', from: FROM, answer, ...brought }, isNew);
  }
}

test('L18 what a sender says of its own hosts and of others are two ways of one batch', async () => {
  const bound = new Bound([{ hosts: ['ws-*'] }]);
  assert.deepEqual(await bound.way(['WS-07', 'ws-08.corp.example']), { source: { ...FROM, trust: 'authenticated' } });
  assert.deepEqual(await bound.way(['WS-07', 'DC-01', 'dc-01', '']), {
    source: { ...FROM, trust: 'authenticated' },
    apart: { source: { ...FROM, trust: 'unauthenticated', hostNotBound: true }, computers: new Set(['dc-01', '']) },
  });
  assert.equal(bound.counted, 6);
  await bound.way(['DC-01'], {}, false);
  assert.equal(bound.counted, 6, 'what is read again after a start is not counted');
  assert.deepEqual([bound.asked, bound.warned], [1, ['host not bound']]);
  assert.match(bound.bindings.degraded[0] ?? '', /spoke 6 time\(s\)/);
});

test('L18 a sender without patterns, one without a key and one that is not known are as their class', async () => {
  const bound = new Bound([{ hosts: [] }]);
  assert.deepEqual(await bound.way(['DC-01']), { source: { ...FROM, trust: 'authenticated' } });
  const none = { sender: 'syslog:10.0.0.1', trust: 'unauthenticated' } as const;
  assert.deepEqual(await bound.way(['DC-01'], none), { source: { ...FROM, trust: 'unauthenticated' } });
  assert.equal(bound.asked, 1, 'nothing is kept of senders by address');
  assert.deepEqual(await new Bound([null]).way(['DC-01']), { source: { ...FROM, trust: 'authenticated' } });
});

test('L18 a relay proves no host: at most authenticated, marked, and bound as far as it has patterns', async () => {
  const signed = { trust: 'signed' } as const;
  assert.deepEqual(await new Bound([{ isRelay: true }]).way(['DC-01'], signed), {
    source: { ...FROM, trust: 'authenticated', relayed: true },
  });
  const { source, apart } = await new Bound([{ isRelay: true, hosts: ['ws-*'] }]).way(['DC-01', 'WS-07'], signed);
  assert.deepEqual(source, { ...FROM, trust: 'authenticated', relayed: true });
  assert.deepEqual(apart?.source, { ...FROM, trust: 'authenticated', relayed: true, hostNotBound: true });
});

test('L18 other patterns count within a minute, and at once when they are told of', async () => {
  const bound = new Bound([{ hosts: ['ws-*'] }, { hosts: ['dc-*'] }, { hosts: ['ws-*'] }]);
  const isApart = async (): Promise<boolean> => (await bound.way(['DC-01'])).apart !== undefined;
  assert.equal(await isApart(), true);
  bound.nowMs = 59_999;
  assert.equal(await isApart(), true);
  bound.nowMs = 60_000;
  assert.equal(await isApart(), false);
  bound.bindings.forget('ws');
  assert.equal(await isApart(), true);
});

test('L18 a state that cannot answer is asked again: nothing is taken for bound meanwhile', async () => {
  const bound = new Bound(['busy', { hosts: ['ws-*'] }]);
  assert.ok((await bound.way(['DC-01'])).apart !== undefined);
  assert.equal(bound.asked, 2);
  const closed = new Bound(['closed']);
  assert.equal((await closed.way(['DC-01'])).apart, undefined);
});
