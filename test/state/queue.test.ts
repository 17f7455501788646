import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DueTargets, SearchWord } from '../../src/state/index.ts';
import { BY, got, NOW_MS, newState } from './opened-state.ts';
import { act, at, commit, told } from './told-incidents.ts';

const HOUR = 3_600_000;
const TARGETS: DueTargets = { levels: { high: { acknowledge: HOUR, verdict: 4 * HOUR } }, verify: 24 * HOUR };
/** `t_alert` of what is told here: 2026-11-25T10:00:00Z. */
const ALERT = JSON.stringify({ alert: { time: at('10:00:00') } });
const ALERT_MS = Date.UTC(2026, 10, 25, 10);

test('a row tells what is due next and whether its time is over; both sides of the bound', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a', 1, { times: ALERT })));
  const dueAt = async (nowMs: number): Promise<unknown> =>
    (await got(state.call('listIncidents', { nowMs, targets: TARGETS }))).rows[0]?.due;
  const due = { for: 'acknowledge', atMs: ALERT_MS + HOUR };
  assert.deepEqual(await dueAt(ALERT_MS + HOUR), { ...due, isOverdue: false });
  assert.deepEqual(await dueAt(ALERT_MS + HOUR + 1), { ...due, isOverdue: true });
  const [row] = (await got(state.call('listIncidents', {}))).rows;
  assert.equal(row?.due, null);
});

test('a row tells the ends of the first hop and how sure it is, from the document of its version', async (t) => {
  const state = await newState(t);
  const edges = [{ source: { host: 'ws-07' }, target: { host: 'srv-02' } }];
  const document = (more: object): string => JSON.stringify({ incident: { id: 'a', ...more } });
  const hosts = ['dc-01', 'srv-02', 'ws-07'];
  await got(commit(state, told('a', 1, { document: document({ edges, confidence: 0.91 }), hosts })));
  const rowOf = async (): Promise<readonly unknown[]> => {
    const [row] = (await got(state.call('listIncidents', {}))).rows;
    return [row?.source, row?.host, row?.hosts, row?.confidence];
  };
  assert.deepEqual(await rowOf(), ['ws-07', 'srv-02', 3, 0.91]);
  await got(commit(state, told('a', 2, { document: document({ edges: [] }), hosts })));
  assert.deepEqual(await rowOf(), [null, 'dc-01', 3, null]);
});

test('what an incident runs is told of its newest version; of one that was told before it was kept, by what it is muted by', async (t) => {
  const state = await newState(t);
  const print = '0123456789abcdef'.repeat(4);
  const carriers = [{ host: 'h' }, { payload: 'f'.repeat(64) }, { payload: 'e'.repeat(64) }];
  await got(
    commit(
      state,
      told('a', 1, { payload: { print, text: 'evil.exe' }, carriers }),
      told('b', 1, { carriers }),
      told('c', 1),
      told('d', 1, { payload: { print, text: 'evil.exe' } }),
    ),
  );
  await got(commit(state, told('d', 2)));
  const payloads = await got(state.call('incidentPayloads', { ids: ['a', 'b', 'c', 'd', 'none'] }));
  assert.deepEqual(
    [...payloads].sort(([a], [b]) => (a < b ? -1 : 1)),
    [
      ['a', { print: '0123456789abcdef', text: 'evil.exe' }],
      ['b', { print: 'e'.repeat(16), text: null }],
    ],
  );
});

test('G8 counts are of what the queue shows; hidden ones are counted apart and never overdue', async (t) => {
  const state = await newState(t);
  const carriers = [{ host: 'srv-02', analytic: 'R02' }];
  await got(
    commit(
      state,
      ...['a', 'b', 'c', 'd'].map((id) => told(id, 1, { times: ALERT })),
      told('hidden', 1, { times: ALERT, carriers }),
    ),
  );
  await act(state, 'b', { action: 'acknowledge' });
  await act(state, 'c', { action: 'verdict', verdict: 'test' });
  await act(state, 'c', { action: 'close' });
  const suppression = { scope: { analytic: 'R02' }, level: 'high', reason: 'r', owner: 'o', days: 1 } as const;
  await got(state.call('addSuppression', { suppression, by: BY, idempotencyKey: 'k' }));
  const counted = await got(state.call('countQueue', { nowMs: NOW_MS, targets: TARGETS, who: BY.who }));
  assert.deepEqual(counted.suppressed, { incidents: 1, suppressions: 1 });
  assert.deepEqual([counted.overdue, counted.unassigned, counted.mine, counted.unread], [3, 2, 1, 3]);
  await got(state.call('noteOpened', { who: BY.who, id: 'a', version: 1, revision: 0 }));
  assert.equal((await got(state.call('countQueue', { nowMs: NOW_MS, targets: TARGETS, who: BY.who }))).unread, 2);
  assert.deepEqual(counted.counts.map(({ state: word, count }) => `${word} ${count}`).toSorted(), [
    'acknowledged 1',
    'closed 1',
    'open 2',
  ]);
  const rows = await got(state.call('incidentRows', { ids: ['a', 'hidden'], nowMs: NOW_MS, targets: TARGETS }));
  const of = (id: string): unknown[] =>
    rows.filter(({ row }) => row.id === id).map(({ row }) => [row.suppressedBy, row.due?.isOverdue]);
  assert.deepEqual([of('a'), of('hidden')], [[[undefined, true]], [[[1], undefined]]]);
});

test('the words of the queue: each field, free text, stars, negation and text that LIKE would take for a pattern', async (t) => {
  const state = await newState(t);
  const edges = [{ source: { host: 'ws-07', address: '203.0.113.24' }, target: { host: 'srv-02.corp.example' } }];
  const document = JSON.stringify({ incident: { edges, attack: [{ new: 'T1546.003', old: [] }] } });
  const row = JSON.stringify({
    payload: 'powershell -enc AAA',
    filter: 'UpdSvcSync',
    consumer: 'Cons',
    namespace: 'root/subscription',
  });
  await got(
    commit(
      state,
      told('a', 1, {
        document,
        hosts: ['srv-02.corp.example', 'ws-07'],
        carriers: [{ host: 'srv-02.corp.example', analytic: 'R02', account: 'corp\\alice' }],
        title: '100% of UpdSvcSync',
      }),
      told('b', 1, { level: 'low', title: 'another', hosts: ['srv-021'] }),
    ),
  );
  const subscription = {
    kind: 'found',
    of: 'subscription',
    id: 's',
    digest: 'd',
    extent: 1,
    isWhole: true,
    level: 'high',
    host: 'srv-02',
    hosts: [],
    label: 'active',
    word: '',
    print: null,
    incident: 'a',
    firstMs: 1,
    last: at('09:00:00'),
    row,
    document: '{}',
    atMs: NOW_MS,
  } as const;
  await got(state.call('commit', { judged: 1, writes: [subscription] }));
  await act(state, 'a', { action: 'verdict', verdict: 'test' }, { who: 'ann' });
  // Ann opened both, and Bob what is `b` alone.
  for (const [who, id] of [
    ['ann', 'a'],
    ['ann', 'b'],
    ['bob', 'b'],
  ] as const)
    await got(state.call('noteOpened', { who, id, version: 1, revision: 9 }));
  const found = async (field: SearchWord | undefined, value: string, changes = {}): Promise<string> => {
    const word = { field, pattern: [value], isNegated: false, ...changes };
    const ids = (await got(state.call('listIncidents', { words: [word] }))).rows.map(({ id }) => id);
    assert.deepEqual(await got(state.call('incidentIds', { words: [word] })), { ids, isMore: false });
    return ids.join(' ');
  };
  for (const [field, value] of [
    ['host', 'SRV-02'],
    ['host', 'srv-02.corp.example'],
    ['account', 'alice'],
    ['account', 'corp\\alice'],
    ['ip', '203.0.113.24'],
    ['payload', '-enc'],
    ['filter', 'updsvcsync'],
    ['consumer', 'cons'],
    ['ns', 'root/subscription'],
    ['rule', 'r02'],
    ['level', 'high'],
    ['state', 'acknowledged'],
    ['owner', 'ann'],
    ['verdict', 'test'],
    ['state', 'closed,Acknowledged'],
    ['level', 'high,critical'],
    ['unread', 'bob'],
    ['attack', 'T1546'],
    ['attack', 't1546.003'],
    ['id', 'a'],
    ['id', 'inc-1'],
    [undefined, '100%'],
    [undefined, 'updsvc'],
    [undefined, 'inc-1'],
  ] as const) {
    assert.equal(await found(field, value), 'a', `${field}:${value}`);
    assert.equal(await found(field, value, { isNegated: true }), 'b', `-${field}:${value}`);
  }
  for (const [field, value] of [
    ['host', 'srv-0'],
    ['attack', 'T154'],
    ['owner', '%'],
    [undefined, '1_0'],
    [undefined, 'inc-'],
    ['account', 'lice'],
  ] as const)
    assert.equal(await found(field, value), '', `${field}:${value}`);
  assert.deepEqual(
    [await found('unread', 'ann'), await found('unread', 'a__'), await found('standing', 'told')],
    ['', 'a b', 'a b'],
  );
  assert.deepEqual([await found('retrospective', '1'), await found('retrospective', '0')], ['', 'a b']);
  assert.equal(await found('host', '', { pattern: ['srv-0', ''] }), 'a b');
  assert.equal(await found('account', '', { pattern: ['', 'lice'] }), 'a');
  assert.equal(await found('host', '', { pattern: ['srv', 'example'] }), 'a');
  assert.equal(await found(undefined, '', { pattern: ['100', 'Upd'] }), 'a');
});

test('what is overdue and hidden is asked for in words too, by the clock of the queue; what is hidden is never overdue', async (t) => {
  const state = await newState(t);
  const carriers = [{ host: 'srv-02', analytic: 'R02' }];
  const own = { times: ALERT };
  await got(
    commit(state, told('late', 1, own), told('low', 1, { level: 'low' }), told('mute', 1, { ...own, carriers })),
  );
  await got(commit(state, told('done', 1, own)));
  await act(state, 'done', { action: 'verdict', verdict: 'test' });
  await act(state, 'done', { action: 'close' });
  const suppression = { scope: { analytic: 'R02' }, level: 'high', reason: 'r', owner: 'o', days: 1 } as const;
  await got(state.call('addSuppression', { suppression, by: BY, idempotencyKey: 'k' }));
  const clock = { nowMs: NOW_MS, targets: TARGETS };
  const ids = async (field: SearchWord, isNegated: boolean, filter: object = clock): Promise<readonly string[]> => {
    const found = await got(state.call('incidentIds', { ...filter, words: [{ field, pattern: [], isNegated }] }));
    return found.ids.toSorted();
  };
  assert.deepEqual(await ids('overdue', false), ['late']);
  assert.deepEqual(await ids('overdue', true), ['done', 'low']);
  assert.deepEqual(await ids('overdue', true, { ...clock, suppressed: 'show' }), ['done', 'low', 'mute']);
  assert.deepEqual(await ids('hidden', false), ['mute']);
  assert.deepEqual(await ids('hidden', false, { ...clock, suppressed: 'hide' }), []);
  assert.deepEqual(await ids('hidden', true), ['done', 'late', 'low']);
  assert.deepEqual([await ids('overdue', false, {}), await ids('hidden', false, {})], [[], []]);
  // What is not closed comes first.
  const { ids: all } = await got(state.call('incidentIds', { ...clock, suppressed: 'show' }));
  assert.equal(all.at(-1), 'done');
});
