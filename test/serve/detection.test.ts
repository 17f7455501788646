import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pin } from '../../src/pins/index.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf, NOW_MS } from '../live/streams.ts';
import { Feed } from './detection-feed.ts';

const DAY_MS = 86_400_000;
const lines = linesOf(campaign(['a triad that fires and is removed'], { acts: 5 }).events);
const others = linesOf(campaign(['wmiexec with its three legs'], { acts: 5 }).events);

/** Lines of another attack, so many days before. */
function daysBefore(days: number): readonly string[] {
  return others.map((line) =>
    line
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (time) =>
        new Date(Date.parse(time) - days * DAY_MS).toISOString(),
      )
      .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}/g, (time) =>
        new Date(Date.parse(`${time.replace(' ', 'T')}Z`) - days * DAY_MS).toISOString().slice(0, 23).replace('T', ' '),
      ),
  );
}

/** When the newest of the lines was logged, and a little later. */
const newestMs = Math.max(
  ...lines.map((line) => Date.parse((JSON.parse(line) as { '@timestamp': string })['@timestamp'])),
);
const arriveMs = Math.min(NOW_MS, newestMs + 1000);

test('what is older than the window is judged in a lane of its own, told once, and final when nothing more comes', () => {
  const old = daysBefore(30);
  const alone = new Feed().send(old, 'laptop', arriveMs).at(arriveMs);
  const [expected] = alone.told();
  assert.ok(expected !== undefined);
  const feed = new Feed().send(lines, 'server', arriveMs).at(arriveMs);
  const recent = feed.told().length;
  assert.ok(recent > 0);
  feed.send(old, 'laptop', arriveMs + 1000).at(arriveMs + 10_000);
  assert.deepEqual(feed.told().slice(recent), [expected]);
  const ended = feed.at(arriveMs + 10_000 + DAY_MS).steps.flatMap(({ final }) => final);
  assert.ok(ended.includes(expected.split(' ')[0] ?? ''));
  assert.deepEqual(
    feed.steps.flatMap(({ withdrawn }) => withdrawn),
    [],
  );
  assert.equal(feed.told().length, recent + 1);
});

test('a backlog has its turn beside a window that is always due', () => {
  const feed = new Feed().send(lines, 'server', arriveMs).at(arriveMs);
  const recent = feed.told().length;
  feed.send(daysBefore(30), 'laptop', arriveMs + 1000);
  // More comes to the window before each judgement, long after the last one rested.
  let turns = 0;
  for (; feed.told().length === recent && turns < 4; turns++) {
    const nowMs = arriveMs + 60_000 * (turns + 1);
    feed.send(lines, `server-${turns}`, nowMs).once(nowMs);
  }
  assert.ok(feed.told().length > recent);
  assert.ok(turns <= 2);
});

test('nothing is let go of before it was judged, though a later batch is days ahead', () => {
  const feed = new Feed()
    .send(daysBefore(30), 'a', arriveMs)
    .send(lines, 'b', arriveMs + 1)
    .at(arriveMs + 2);
  const both = new Set([
    ...new Feed().send(daysBefore(30), 'a', arriveMs).at(arriveMs).told(),
    ...new Feed().send(lines, 'b', arriveMs).at(arriveMs).told(),
  ]);
  assert.equal(
    new Set(feed.told().map((one) => one.split(' ')[0])).size,
    new Set([...both].map((one) => one.split(' ')[0])).size,
  );
});

test('what changes nothing needs no judgement', () => {
  const feed = new Feed();
  feed.detection.take({ kind: 'empty', position: 7 });
  assert.deepEqual([feed.detection.isQuiet, feed.detection.position], [true, 7]);
  feed.send(lines, 'a', arriveMs);
  assert.deepEqual([feed.detection.isQuiet, feed.detection.unjudgedBytes > 0], [false, true]);
  feed.at(arriveMs);
  assert.deepEqual([feed.detection.isQuiet, feed.detection.unjudgedBytes], [true, 0]);
});

test('the memory of detection follows the state: a version that it gave is gone on from, what it dropped is new again', () => {
  const feed = new Feed().send(lines.slice(0, -3), 'a', arriveMs).at(arriveMs);
  const [id = ''] = feed.told().map((one) => one.split(' ')[0] ?? '');
  feed.detection.take({ kind: 'settled', versions: [{ id, version: 9 }], dropped: [] });
  feed.send(lines.slice(-3), 'a', arriveMs + 1).at(arriveMs + 60_000);
  const later = feed.told().findLast((one) => one.startsWith(id));
  if (later !== `${id} 1`) assert.equal(later, `${id} 10`);
  feed.detection.take({ kind: 'settled', versions: [], dropped: [id] });
  feed.detection.take({ kind: 'rules' });
  feed.at(arriveMs + 120_000);
  assert.equal(feed.told().at(-1)?.split(' ')[0], id);
});

test('what only could not be seen waits: another host that sends makes no new version at once, and one in the end', () => {
  const feed = new Feed().send(lines, 'a', arriveMs).at(arriveMs);
  const first = feed.told();
  const [line = ''] = others;
  feed.send([line], 'b', arriveMs + 1000).at(arriveMs + 30_000);
  assert.deepEqual(feed.told(), first);
  feed.detection.take({ kind: 'finish' });
  feed.at(arriveMs + 31_000);
  assert.ok(feed.told().length >= first.length);
  assert.equal(
    new Set(feed.told().map((one) => one.split(' ')[0])).size,
    new Set(first.map((one) => one.split(' ')[0])).size,
  );
});

test('L11 what could not be seen of a host is told within a minute, also where no analytic reads what it sent, and only then', () => {
  const quiet = JSON.stringify({
    '@timestamp': new Date(arriveMs - 1000).toISOString(),
    winlog: { channel: 'Setup', computer_name: 'QUIET', event_id: '2', record_id: 5, provider_name: 'Servicing' },
  });
  const feed = new Feed()
    .send([quiet], 'a', arriveMs)
    .at(arriveMs)
    .at(arriveMs + 59_000);
  assert.equal(feed.steps.length, 0);
  feed.at(arriveMs + 60_000);
  assert.deepEqual(
    feed.steps.flatMap(({ hostGaps }) => hostGaps.map(({ host, count }) => [host, count > 0])),
    [['quiet', true]],
  );
  const told = feed.at(arriveMs + 600_000).steps.flatMap(({ hostGaps }) => hostGaps);
  assert.equal(told.length, 1, 'what did not change is not told again');
});

test('L11 a host that sends only what is older than the window has its gaps told by the lane of the backlog', () => {
  const feed = new Feed().send(daysBefore(30), 'laptop', arriveMs).at(arriveMs);
  assert.ok(feed.steps.flatMap(({ hostGaps }) => hostGaps).some(({ count }) => count > 0));
});

test('figures are of the window, whichever lane was judged: a backlog makes no lag of its watermark', () => {
  const feed = new Feed().send(lines, 'server', arriveMs).at(arriveMs);
  const [first] = feed.steps;
  feed.send(daysBefore(30), 'laptop', arriveMs).at(arriveMs + 10_000);
  const last = feed.steps.at(-1);
  assert.ok(first !== undefined && last !== undefined && last !== first);
  assert.deepEqual([last.watermarkMs, last.counts.rows], [first.watermarkMs, first.counts.rows]);
  assert.ok((last.backlog?.rows ?? 0) > 0);
});

test('L16 a pin that lowers what is older than the window does not count as one that matches nothing', () => {
  const old = linesOf(campaign(['a triad that fires and is removed'], { acts: 5 }).events);
  const late = arriveMs + 30 * DAY_MS;
  const [print = ''] = new Feed()
    .send(old, 'laptop', late)
    .at(late)
    .steps.flatMap(({ found }) => found.told)
    .filter(({ of }) => of === 'subscription')
    .map(({ document }) => (JSON.parse(document) as { readonly fingerprint: string }).fingerprint);
  assert.match(print, /^[0-9a-f]{64}$/);
  const pin: Pin = {
    ...{ id: 'p', kind: 'subscription', print, hosts: ['*'], owner: 'al', reason: 'known', place: 'pins.yaml:2:5' },
    ...{ created: '2026-01-01', review: '2027-01-01' },
  };
  const feed = new Feed({ pins: [pin] }).send(old, 'laptop', late).at(late);
  assert.ok((feed.steps.at(-1)?.pins[0]?.subscriptions ?? 0) > 0);
  feed.send([others[0] ?? ''], 'server', late).at(late + 60_000);
  assert.ok((feed.steps.at(-1)?.pins[0]?.subscriptions ?? 0) > 0, 'a judgement of the window forgets nothing of it');
});
