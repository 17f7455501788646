import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KnownIncident, Revisions } from '../../src/live/index.ts';
import { ToldBook } from '../../src/serve/detect/told-book.ts';
import { VersionFloors } from '../../src/serve/detect/version-floors.ts';
import type { IncidentWrite, State, StepResult } from '../../src/state/index.ts';
import { got, NOW_MS, newState } from '../state/opened-state.ts';
import { act, final, read, told } from '../state/told-incidents.ts';

const LANE = {};
const NOTHING: Revisions = { added: [], changed: [], superseded: [], withdrawn: [], final: [] };

/** The book of detection before a state with room for two, which hears of a step only when it is told so. */
class Steps {
  readonly book = new ToldBook([]);
  readonly #state: State;
  readonly #floors = new VersionFloors();

  constructor(state: State) {
    this.#state = state;
  }

  /** Detection finds an incident: the version that it tells. */
  tell(id: string, digest: string): IncidentWrite {
    const version = (this.book.get(id)?.version ?? 0) + 1;
    const incident = { id, hosts: [], first: '', findings: [], subscriptions: [] };
    const revision = { incident, version, digest, times: {} } as unknown as Revisions['added'][number];
    this.book.note(LANE, { ...NOTHING, added: [revision] });
    return told(id, version, { level: 'low', digest });
  }

  end(id: string): IncidentWrite {
    this.book.note(LANE, { ...NOTHING, final: [{ id }] });
    return final(id);
  }

  withdraw(id: string, version: number): IncidentWrite {
    this.book.note(LANE, { ...NOTHING, withdrawn: [{ id, version }] });
    return { kind: 'incidentWithdrawn', id, version, atMs: NOW_MS + 1000, why: 'the logon was another' };
  }

  async commit(writes: readonly IncidentWrite[]): Promise<StepResult> {
    const raised = this.#floors.raised(writes);
    const result = await got(this.#state.call('commit', { judged: 1, writes: raised }));
    this.#floors.note(raised, result.incidents);
    return result;
  }

  settle({ incidents, droppedIncidents }: StepResult): void {
    const versions = incidents.flatMap(({ id, version }) => (version === undefined ? [] : [{ id, version }]));
    this.book.settle({ versions, dropped: droppedIncidents });
  }
}

function knownOf({ book }: Steps, id: string): readonly unknown[] {
  const known: KnownIncident | undefined = book.get(id);
  return [known?.version, known?.standing];
}

test('L15 what is told again before detection hears that it went never goes backwards', async (t) => {
  const state = await newState(t, { incidents: 2 });
  const steps = new Steps(state);
  steps.settle(await steps.commit([steps.tell('x', 'one'), steps.tell('y', 'one')]));
  const ends = [steps.end('x'), steps.tell('z', 'one')];
  const again = [steps.tell('x', 'two')];
  const first = await steps.commit(ends);
  assert.deepEqual(first.droppedIncidents, ['x']);
  steps.settle(first);
  const second = await steps.commit(again);
  assert.deepEqual(
    second.incidents.map(({ verdict, version }) => [verdict, version]),
    [['new', 2]],
  );
  steps.settle(second);
  steps.settle(await steps.commit([steps.tell('x', 'three')]));
  assert.deepEqual([(await read(state, 'x')).version, knownOf(steps, 'x')], [3, [3, 'told']]);
});

test('L15 nor does what was told again and withdrawn before that was heard', async (t) => {
  const state = await newState(t, { incidents: 2 });
  const steps = new Steps(state);
  steps.settle(await steps.commit([steps.tell('x', 'one'), steps.tell('y', 'one')]));
  const ends = [steps.end('x'), steps.tell('z', 'one')];
  const again = [steps.tell('x', 'two')];
  const refuted = [steps.withdraw('x', 3), steps.end('y')];
  const first = await steps.commit(ends);
  assert.deepEqual(first.droppedIncidents, ['x']);
  steps.settle(first);
  assert.deepEqual(knownOf(steps, 'x'), [undefined, undefined]);
  steps.settle(await steps.commit(again));
  await act(state, 'y', { action: 'verdict', verdict: 'test' });
  await act(state, 'y', { action: 'close' });
  const third = await steps.commit(refuted);
  assert.deepEqual(third.droppedIncidents, ['y']);
  steps.settle(third);
  steps.settle(await steps.commit([steps.tell('x', 'four')]));
  assert.deepEqual([(await read(state, 'x')).version, knownOf(steps, 'x')], [4, [4, 'told']]);
});
