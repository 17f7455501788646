import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DetectRequest, JudgedStep } from '../../src/serve/detect/messages.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf, NOW_MS } from '../live/streams.ts';
import { Feed } from './detection-feed.ts';

const ALL = linesOf(
  campaign(['a remote process by Kerberos', 'a triad that fires and is removed'], { acts: 20 }).events,
);
/** Processes and nothing of who called: what is told of them is not so once the rest is there. */
const HALF = ALL.filter((line) => /"event_id":"?1"?[,}]/.test(line));
const REST = ALL.filter((line) => !HALF.includes(line));
const LATER_MS = NOW_MS + 60_000;
const DAY_MS = 86_400_000;

/** Of steps: what is told in the end, and what was withdrawn and final. */
function ends(steps: readonly JudgedStep[]) {
  const found = steps.map((step) => step.found);
  return {
    withdrawn: steps.flatMap(({ withdrawn }) => withdrawn.map(({ id }) => id)),
    foundWithdrawn: found.flatMap(({ withdrawn }) => withdrawn.map(({ id }) => id)).toSorted(),
    final: [...steps.flatMap(({ final }) => final), ...found.flatMap(({ final }) => final.map(({ id }) => id))],
  };
}

/** A server that ends after it has judged the first half, and starts again. */
function restarted(given: Partial<DetectRequest> = {}): Feed {
  const before = new Feed().send(HALF, 'a', NOW_MS).at(NOW_MS);
  return new Feed({ ...before.known(), fillTo: 1, knownTo: 1, isSameJudge: true, ...given }).refill(HALF, 'a', NOW_MS);
}

test('L8 what was told of a part of the evidence before a start is withdrawn when the rest comes with the first judgement', () => {
  const undisturbed = new Feed().send(HALF, 'a', NOW_MS).at(NOW_MS).send(REST, 'b', LATER_MS).at(LATER_MS);
  const expected = ends(undisturbed.steps);
  assert.ok(expected.foundWithdrawn.length > 0);
  assert.deepEqual(expected.final, []);
  const feed = restarted().send(REST, 'b', LATER_MS).at(LATER_MS);
  assert.deepEqual(ends(feed.steps), expected);
  assert.deepEqual(
    feed.steps.map(({ hasCaughtUp }) => hasCaughtUp === true),
    feed.steps.map((_, at) => at === 0),
  );
});

test('what other rules told is final where it is not found again, and so is what they told that came before a start by these', () => {
  const { foundWithdrawn, withdrawn, final } = ends(
    restarted({ isSameJudge: false }).send(REST, 'b', LATER_MS).at(LATER_MS).steps,
  );
  assert.deepEqual([foundWithdrawn, withdrawn], [[], []]);
  assert.ok(final.length > 0);
  const feed = restarted();
  feed.detection.take({ kind: 'rules' });
  const reloaded = ends(feed.send(REST, 'b', LATER_MS).at(LATER_MS).steps);
  assert.deepEqual([reloaded.foundWithdrawn, reloaded.final.toSorted()], [[], final.toSorted()]);
});

test('what lacks evidence that is gone from the journal is final', () => {
  const wholeFromMs = NOW_MS;
  const { foundWithdrawn, final } = ends(restarted({ wholeFromMs }).send(REST, 'b', LATER_MS).at(LATER_MS).steps);
  assert.deepEqual(foundWithdrawn, []);
  assert.ok(final.length > 0);
});

test('L24 what rested on batches that are missing is final, not refuted: a hole in the journal is no evidence', () => {
  const before = new Feed().send(HALF, 'a', NOW_MS).at(NOW_MS);
  // Its batch is gone; what comes is another one, behind the hole.
  const feed = new Feed({ ...before.known(), fillTo: 0, knownTo: 1, isSameJudge: true });
  feed.detection.take({ kind: 'hole', untilMs: LATER_MS });
  const { withdrawn, foundWithdrawn, final } = ends(feed.send(REST, 'b', LATER_MS).at(LATER_MS).steps);
  assert.deepEqual([withdrawn, foundWithdrawn], [[], []]);
  assert.ok(final.length > 0);
});

test('what a glance told of batches that were not judged is called gone only when all of them are judged again', () => {
  const day = linesOf(campaign([], { acts: 20 }).events);
  const before = new Feed({ slowMs: 0 })
    .send(day, 'a', NOW_MS)
    .at(NOW_MS)
    .send(HALF, 'a', NOW_MS + 1);
  const glance = before.glance(NOW_MS + 2);
  assert.ok(glance !== undefined && glance.told.length > 0);
  const ids = new Set(glance.told.map(({ id }) => id));
  const start = { ...before.known([glance]), fillTo: 1, knownTo: 3, isSameJudge: true };
  const feed = new Feed(start).refill(day, 'a', NOW_MS).at(LATER_MS);
  assert.deepEqual(ends(feed.steps), { withdrawn: [], foundWithdrawn: [], final: [] });
  feed
    .send(HALF, 'a', LATER_MS)
    .send(REST, 'b', LATER_MS)
    .at(2 * LATER_MS - NOW_MS);
  const { withdrawn, final } = ends(feed.steps);
  const merged = feed.steps.flatMap(({ superseded }) => superseded.map(({ id }) => id));
  const kept = feed.steps.flatMap(({ told }) => told.map(({ id }) => id));
  assert.deepEqual(final, []);
  for (const id of ids) assert.ok([...withdrawn, ...merged, ...kept].includes(id), id);
});

test('L8 what a backlog told before a start is left to it, and withdrawn when the rest of the backlog speaks against it', () => {
  const lateMs = NOW_MS + 30 * DAY_MS;
  const today = JSON.stringify({
    '@timestamp': new Date(lateMs - 1000).toISOString(),
    winlog: { channel: 'Setup', computer_name: 'TODAY', event_id: '2', record_id: 5, provider_name: 'Servicing' },
  });
  const first = (feed: Feed, isOld: boolean): Feed =>
    feed.send([today], 's', lateMs, isOld).send(HALF, 'laptop', lateMs + 1, isOld);
  const rest = (feed: Feed): Feed => feed.send(REST, 'laptop', lateMs + 60_000).at(lateMs + 120_000);
  const alone = first(new Feed(), false).at(lateMs + 1000);
  const start = { ...alone.known(), fillTo: 2, knownTo: 2, isSameJudge: true };
  const expected = ends(rest(alone).steps);
  assert.ok(expected.foundWithdrawn.length > 0);
  const whole = rest(first(new Feed(start), true));
  assert.deepEqual(ends(whole.steps), expected);
  const again = first(new Feed(start), true).at(lateMs + 30_000);
  assert.deepEqual(ends(again.steps), { withdrawn: [], foundWithdrawn: [], final: [] });
  assert.deepEqual(ends(rest(again).steps), expected);
});

test('a start that finds nothing new calls nothing gone, and one of which the journal ends before what it knew stays open', () => {
  assert.deepEqual(ends(restarted().at(LATER_MS).steps), { withdrawn: [], foundWithdrawn: [], final: [] });
  const open = restarted({ knownTo: 3 }).send(REST, 'b', LATER_MS).at(LATER_MS);
  assert.deepEqual(ends(open.steps), { withdrawn: [], foundWithdrawn: [], final: [] });
  // The last of what was durable holds nothing to judge; it is judged all the same.
  open.detection.take({ kind: 'empty', position: 3 });
  const { foundWithdrawn, final } = ends(open.at(2 * LATER_MS - NOW_MS).steps);
  assert.ok(foundWithdrawn.length > 0);
  assert.deepEqual(final, []);
});
