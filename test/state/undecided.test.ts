import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { dueTimes } from '../../src/state/incidents/due.ts';
import type { State, Verdict, WholeIncident } from '../../src/state/index.ts';
import { formatTime } from '../../src/windows/index.ts';
import { got, NOW_MS, newState } from './opened-state.ts';
import { act, commit, merged, outcomeOf, read, told } from './told-incidents.ts';

const TARGETS = { levels: { high: { acknowledge: 10, verdict: 20, contain: 30 } }, verify: 40 };
/** Long after all that was due of each alone. */
const MERGED_MS = NOW_MS + 1000;

/** Two incidents that were judged so, each by a person of its own, and became one: the first. */
async function oneOf(t: TestContext, first: Verdict, second: Verdict): Promise<State> {
  const state = await newState(t);
  await got(commit(state, told('a'), told('b')));
  await act(state, 'a', { action: 'verdict', verdict: first }, { who: 'ann', atMs: NOW_MS + 5 });
  await act(state, 'b', { action: 'verdict', verdict: second }, { who: 'bea', atMs: NOW_MS + 7 });
  const taking = told('a', 2, { absorbs: ['b'], atMs: MERGED_MS });
  await got(commit(state, taking, merged('b', 'a')));
  return state;
}

/** What is to be done yet, in milliseconds after the alert. */
function owed({ work }: WholeIncident): readonly string[] {
  const facts = { level: 'high', alert: formatTime(NOW_MS, 0), ...work } as const;
  return dueTimes(facts, TARGETS)
    .filter(({ isMet }) => !isMet)
    .map(({ for: step, atMs }) => `${step} ${atMs - NOW_MS}`);
}

test('G3 G9 a verdict that fell away in a merge is due from the merge, while the first one stays measured', async (t) => {
  const state = await oneOf(t, 'false', 'authorised');
  const a = await read(state, 'a');
  assert.deepEqual([a.work.verdict, a.work.times.triage?.who], [null, 'ann']);
  const merge = { time: formatTime(MERGED_MS, 0), clock: 'server', source: 'merge', who: 'system' };
  assert.deepEqual([a.work.times.undecided, a.work.times.containFrom], [merge, merge]);
  // Neither of them had anything to contain.
  assert.deepEqual(owed(a), ['verdict 1020', 'contain 1030']);
  const verdicts = a.history.rows.flatMap(({ after }) => after.verdict ?? []);
  assert.deepEqual(verdicts, ['authorised', 'false']);
});

test('G9 containment that was due of one of them before stays due by its own clock', async (t) => {
  assert.deepEqual(owed(await read(await oneOf(t, 'malicious', 'false'), 'a')), ['verdict 1020', 'contain 30']);
});

test('G9 containment that began to be due in a merge stays due from then, whatever is decided later', async (t) => {
  const state = await oneOf(t, 'false', 'authorised');
  const judge = async (verdict: Verdict, atMs: number): Promise<readonly string[]> => {
    await act(state, 'a', { action: 'verdict', verdict }, { who: 'cid', atMs });
    return owed(await read(state, 'a'));
  };
  assert.deepEqual(await judge('inconclusive', MERGED_MS + 5), ['verdict 1020', 'contain 1030']);
  assert.deepEqual(await judge('malicious', MERGED_MS + 9), ['contain 1030']);
  assert.deepEqual(await judge('false', MERGED_MS + 11), []);
  assert.deepEqual(await judge('malicious', MERGED_MS + 12), ['contain 1030']);
});

test('G9 what nobody touched makes containment due by its own clock again, also after a merge of harmless ones', async (t) => {
  const state = await oneOf(t, 'false', 'authorised');
  await got(commit(state, told('c')));
  await got(commit(state, told('a', 3, { absorbs: ['c'], atMs: MERGED_MS + 50 }), merged('c', 'a')));
  assert.deepEqual(owed(await read(state, 'a')), ['verdict 1020', 'contain 30']);
});

test('G2 an inconclusive verdict leaves it open, any other one settles it and moves no time', async (t) => {
  const state = await oneOf(t, 'malicious', 'false');
  await act(state, 'a', { action: 'verdict', verdict: 'inconclusive' });
  assert.deepEqual(owed(await read(state, 'a')), ['verdict 1020', 'contain 30']);
  assert.match(await outcomeOf(act(state, 'a', { action: 'close' })), /needs a verdict/);
  await act(state, 'a', { action: 'verdict', verdict: 'false' }, { who: 'cid', atMs: MERGED_MS + 9 });
  const { work } = await read(state, 'a');
  assert.deepEqual(
    [work.times.undecided, work.times.triage?.who, owed(await read(state, 'a'))],
    [undefined, 'ann', []],
  );
});

test('what becomes one once more is decided where a verdict stands then, else due since the first merge', async (t) => {
  const state = await oneOf(t, 'malicious', 'false');
  await got(commit(state, told('c')));
  await got(commit(state, told('a', 3, { absorbs: ['c'], atMs: MERGED_MS + 50 }), merged('c', 'a')));
  assert.equal((await read(state, 'a')).work.times.undecided?.time, formatTime(MERGED_MS, 0));
  await got(commit(state, told('d')));
  await act(state, 'd', { action: 'verdict', verdict: 'malicious' });
  await got(commit(state, told('a', 4, { absorbs: ['d'], atMs: MERGED_MS + 60 }), merged('d', 'a')));
  const { work } = await read(state, 'a');
  assert.deepEqual([work.verdict, work.times.undecided], ['malicious', undefined]);
});

test('two verdicts that are alike leave nothing undecided', async (t) => {
  const { work } = await read(await oneOf(t, 'false', 'false'), 'a');
  assert.deepEqual([work.verdict, work.times.undecided], ['false', undefined]);
});
