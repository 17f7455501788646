import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IncidentWrite } from '../../state/index.ts';
import { byJudgement } from './incident-writes.ts';
import type { FromDetect, JudgedStep } from './messages.ts';
import { ToldBook } from './told-book.ts';
import { VersionFloors } from './version-floors.ts';

function withdrawn(id: string, version: number): IncidentWrite {
  return { kind: 'incidentWithdrawn', id, version, atMs: 1 };
}

function versionsOf(writes: readonly IncidentWrite[]): readonly unknown[] {
  return writes.map((write) => ('version' in write ? write.version : undefined));
}

test('a version that the state gave is never gone behind while detection has not heard of it', () => {
  const floors = new VersionFloors();
  const first = [withdrawn('a', 2), withdrawn('b', 2)];
  floors.note(first, [
    { id: 'a', verdict: 'withdrawn', version: 7 },
    { id: 'b', verdict: 'withdrawn', version: 2 },
  ]);
  const next = floors.raised([withdrawn('a', 3), withdrawn('b', 3), { kind: 'incidentFinal', id: 'a', atMs: 1 }]);
  assert.deepEqual(versionsOf(next), [8, 3, undefined]);
  floors.note(next, [{ id: 'a', verdict: 'withdrawn', version: 8 }]);
  assert.deepEqual(versionsOf(floors.raised([withdrawn('a', 8)])), [9]);
  assert.deepEqual(versionsOf(floors.raised([withdrawn('a', 9)])), [9]);
});

test('a version above the first of what is new to the state is never gone behind: detection may forget that it told it', () => {
  const floors = new VersionFloors();
  const told = (id: string, version: number) => ({ kind: 'incident', id, version }) as unknown as IncidentWrite;
  const writes = [told('back', 2), told('first', 1)];
  floors.note(writes, [
    { id: 'back', verdict: 'new', version: 2 },
    { id: 'first', verdict: 'new', version: 1 },
  ]);
  assert.deepEqual(versionsOf(floors.raised([told('back', 1), told('first', 1)])), [3, 1]);
});

test('what a judgement withdraws and the next one tells again is committed in two steps', () => {
  const passed = (position: number): FromDetect => ({ kind: 'passed', position, takenTo: position, unjudgedBytes: 0 });
  const judged = (position: number, final: readonly string[]): FromDetect =>
    ({ kind: 'judged', position, told: [], superseded: [], withdrawn: [], final }) as unknown as JudgedStep;
  const steps = [passed(1), judged(2, ['a']), judged(3, []), passed(4), judged(5, ['a']), passed(6)];
  const groups = byJudgement(steps).map((group) => group.map(({ position }) => position));
  assert.deepEqual(groups, [[1, 2], [3, 4, 5], [6]]);
  assert.deepEqual(byJudgement([]), []);
});

test('the version of a withdrawal counts before the state has it', () => {
  const times = {} as never;
  const known = {
    id: 'a',
    version: 4,
    digest: 'd',
    members: [],
    hosts: [],
    first: '',
    times,
    standing: 'told' as const,
  };
  const book = new ToldBook([known]);
  book.note({}, { added: [], changed: [], superseded: [], withdrawn: [{ id: 'a', version: 5 }], final: [] });
  assert.deepEqual([book.get('a')?.version, book.get('a')?.standing], [5, 'withdrawn']);
});
