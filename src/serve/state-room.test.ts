import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IncidentRoom, State, StepResult } from '../state/index.ts';
import { Metrics } from './metrics.ts';
import { StateRoom } from './state-room.ts';

const DAY_MS = 86_400_000;
const NOTHING: StepResult = {
  ...{ batches: [], deadLetters: 0, dropped: 0, incidents: [], droppedIncidents: [], found: [], droppedFound: 0 },
  ...{ droppedOpenIncidents: 0, hosts: [], droppedComputers: 0 },
};

function newRoom() {
  const at = { nowMs: 0 };
  const held: { -readonly [Key in keyof IncidentRoom]: IncidentRoom[Key] } = {
    ...{
      held: 3,
      heldBytes: 900,
      dropped: 1,
      openDropped: 0,
      historyDropped: 7,
      isOverfull: false,
      isMakingRoom: false,
    },
  };
  const state = { call: async () => ({ kind: 'done', value: { ...held } }) } as unknown as Pick<State, 'call'>;
  const metrics = new Metrics();
  return { room: new StateRoom(state, metrics, () => at.nowMs), metrics, held, at };
}

test('D8 what goes to keep the bounds is counted, and is a reason for a day', async () => {
  const { room, metrics, at } = newRoom();
  room.committed(NOTHING);
  assert.deepEqual(room.health.degraded, []);
  room.committed({ ...NOTHING, dropped: 2, droppedIncidents: ['a'], droppedFound: 4, droppedComputers: 5 });
  at.nowMs = 1;
  room.committed({ ...NOTHING, dropped: 3 });
  assert.deepEqual(room.health.degraded, [
    '5 dead letter(s) were let go of since the start, to keep the bounds',
    '1 closed, withdrawn or merged incident(s) were let go of since the start, to keep the bounds',
    '4 finding(s) and subscription(s) were let go of since the start, to keep the bounds',
    '5 name(s) of computers were let go of since the start, to keep the bounds',
  ]);
  assert.equal(metrics.total('triad_state_evictions_total'), 15);
  at.nowMs = DAY_MS;
  assert.deepEqual(room.health.degraded, ['5 dead letter(s) were let go of since the start, to keep the bounds']);
  at.nowMs = DAY_MS + 1;
  assert.deepEqual([room.health.degraded, metrics.total('triad_state_evictions_total')], [[], 15]);
});

test('L15 open incidents that went are counted in a store of their own, and told in words of their own', () => {
  const { room, metrics } = newRoom();
  room.committed({ ...NOTHING, droppedIncidents: ['a', 'b', 'c'], droppedOpenIncidents: 2 });
  room.committed({ ...NOTHING, droppedIncidents: ['d'], droppedOpenIncidents: 1 });
  assert.deepEqual(room.health.degraded, [
    '1 closed, withdrawn or merged incident(s) were let go of since the start, to keep the bounds',
    '3 open incident(s) of at most medium level that nobody had opened or worked on were let go of since the start, to keep the bounds',
  ]);
  const lines = metrics
    .text()
    .split('\n')
    .filter((line) => line.startsWith('triad_state_evictions_total{'));
  assert.deepEqual(lines, [
    'triad_state_evictions_total{store="incidents",reason="capacity"} 1',
    'triad_state_evictions_total{store="openIncidents",reason="capacity"} 3',
  ]);
});

test('D8 entries that full histories leave out are told, those of earlier starts as a figure alone', async () => {
  const { room, metrics, held } = newRoom();
  await room.look();
  assert.deepEqual(room.health, {
    part: 'state',
    degraded: [],
    figures: { incidents: 3, incidentBytes: 900, incidentsDropped: 1, openIncidentsDropped: 0, historyDropped: 7 },
  });
  held.historyDropped = 9;
  await room.look();
  await room.look();
  assert.deepEqual(room.health.degraded, [
    '2 entries of full histories of incidents were left out since the start, to keep the bounds',
  ]);
  assert.equal(metrics.total('triad_state_evictions_total'), 2);
});

test('D8 open incidents beyond the bounds are told as long as they are', async () => {
  const { room, held } = newRoom();
  held.isOverfull = true;
  await room.look();
  assert.deepEqual(room.health.degraded, [
    'more incidents are held than the bounds allow, and none can go: the open ones are high or critical or somebody looked at them, and detection still tells the others; close some',
  ]);
  held.isMakingRoom = true;
  await room.look();
  assert.deepEqual(room.health.degraded, [
    'more incidents are held than the bounds allow: up to 1,000 go with each commit',
  ]);
  Object.assign(held, { isOverfull: false, isMakingRoom: false });
  await room.look();
  assert.deepEqual(room.health.degraded, []);
});
