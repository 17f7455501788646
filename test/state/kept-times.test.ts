import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTime } from '../../src/windows/index.ts';
import { got, NOW_MS, newState } from './opened-state.ts';
import { type commit, merged, read, told } from './told-incidents.ts';

type State = Awaited<ReturnType<typeof newState>>;

const time = (ms: number): string => formatTime(NOW_MS + ms, 0);
const reading = (ms: number, source: string): object => ({ time: time(ms), clock: 'detector', source });

/** Times of machines, seconds before now, and of a look that tells the incident so many milliseconds after now. */
function times(event: number, lookMs: number, act?: number): string {
  return JSON.stringify({
    event: reading(-event * 1000, `record ${event}`),
    ...(act === undefined ? {} : { act: reading(-act * 1000, `record ${act}`) }),
    detect: reading(lookMs, 'the look that found it'),
    alert: reading(lookMs, 'the look that told it'),
  });
}

async function timesOf(state: State, id: string): Promise<Record<string, { time: string; source: string }>> {
  return JSON.parse(String((await read(state, id)).times)) as Record<string, { time: string; source: string }>;
}

async function step(state: State, atMs: number, ...writes: readonly Parameters<typeof commit>[1][]): Promise<void> {
  await got(state.call('commit', { judged: 0, atMs: NOW_MS + atMs, writes }));
}

test('PRODUCT 12.1 an incident alerts with the commit that tells it first; a later version and a repeated step keep that', async (t) => {
  const state = await newState(t);
  const first = told('a', 1, { times: times(5, 10), atMs: NOW_MS + 10 });
  // The disk took nothing for a minute, and then what it had taken the time before.
  await step(state, 60_000, first);
  await step(state, 61_000, first);
  assert.deepEqual((await timesOf(state, 'a'))['alert'], {
    ...{ time: time(60_000), clock: 'detector', source: 'the commit that told it' },
  });
  assert.equal((await timesOf(state, 'a'))['detect']?.time, time(10));
  await step(state, 90_000, told('a', 2, { digest: 'other', times: times(5, 10), atMs: NOW_MS + 80_000 }));
  assert.equal((await timesOf(state, 'a'))['alert']?.time, time(60_000));
});

test('PRODUCT 12.1 of incidents that became one the earliest alert stays', async (t) => {
  const state = await newState(t);
  await step(state, 20, told('a', 1, { times: times(5, 10), atMs: NOW_MS + 10 }));
  await step(state, 40, told('b', 1, { times: times(4, 30), atMs: NOW_MS + 30 }));
  // The one that takes them in is told by the time of the first look.
  await step(
    state,
    60,
    told('c', 1, { times: times(5, 10), absorbs: ['a', 'b'], atMs: NOW_MS + 50 }),
    merged('a', 'c'),
    merged('b', 'c'),
  );
  assert.equal((await timesOf(state, 'c'))['alert']?.time, time(20));
  const second = await newState(t);
  await step(second, 20, told('a', 1, { times: times(5, 10), atMs: NOW_MS + 10 }));
  await step(second, 40, told('b', 1, { times: times(4, 30), atMs: NOW_MS + 30 }));
  await step(second, 60, merged('a', 'b'));
  assert.equal((await timesOf(second, 'b'))['alert']?.time, time(20));
});

test('PRODUCT 12.3 a time of a machine that later evidence tells otherwise is corrected, and the history says what it was', async (t) => {
  const state = await newState(t);
  await step(state, 20, told('a', 1, { times: times(5, 10), atMs: NOW_MS + 10 }));
  await step(state, 30, told('a', 2, { digest: 'b', times: times(5, 10, 4), atMs: NOW_MS + 25 }));
  await step(state, 40, told('a', 3, { digest: 'c', times: times(7, 10, 3), atMs: NOW_MS + 35 }));
  await step(state, 50, told('a', 4, { digest: 'd', times: times(7, 10), atMs: NOW_MS + 45 }));
  const { rows } = await got(state.call('listIncidentHistory', { id: 'a' }));
  assert.deepEqual(
    rows
      .filter(({ action }) => action === 'corrected')
      .toReversed()
      .map(({ atMs, who, note }) => [atMs - NOW_MS, who, note]),
    [
      [
        35,
        'system',
        `event: ${time(-5000)} (record 5) became ${time(-7000)} (record 7); act: ${time(-4000)} (record 4) became ${time(-3000)} (record 3)`,
      ],
      [45, 'system', `act: ${time(-3000)} (record 3) became none`],
    ],
  );
});

test('corrections fill no history: a hundred are kept, with the first', async (t) => {
  const state = await newState(t);
  for (let version = 1; version <= 120; version++) {
    const write = told('a', version, { digest: `${version}`, times: times(version, 10), atMs: NOW_MS + version });
    await step(state, version, write);
  }
  const { rows } = await got(state.call('listIncidentHistory', { id: 'a' }));
  const corrected = rows.filter(({ action }) => action === 'corrected');
  assert.equal(corrected.length, 100);
  assert.ok(rows.some(({ note }) => note?.startsWith(`event: ${time(-1000)} (record 1) became`)));
});
