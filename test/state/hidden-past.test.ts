import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Carrier, NewSuppression, State } from '../../src/state/index.ts';
import { formatTime } from '../../src/windows/index.ts';
import { BY, got, NOW_MS, newState } from './opened-state.ts';
import { act, commit, merged, outcomeOf, read, told } from './told-incidents.ts';

const DAY_MS = 86_400_000;
const R02: Carrier = { host: 'srv-02', analytic: 'R02' };
const R03: Carrier = { host: 'srv-02', analytic: 'R03' };
/** Incidents are told a millisecond after this. */
const day = (days: number): number => NOW_MS + days * DAY_MS;

let keys = 0;

async function mute(state: State, days: number, atMs: number, scope: NewSuppression['scope'] = R02): Promise<void> {
  const suppression = { scope, level: 'high' as const, reason: 'patch days', owner: 'alice', days };
  await got(state.call('addSuppression', { suppression, by: { ...BY, atMs }, idempotencyKey: `hidden ${keys++}` }));
}

/** Spans in days after the incident was told, and by which suppressions. */
async function hidden(state: State, atMs: number, id = 'a'): Promise<readonly string[]> {
  const { times } = await got(state.call('hiddenTimes', { id, nowMs: atMs }));
  const days = (ms: number): number => Math.round((10 * (ms - NOW_MS)) / DAY_MS) / 10;
  return times.map(
    ({ fromMs, toMs, by }) =>
      `${days(fromMs)} to ${toMs === null ? 'now' : days(toMs)} by ${by.map(({ number }) => number).join()}`,
  );
}

async function notes(state: State, id = 'a'): Promise<readonly (string | null)[]> {
  const { history } = await read(state, id);
  return history.rows.filter(({ action }) => action === 'suppressed').map(({ note }) => note);
}

test('G8 G20 an incident tells when it was hidden and by which suppression, also of one that is over or was ended', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a', 1, { carriers: [R02] }), told('b', 1, { carriers: [R03] })));
  await mute(state, 3, day(1));
  await mute(state, 9, day(6));
  assert.deepEqual(await hidden(state, day(1)), ['1 to now by 1'], 'in the millisecond in which it was made');
  assert.deepEqual(await hidden(state, day(2)), ['1 to now by 1']);
  assert.deepEqual(await hidden(state, day(4)), ['1 to 4 by 1']);
  assert.deepEqual(await hidden(state, day(7)), ['6 to now by 2', '1 to 4 by 1']);
  await got(state.call('endSuppression', { number: 2, by: { ...BY, atMs: day(7) } }));
  const [last] = (await got(state.call('hiddenTimes', { id: 'a', nowMs: day(8) }))).times;
  assert.equal(last?.toMs, day(7));
  const scope = { ...R02 };
  const told2 = { scope, reason: 'patch days', owner: 'alice', createdMs: day(6), endsMs: day(15), endedMs: day(7) };
  assert.deepEqual(last?.by, [{ number: 2, level: 'high', who: BY.who, endedBy: BY.who, ...told2 }]);
  assert.deepEqual([await hidden(state, day(8), 'b'), await hidden(state, day(8), 'none')], [[], []]);
  // Nothing was written for it.
  assert.deepEqual([await notes(state), (await read(state, 'a')).history.rows], [[], []]);
});

test('what is muted in parts is hidden while all of it is, and by all that take part', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a', 1, { carriers: [R02, R03] })));
  await mute(state, 4, day(1), R02);
  await mute(state, 4, day(2), R03);
  await mute(state, 4, day(5), R02);
  // The end of the first and the beginning of the third are one instant: it stayed hidden.
  assert.deepEqual(await hidden(state, day(9)), ['2 to 6 by 1,2,3']);
});

test('a suppression that hid an incident several times is told whole once, in the newest', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a', 1, { carriers: [R02, R03] })));
  await mute(state, 9, day(1), R02);
  await mute(state, 1, day(2), R03);
  await mute(state, 1, day(5), R03);
  const { times, sinceMs } = await got(state.call('hiddenTimes', { id: 'a', nowMs: day(8) }));
  const told1 = times.map(({ by }) => by.map((one) => ('reason' in one ? `${one.number} whole` : one.number)));
  assert.deepEqual(
    [told1, sinceMs],
    [
      [
        ['1 whole', '3 whole'],
        [1, '2 whole'],
      ],
      null,
    ],
  );
  // So it is in the line of the history.
  await got(commit(state, told('a', 2, { carriers: [R02, { host: 'ws-01' }], atMs: day(8) })));
  const [note] = await notes(state);
  assert.match(note ?? '', / by suppression 1 \(.*\) and suppression 2 \(.*; .* by suppression 1 and suppression 3 \(/);
});

test('an incident that shows because more was found keeps in its history how it was hidden until then', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a', 1, { carriers: [R02] })));
  await mute(state, 7, day(1));
  await got(commit(state, told('a', 2, { carriers: [R02], atMs: day(2) })));
  assert.deepEqual([await notes(state), await hidden(state, day(2.5))], [[], ['1 to now by 1']]);
  await got(commit(state, told('a', 3, { carriers: [R02, R03], atMs: day(3) })));
  const told1 = `hidden from the queue ${formatTime(day(1), 0)} to ${formatTime(day(3), 0)} by suppression 1 (srv-02, R02; patch days; owner alice)`;
  assert.deepEqual([await notes(state), await hidden(state, day(4))], [[told1], []]);
  // What is found later is hidden by what there is from then on, and not before.
  await mute(state, 30, day(5), { host: 'srv-02', analytic: 'R03' });
  assert.deepEqual(await hidden(state, day(6)), ['5 to now by 1,2']);
  await got(commit(state, told('a', 4, { carriers: [R03], atMs: day(10) })));
  assert.equal((await notes(state)).length, 2);
  assert.deepEqual(await hidden(state, day(11)), ['10 to now by 2']);
});

test('a suppression of before that fits only what is found later hid nothing then', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a', 1, { carriers: [R02] })));
  await mute(state, 3, day(1), R03);
  await got(commit(state, told('a', 2, { carriers: [R03], atMs: day(8) })));
  const first = `not hidden from ${formatTime(NOW_MS + 1, 0)} on`;
  assert.deepEqual([await hidden(state, day(9)), await notes(state)], [[], [first]]);
  // Of what stands in the history already a later line says nothing.
  await mute(state, 3, day(9), R02);
  await got(commit(state, told('a', 3, { carriers: [R02], atMs: day(13) })));
  assert.deepEqual(await notes(state), [`not hidden from ${formatTime(day(8), 0)} on`, first]);
});

test('what becomes part of another keeps how it was hidden, without the print of a content; an undo goes past that', async (t) => {
  const state = await newState(t);
  const print = 'f1'.padEnd(64, '0');
  await got(commit(state, told('a', 1, { carriers: [R03] }), told('b', 1, { carriers: [{ ...R02, payload: print }] })));
  await mute(state, 7, day(1), { payload: print });
  await got(
    commit(state, told('a', 2, { carriers: [R02, R03], absorbs: ['b'], atMs: day(2) }), {
      ...merged('b', 'a'),
      atMs: day(2),
    }),
  );
  const [note] = await notes(state);
  assert.match(note ?? '', /by suppression 1 \(one payload; patch days; owner alice\)$/);
  await act(state, 'a', { action: 'acknowledge' }, { atMs: day(3) });
  await mute(state, 7, day(3), { host: 'srv-02' });
  await got(commit(state, told('a', 3, { carriers: [R02, { host: 'ws-01' }], atMs: day(3) + 9 })));
  assert.equal((await notes(state)).length, 2);
  assert.equal(await outcomeOf(act(state, 'a', { action: 'undo' }, { atMs: day(3) + 10 })), 'open');
});
