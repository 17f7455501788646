import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IncidentAction } from '../../src/state/index.ts';
import { batch, codeOf, got, NOW_MS, newState } from './opened-state.ts';
import { act, at, commit, everything, final, merged, outcomeOf, read, told, withdrawn } from './told-incidents.ts';

test('an incident comes with its position, whole, and gets a number', async (t) => {
  const state = await newState(t);
  const result = await got(commit(state, told('a'), told('b')));
  assert.deepEqual(result.incidents, [
    { id: 'a', verdict: 'new', number: 1, version: 1 },
    { id: 'b', verdict: 'new', number: 2, version: 1 },
  ]);
  const found = await read(state, 'b');
  const { kind: _, document, records, absorbs: __, atMs, ...columns } = told('b');
  const { work, history, aliases, records: kept, ...rest } = found;
  const { levelRank: ___, firstMs, ...shown } = rest;
  assert.deepEqual(shown, {
    ...columns,
    document,
    number: 2,
    standing: 'told',
    mergedInto: null,
    cited: 2,
    createdMs: atMs,
    changedMs: atMs,
  });
  assert.equal(firstMs, Date.parse('2026-11-25T09:00:00Z'));
  assert.deepEqual([work.state, work.revision, work.owner, aliases, history.rows], ['open', 0, null, [], []]);
  assert.deepEqual(
    kept.rows.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    records,
  );
  assert.equal((await got(state.call('positions', null))).judged, 1);
  assert.deepEqual((await got(state.call('readIncident', { number: 2 })))?.id, 'b');
  assert.equal(await got(state.call('readIncident', { number: 3 })), null);
});

test('the same step again changes nothing, whatever it is', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a'), told('b'), told('c'), told('d'), told('e')));
  await act(state, 'c', { action: 'acknowledge' });
  const steps = [
    [told('a', 2, { absorbs: ['b'] }), merged('b', 'a'), withdrawn('c', 2), withdrawn('d', 2), final('e')],
    [told('f', 3, { absorbs: ['a'] }), merged('a', 'f'), told('d', 3)],
  ];
  for (const step of steps) {
    await got(commit(state, ...step));
    const before = await everything(state, ['a', 'b', 'c', 'd', 'e', 'f']);
    const again = await got(commit(state, ...step));
    assert.ok(again.incidents.every(({ verdict }) => verdict === 'known'));
    assert.deepEqual(await everything(state, ['a', 'b', 'c', 'd', 'e', 'f']), before);
  }
});

test('a version that goes backwards is refused with everything that came with it', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a', 3), told('w')));
  await got(commit(state, withdrawn('w', 2)));
  const before = await everything(state, ['a', 'w', 'n']);
  const backwards = [
    told('a', 2),
    told('a', 3, { digest: 'other' }),
    withdrawn('a', 3),
    withdrawn('w', 1),
    told('w', 2),
  ];
  for (const write of backwards) {
    const outcome = state.call('commit', { judged: 9, writes: [batch(9), told('n'), write] });
    assert.equal(await codeOf(outcome), 'backwards', JSON.stringify(write).slice(0, 60));
  }
  assert.deepEqual(await everything(state, ['a', 'w', 'n']), before);
  assert.equal((await got(state.call('positions', null))).judged, 1);
  assert.equal(await codeOf(commit(state, told('a', 4), withdrawn('w', 3))), 'done');
});

test('a step that is wrong in itself is refused whole', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a'), told('b'), told('c')));
  const wrong = [
    [told('')],
    [told('x'.repeat(65))],
    [told('d', 0)],
    [told('d', 1.5)],
    [told('d', 1, { level: 'odd' as 'low' })],
    [told('d', 1, { absorbs: ['d'] })],
    [merged('a', 'a')],
    [merged('a', 'none')],
    [merged('a', 'b'), merged('a', 'c')],
    [merged('a', 'b'), merged('b', 'c')],
  ];
  for (const writes of wrong)
    assert.equal(await codeOf(commit(state, ...writes)), 'invalid', JSON.stringify(writes).slice(0, 90));
  assert.equal(await codeOf(commit(state, told('x'.repeat(64)))), 'done');
});

test('G1 a new version never touches revision, owner and verdict', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a')));
  await act(state, 'a', { action: 'assign', owner: 'bea' });
  await act(state, 'a', { action: 'verdict', verdict: 'malicious' });
  const before = (await read(state, 'a')).work;
  await got(commit(state, told('a', 2, { level: 'critical', hosts: ['srv-02', 'srv-03'] })));
  const after = await read(state, 'a');
  assert.deepEqual(after.work, before);
  assert.deepEqual([after.version, after.level, after.number], [2, 'critical', 1]);
});

test('G4 withdrawn: what nobody touched is closed by the system, what somebody did stays and is marked', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a'), told('b')));
  await act(state, 'b', { action: 'note', note: 'looked at it' });
  await got(commit(state, withdrawn('a', 2), withdrawn('b', 2)));
  const [a, b] = [await read(state, 'a'), await read(state, 'b')];
  assert.deepEqual(
    [a.standing, a.version, a.work.state, a.work.reason, a.work.revision],
    ['withdrawn', 2, 'closed', 'withdrawn', 0],
  );
  assert.deepEqual(
    [b.standing, b.version, b.work.state, b.work.reason, b.work.revision],
    ['withdrawn', 2, 'open', null, 1],
  );
  const [entry] = a.history.rows;
  assert.deepEqual([entry?.who, entry?.action, entry?.note], ['system', 'withdrawn', 'the logon was another']);
  assert.equal((await got(commit(state, withdrawn('none', 2)))).incidents[0]?.verdict, 'unknown');
});

test('what was withdrawn and is borne out again is as it was before', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a'), told('b')));
  await act(state, 'b', { action: 'acknowledge' });
  await got(commit(state, withdrawn('a', 2), withdrawn('b', 2)));
  await act(state, 'b', { action: 'verdict', verdict: 'false' });
  await act(state, 'b', { action: 'close' });
  await got(commit(state, told('a', 3), told('b', 3)));
  const [a, b] = [await read(state, 'a'), await read(state, 'b')];
  assert.deepEqual([a.standing, a.work.state, a.work.reason, a.work.episode], ['told', 'open', null, 1]);
  // It was closed as withdrawn, and that it is no more.
  assert.deepEqual([b.standing, b.work.state, b.work.verdict, b.work.episode], ['told', 'acknowledged', 'false', 2]);
  assert.equal(a.history.rows[0]?.action, 'restored');
});

test('G2 a closed incident opens again on a higher level or a new host, as a new episode, and on nothing less', async (t) => {
  const state = await newState(t);
  const closed = { hosts: ['srv-02', 'srv-03'] };
  await got(commit(state, told('a', 1, closed)));
  const close = async (): Promise<void> => {
    await act(state, 'a', { action: 'verdict', verdict: 'false' });
    await act(state, 'a', { action: 'close' });
  };
  const after = async (version: number, changes: Parameters<typeof told>[2]) => {
    await got(commit(state, told('a', version, changes)));
    const { work } = await read(state, 'a');
    return [work.state, work.episode];
  };
  await close();
  assert.deepEqual(await after(2, { ...closed, level: 'low' }), ['closed', 1]);
  assert.deepEqual(await after(3, { hosts: ['srv-02'], level: 'high' }), ['closed', 1]);
  assert.deepEqual(await after(4, { ...closed, level: 'critical' }), ['acknowledged', 2]);
  await close();
  assert.deepEqual(await after(5, { ...closed, level: 'critical' }), ['closed', 2]);
  assert.deepEqual(await after(6, { hosts: [...closed.hosts, 'srv-04'], level: 'critical' }), ['acknowledged', 3]);
  await close();
  assert.deepEqual(await after(7, { ...closed, reopens: 'the consumer came back' }), ['acknowledged', 4]);
  const { work, history } = await read(state, 'a');
  assert.deepEqual([work.verdict, Object.keys(work.times), work.closed], ['false', ['reopen'], null]);
  assert.deepEqual(
    history.rows.filter(({ action }) => action === 'reopened').map(({ who, note }) => [who, note]),
    [
      ['system', 'the consumer came back'],
      ['system', 'new host srv-04'],
      ['system', 'level critical after high'],
    ],
  );
});

test('G3 merged: the least advanced state, the earliest times, all history, its own owner or else the other', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a'), told('b'), told('c')));
  await act(state, 'a', { action: 'acknowledge' }, { who: 'ann', atMs: NOW_MS + 50 });
  await act(state, 'b', { action: 'verdict', verdict: 'malicious' }, { who: 'bea', atMs: NOW_MS + 20 });
  await act(state, 'b', { action: 'step', step: 'contain-b', outcome: 'done' }, { who: 'bea', atMs: NOW_MS + 30 });
  await got(commit(state, told('a', 2, { absorbs: ['b'] }), merged('b', 'a')));
  const a = await read(state, 'a');
  assert.deepEqual(
    [a.work.state, a.work.owner, a.work.verdict, a.work.revision],
    ['acknowledged', 'ann', 'malicious', 3],
  );
  assert.deepEqual([a.work.times.ack?.who, Object.keys(a.work.taken), a.aliases], ['bea', ['contain-b'], ['b']]);
  assert.deepEqual(
    a.history.rows.map(({ incident, action }) => `${incident} ${action}`),
    ['b merged', 'a absorbed', 'b step', 'b verdict', 'a acknowledge'],
  );
  const asB = await got(state.call('readIncident', { id: 'b' }));
  assert.deepEqual([asB?.id, asB?.requestedId, asB?.document], ['a', 'b', a.document]);
  assert.equal((await got(state.call('readIncident', { number: 2 })))?.id, 'a');
  await got(commit(state, told('c', 3, { absorbs: ['a'] }), merged('a', 'c')));
  const c = await read(state, 'b');
  assert.deepEqual([c.id, c.aliases, c.work.state, c.work.owner], ['c', ['a', 'b'], 'open', 'ann']);
  assert.equal(c.history.rows.length, 7);
});

test('G3 two unlike verdicts become none, and both stand in the history; two like ones stay', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a'), told('b'), told('c'), told('d')));
  for (const id of ['a', 'b', 'c', 'd']) {
    await act(state, id, { action: 'verdict', verdict: id === 'b' ? 'authorised' : 'false' });
    await act(state, id, { action: 'close' });
  }
  await got(commit(state, told('a', 2, { absorbs: ['b'] }), merged('b', 'a')));
  await got(commit(state, told('c', 2, { absorbs: ['d'] }), merged('d', 'c')));
  const [a, c] = [await read(state, 'a'), await read(state, 'c')];
  assert.deepEqual(
    [a.work.verdict, a.work.state, a.work.times.close, a.work.closed],
    [null, 'acknowledged', undefined, null],
  );
  assert.deepEqual([c.work.verdict, c.work.state, c.work.closed?.by], ['false', 'closed', 'person']);
  assert.deepEqual(
    a.history.rows.slice(0, 2).map(({ incident, before }) => [incident, before.verdict]),
    [
      ['b', 'authorised'],
      ['a', 'false'],
    ],
  );
});

test('what is part of one incident and becomes part of another has no work to bring any more', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a'), told('b'), told('c')));
  await act(state, 'b', { action: 'acknowledge' }, { who: 'bea' });
  await got(commit(state, told('a', 2, { absorbs: ['b'] }), merged('b', 'a')));
  await got(commit(state, merged('b', 'c')));
  const [b, a] = [await read(state, 'b'), await read(state, 'a')];
  assert.deepEqual([b.id, b.work.owner, b.work.revision], ['c', null, 0]);
  assert.deepEqual([a.aliases, a.work.owner], [[], 'bea']);
});

test('an incident that is new and takes in others goes on with their work', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('b'), told('c')));
  await act(state, 'b', { action: 'acknowledge' });
  await act(state, 'c', { action: 'contain' });
  const { incidents } = await got(
    commit(state, told('a', 2, { absorbs: ['b', 'c'] }), merged('b', 'a'), merged('c', 'a')),
  );
  assert.deepEqual(
    incidents.map(({ id, verdict }) => [id, verdict]),
    [
      ['a', 'new'],
      ['b', 'merged'],
      ['c', 'merged'],
    ],
  );
  const { work, number } = await read(state, 'a');
  assert.deepEqual([work.state, work.owner, work.revision, number], ['acknowledged', 'local:tester', 2, 3]);
});

test('what was merged and is told by itself again is an incident of its own, with the work and history that it had', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a'), told('b')));
  await act(state, 'b', { action: 'acknowledge' });
  await got(commit(state, told('a', 2, { absorbs: ['b'] }), merged('b', 'a')));
  await got(commit(state, told('b', 3)));
  const [a, b] = [await read(state, 'a'), await read(state, 'b')];
  assert.deepEqual([b.requestedId, b.standing, b.work.state, b.number], [undefined, 'told', 'acknowledged', 2]);
  assert.deepEqual([a.aliases, a.history.rows.map(({ action }) => action)], [[], ['absorbed']]);
  assert.equal(b.history.rows[0]?.note, 'was part of a');
});

test('what is part of another is neither withdrawn nor final by itself', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a'), told('b')));
  await got(commit(state, told('a', 2, { absorbs: ['b'] }), merged('b', 'a')));
  const before = await everything(state, ['a', 'b']);
  const { incidents } = await got(commit(state, withdrawn('b', 5), final('b'), final('none')));
  assert.deepEqual(
    incidents.map(({ verdict }) => verdict),
    ['known', 'known', 'unknown'],
  );
  assert.deepEqual(await everything(state, ['a', 'b']), before);
});

test('a final incident that comes again goes on from the version that is kept, though the caller forgot it', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a', 4)));
  await act(state, 'a', { action: 'verdict', verdict: 'test' });
  await act(state, 'a', { action: 'close' });
  await got(commit(state, final('a')));
  assert.deepEqual((await got(state.call('knownIncidents', {}))).rows, []);
  const again = await got(commit(state, told('a', 1, { digest: 'digest of a 4' })));
  assert.deepEqual(again.incidents, [{ id: 'a', verdict: 'known', number: 1, version: 4 }]);
  const more = await got(commit(state, told('a', 1)));
  assert.deepEqual(more.incidents, [{ id: 'a', verdict: 'changed', number: 1, version: 5 }]);
  const twice = await got(commit(state, told('a', 1)));
  assert.deepEqual(twice.incidents, [{ id: 'a', verdict: 'known', number: 1, version: 5 }]);
  const { standing, work } = await read(state, 'a');
  assert.deepEqual([standing, work.state], ['told', 'closed']);
});

test('L20 what evidence says of times and names stops nothing', async (t) => {
  const state = await newState(t);
  const time = '30828-09-14T02:48:05.4775807Z';
  const odd = { first: time, last: time, eventTime: time, hosts: ['\ud800', '\udfff', '\u0000', 'h'], title: '\ud800' };
  const records = ['\ud800', '\udfff'].map((id) => ({ id, host: '\ud800', time, body: '{}' }));
  await got(commit(state, told('a', 1, { ...odd, records }), told('b', 1, { first: at('00:00:00') })));
  const { rows } = await got(state.call('listIncidents', {}));
  assert.deepEqual(
    rows.map(({ id, first, hosts }) => [id, first, hosts]),
    [
      ['b', at('00:00:00'), 1],
      ['a', time, 4],
    ],
  );
  const contain: IncidentAction = { action: 'contain', at: at('09:00:00'), note: 'the switch log says so' };
  assert.equal(await outcomeOf(act(state, 'a', contain)), 'contained');
  assert.deepEqual(await got(state.call('integrity', null)), { problems: [] });
});

test('a record that several cite stands once, and goes with the last of them', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a'), told('b')));
  await got(commit(state, told('a', 2, { records: [] })));
  assert.equal(await codeOf(state.call('readCitedRecord', { id: 'of a' })), 'unknown');
  assert.equal(await codeOf(state.call('readCitedRecord', { id: 'shared' })), 'done');
  await got(commit(state, told('b', 2, { records: [] })));
  assert.equal(await codeOf(state.call('readCitedRecord', { id: 'shared' })), 'unknown');
});
