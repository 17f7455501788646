import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTime } from '../../src/windows/index.ts';
import { BY, got, NOW_MS, newState } from './opened-state.ts';
import { act, at, commit, final, merged, told } from './told-incidents.ts';

const PRINT = 'f'.repeat(64);

test('G10 how common the content of an incident is, how it was judged before and by whom, since when it is known', async (t) => {
  const state = await newState(t);
  const same = (id: string, host: string, clock: string) =>
    told(id, 1, {
      carriers: [
        { host, analytic: 'R02', subscription: PRINT, account: 'corp\\alice' },
        { host, analytic: 'R02', account: 'corp\\alice' },
      ],
      first: at(clock),
      last: at(clock),
    });
  await got(
    commit(
      state,
      same('a', 'srv-01', '07:00:00'),
      same('b', 'srv-02', '08:00:00'),
      same('c', 'srv-02', '09:00:00'),
      told('other', 1, { carriers: [{ host: 'srv-09', account: 'corp\\alice' }], first: at('06:00:00') }),
    ),
  );
  await act(state, 'a', { action: 'verdict', verdict: 'authorised' }, { who: 'ann' });
  await act(state, 'b', { action: 'verdict', verdict: 'authorised' }, { who: 'bea', atMs: NOW_MS + 1 });
  await act(state, 'other', { action: 'verdict', verdict: 'malicious' });
  const found = await got(state.call('incidentBackground', { id: 'c' }));
  const authorised = { verdict: 'authorised', count: 2, who: 'bea', at: formatTime(NOW_MS + 1, 0) };
  const malicious = { verdict: 'malicious', count: 1, who: BY.who, at: formatTime(NOW_MS, 0) };
  const { prevalence, seenBefore, sinceMs, judged } = found ?? assert.fail();
  assert.deepEqual(prevalence, [
    {
      kind: 'subscription',
      value: PRINT,
      hosts: 2,
      incidents: 3,
      first: at('07:00:00'),
      last: at('09:00:00'),
      verdicts: [authorised],
    },
    {
      kind: 'account',
      value: 'corp\\alice',
      hosts: 3,
      incidents: 4,
      first: at('06:00:00'),
      last: at('10:00:00'),
      verdicts: [authorised, malicious],
    },
  ]);
  assert.deepEqual(
    [seenBefore.times, seenBefore.verdicts, seenBefore.newest.map(({ id }) => id)],
    [2, [authorised], ['b', 'a']],
  );
  assert.deepEqual([sinceMs, judged, seenBefore.since], [NOW_MS, null, 0]);
  // Of the first of its kind nothing was seen before, whatever came since.
  const first = (await got(state.call('incidentBackground', { id: 'a' })))?.seenBefore;
  assert.deepEqual([first?.times, first?.verdicts, first?.newest, first?.since], [0, [], [], 2]);
  await got(
    commit(
      state,
      told('b', 2, { absorbs: ['a'], carriers: same('b', 'srv-02', '08:00:00').carriers ?? [] }),
      merged('a', 'b'),
    ),
  );
  assert.equal((await got(state.call('incidentBackground', { id: 'c' })))?.seenBefore.times, 1);
  assert.equal(await got(state.call('incidentBackground', { id: 'none' })), null);
});

test('G10 who judged last is named, not who judged first', async (t) => {
  const state = await newState(t);
  const carriers = [{ host: 'srv-02', subscription: PRINT }];
  await got(commit(state, told('a', 1, { carriers }), told('c', 1, { carriers })));
  await act(state, 'a', { action: 'verdict', verdict: 'malicious' }, { who: 'ann' });
  await act(state, 'a', { action: 'verdict', verdict: 'authorised' }, { who: 'bea', atMs: NOW_MS + 61_007 });
  const { seenBefore, prevalence } = (await got(state.call('incidentBackground', { id: 'c' }))) ?? assert.fail();
  const last = { who: 'bea', at: formatTime(NOW_MS + 61_007, 0) };
  const counted = [{ verdict: 'authorised', count: 1, ...last }];
  assert.deepEqual([seenBefore.verdicts, prevalence[0]?.verdicts], [counted, counted]);
  assert.deepEqual(
    seenBefore.newest.map(({ who, at: when }) => ({ who, at: when })),
    [last],
  );
});

test('G15 the version that a person judged is known: what is found behind it changed since', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a')));
  await act(state, 'a', { action: 'verdict', verdict: 'false' }, { who: 'ann' });
  await got(commit(state, told('a', 2)));
  await act(state, 'a', { action: 'verdict', verdict: 'test' }, { who: 'bea', atMs: NOW_MS + 5 });
  const judged = async (who?: string): Promise<unknown> =>
    (await got(state.call('incidentBackground', { id: 'a', ...(who === undefined ? {} : { who }) })))?.judged;
  assert.deepEqual(await judged('ann'), { who: 'ann', atMs: NOW_MS, version: 1 });
  assert.deepEqual(await judged(), { who: 'bea', atMs: NOW_MS + 5, version: 2 });
  assert.equal(await judged('cid'), null);
});

test('G10 once incidents had to go, what is kept whole begins with the last change of the newest that went', async (t) => {
  const state = await newState(t, { incidents: 3 });
  const since = async () => (await got(state.call('incidentBackground', { id: 'open' })))?.sinceMs;
  const carriers = [{ host: 'srv-02', subscription: PRINT }];
  await got(commit(state, told('open', 1, { carriers }), told('a'), told('b')));
  assert.equal(await since(), NOW_MS);
  for (const [at, id] of ['a', 'b'].entries()) {
    await act(state, id, { action: 'verdict', verdict: 'false' }, { atMs: NOW_MS + 10 + at });
    await act(state, id, { action: 'close' }, { atMs: NOW_MS + 20 + at });
    await got(commit(state, final(id)));
  }
  await got(commit(state, told('c', 1, { carriers })));
  // The first went; the open one is as old, but is not all that there was.
  assert.equal(await since(), NOW_MS + 20);
  // What is older and still there counts.
  assert.equal((await got(state.call('incidentBackground', { id: 'c' })))?.seenBefore.times, 1);
  await got(commit(state, told('d')));
  assert.equal(await since(), NOW_MS + 21);
});

test('G10 what is kept whole never begins earlier again, though an older one is closed and final later', async (t) => {
  const state = await newState(t, { incidents: 3 });
  const close = async (id: string, atMs: number): Promise<void> => {
    await act(state, id, { action: 'verdict', verdict: 'false' }, { atMs });
    await act(state, id, { action: 'close' }, { atMs });
  };
  const since = async () => (await got(state.call('incidentBackground', { id: 'c' })))?.sinceMs;
  await got(commit(state, told('a'), told('b'), told('c')));
  await close('a', NOW_MS + 1000);
  await close('b', NOW_MS + 5000);
  await close('c', NOW_MS + 9000);
  await got(commit(state, final('b'), final('c')));
  assert.deepEqual((await got(commit(state, told('d')))).droppedIncidents, ['b']);
  assert.equal(await since(), NOW_MS + 5000);
  await got(commit(state, final('a')));
  assert.equal(await since(), NOW_MS + 5000);
  assert.deepEqual((await got(commit(state, told('e')))).droppedIncidents, ['a']);
  assert.equal(await since(), NOW_MS + 5000);
});
