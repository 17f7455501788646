import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AddedSuppression,
  type Carrier,
  type IncidentFilter,
  MOST_CARRIERS,
  type NewSuppression,
  type State,
  type StepWrite,
  type Suppression,
} from '../../src/state/index.ts';
import { BY, codeOf, got, NOW_MS, newState } from './opened-state.ts';
import { act, commit, final, merged, told } from './told-incidents.ts';

const DAY_MS = 86_400_000;
const PRINT = 'f1'.padEnd(64, '0');
const CARRIER: Carrier = { host: 'srv-02.corp.example', analytic: 'R02', subscription: PRINT, account: 'corp\\svc' };

let keys = 0;

function added(outcome: AddedSuppression): Suppression {
  return outcome.kind === 'added' ? outcome.suppression : assert.fail('the key was used');
}

async function mute(state: State, changes: Partial<NewSuppression> = {}, atMs = NOW_MS): Promise<Suppression> {
  const suppression = { scope: { subscription: PRINT }, reason: 'known agent', owner: 'alice', days: 7, ...changes };
  const by = { ...BY, atMs };
  return added(await got(state.call('addSuppression', { suppression, by, idempotencyKey: `key ${keys++}` })));
}

async function queue(state: State, filter: IncidentFilter = {}): Promise<readonly string[]> {
  const { rows } = await got(state.call('listIncidents', { nowMs: NOW_MS, ...filter }));
  return rows.map(({ id }) => id).toSorted();
}

test('what the prints in a scope stand for is kept in the words of who made the mute', async (t) => {
  const state = await newState(t);
  await mute(state, { what: 'Updater (f1000000)' });
  await mute(state);
  const { rows } = await got(state.call('listSuppressions', { nowMs: NOW_MS }));
  assert.deepEqual(rows.map(({ number, what }) => [number, what]).toSorted(), [
    [1, 'Updater (f1000000)'],
    [2, undefined],
  ]);
  const suppression = { scope: { subscription: PRINT }, reason: 'r', owner: 'o', days: 1, what: ' ' };
  assert.equal(await codeOf(state.call('addSuppression', { suppression, by: BY, idempotencyKey: 'other' })), 'invalid');
});

test('L16 a suppression hides an incident from the queue until it ends, by itself or by a person, and nowhere else', async (t) => {
  const state = await newState(t);
  await got(
    commit(state, told('muted', 1, { carriers: [CARRIER] }), told('other', 1, { carriers: [{ host: 'ws-01' }] })),
  );
  const made = await mute(state);
  assert.deepEqual([made.number, made.level, made.endsMs, made.hides], [1, 'high', NOW_MS + 7 * DAY_MS, 1]);
  assert.deepEqual(await queue(state), ['other']);
  assert.deepEqual(await queue(state, { suppressed: 'show' }), ['muted', 'other']);
  assert.deepEqual(await queue(state, { suppressed: 'only' }), ['muted']);
  assert.deepEqual(await got(state.call('countSuppressed', { nowMs: NOW_MS })), { incidents: 1, suppressions: 1 });
  const { rows } = await got(state.call('listIncidents', { nowMs: NOW_MS, suppressed: 'show' }));
  assert.deepEqual(rows.map(({ id, suppressedBy }) => [id, suppressedBy]).toSorted(), [
    ['muted', [1]],
    ['other', undefined],
  ]);
  assert.equal((await got(state.call('readIncident', { id: 'muted' })))?.id, 'muted');
  assert.equal((await got(state.call('countIncidents', null))).counts[0]?.count, 2);
  assert.deepEqual(await queue(state, { nowMs: NOW_MS + 7 * DAY_MS - 1 }), ['other']);
  assert.deepEqual(await queue(state, { nowMs: NOW_MS + 7 * DAY_MS }), ['muted', 'other']);
  const ended = await got(state.call('endSuppression', { number: 1, by: BY }));
  assert.deepEqual([ended.endedMs, ended.endedBy, ended.hides], [NOW_MS, 'local:tester', 0]);
  assert.deepEqual(
    await got(state.call('endSuppression', { number: 1, by: { who: 'other', atMs: NOW_MS + 1 } })),
    ended,
  );
  assert.deepEqual(await queue(state), ['muted', 'other']);
  assert.equal(await codeOf(state.call('endSuppression', { number: 2, by: BY })), 'unknown');
  const audit = await got(state.call('listAudit', {}));
  assert.deepEqual(
    audit.rows.map(({ action, object }) => `${action} ${object}`),
    ['suppression.end suppression/1', 'suppression.add suppression/1'],
  );
});

test('L16 the open incidents of a host are counted as its queue shows them: without what is hidden, until that ends', async (t) => {
  const state = await newState(t);
  const logs = ['srv-02', 'ws-01'].map((computer) => {
    return { computer, channel: 'Security', eventId: 4624, records: 1, firstMs: NOW_MS, lastMs: NOW_MS };
  });
  const coverage: StepWrite = { kind: 'coverage', position: 1, sender: 'wec', receivedMs: NOW_MS, logs };
  await got(state.call('commit', { judged: 1, writes: [coverage] }));
  const onBoth = { hosts: ['srv-02', 'ws-01'] };
  await got(commit(state, told('muted', 1, { ...onBoth, carriers: [CARRIER] }), told('other', 1, onBoth)));
  await mute(state);
  const counts = async (nowMs = NOW_MS): Promise<readonly unknown[]> => {
    const { rows } = await got(state.call('listHosts', { nowMs }));
    const whole = await got(state.call('readHost', { key: 'srv-02', nowMs }));
    return [...rows.map(({ key, openIncidents }) => `${key} ${openIncidents}`).toSorted(), whole?.openIncidents];
  };
  assert.deepEqual(await counts(), ['srv-02 1', 'ws-01 1', 1]);
  assert.deepEqual(await counts(NOW_MS + 7 * DAY_MS), ['srv-02 2', 'ws-01 2', 2]);
});

test('a new member that no suppression matches, and a higher level, show an incident at once', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('i', 1, { carriers: [CARRIER] })));
  await mute(state);
  assert.deepEqual(await queue(state), []);
  await got(commit(state, told('i', 2, { carriers: [CARRIER, { host: 'srv-02.corp.example', analytic: 'R03' }] })));
  assert.deepEqual(await queue(state), ['i']);
  await mute(state, { scope: { analytic: 'R03', host: 'srv-02' } });
  assert.deepEqual(await queue(state), []);
  assert.deepEqual(await got(state.call('countSuppressed', { nowMs: NOW_MS })), { incidents: 1, suppressions: 2 });
  await got(commit(state, told('i', 3, { carriers: [CARRIER], level: 'critical' })));
  assert.deepEqual(await queue(state), ['i']);
  await mute(state, { level: 'critical' });
  assert.deepEqual(await queue(state), []);
});

test('each field of a scope has to hold, and what is not known is not matched', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('i', 1, { carriers: [CARRIER] }), told('none')));
  const hides = async (scope: NewSuppression['scope']): Promise<number> =>
    (await got(state.call('previewSuppression', { scope }))).open;
  assert.equal(await hides({ host: 'srv-02' }), 1);
  assert.equal(
    await hides({ host: 'srv-02.corp.example', analytic: 'R02', account: 'corp\\svc', subscription: PRINT }),
    1,
  );
  for (const scope of [
    { host: 'srv-0' },
    { host: 'srv-02.corp.example', analytic: 'R03' },
    { subscription: PRINT.replace('f1', 'f2') },
    { account: 'corp\\alice' },
    { payload: PRINT },
    { command: PRINT },
  ]) {
    assert.equal(await hides(scope), 0, JSON.stringify(scope));
  }
  assert.equal(await codeOf(state.call('previewSuppression', { scope: {} })), 'invalid');
});

test('a preview is what the suppression hides then, and tells what it would have hidden', async (t) => {
  const state = await newState(t);
  await got(
    commit(
      state,
      told('low', 1, { carriers: [CARRIER], level: 'low' }),
      told('high', 1, { carriers: [CARRIER] }),
      told('done', 1, { carriers: [CARRIER] }),
      told('part', 1, { carriers: [CARRIER] }),
      merged('part', 'high'),
    ),
  );
  await act(state, 'done', { action: 'verdict', verdict: 'false', note: 'agent' });
  await act(state, 'done', { action: 'close' });
  const scope = { subscription: PRINT };
  const preview = await got(state.call('previewSuppression', { scope }));
  assert.deepEqual(
    [preview.level, preview.open, preview.closed, preview.incidents.map(({ id }) => id)],
    ['high', 2, 1, ['high', 'low']],
  );
  assert.equal((await got(state.call('previewSuppression', { scope, level: 'low' }))).open, 1);
  const made = await mute(state, { scope });
  assert.deepEqual(await queue(state, { suppressed: 'only', states: ['open'] }), ['high', 'low']);
  assert.equal(made.level, preview.level);
});

test('the same request with the same key is one suppression; with other words nothing is added', async (t) => {
  const state = await newState(t);
  const suppression = { scope: { host: 'srv-02' }, reason: 'patch day', owner: 'alice', days: 1 };
  const add = (changes: Partial<NewSuppression> = {}, who = 'key:a') =>
    state.call('addSuppression', {
      suppression: { ...suppression, ...changes },
      by: { who, atMs: NOW_MS },
      idempotencyKey: 'one',
    });
  const first = await got(add());
  assert.deepEqual(await got(add()), { ...first, isKnown: true });
  assert.deepEqual(await got(add({ days: 2 })), { kind: 'keyUsed' });
  assert.equal(added(await got(add({}, 'key:b'))).number, 2);
  const { rows } = await got(state.call('listSuppressions', { nowMs: NOW_MS, isActive: true }));
  assert.deepEqual(
    rows.map(({ number }) => number),
    [2, 1],
  );
  assert.deepEqual((await got(state.call('listSuppressions', { nowMs: NOW_MS + DAY_MS, isActive: true }))).rows, []);
  assert.equal((await got(state.call('listSuppressions', { nowMs: NOW_MS + DAY_MS, isActive: false }))).rows.length, 2);
});

test('G8 a suppression that ends by its time is told with what shows again; one that another hides still is not', async (t) => {
  const state = await newState(t);
  const other: Carrier = { ...CARRIER, host: 'srv-09' };
  await got(commit(state, told('a', 1, { carriers: [CARRIER] }), told('b', 1, { carriers: [other] })));
  await mute(state, { scope: { host: CARRIER.host ?? '' }, days: 1 });
  await mute(state, { scope: { host: 'srv-09' }, days: 1 });
  await mute(state, { scope: { host: 'srv-09', analytic: CARRIER.analytic ?? '' }, days: 2 });
  const end = NOW_MS + DAY_MS;
  const ended = (afterMs: number, nowMs: number) => got(state.call('endedByTime', { afterMs, nowMs }));
  assert.deepEqual(await ended(NOW_MS, end - 1), { ended: [], shown: [] });
  assert.deepEqual(await ended(end - 1, end), { ended: [1, 2], shown: ['a'] });
  assert.deepEqual(await ended(end, end + 1), { ended: [], shown: [] });
  assert.deepEqual(await ended(end, end + DAY_MS), { ended: [3], shown: ['b'] });
});

test('a suppression without a reason, an owner, an end or a scope is refused, on both sides of each bound', async (t) => {
  const state = await newState(t);
  const code = (changes: Partial<NewSuppression>): Promise<string> =>
    codeOf(
      state.call('addSuppression', {
        suppression: { scope: { host: 'srv-02' }, reason: 'r', owner: 'o', days: 1, ...changes },
        by: BY,
        idempotencyKey: `key ${keys++}`,
      }),
    );
  assert.equal(await code({ days: 90 }), 'done');
  assert.equal(await code({ reason: 'r'.repeat(1000) }), 'done');
  const wrong: readonly Partial<NewSuppression>[] = [
    { days: 91 },
    { days: 0 },
    { days: 1.5 },
    { reason: ' ' },
    { reason: 'r'.repeat(1001) },
    { owner: '' },
    { scope: {} },
    { scope: { host: '' } },
    { scope: { host: 'h'.repeat(513) } },
    { level: 'odd' as 'low' },
  ];
  for (const changes of wrong) assert.equal(await code(changes), 'invalid', JSON.stringify(changes).slice(0, 60));
});

test('L15 an incident of too many carriers is never hidden, and carriers go with their incident', async (t) => {
  const state = await newState(t, { incidents: 2 });
  const many = (count: number): readonly Carrier[] => Array.from({ length: count }, () => CARRIER);
  await got(
    commit(
      state,
      told('most', 1, { carriers: many(MOST_CARRIERS) }),
      told('more', 1, { carriers: many(MOST_CARRIERS + 1) }),
    ),
  );
  await mute(state);
  assert.deepEqual(await queue(state), ['more']);
  await act(state, 'most', { action: 'verdict', verdict: 'false', note: 'agent' });
  await act(state, 'most', { action: 'close' });
  await got(commit(state, told('new', 1, { carriers: [CARRIER] }), final('most')));
  assert.deepEqual(await queue(state, { suppressed: 'show', states: ['open', 'closed'] }), ['more', 'new']);
  assert.deepEqual(await queue(state), ['more']);
});
