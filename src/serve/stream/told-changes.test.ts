import assert from 'node:assert/strict';
import { test } from 'node:test';
import { done } from '../../disk/index.ts';
import type { State, Step, StepResult } from '../../state/index.ts';
import type { StreamHub } from './stream-hub.ts';
import { ToldChanges } from './told-changes.ts';

const STEP = { judged: 1, writes: [] } as unknown as Step;

test('of what one step makes of an incident the stream tells what calls somebody', async () => {
  const told: string[] = [];
  const hub = { publish: (_: string, data: string) => told.push(data) } as unknown as StreamHub;
  const state = {
    call: async (name: string) => done(name === 'incidentPayloads' ? new Map() : []),
  } as unknown as State;
  const changes = new ToldChanges(state, hub, { clock: () => ({}), onTrouble: (message) => told.push(message) });
  const incidents: StepResult['incidents'] = [
    { id: 'a', verdict: 'new' },
    { id: 'b', verdict: 'changed' },
    { id: 'c', verdict: 'known' },
    { id: 'b', verdict: 'reopened' },
    { id: 'a', verdict: 'final' },
    { id: 'd', verdict: 'changed' },
    { id: 'd', verdict: 'merged' },
    { id: 'e', verdict: 'changed' },
    { id: 'e', verdict: 'final' },
    { id: 'f', verdict: 'changed' },
    { id: 'f', verdict: 'raised' },
    { id: 'f', verdict: 'final' },
  ];
  changes.committed(STEP, { incidents, droppedIncidents: [], found: [], hosts: [] } as unknown as StepResult);
  await changes.settled();
  assert.deepEqual(
    told.map((data) => Object.values(JSON.parse(data) as object).join(' ')),
    ['a new', 'b reopened', 'd merged', 'e final', 'f raised'],
  );
});
