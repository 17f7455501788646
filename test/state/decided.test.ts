import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { State, StepWrite, ToldFound } from '../../src/state/index.ts';
import { got, NOW_MS, newState } from './opened-state.ts';
import { act, at, merged, outcomeOf, told } from './told-incidents.ts';

/** A finding of an analytic, or of a rule, in an incident. */
function found(id: string, incident: string | null, label: string, print: string | null = null): StepWrite {
  const where = { level: 'high', host: 'srv-02', hosts: ['srv-02'] } as const;
  const when = { firstMs: NOW_MS, last: at('10:00:00'), atMs: NOW_MS };
  const of: ToldFound = {
    of: 'finding',
    id,
    digest: 'a',
    extent: 1,
    isWhole: true,
    label,
    word: 'wmi',
    print,
    incident,
    row: '{}',
    document: '{}',
    ...where,
    ...when,
  };
  return { kind: 'found', ...of };
}

async function step(state: State, ...writes: readonly StepWrite[]): Promise<void> {
  await got(state.call('commit', { judged: 1, writes }));
}

/** Analytic or rule with malicious, authorised and false. */
async function counts(state: State): Promise<readonly string[]> {
  const rows = await got(state.call('countDecided', null));
  return rows.map((row) => `${row.by} ${row.name} ${row.malicious} ${row.authorised} ${row.false}`);
}

async function judge(state: State, id: string, verdict: 'malicious' | 'authorised' | 'false' | 'test'): Promise<void> {
  await outcomeOf(act(state, id, { action: 'verdict', verdict, note: 'looked at' }));
}

test('an incident counts once for each analytic and rule that is part of it, by what people decided', async (t) => {
  const state = await newState(t);
  await step(
    state,
    ...['a', 'b', 'c', 'd', 'e'].map((id) => told(id)),
    found('f1', 'a', 'S05'),
    found('f2', 'a', 'S05'),
    found('f3', 'a', 'sigma', 'rule-1'),
    found('f4', 'b', 'S05'),
    found('f5', 'c', 'sigma', 'rule-1'),
    found('f6', 'd', 'S05'),
    found('f7', 'e', 'R02'),
    found('f8', null, 'S05'),
  );
  assert.deepEqual(await counts(state), [], 'nobody decided anything');
  await judge(state, 'a', 'malicious');
  await judge(state, 'b', 'authorised');
  await judge(state, 'c', 'false');
  await judge(state, 'd', 'test');
  await outcomeOf(act(state, 'e', { action: 'verdict', verdict: 'inconclusive', note: 'who knows' }));
  assert.deepEqual(await counts(state), ['analytic S05 1 1 0', 'analytic sigma 1 0 1', 'rule rule-1 1 0 1']);
  await judge(state, 'b', 'false');
  await step(state, { kind: 'foundWithdrawn', of: 'finding', id: 'f5', atMs: NOW_MS });
  assert.deepEqual(await counts(state), ['analytic S05 1 0 1', 'analytic sigma 1 0 0', 'rule rule-1 1 0 0']);
});

test('a verdict of an episode before counts no more until it is given again; what was merged counts with its survivor', async (t) => {
  const state = await newState(t);
  await step(state, told('a'), found('f1', 'a', 'S05'), told('b'), found('f2', 'b', 'R02'));
  await judge(state, 'a', 'false');
  await outcomeOf(act(state, 'a', { action: 'close', learn: 'narrow it' }));
  assert.deepEqual(await counts(state), ['analytic S05 0 0 1']);
  await step(state, told('a', 2, { level: 'critical' }));
  assert.deepEqual(await counts(state), [], 'it was opened again');
  await judge(state, 'a', 'malicious');
  assert.deepEqual(await counts(state), ['analytic S05 1 0 0']);
  await step(state, told('a', 3, { absorbs: ['b'], level: 'critical' }), merged('b', 'a'));
  assert.deepEqual(await counts(state), ['analytic R02 1 0 0', 'analytic S05 1 0 0'], 'f2 still names b');
});
