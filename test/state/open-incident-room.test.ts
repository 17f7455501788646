import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Level } from '../../src/windows/index.ts';
import { BY, got, NOW_MS, newState, openedState, temporaryFolder } from './opened-state.ts';
import { act, commit, final, merged, read, told, withdrawn } from './told-incidents.ts';

type State = Awaited<ReturnType<typeof newState>>;

/** Adds incidents that may not go, and says what went of each. */
async function goneBy(state: State, ids: readonly string[]): Promise<readonly string[]> {
  const gone: string[] = [];
  for (const id of ids) gone.push(...(await got(commit(state, told(id)))).droppedIncidents);
  return gone;
}

/** A state that holds these incidents of level low, all of them final, and has no room for more. */
async function fullOf(t: TestContext, ids: readonly string[]): Promise<State> {
  const state = await newState(t, { incidents: ids.length });
  await got(commit(state, ...ids.map((id) => told(id, 1, { level: 'low' }))));
  await got(commit(state, ...ids.map(final)));
  return state;
}

test('L15 where no closed one is left open ones go that nobody touched: the lowest level first, then the oldest by last change', async (t) => {
  const levels: readonly (readonly [string, Level, number])[] = [
    ['critical', 'critical', 1],
    ['high', 'high', 2],
    ['medium', 'medium', 3],
    ['low later', 'low', 9],
    ['low', 'low', 4],
    ['info', 'informational', 8],
    ['closed', 'high', 20],
  ];
  const state = await newState(t, { incidents: levels.length });
  await got(commit(state, ...levels.map(([id, level, ms]) => told(id, 1, { level, atMs: NOW_MS + ms }))));
  await got(commit(state, ...levels.map(([id]) => final(id))));
  await act(state, 'closed', { action: 'verdict', verdict: 'test' });
  await act(state, 'closed', { action: 'close' });
  const before = await got(state.call('incidentRoom', null));
  assert.deepEqual([before.dropped, before.openDropped, before.isOverfull], [0, 0, false]);
  const first = await got(commit(state, told('n1')));
  assert.deepEqual([first.droppedIncidents, first.droppedOpenIncidents], [['closed'], 0]);
  const second = await got(commit(state, told('n2')));
  assert.deepEqual([second.droppedIncidents, second.droppedOpenIncidents], [['info'], 1]);
  assert.deepEqual(await goneBy(state, ['n3', 'n4', 'n5']), ['low', 'low later', 'medium']);
  const full = await got(state.call('incidentRoom', null));
  assert.deepEqual([full.held, full.dropped, full.openDropped, full.isOverfull], [7, 5, 4, false]);
  // What is high, or critical, stays whatever comes.
  assert.deepEqual(await goneBy(state, ['n6']), []);
  const over = await got(state.call('incidentRoom', null));
  assert.deepEqual([over.held, over.openDropped, over.isOverfull], [8, 4, true]);
  assert.equal(await got(state.call('readIncident', { id: 'low' })), null);
  assert.deepEqual((await got(state.call('listIncidentHistory', { id: 'low' }))).rows, []);
  assert.deepEqual(await got(state.call('integrity', null)), { problems: [] });
});

test('L15 what somebody opened, worked on or took a verdict back of stays, and what a proposal, a hold or a verdict names', async (t) => {
  const names = ['opened', 'noted', 'undone', 'assigned', 'judged', 'proposed', 'held', 'original', 'part', 'nobody'];
  const state = await fullOf(t, names);
  await got(state.call('noteOpened', { who: 'ada', id: 'opened', version: 1, revision: 0 }));
  await act(state, 'noted', { action: 'note', note: 'looks odd' });
  await act(state, 'undone', { action: 'acknowledge' });
  await act(state, 'undone', { action: 'undo' });
  await act(state, 'assigned', { action: 'assign', owner: 'ada' });
  await act(state, 'judged', {
    action: 'verdict',
    verdict: 'duplicate',
    code: 'same',
    of: 'original',
    note: 'one act',
  });
  const proposal = { pin: '{"hosts":["*"]}', note: 'patches', incident: 'proposed', by: BY, idempotencyKey: 'p' };
  await got(state.call('addProposal', proposal));
  await got(state.call('keepIncidents', { ids: ['held'] }));
  await got(state.call('noteOpened', { who: 'ada', id: 'part', version: 1, revision: 0 }));
  const taken = await got(
    commit(state, told('whole', 2, { level: 'low', absorbs: ['part'] }), merged('part', 'whole')),
  );
  assert.deepEqual([taken.droppedIncidents, taken.droppedOpenIncidents], [['part'], 0]);
  await got(commit(state, final('whole')));
  assert.equal((await read(state, 'whole')).work.revision, 0);
  assert.deepEqual(await goneBy(state, ['n1', 'n2', 'n3']), ['nobody']);
  const room = await got(state.call('incidentRoom', null));
  assert.deepEqual([room.openDropped, room.isOverfull, room.isMakingRoom], [1, true, false]);
});

test('L15 what the engine speaks of does not go, open or closed: it would tell it again as new', async (t) => {
  const state = await newState(t, { incidents: 4 });
  const low = { level: 'low' } as const;
  await got(commit(state, told('told', 1, low), told('final', 1, low), told('done'), told('back', 1, low)));
  await act(state, 'done', { action: 'verdict', verdict: 'test' });
  await act(state, 'done', { action: 'close' });
  await got(commit(state, final('final'), final('back')));
  // Found again, it is told again.
  await got(commit(state, told('back', 2, low)));
  assert.deepEqual(await goneBy(state, ['n1', 'n2', 'n3']), ['final']);
  assert.equal((await got(state.call('incidentRoom', null))).isOverfull, true);
  const { droppedIncidents } = await got(commit(state, final('told'), withdrawn('back', 3)));
  // There were two more than four.
  assert.deepEqual(droppedIncidents, ['back', 'told']);
  assert.deepEqual(await goneBy(state, ['n4']), []);
  assert.deepEqual((await got(commit(state, final('done')))).droppedIncidents, ['done']);
});

test('L15 the same holds for their bytes, to the byte', async (t) => {
  const measured = await fullOf(t, ['a', 'b']);
  const { heldBytes } = await got(measured.call('incidentRoom', null));
  const goneOf = async (incidentBytes: number): Promise<readonly string[]> => {
    const state = await newState(t, { incidentBytes });
    await got(commit(state, told('a', 1, { level: 'low' })));
    await got(commit(state, final('a')));
    return goneBy(state, ['b']);
  };
  assert.deepEqual(await goneOf(heldBytes), []);
  assert.deepEqual(await goneOf(heldBytes - 1), ['a']);
});

test('what went of open ones is told where every incident is said to be kept', async (t) => {
  const state = await newState(t, { incidents: 2 });
  const atMs = NOW_MS + 5000;
  await got(commit(state, told('a', 1, { level: 'low', atMs }), told('b')));
  await got(commit(state, final('a')));
  const since = async (): Promise<unknown> => (await got(state.call('incidentBackground', { id: 'b' })))?.sinceMs;
  assert.equal(await since(), NOW_MS);
  assert.deepEqual(await goneBy(state, ['c']), ['a']);
  assert.equal(await since(), atMs);
});

test('L15 at most 1,000 go in one commit, and the rest with the next ones, also where these tell nothing', async (t) => {
  const folder = temporaryFolder(t);
  const free = await openedState(folder);
  const names = Array.from({ length: 1203 }, (_, at) => `i${String(at).padStart(4, '0')}`);
  await got(commit(free, ...names.map((id) => told(id, 1, { level: 'low' }))));
  // The oldest took in more than one commit lets go of.
  const parts = names.slice(1, 1102);
  const whole = told('i0000', 2, { level: 'low', absorbs: parts, atMs: NOW_MS });
  await got(commit(free, whole, ...parts.map((id) => merged(id, 'i0000')), ...names.map(final)));
  await free.close();
  const state = await openedState(folder, { incidents: 2 });
  t.after(() => state.close());
  const room = async (): Promise<readonly unknown[]> => {
    const { held, isOverfull, isMakingRoom } = await got(state.call('incidentRoom', null));
    return [held, isOverfull, isMakingRoom];
  };
  assert.deepEqual(await room(), [1203, true, true]);
  const first = await got(commit(state));
  assert.deepEqual(
    [first.droppedIncidents.length, first.droppedOpenIncidents, await room()],
    [1000, 0, [203, true, true]],
  );
  const second = await got(commit(state));
  assert.deepEqual(
    [second.droppedIncidents.length, second.droppedOpenIncidents, await room()],
    [201, 100, [2, false, false]],
  );
  assert.equal((await got(state.call('incidentRoom', null))).openDropped, 100);
  assert.deepEqual(await got(state.call('integrity', null)), { problems: [] });
});
