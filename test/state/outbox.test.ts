import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GATHER_MS } from '../../src/outbox/index.ts';
import { BY, codeOf, got, NOW_MS, newState } from './opened-state.ts';
import { act, commit, final, merged, told, withdrawn } from './told-incidents.ts';
import { deliver, due, LATER, messages, RULE, withSinks } from './told-sinks.ts';

test('G22 an incident that reaches the level of a sink is due, in the same commit, once', async (t) => {
  const state = await withSinks(await newState(t), {});
  await commit(state, told('a'), told('b', 1, { level: 'medium' }));
  assert.deepEqual(await due(state), [['a_soc_1_0', 'reached']]);
  await commit(state, told('a'), told('b', 1, { level: 'medium' }));
  assert.deepEqual(await due(state), [['a_soc_1_0', 'reached']], 'the same step again adds nothing');
  assert.deepEqual(await deliver(state, NOW_MS + GATHER_MS), [], 'it is gathered for 30 seconds');
  assert.deepEqual(await deliver(state, LATER), ['a_soc_1_0']);
  await commit(state, told('a'), told('b', 2));
  assert.deepEqual(await due(state), [
    ['a_soc_1_0', 'reached'],
    ['b_soc_2_0', 'reached'],
  ]);
});

test('a step that is refused leaves no message', async (t) => {
  const state = await withSinks(await newState(t), {});
  await commit(state, told('a', 2));
  assert.equal(await codeOf(commit(state, told('b'), told('a', 1, { digest: 'other' }))), 'backwards');
  assert.deepEqual(await due(state), [['a_soc_2_0', 'reached']]);
});

test('G22 evidence alone tells nothing; a higher level, another host, a merge and a withdrawal do', async (t) => {
  const state = await withSinks(await newState(t), {});
  await commit(state, told('a'), told('b'), told('c'));
  await deliver(state, LATER);
  await commit(state, told('a', 2), told('b', 2, { level: 'critical' }), told('c', 2, { hosts: ['srv-02', 'ws-07'] }));
  await commit(state, final('a'));
  assert.deepEqual((await due(state)).slice(3), [
    ['b_soc_2_0', 'level'],
    ['c_soc_2_0', 'host'],
  ]);
  await deliver(state, LATER);
  await commit(state, told('b', 3, { level: 'high' }), told('c', 3));
  await commit(state, told('b', 4, { level: 'critical' }), told('c', 4, { hosts: ['srv-02', 'ws-07'] }));
  assert.equal((await due(state)).length, 5, 'what was told before is not told again');
  await commit(state, merged('a', 'b'), withdrawn('c', 5));
  assert.deepEqual((await due(state)).slice(5), [
    ['a_soc_2m_0', 'merged'],
    ['c_soc_5_0', 'withdrawn'],
  ]);
  await deliver(state, LATER);
  await commit(state, merged('a', 'b'), withdrawn('c', 5));
  assert.equal((await due(state)).length, 7);
  await commit(state, told('c', 6));
  assert.deepEqual((await due(state)).slice(7), [['c_soc_6_0', 'reached']], 'what is borne out again is new');
});

test('G22 a sink that was told nothing is not told of a merge or a withdrawal', async (t) => {
  const state = await withSinks(await newState(t), { level: 'critical' });
  await commit(state, told('a'), told('b'), told('c'));
  await commit(state, merged('a', 'b'), withdrawn('c', 2));
  assert.deepEqual(await due(state), []);
});

test('G22 due messages of one incident and sink within 30 seconds are one, the newest', async (t) => {
  const state = await withSinks(await newState(t), {}, { name: 'log', level: 'low' });
  await commit(state, told('a', 1, { atMs: NOW_MS }));
  await commit(state, told('a', 2, { level: 'critical', atMs: NOW_MS + 20_000 }));
  await commit(state, told('a', 3, { level: 'critical', atMs: NOW_MS + 29_000, hosts: ['srv-02', 'ws-07'] }));
  assert.deepEqual(await due(state), [
    ['a_soc_3_0', 'reached'],
    ['a_log_3_0', 'reached'],
  ]);
  const message = await got(state.call('takeMessage', { sink: 'soc', nowMs: NOW_MS + GATHER_MS }));
  assert.deepEqual(
    [
      message?.head.version,
      message?.head.level,
      message?.head.hosts,
      message?.dueMs,
      JSON.parse(message?.document ?? ''),
    ],
    [3, 'critical', ['srv-02', 'ws-07'], NOW_MS, { incident: { id: 'a', version: 1 + 2 } }],
  );
  await commit(state, told('a', 4, { atMs: NOW_MS + 31_000, hosts: ['srv-02', 'ws-07', 'ws-08'] }));
  assert.deepEqual(await due(state), [
    ['a_soc_3_0', 'reached'],
    ['a_log_3_0', 'reached'],
    ['a_soc_4_0', 'host'],
    ['a_log_4_0', 'host'],
  ]);
});

test('G22 owner, state and verdict are told where a sink asks, and what was undone meanwhile is not', async (t) => {
  const tells = ['owner', 'state', 'verdict'] as const;
  const state = await withSinks(await newState(t), {}, { name: 'ticket', tells });
  await commit(state, told('a'));
  await deliver(state, LATER);
  await deliver(state, LATER, 'ticket');
  await act(state, 'a', { action: 'assign', owner: 'alice' });
  assert.deepEqual((await due(state)).slice(2), [['a_ticket_1_1', 'owner']]);
  await act(state, 'a', { action: 'assign', owner: null });
  assert.deepEqual((await due(state)).slice(2), [], 'nothing is to be told any more');
  await act(state, 'a', { action: 'acknowledge' });
  assert.deepEqual((await due(state)).slice(2), [['a_ticket_1_3', 'state owner']]);
  await act(state, 'a', { action: 'undo' });
  assert.deepEqual((await due(state)).slice(2), [], 'an acknowledgement that was taken back');
  await act(state, 'a', { action: 'verdict', verdict: 'malicious' });
  await act(state, 'a', { action: 'note', note: 'x' });
  assert.deepEqual((await due(state)).slice(2), [['a_ticket_1_6', 'verdict state owner']]);
});

test('G22 what people do to an incident that a new sink was never told is no new incident; evidence is', async (t) => {
  const state = await newState(t);
  await commit(state, told('a'), told('b', 1, { carriers: [{ host: 'srv-02' }] }));
  const suppression = { scope: { host: 'srv-02' }, reason: 'x', owner: 'x', days: 1 };
  await withSinks(state, { tells: ['owner', 'state'] });
  await act(state, 'a', { action: 'acknowledge' });
  await got(state.call('addSuppression', { suppression, by: BY, idempotencyKey: 'k' }));
  await act(state, 'b', { action: 'acknowledge' });
  await got(state.call('tellShown', { nowMs: NOW_MS + 2 * 86_400_000 }));
  assert.deepEqual(await due(state), []);
  await commit(state, told('a', 2));
  assert.deepEqual(await due(state), [['a_soc_2_1', 'reached']]);
});

test('G8 an act on what was to be told while it was hidden tells it', async (t) => {
  const state = await withSinks(await newState(t), {});
  const carriers = [{ host: 'srv-02', analytic: 'R02' }];
  await commit(state, told('known', 1, { carriers }));
  const suppression = { scope: { host: 'srv-02' }, reason: 'x', owner: 'x', days: 1 };
  await got(state.call('addSuppression', { suppression, by: BY, idempotencyKey: 'k' }));
  await commit(state, told('a', 1, { carriers }));
  assert.equal((await due(state)).length, 1);
  await act(state, 'a', { action: 'acknowledge' }, { atMs: NOW_MS + 2 * 86_400_000 });
  assert.deepEqual((await due(state)).slice(1), [['a_soc_1_1', 'reached']]);
});

test('G12 what people did waits 30 seconds of its own, and nothing waits for more than a minute', async (t) => {
  const state = await withSinks(await newState(t), { tells: ['state'] });
  await commit(state, told('a', 1, { atMs: NOW_MS }));
  await act(state, 'a', { action: 'acknowledge' }, { atMs: NOW_MS + 20_000 });
  assert.deepEqual(await deliver(state, NOW_MS + 49_999), []);
  await act(state, 'a', { action: 'undo' }, { atMs: NOW_MS + 45_000 });
  assert.deepEqual(await due(state), [['a_soc_1_2', 'reached']]);
  assert.deepEqual(await deliver(state, NOW_MS + 60_000), ['a_soc_1_2']);
  await act(state, 'a', { action: 'acknowledge' }, { atMs: NOW_MS + 100_000 });
  await act(state, 'a', { action: 'verdict', verdict: 'malicious' }, { atMs: NOW_MS + 128_000 });
  await act(state, 'a', { action: 'verdict', verdict: 'test' }, { atMs: NOW_MS + 155_000 });
  assert.deepEqual(await deliver(state, NOW_MS + 159_999), []);
  assert.deepEqual(await deliver(state, NOW_MS + 160_000), ['a_soc_1_5']);
});

test('G23 a sink takes what is of its scope and hosts', async (t) => {
  const state = await withSinks(
    await newState(t),
    { name: 'wmi', scope: ['wmi'] },
    { name: 'lateral', scope: ['lateral'] },
    { name: 'servers', hosts: ['SRV-*'] },
    { name: 'dc', hosts: ['dc01.corp.example'] },
  );
  const levelled = (id: string, levels: object): string => JSON.stringify({ incident: { id, levels } });
  await commit(
    state,
    told('a', 1, { isWmi: true, hosts: ['ws-07.corp.example'], document: levelled('a', { lateral: 'low' }) }),
    told('b', 1, { isWmi: false, hosts: ['srv-02.corp.example'], document: levelled('b', { lateral: 'medium' }) }),
    told('c', 1, { isWmi: false, hosts: ['dc01.corp.example'], document: '{}' }),
  );
  assert.deepEqual(
    (await due(state)).map(([id]) => id),
    ['a_wmi_1_0', 'b_lateral_1_0', 'b_servers_1_0', 'c_dc_1_0'],
  );
});

test('G8 what is hidden tells nobody until it shows: by a finding that no suppression fits, or when that ends', async (t) => {
  const state = await withSinks(await newState(t), {});
  const of = (host: string): object => ({ host, analytic: 'R02' });
  await commit(state, told('a', 1, { carriers: [of('srv-02')] }));
  await deliver(state, LATER);
  const suppression = { scope: { host: 'srv-02' }, reason: 'x', owner: 'x', days: 1 };
  const by = { ...BY, atMs: NOW_MS };
  const added = await got(state.call('addSuppression', { suppression, by, idempotencyKey: 'k' }));
  await commit(state, told('a', 2, { carriers: [of('srv-02')], hosts: ['srv-02', 'ws-07'] }));
  await commit(state, told('b', 1, { carriers: [of('srv-02')] }));
  assert.equal((await due(state)).length, 1);
  await got(state.call('tellShown', { nowMs: LATER }));
  assert.equal((await due(state)).length, 1, 'it is hidden still');
  await commit(state, told('a', 3, { carriers: [of('srv-02'), of('ws-07')], hosts: ['srv-02', 'ws-07'] }));
  assert.deepEqual((await due(state)).slice(1), [['a_soc_3_0', 'host shown']]);
  assert.ok(added.kind !== 'keyUsed');
  await got(state.call('endSuppression', { number: added.suppression.number, by }));
  await got(state.call('tellShown', { nowMs: LATER }));
  assert.deepEqual((await due(state)).slice(2), [['b_soc_1_0', 'reached']]);
});

test('G8 what shows is told however much stays hidden before it', async (t) => {
  const state = await withSinks(await newState(t), {});
  for (const [host, days] of [
    ['srv-02', 2],
    ['ws-07', 1],
  ] as const) {
    const suppression = { scope: { host }, level: 'high', reason: 'x', owner: 'x', days } as const;
    await got(state.call('addSuppression', { suppression, by: BY, idempotencyKey: host }));
  }
  await commit(state, ...['a', 'b', 'c'].map((id) => told(id, 1, { carriers: [{ host: 'srv-02' }] })));
  await commit(state, ...['x', 'y', 'z'].map((id) => told(id, 1, { carriers: [{ host: 'ws-07' }] })));
  const nowMs = NOW_MS + 86_400_000;
  const shown = async (): Promise<number> => (await got(state.call('tellShown', { nowMs, most: 2 }))).shown;
  assert.deepEqual([await shown(), await shown(), await shown()], [2, 1, 0]);
  assert.deepEqual(
    (await due(state)).map(([id]) => id),
    ['x_soc_1_0', 'y_soc_1_0', 'z_soc_1_0'],
  );
});

test('G8 a message whose incident is hidden before it is sent waits until that shows', async (t) => {
  const state = await withSinks(await newState(t), {});
  await commit(state, told('a', 1, { carriers: [{ host: 'srv-02' }] }));
  const suppression = { scope: { host: 'srv-02' }, reason: 'x', owner: 'x', days: 1 };
  await got(state.call('addSuppression', { suppression, by: BY, idempotencyKey: 'k' }));
  assert.deepEqual(await deliver(state, LATER), []);
  assert.deepEqual(await due(state), []);
  const afterwards = NOW_MS + 2 * 86_400_000;
  await got(state.call('tellShown', { nowMs: afterwards }));
  assert.deepEqual(await deliver(state, afterwards + GATHER_MS), ['a_soc_1_0']);
});

test('messages of one incident keep their order; those of others go on', async (t) => {
  const state = await withSinks(await newState(t), {});
  await commit(state, told('a'));
  const first = await got(state.call('takeMessage', { sink: 'soc', nowMs: LATER }));
  const outcome = { kind: 'later', status: '503', why: 'busy', nextMs: LATER + 60_000 } as const;
  await got(state.call('settleMessage', { seq: first?.seq ?? 0, outcome, nowMs: LATER }));
  await commit(state, told('a', 2, { level: 'critical' }), told('b'));
  const soon = LATER + GATHER_MS;
  assert.deepEqual(await deliver(state, soon), ['b_soc_1_0']);
  assert.deepEqual(await deliver(state, LATER + 60_000), ['a_soc_1_0', 'a_soc_2_0']);
});

test('a full queue makes the oldest a dead letter and refuses nothing; a retry sends it again', async (t) => {
  const state = await withSinks(await newState(t, { messagesOfSink: 2 }), {});
  await commit(state, told('a'), told('b'));
  assert.deepEqual(
    (await messages(state)).map(({ state: word }) => word),
    ['held', 'held'],
  );
  await commit(state, told('c'));
  assert.deepEqual(
    (await messages(state)).map(({ id, state: word, status }) => [id, word, status]),
    [
      ['a_soc_1_0', 'dead', 'full'],
      ['b_soc_1_0', 'held', null],
      ['c_soc_1_0', 'held', null],
    ],
  );
  assert.deepEqual(await deliver(state, LATER), ['b_soc_1_0', 'c_soc_1_0']);
  assert.deepEqual(await got(state.call('retryMessages', { sink: 'soc', by: { ...BY, atMs: LATER } })), { retried: 1 });
  assert.deepEqual(await deliver(state, LATER), ['a_soc_1_0']);
  for (const id of ['d', 'e', 'f', 'g', 'h']) await commit(state, told(id));
  const counts = await got(state.call('countSinks', null));
  assert.deepEqual([counts.sinks[0]?.waiting, counts.sinks[0]?.dead, counts.dropped], [2, 2, 1]);
});

test('a document of 1 MiB goes out with its message; of a larger one the message has the head alone', async (t) => {
  const state = await withSinks(await newState(t), {});
  const sized = (id: string, bytes: number): string => {
    const empty = JSON.stringify({ incident: { id }, pad: '' });
    return JSON.stringify({ incident: { id }, pad: 'x'.repeat(bytes - empty.length) });
  };
  await commit(
    state,
    told('a', 1, { document: sized('a', 2 ** 20) }),
    told('b', 1, { document: sized('b', 2 ** 20 + 1) }),
  );
  const sizes: (number | undefined)[] = [];
  for (let at = 0; at < 2; at++) {
    const message = await got(state.call('takeMessage', { sink: 'soc', nowMs: LATER }));
    sizes.push(message?.document?.length);
    await got(
      state.call('settleMessage', {
        seq: message?.seq ?? 0,
        outcome: { kind: 'delivered', status: '200' },
        nowMs: LATER,
      }),
    );
  }
  assert.deepEqual(sizes, [2 ** 20, undefined]);
});

test('what waits for a sink that is gone is dead; one that comes back knows what it was told', async (t) => {
  const state = await withSinks(await newState(t), {});
  await commit(state, told('a'));
  await deliver(state, LATER);
  await commit(state, told('b'));
  await withSinks(state);
  assert.deepEqual(
    (await messages(state)).map(({ state: word, status }) => [word, status]),
    [
      ['delivered', '200'],
      ['dead', 'gone'],
    ],
  );
  assert.equal(await codeOf(state.call('retryMessages', { sink: 'soc', by: BY })), 'unknown');
  await commit(state, told('c'));
  await withSinks(state, {});
  await commit(state, told('a', 2));
  assert.equal((await messages(state)).length, 2);
});

test('a sink is given up, and used again after a retry; both are in the audit', async (t) => {
  const state = await withSinks(await newState(t), {});
  await got(state.call('disableSink', { sink: 'soc', why: 'gone', by: BY }));
  assert.equal((await got(state.call('countSinks', null))).sinks[0]?.disabledWhy, 'gone');
  await got(state.call('retryMessages', { by: BY }));
  assert.equal((await got(state.call('countSinks', null))).sinks[0]?.disabledMs, null);
  const { rows } = await got(state.call('listAudit', {}));
  assert.deepEqual(
    rows.map(({ action, object }) => [action, object]),
    [
      ['outbox.retry', 'sink/*'],
      ['sink.disable', 'sink/soc'],
    ],
  );
});

test('G24 a sink without acknowledgements has its last 100 messages again, until it is sure of them', async (t) => {
  const state = await newState(t);
  await got(state.call('useSinks', { sinks: [{ rule: RULE, isResending: true }], nowMs: NOW_MS }));
  const ids = Array.from({ length: 101 }, (_, at) => `i${String(at).padStart(3, '0')}`);
  await commit(state, ...ids.map((id) => told(id, 1, { records: [] })));
  assert.equal((await deliver(state, LATER)).length, 101);
  const unsure = await got(state.call('unsureMessages', { sink: 'soc' }));
  assert.deepEqual([unsure.length, unsure[0]?.id, unsure.at(-1)?.id], [100, 'i001_soc_1_0', 'i100_soc_1_0']);
  await got(state.call('sureOfSink', { sink: 'soc' }));
  assert.deepEqual(await got(state.call('unsureMessages', { sink: 'soc' })), []);
});

test('settled messages go after their time: delivered ones after 7 days, dead ones after 30', async (t) => {
  const state = await withSinks(await newState(t), {});
  await commit(state, told('a'), told('b'));
  await deliver(state, LATER);
  await commit(state, told('c'));
  await withSinks(state);
  const day = 86_400_000;
  const left = async (atMs: number): Promise<number> => {
    await got(state.call('pruneOutbox', { nowMs: atMs }));
    return (await messages(state)).length;
  };
  assert.deepEqual([await left(LATER + 7 * day), await left(LATER + 7 * day + 1)], [3, 1]);
  assert.deepEqual([await left(NOW_MS + 30 * day), await left(NOW_MS + 30 * day + 1)], [1, 0]);
});
