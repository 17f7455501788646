import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { dueOf } from '../../src/state/incidents/due.ts';
import type { IncidentAction, State } from '../../src/state/index.ts';
import { formatTime } from '../../src/windows/index.ts';
import { BY, got, NOW_MS, newState } from './opened-state.ts';
import { act, commit, outcomeOf, read, told, withdrawn } from './told-incidents.ts';

const TARGETS = { levels: { critical: { acknowledge: 1, verdict: 2, contain: 3 } }, verify: 4 };
const LATER = { who: 'bea', atMs: NOW_MS + 100 };

async function does(state: State, action: IncidentAction, by = {}): Promise<string> {
  return await outcomeOf(act(state, 'a', action, by));
}

/** What is due of it, as the queue says. */
async function due(state: State): Promise<string | undefined> {
  const { work } = await read(state, 'a');
  const facts = { level: 'critical', alert: formatTime(NOW_MS, 0), ...work } as const;
  return dueOf(facts, TARGETS)?.for;
}

/** An incident that was judged, contained and closed as malicious, and that the engine opened again for a higher level. */
async function openedAgain(t: TestContext): Promise<State> {
  const state = await newState(t);
  await got(commit(state, told('a')));
  await does(state, { action: 'verdict', verdict: 'malicious', note: 'it is one' });
  await does(state, { action: 'step', step: 'contain-a', outcome: 'done' });
  await does(state, { action: 'step', step: 'verify-a', outcome: 'done' });
  assert.equal(await does(state, { action: 'close', learn: 'patch sooner' }), 'closed');
  const { incidents } = await got(commit(state, told('a', 2, { level: 'critical' })));
  assert.deepEqual(
    incidents.map(({ verdict }) => verdict),
    ['changed', 'reopened'],
  );
  return state;
}

test('G2 what the engine opened again is acknowledged anew: it is due, and can be done, once', async (t) => {
  const state = await openedAgain(t);
  assert.equal(await due(state), 'acknowledge');
  const owed = async (): Promise<readonly unknown[]> => {
    const { rows } = await got(state.call('listIncidents', {}));
    return rows.map((row) => [row.state, row.verdict, row.isToAcknowledge, row.isJudgedBefore]);
  };
  assert.deepEqual(await owed(), [['acknowledged', 'malicious', true, true]]);
  assert.equal(await does(state, { action: 'acknowledge' }, LATER), 'acknowledged');
  assert.deepEqual(await owed(), [['acknowledged', 'malicious', false, true]]);
  const { times, owner } = (await read(state, 'a')).work;
  assert.deepEqual([times.ack?.who, times.ack?.time, owner], ['bea', formatTime(LATER.atMs, 0), BY.who]);
  assert.equal(await due(state), 'verdict');
  assert.equal(await does(state, { action: 'acknowledge' }), 'It is acknowledged already.');
  assert.equal(await does(state, { action: 'undo' }, LATER), 'acknowledged');
  assert.equal(await due(state), 'acknowledge');
});

test('G2 what is inconclusive is judged in its own episode, and one of before only when it was opened again', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a')));
  const before = async (): Promise<boolean | undefined> => {
    const { rows } = await got(state.call('listIncidents', {}));
    return rows[0]?.isJudgedBefore;
  };
  const inconclusive = { action: 'verdict', verdict: 'inconclusive', code: 'answer', note: 'asked' } as const;
  await does(state, inconclusive);
  assert.equal(await before(), false);
  await does(state, { action: 'verdict', verdict: 'false', code: 'rule', note: 'too wide' });
  await does(state, { action: 'close' });
  await got(commit(state, told('a', 2, { level: 'critical' })));
  assert.equal(await before(), true);
  await does(state, inconclusive);
  assert.equal(await before(), false);
});

test('G2 a verdict acknowledges a new episode too', async (t) => {
  const state = await openedAgain(t);
  assert.equal(
    await does(state, { action: 'verdict', verdict: 'inconclusive', note: 'not sure' }, LATER),
    'acknowledged',
  );
  assert.deepEqual(Object.keys((await read(state, 'a')).work.times).toSorted(), ['ack', 'reopen']);
  assert.equal(await due(state), 'verdict');
});

test('G4 what a person had closed as withdrawn, and is borne out again, is acknowledged anew', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a')));
  await does(state, { action: 'acknowledge' });
  await got(commit(state, withdrawn('a', 2)));
  await does(state, { action: 'verdict', verdict: 'false', note: 'none' });
  await does(state, { action: 'close' });
  assert.equal((await got(commit(state, told('a', 3)))).incidents[1]?.verdict, 'reopened');
  assert.equal(await due(state), 'acknowledge');
  assert.equal(await does(state, { action: 'acknowledge' }), 'acknowledged');
  assert.equal(
    await does(state, { action: 'close' }),
    'It needs a verdict other than inconclusive before it is closed.',
  );
});

test('PRODUCT 12.1 a new episode is judged, contained and closed by itself; the one before stays in the history', async (t) => {
  const state = await openedAgain(t);
  const begun = (await read(state, 'a')).work;
  assert.deepEqual([begun.episode, begun.verdict, begun.taken, begun.learn], [2, 'malicious', {}, null]);
  const [reopening] = (await read(state, 'a')).history.rows;
  assert.deepEqual(
    [reopening?.action, Object.keys(reopening?.before.taken ?? {}), reopening?.before.learn],
    ['reopened', ['contain-a', 'verify-a'], 'patch sooner'],
  );
  const needs = 'It needs a verdict other than inconclusive before it is closed.';
  assert.equal(await does(state, { action: 'close', learn: 'l' }), needs);
  await does(state, { action: 'verdict', verdict: 'malicious', note: 'again' });
  assert.equal(await due(state), 'contain');
  assert.match(await does(state, { action: 'close', learn: 'l' }), /contain contain-a, verify verify-a\.$/);
  await does(state, { action: 'step', step: 'contain-a', outcome: 'done' }, LATER);
  await does(state, { action: 'step', step: 'verify-a', outcome: 'done' }, LATER);
  assert.match(await does(state, { action: 'close' }), /what was learnt/);
  assert.equal(await does(state, { action: 'close', learn: 'filter WMI' }), 'closed');
  const { times } = (await read(state, 'a')).work;
  assert.equal(times.contain?.time, formatTime(LATER.atMs, 0));
  assert.deepEqual(Object.keys(times).toSorted(), ['ack', 'close', 'contain', 'containVerified', 'reopen', 'triage']);
});

test('a harmless verdict of the episode before takes no containment off the one that is open', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a')));
  await does(state, { action: 'verdict', verdict: 'false', note: 'none' });
  await does(state, { action: 'close' });
  assert.equal(await does(state, { action: 'reopen', note: 'seen again' }), 'acknowledged');
  const { times, verdict, level } = { level: 'critical' as const, ...(await read(state, 'a')).work };
  const late = { levels: { critical: { contain: 3 } }, verify: 4 };
  assert.equal(dueOf({ level, state: 'acknowledged', verdict, alert: null, times }, late)?.for, 'contain');
  assert.match(await does(state, { action: 'close' }), /needs a verdict/);
});

test('G8 what one step makes of an incident says why somebody is called: it shows again, or its level rose', async (t) => {
  const state = await newState(t);
  const carriers = [{ host: 'srv-02', analytic: 'R09' }];
  const verdicts = async (...writes: Parameters<typeof told>[]): Promise<readonly string[]> =>
    (await got(commit(state, ...writes.map((one) => told(...one))))).incidents.map(
      ({ id, verdict }) => `${id} ${verdict}`,
    );
  assert.deepEqual(await verdicts(['a', 1, { level: 'medium' }], ['b', 1, { level: 'medium', carriers }]), [
    'a new',
    'b new',
  ]);
  const suppression = { scope: { analytic: 'R09' }, level: 'medium', reason: 'r', owner: 'o', days: 1 } as const;
  await got(state.call('addSuppression', { suppression, by: BY, idempotencyKey: 'k' }));
  const other = [...carriers, { host: 'srv-02', analytic: 'R02' }];
  assert.deepEqual(
    await verdicts(['a', 2, { level: 'high' }], ['b', 2, { level: 'medium', carriers, title: 'more' }]),
    ['a changed', 'b changed', 'a raised'],
  );
  assert.deepEqual(await verdicts(['a', 3, { level: 'medium' }], ['b', 3, { level: 'medium', carriers: other }]), [
    'a changed',
    'b changed',
    'b shown',
  ]);
});
