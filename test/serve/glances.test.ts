import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pin } from '../../src/pins/index.ts';
import { GlanceClock } from '../../src/serve/detect/glance-clock.ts';
import type { JudgedStep } from '../../src/serve/detect/messages.ts';
import { toEnd } from '../../src/windows/index.ts';
import { ATTACKS, campaign } from '../incidents/campaign.ts';
import { linesOf, NOW_MS } from '../live/streams.ts';
import { Feed } from './detection-feed.ts';

const ORDINARY = linesOf(campaign([], { acts: 60 }).events);
const ATTACK = linesOf(campaign(['a triad that fires and is removed'], { acts: 0 }).events);
const OTHER = linesOf(campaign(['wmiexec with its three legs', 'a remote process by NTLM'], { acts: 0 }).events);

/** More than a judgement takes between two breaths. */
const MUCH = linesOf(campaign([], { acts: 400 }).events);

function timeOf(line: string): string {
  return /"@timestamp":"([^"]+)"/.exec(line)?.[1] ?? '';
}

function inOrder(lines: readonly string[]): readonly string[] {
  return lines.toSorted((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1));
}

/** A window of an ordinary day that was judged, so slowly that nobody waits for the next time. */
function begun(given: ConstructorParameters<typeof Feed>[0] = {}, day: readonly string[] = ORDINARY): Feed {
  return new Feed({ slowMs: 0, ...given }).send(day, 'a', NOW_MS).at(NOW_MS);
}

function pinOf(print: string): Pin {
  return {
    ...{ id: 'p', kind: 'subscription', print, hosts: ['*'], owner: 'al', reason: 'known', place: 'pins.yaml:2:5' },
    ...{ created: '2026-01-01', review: '2027-01-01' },
  };
}

/** What stands at the end: the last version of each incident that was not withdrawn, by its content. */
function standing(steps: readonly JudgedStep[]): ReadonlyMap<string, string> {
  const left = new Map<string, string>();
  for (const { told: incidents, superseded, withdrawn } of steps) {
    for (const { id, digest } of incidents) left.set(id, digest);
    for (const { id } of [...superseded, ...withdrawn]) left.delete(id);
  }
  return left;
}

test('a glance tells an attack at once, with the id that the judgement gives it; the judgement says the rest', () => {
  const expected = begun()
    .send(ATTACK, 'a', NOW_MS + 1)
    .at(NOW_MS + 60_000);
  const feed = begun();
  assert.equal(feed.glance(NOW_MS + 1), undefined, 'all was judged');
  feed.send(ATTACK, 'a', NOW_MS + 1);
  const position = feed.detection.position;
  const glance = feed.glance(NOW_MS + 2);
  assert.ok(glance !== undefined && glance.isGlance === true && glance.told.length > 0);
  assert.deepEqual([glance.position, feed.detection.position], [position, position], 'nothing is judged by it');
  const [first] = glance.told;
  assert.ok(first !== undefined && ['high', 'critical'].includes(first.level));
  assert.equal(Date.parse(first.times.alert?.time ?? ''), NOW_MS + 2);
  assert.equal(feed.glance(NOW_MS + 3), undefined, 'what was seen is not looked at again');
  feed.at(NOW_MS + 60_000);
  assert.deepEqual(standing([...feed.steps.slice(0, 1), glance, ...feed.steps.slice(1)]), standing(expected.steps));
});

test('PRODUCT 12.1 an incident arrived with the batch that completed it, whatever came since and however late it is told', () => {
  const later = linesOf(campaign([], { acts: 20 }).events);
  const arrivals = (steps: readonly JudgedStep[]): readonly number[] =>
    steps.flatMap(({ told }) => told.map(({ times }) => Date.parse(times.arrive.time) - NOW_MS));
  const judged = begun()
    .send(ATTACK, 'a', NOW_MS + 1)
    .send(later, 'b', NOW_MS + 5000)
    .at(NOW_MS + 60_000);
  assert.deepEqual(new Set(arrivals(judged.steps.slice(1))), new Set([1]));
  const feed = begun()
    .send(ATTACK, 'a', NOW_MS + 1)
    .send(later, 'b', NOW_MS + 5000);
  const glance = feed.glance(NOW_MS + 5001);
  assert.deepEqual(new Set(arrivals(glance === undefined ? [] : [glance])), new Set([1]));
});

test('ordinary events are no news, nor is what was told, nor what waits for the first judgement', () => {
  const feed = new Feed({ slowMs: 0 }).send(ATTACK, 'a', NOW_MS);
  assert.equal(feed.detection.glanceDueMs(NOW_MS), undefined);
  feed.at(NOW_MS).send(ORDINARY, 'a', NOW_MS + 1);
  assert.equal(feed.glance(NOW_MS + 2), undefined);
  feed.send(ATTACK, 'a', NOW_MS + 3);
  assert.equal(feed.glance(NOW_MS + 4), undefined, 'copies of what was told');
});

test('what a glance tells in the middle of a judgement stands when that ends, which knew nothing of it', () => {
  const feed = begun({}, MUCH).send(OTHER, 'b', NOW_MS + 1);
  const judging = feed.detection.judging(() => NOW_MS + 60_000);
  assert.equal(judging.next().done, false);
  feed.send(ATTACK, 'a', NOW_MS + 60_001);
  const glance = feed.detection.glance(() => NOW_MS + 60_002);
  const step = toEnd(judging);
  assert.ok(glance !== undefined && glance.told.length > 0);
  const ids = new Set(glance.told.map(({ id }) => id));
  assert.deepEqual(
    [...step.withdrawn, ...step.superseded].filter(({ id }) => ids.has(id)),
    [],
  );
  feed.at(NOW_MS + 200_000);
  const all = [...feed.steps.slice(0, 1), step, glance, ...feed.steps.slice(1)];
  const expected = begun({}, MUCH)
    .send(OTHER, 'b', NOW_MS + 1)
    .send(ATTACK, 'a', NOW_MS + 2)
    .at(NOW_MS + 200_000);
  assert.deepEqual(standing(all), standing(expected.steps));
});

test('L8 a judgement that takes all that a glance saw in the middle of it says what it found, also where no other follows', () => {
  const feed = begun({}, MUCH).send(ATTACK, 'a', NOW_MS + 1);
  feed.detection.take({ kind: 'finish' });
  const judging = feed.detection.judging(() => NOW_MS + 60_000);
  assert.equal(judging.next().done, false);
  const glance = feed.detection.glance(() => NOW_MS + 60_001);
  assert.ok(glance !== undefined && glance.told.length > 0);
  const step = toEnd(judging);
  const expected = begun({}, MUCH).send(ATTACK, 'a', NOW_MS + 1);
  expected.detection.take({ kind: 'finish' });
  expected.at(NOW_MS + 60_000);
  assert.deepEqual([step.isFinished, feed.detection.isQuiet], [true, true]);
  assert.deepEqual(standing([...feed.steps, glance, step]), standing(expected.steps));
});

test('what only shows over several batches is told by a look back, and the judgement says the same as without', () => {
  for (const name of Object.keys(ATTACKS)) {
    const lines = inOrder(linesOf(campaign([name], { acts: 0 }).events));
    const plain = begun();
    for (const [at, line] of lines.entries()) plain.send([line], 'a', NOW_MS + 1 + at);
    plain.at(NOW_MS + 600_000);
    const feed = begun();
    const glances: JudgedStep[] = [];
    for (const [at, line] of lines.entries()) {
      const nowMs = NOW_MS + 1 + 1000 * at;
      const glance = feed.send([line], 'a', nowMs).glance(nowMs);
      if (glance !== undefined) glances.push(glance);
    }
    assert.ok(
      glances.some(({ told }) => told.some(({ level }) => level === 'high' || level === 'critical')),
      name,
    );
    feed.at(NOW_MS + 600_000);
    const steps = [...feed.steps.slice(0, 1), ...glances, ...feed.steps.slice(1)];
    assert.deepEqual(standing(steps), standing(plain.steps), name);
  }
});

test('what the judgement sees otherwise corrects a glance: here a pin came meanwhile', () => {
  const feed = begun();
  const [print = ''] = begun()
    .send(ATTACK, 'a', NOW_MS + 1)
    .at(NOW_MS + 60_000)
    .steps.flatMap(({ found }) => found.told)
    .filter(({ of }) => of === 'subscription')
    .map(({ document }) => (JSON.parse(document) as { readonly fingerprint: string }).fingerprint);
  const alone = linesOf(campaign(['a triad that fires and is removed'], { acts: 0 }).events).filter((line) =>
    /"event_id":"?(19|20|21|5861)"?[,}]/.test(line),
  );
  const known = feed.send(alone, 'a', NOW_MS + 1).glance(NOW_MS + 2)?.told ?? [];
  assert.ok(known.length > 0);
  feed.detection.take({ kind: 'pins', pins: [pinOf(print)] });
  const corrected = feed
    .at(NOW_MS + 60_000)
    .steps.slice(1)
    .flatMap(({ told }) => told);
  assert.deepEqual(
    corrected.map(({ id, version, level }) => [id, version, level]),
    known.map(({ id }) => [id, 2, 'low']),
  );
});

test('other rules wait until the judgement ends that is under way', () => {
  const feed = begun().send(OTHER, 'b', NOW_MS + 1);
  const pin = pinOf('00');
  const judging = feed.detection.judging(() => NOW_MS + 60_000);
  assert.equal(judging.next().done, false);
  feed.detection.take({ kind: 'pins', pins: [pin] });
  assert.deepEqual(toEnd(judging).pins, []);
  assert.ok(feed.detection.dueMs(NOW_MS + 120_000) !== undefined, 'pins make a judgement due');
  const { pins } = toEnd(feed.detection.judging(() => NOW_MS + 120_000));
  assert.deepEqual(pins, [{ id: 'p', subscriptions: 0, findings: 0 }]);
});

/** Lines with the times of that day moved on by hours. */
function later(lines: readonly string[], hours: number): readonly string[] {
  return lines.map((line) =>
    line.replaceAll(/(2026-03-1\d)([T ])(\d\d:\d\d:\d\d)/g, (_, day: string, between: string, time: string) => {
      const moved = new Date(Date.parse(`${day}T${time}Z`) + hours * 3_600_000).toISOString();
      return `${moved.slice(0, 10)}${between}${moved.slice(11, 19)}`;
    }),
  );
}

test('L15 an incident of which the window holds a part alone is never told from less by a glance, nor loses what it rests on', () => {
  const byTime = inOrder(ATTACK);
  const split = timeOf(byTime[0] ?? '').replace(/T.*/, 'T12:30:10');
  const first = byTime.filter((line) => timeOf(line) < split);
  const starts = /"code":"(?:1|4688)"/;
  const second = later(
    byTime.filter((line) => timeOf(line) >= split && starts.test(line)),
    40,
  );
  const much = later(linesOf(campaign([], { acts: 400 }).events), 29);
  const newest = later(inOrder(much).slice(-40), 6);
  assert.ok(first.length > 0 && second.length > 0);
  const run = (mode: 'none' | 'before' | 'middle'): unknown => {
    const feed = new Feed({ slowMs: 0, heldMs: 6 * 3_600_000 }).send(first, 'a', NOW_MS).at(NOW_MS);
    feed.send(much, 'a', NOW_MS + 1).at(NOW_MS + 60_000);
    feed.send(newest, 'a', NOW_MS + 120_001);
    const steps: JudgedStep[] = [];
    if (mode === 'middle') {
      const judging = feed.detection.judging(() => NOW_MS + 180_000);
      const piece = judging.next();
      feed.send(second, 'a', NOW_MS + 180_001);
      steps.push(...[feed.detection.glance(() => NOW_MS + 180_002)].filter((step) => step !== undefined));
      steps.push(piece.done === true ? piece.value : toEnd(judging));
    } else {
      feed.at(NOW_MS + 180_000).send(second, 'a', NOW_MS + 180_001);
      if (mode === 'before') feed.glance(NOW_MS + 180_002);
    }
    feed.at(NOW_MS + 300_000);
    const known = new Map([...feed.steps, ...steps].flatMap(({ told }) => told.map((one) => [one.id, one] as const)));
    assert.ok(feed.steps.some(({ counts }) => (counts.lost.expired ?? 0) > 500));
    return [...known.values()].map(({ id, members, records, title }) => [id, members.length, records.length, title]);
  };
  const plain = run('none');
  assert.deepEqual(run('before'), plain);
  assert.deepEqual(run('middle'), plain);
});

test('a glance is due at once where judging is slow, rests as long as it worked, and waits for a judgement after a fault', () => {
  const clock = new GlanceClock(250);
  const slow = { beganMs: 1000, endedMs: 1250 };
  const quick = { beganMs: 1000, endedMs: 1249 };
  const seen = { hasUnseen: true, hasSigned: false, judgingSinceMs: undefined };
  assert.equal(clock.dueMs({ ...seen, last: slow }, 2000), 2000);
  assert.equal(clock.dueMs({ ...seen, last: quick }, 2000), undefined);
  assert.equal(clock.dueMs({ ...seen, last: undefined }, 2000), undefined);
  assert.equal(clock.dueMs({ ...seen, last: quick, judgingSinceMs: 1900 }, 2000), 2150);
  assert.equal(clock.dueMs({ ...seen, last: slow, hasUnseen: false }, 2000), undefined);
  clock.made('arrived', 2000, 2040);
  assert.equal(clock.dueMs({ ...seen, last: slow }, 2050), 2080);
  assert.equal(clock.dueMs({ ...seen, last: slow }, 2090), 2090);
  const signed = { ...seen, hasUnseen: false, hasSigned: true, last: slow };
  assert.deepEqual([clock.dueMs(signed, 2050), clock.isBackDue(2050)], [2080, true]);
  clock.made('arrived', 2080, 2100);
  clock.made('back', 2100, 2200);
  assert.equal(clock.dueMs({ ...seen, last: slow }, 2200), 2320, 'as long as both worked');
  assert.deepEqual([clock.dueMs(signed, 2250), clock.isBackDue(2250)], [2900, false], 'an eighth of a core');
  assert.equal(clock.dueMs({ ...signed, hasUnseen: true }, 2330), 2330, 'what comes waits no longer for it');
  clock.failed();
  assert.equal(clock.dueMs({ ...seen, last: slow }, 9000), undefined);
  assert.deepEqual([clock.dueMs(signed, 9000), clock.isBackDue(9000)], [undefined, false]);
  clock.judged();
  assert.equal(clock.dueMs({ ...seen, last: slow }, 9000), 9000);
});
