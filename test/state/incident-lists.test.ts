import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IncidentFilter, PageRequest, State } from '../../src/state/index.ts';
import { codeOf, got, NOW_MS, newState } from './opened-state.ts';
import { act, at, commit, final, merged, read, told, withdrawn } from './told-incidents.ts';

const LEVELS = ['low', 'medium', 'high', 'critical'] as const;

async function idsOf(state: State, request: PageRequest & IncidentFilter): Promise<readonly string[]> {
  return (await got(state.call('listIncidents', request))).rows.map(({ id }) => id);
}

/** Ids of a list that is read in pages, with something done between them. */
async function turned(
  state: State,
  limit: number,
  between: (page: number) => Promise<unknown>,
): Promise<readonly string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; ; page++) {
    const found = await got(state.call('listIncidents', { limit, ...(cursor === undefined ? {} : { cursor }) }));
    ids.push(...found.rows.map(({ id }) => id));
    if (found.next === null) return ids;
    cursor = found.next;
    await between(page);
  }
}

test('the queue has the highest level first, then the newest, and filters by state, level, host and time', async (t) => {
  const state = await newState(t);
  await got(
    commit(
      state,
      told('old', 1, { first: at('08:00:00'), last: at('08:30:00') }),
      told('new', 1, { first: at('09:00:00'), last: at('09:30:00'), hosts: ['srv-02', 'ws-07'] }),
      told('critical', 1, { level: 'critical', first: at('07:00:00'), last: at('09:29:59') }),
      told('low', 1, { level: 'low', hosts: ['ws-07'] }),
    ),
  );
  assert.deepEqual(await idsOf(state, {}), ['critical', 'new', 'old', 'low']);
  assert.deepEqual(await idsOf(state, { level: 'high' }), ['critical', 'new', 'old']);
  assert.deepEqual(await idsOf(state, { level: 'critical' }), ['critical']);
  assert.deepEqual(await idsOf(state, { host: 'ws-07' }), ['new', 'low']);
  assert.deepEqual(await idsOf(state, { host: 'ws-0' }), []);
  assert.deepEqual(await idsOf(state, { since: at('09:30:00') }), ['new', 'low']);
  await act(state, 'old', { action: 'acknowledge' });
  assert.deepEqual(await idsOf(state, { states: ['acknowledged'] }), ['old']);
  assert.deepEqual(await idsOf(state, { states: ['open', 'acknowledged'], level: 'high', host: 'srv-02' }), [
    'critical',
    'new',
    'old',
  ]);
  await got(commit(state, told('new', 2, { absorbs: ['old'] }), merged('old', 'new')));
  assert.deepEqual(await idsOf(state, {}), ['critical', 'new', 'low']);
  assert.deepEqual(await idsOf(state, { states: ['merged'] }), ['old']);
  assert.deepEqual(await idsOf(state, { host: 'ws-07' }), ['low']);
  assert.equal(await codeOf(state.call('listIncidents', { level: 'odd' as 'low' })), 'invalid');
  assert.equal(await codeOf(state.call('listIncidents', { cursor: 'odd' })), 'cursor');
});

test('pages meet every row once that keeps its place, while others are added, change and go', async (t) => {
  const state = await newState(t);
  const writes = Array.from({ length: 40 }, (_, n) =>
    told(`i${n}`, 1, { level: LEVELS[n % 4] ?? 'low', first: at(`0${n % 10}:00:00`) }),
  );
  await got(commit(state, ...writes));
  const before = await turned(state, 1000, async () => undefined);
  const moved = new Set(['i0', 'i5', 'i11', 'i22']);
  const ids = await turned(state, 3, async (page) => {
    await got(commit(state, told(`added ${page}`, 1, { level: LEVELS[page % 4] ?? 'low' })));
    await act(state, 'i3', { action: 'note', note: `${page}` });
    const id = [...moved][page];
    if (id !== undefined) await got(commit(state, told(id, 2, { level: 'critical' })));
  });
  const stays = (id: string): boolean => !moved.has(id) && !id.startsWith('added');
  assert.deepEqual(ids.filter(stays), before.filter(stays));
});

test('a cursor of the history or the records of one incident is none of another one', async (t) => {
  const state = await newState(t);
  const records = ['r1', 'r2', 'r3'].map((id) => ({ id, host: 'srv-02', time: at('09:00:00'), body: '{}' }));
  await got(commit(state, told('a', 1, { records }), told('b', 1, { records })));
  for (const id of ['a', 'b']) for (const note of ['one', 'two']) await act(state, id, { action: 'note', note });
  for (const list of ['listIncidentHistory', 'listIncidentRecords'] as const) {
    const first = await got(state.call(list, { id: 'a', limit: 1 }));
    const cursor = first.next ?? assert.fail(list);
    assert.equal((await got(state.call(list, { id: 'a', limit: 1, cursor }))).rows.length, 1);
    assert.equal(await codeOf(state.call(list, { id: 'b', limit: 1, cursor })), 'cursor');
  }
});

test('a row of the queue has at most 400 bytes of columns beside a long owner, who is whole, and its title is cut to fit', async (t) => {
  const state = await newState(t);
  const long = 'ж'.repeat(300);
  await got(commit(state, told('i'.repeat(64), 1, { title: long, hosts: [`${'h'.repeat(250)}.example`] }), told('b')));
  await act(state, 'i'.repeat(64), { action: 'assign', owner: 'ж'.repeat(100) });
  const { rows } = await got(state.call('listIncidents', {}));
  for (const row of rows) {
    const bytes = Object.values({ ...row, owner: null }).map((value) =>
      typeof value === 'string' ? Buffer.byteLength(value) : 8,
    );
    assert.ok(bytes.reduce((sum, one) => sum + one, 0) <= 400, row.id);
  }
  const [a, b] = rows;
  assert.deepEqual([b?.title, b?.host, b?.hosts, b?.isWmi], ['what happened in b', 'srv-02', 1, true]);
  assert.match(a?.title ?? '', /^ж+…$/);
  assert.equal(a?.owner, 'ж'.repeat(100));
});

test('the engine is told what it goes on with: all but those that are both closed and final', async (t) => {
  const state = await newState(t);
  await got(commit(state, ...['a', 'b', 'c', 'd', 'e', 'f'].map((id) => told(id))));
  for (const id of ['a', 'b']) {
    await act(state, id, { action: 'verdict', verdict: 'test' });
    await act(state, id, { action: 'close' });
  }
  await got(
    commit(state, final('a'), final('c'), withdrawn('d', 2), told('f', 2, { absorbs: ['e'] }), merged('e', 'f')),
  );
  const first = await got(state.call('knownIncidents', { limit: 3 }));
  const rest = await got(state.call('knownIncidents', { limit: 3, cursor: first.next ?? '' }));
  const rows = [...first.rows, ...rest.rows];
  assert.deepEqual(
    rows.map(({ id, standing, version }) => [id, standing, version]),
    [
      ['f', 'told', 2],
      ['e', 'merged', 1],
      ['d', 'withdrawn', 2],
      ['c', 'final', 1],
      ['b', 'told', 1],
    ],
  );
  const { digest, members, hosts, times } = told('c');
  const c = rows.find(({ id }) => id === 'c');
  assert.deepEqual(c, {
    id: 'c',
    number: 3,
    version: 1,
    digest,
    members,
    hosts,
    first: at('09:00:00'),
    times,
    standing: 'final',
  });
});

test('incidents are counted by level and state', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a'), told('b'), told('c', 1, { level: 'low' }), told('d')));
  await act(state, 'b', { action: 'acknowledge' });
  await got(commit(state, told('a', 2, { absorbs: ['d'] }), merged('d', 'a')));
  const { counts, held, dropped, isOverfull } = await got(state.call('countIncidents', null));
  assert.deepEqual(counts, [
    { level: 'high', state: 'acknowledged', count: 1 },
    { level: 'high', state: 'merged', count: 1 },
    { level: 'high', state: 'open', count: 1 },
    { level: 'low', state: 'open', count: 1 },
  ]);
  assert.deepEqual([held, dropped, isOverfull], [4, 0, false]);
});

test('L15 beyond their number the oldest closed, withdrawn or merged ones go, counted; open ones of level high never', async (t) => {
  const state = await newState(t, { incidents: 4 });
  await got(commit(state, told('open'), told('merged'), told('withdrawn'), told('closed')));
  await act(state, 'closed', { action: 'verdict', verdict: 'test' });
  await act(state, 'closed', { action: 'close' }, { atMs: NOW_MS + 1000 });
  await got(
    commit(state, final('closed'), told('open', 2, { absorbs: ['merged'] }), merged('merged', 'open'), {
      ...withdrawn('withdrawn', 2),
      atMs: NOW_MS + 500,
    }),
  );
  const add = async (id: string) => (await got(commit(state, told(id)))).droppedIncidents;
  assert.deepEqual(await add('n1'), ['merged']);
  assert.deepEqual(await add('n2'), ['withdrawn']);
  // Its alias and its part of the history are the survivor's.
  const survivor = await read(state, 'merged');
  assert.deepEqual([survivor.id, survivor.history.rows.map(({ incident }) => incident)], ['open', ['merged', 'open']]);
  assert.equal(await got(state.call('readIncident', { id: 'withdrawn' })), null);
  assert.deepEqual(await add('n3'), ['closed']);
  assert.equal((await got(state.call('countIncidents', null))).isOverfull, false);
  assert.deepEqual(await add('n4'), []);
  const counts = await got(state.call('countIncidents', null));
  assert.deepEqual([counts.held, counts.dropped, counts.isOverfull], [5, 3, true]);
  const { counts: _, ...room } = counts;
  assert.deepEqual(await got(state.call('incidentRoom', null)), room);
  assert.equal((await read(state, 'n4')).number, 8);
  assert.deepEqual(await got(state.call('integrity', null)), { problems: [] });
});

test('L15 what the engine still speaks of goes when it is final, and not before', async (t) => {
  const state = await newState(t, { incidents: 2 });
  await got(commit(state, told('a'), told('b')));
  for (const id of ['a', 'b']) {
    await act(state, id, { action: 'verdict', verdict: 'test' });
    await act(state, id, { action: 'close' });
  }
  await got(commit(state, final('b')));
  assert.deepEqual((await got(commit(state, told('c')))).droppedIncidents, ['b']);
  assert.deepEqual((await got(commit(state, told('d')))).droppedIncidents, []);
  assert.deepEqual((await got(commit(state, final('a')))).droppedIncidents, ['a']);
});

test('L15 the same holds for the bytes of documents and records, to the byte', async (t) => {
  const measured = await newState(t);
  await got(commit(measured, told('a'), told('b')));
  const { heldBytes } = await got(measured.call('countIncidents', null));
  const ofOne = async (limit: number): Promise<readonly string[]> => {
    const state = await newState(t, { incidentBytes: limit });
    await got(commit(state, told('a')));
    await act(state, 'a', { action: 'verdict', verdict: 'test' });
    await act(state, 'a', { action: 'close' });
    await got(commit(state, final('a')));
    return (await got(commit(state, told('b')))).droppedIncidents;
  };
  assert.deepEqual(await ofOne(heldBytes), []);
  assert.deepEqual(await ofOne(heldBytes - 1), ['a']);
});

test('a survivor goes with all that was merged into it, history and aliases too', async (t) => {
  const state = await newState(t, { incidents: 2 });
  await got(commit(state, told('a'), told('b')));
  await act(state, 'a', { action: 'verdict', verdict: 'test' });
  await got(commit(state, told('c', 2, { absorbs: ['a', 'b'] }), merged('a', 'c'), merged('b', 'c')));
  await act(state, 'c', { action: 'verdict', verdict: 'test' });
  await got(commit(state, told('d')));
  assert.equal((await read(state, 'a')).id, 'c');
  await act(state, 'd', { action: 'verdict', verdict: 'test' });
  await act(state, 'd', { action: 'close' });
  await act(state, 'c', { action: 'verdict', verdict: 'false' });
  await got(commit(state, told('e'), final('d')));
  await act(state, 'c', { action: 'close' });
  const { droppedIncidents } = await got(commit(state, told('f'), final('c')));
  assert.deepEqual(droppedIncidents, ['c']);
  for (const id of ['a', 'b', 'c']) assert.equal(await got(state.call('readIncident', { id })), null);
  assert.deepEqual((await got(state.call('listIncidentHistory', { id: 'a' }))).rows, []);
  assert.deepEqual(await got(state.call('integrity', null)), { problems: [] });
});
