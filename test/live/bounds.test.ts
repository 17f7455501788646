import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partsOf } from '../../src/live/index.ts';
import { parseTime } from '../../src/windows/index.ts';
import { Enterprise, ordinaryEvents } from '../../testkit/index.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf, NOW_MS, Stream, told } from './streams.ts';

const HOUR_MS = 60 * 60_000;
const TRIAD = campaign(['a triad that fires and is removed'], { acts: 0 }).events;

/** Events of one machine, which takes part in nothing else where it is not named. */
function flood(acts: number, computer = 'NOISY-01.corp.local', start = '2026-03-12T08:00:00Z'): readonly string[] {
  const noisy = new Enterprise({ seed: 9, hosts: 2, start });
  const renamed = [...ordinaryEvents(noisy, { acts })].map((event) => ({ ...event, computer }));
  return linesOf(renamed);
}

test('L15 a flood from one host between the parts of a chain leaves the chain whole', () => {
  const lines = linesOf(TRIAD.toSorted((a, b) => (a.time < b.time ? -1 : 1)));
  const alone = new Stream().send(lines).window;
  const quiet = alone.judge();
  const stream = new Stream({ bytes: alone.counts.bytes * 3 });
  const half = lines.length >> 1;
  stream.send(lines.slice(0, half));
  const junk = flood(1200);
  for (let at = 0; at < junk.length; at += 200) stream.send(junk.slice(at, at + 200), { file: 'noisy' });
  stream.send(lines.slice(half));
  const judgement = stream.window.judge();
  const { lost, bytes } = stream.window.counts;
  assert.ok((lost.sourceShare ?? 0) + (lost.hostShare ?? 0) + (lost.capacity ?? 0) > 0);
  assert.ok(bytes <= alone.counts.bytes * 4.5);
  stream.window.forget();
  assert.ok(stream.window.counts.bytes <= alone.counts.bytes * 3);
  const ids = new Set(judgement.incidents.map(({ id }) => id));
  for (const { id } of quiet.incidents) assert.ok(ids.has(id), id);
});

test('L15 what no judgement has seen is not let go of before one has, while it fills the window no more than once again', () => {
  const lines = linesOf(TRIAD.toSorted((a, b) => (a.time < b.time ? -1 : 1)));
  const alone = new Stream().send(lines).window;
  const { bytes: whole } = alone.counts;
  const expected = alone.judge().incidents.map(({ id }) => id);
  assert.ok(expected.length > 0);
  const { window } = new Stream({ bytes: whole * 0.55 }).send(lines);
  assert.deepEqual(window.counts.lost, {});
  assert.deepEqual(
    window.judge().incidents.map(({ id }) => id),
    expected,
  );
  window.forget();
  assert.ok(window.counts.bytes <= whole * 0.55);
  // Beyond that nothing is held, judged or not.
  const small = new Stream({ bytes: whole * 0.3 }).send(lines).window;
  assert.ok(small.counts.bytes <= whole * 0.6);
  assert.notDeepEqual(small.counts.lost, {});
});

test('L15 what comes during a judgement is not let go of behind it before the next one has seen it', () => {
  // A machine floods the window, and what it brings meanwhile is older: of the largest machine the oldest rows go first.
  const target = TRIAD.find(({ eventId }) => eventId === 19)?.computer ?? '';
  const junk = flood(400, target, '2026-05-20T08:00:00Z');
  const stream = new Stream({ bytes: new Stream().send(junk).window.counts.bytes });
  const { window } = stream;
  stream.send(junk, { file: 'noisy' });
  const lines = linesOf(TRIAD.toSorted((a, b) => (a.time < b.time ? -1 : 1)));
  const expected = new Stream().send(lines).window.judge();
  const judging = window.judging({}, 64);
  judging.next();
  stream.send(lines, { file: 'noisy' });
  while (judging.next().done !== true);
  window.forget();
  const found = window.judge().incidents;
  for (const { id, findings, subscriptions } of expected.incidents) {
    const one = found.find((incident) => incident.id === id);
    assert.deepEqual({ findings: one?.findings, subscriptions: one?.subscriptions }, { findings, subscriptions });
  }
  assert.ok(Object.values(window.counts.lost).some((rows) => rows > 0));
});

test('L15 of a full window half is left of what was judged, however much came meanwhile', () => {
  const target = TRIAD.find(({ eventId }) => eventId === 19)?.computer ?? '';
  const [judged, meanwhile] = [flood(800, target, '2026-05-20T08:00:00Z'), flood(400, target, '2026-05-21T08:00:00Z')];
  const bytesOf = (lines: readonly string[]): number => new Stream().send(lines).window.counts.bytes;
  const [old, came] = [bytesOf(judged), bytesOf(meanwhile)];
  // What comes fills most of the window.
  const bytes = came / 0.8;
  assert.ok(old > bytes * 1.1);
  const stream = new Stream({ bytes });
  const { window } = stream;
  stream.send(judged, { file: 'noisy' });
  const judging = window.judging({}, 64);
  judging.next();
  stream.send(meanwhile, { file: 'noisy' });
  while (judging.next().done !== true);
  window.forget();
  const left = window.counts.bytes - came;
  assert.ok(left > bytes * 0.45 && left <= bytes * 0.5, `${left} of ${bytes}`);
});

test('what is older than the span is let go of when the watermark has passed, and what is pinned stays', () => {
  const run = (isPinned: boolean) => {
    const stream = new Stream().send(linesOf(TRIAD), undefined, NOW_MS - 48 * HOUR_MS);
    const { window } = stream;
    const judgement = window.judge();
    if (isPinned) window.pin(judgement.records.map(({ event }) => event));
    const before = window.counts.rows;
    window.watermark(NOW_MS);
    window.forget();
    return { window, judgement, before };
  };
  const free = run(false);
  assert.equal(free.window.counts.rows, 0);
  assert.deepEqual(free.window.counts.lost, { expired: free.before });
  assert.deepEqual(free.window.judge().incidents, []);
  const pinned = run(true);
  const { rows } = pinned.window.counts;
  assert.ok(rows > 0 && rows < pinned.before);
});

test('beyond the bound of pins the oldest pinned rows go like others, and are counted', () => {
  const stream = new Stream({ pinnedBytes: 2000 }).send(linesOf(TRIAD), undefined, NOW_MS - 48 * HOUR_MS);
  const { window } = stream;
  window.pin(window.judge().records.map(({ event }) => event));
  window.watermark(NOW_MS);
  window.forget();
  const { rows, bytes, unpinned } = window.counts;
  assert.ok(rows > 0 && bytes <= 2000 && unpinned > 0);
});

test('a row before the watermark counts as late and is judged all the same', () => {
  const lines = linesOf(TRIAD);
  const stream = new Stream({ spanMs: 365 * 24 * HOUR_MS });
  stream.send(lines.slice(1), undefined, NOW_MS - HOUR_MS);
  stream.window.watermark(NOW_MS);
  stream.window.forget();
  stream.send(lines.slice(0, 1));
  assert.equal(stream.window.counts.late, 1);
  assert.deepEqual(told(stream.window.judge()), told(new Stream().send(lines).window.judge()));
});

test('the window says from when on it holds all that a host sent', () => {
  const stream = new Stream({ wholeFromMs: 5 }).send(linesOf(TRIAD), undefined, NOW_MS - 48 * HOUR_MS);
  const judgement = stream.window.judge();
  const [host = ''] = judgement.incidents[0]?.hosts ?? [];
  assert.equal(judgement.wholeFromMs(host), 5);
  stream.window.watermark(NOW_MS);
  stream.window.forget();
  assert.ok(stream.window.judge().wholeFromMs(host) > (parseTime(judgement.incidents[0]?.first ?? '')?.ms ?? NOW_MS));
});

test('the parts of an incident hold every record that it cites', () => {
  const judgement = new Stream().send(linesOf(TRIAD)).window.judge();
  for (const { incident, findings, subscriptions, records } of partsOf(judgement)) {
    assert.equal(findings.length + subscriptions.length, incident.findings.length + incident.subscriptions.length);
    const ids = new Set(records.map(({ id }) => id));
    for (const { record } of [...findings, ...subscriptions].flatMap(({ evidence }) => evidence)) {
      assert.ok(record !== undefined && ids.has(record));
    }
  }
});
