import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextJudgement, type ScheduleState } from './schedule.ts';

const QUIET: ScheduleState = { hasArrivals: false, judgedWatermarkMs: 0, watermarkMs: 0 };

test('nothing came: nothing is judged', () => {
  assert.equal(nextJudgement(QUIET, 50), undefined);
});

test('what comes first is judged at once, and after a short judgement so is the next', () => {
  assert.equal(nextJudgement({ ...QUIET, hasArrivals: true }, 50), 50);
  assert.equal(nextJudgement({ ...QUIET, hasArrivals: true, last: { beganMs: 10, endedMs: 20 } }, 50), 50);
});

test('the pause after a judgement is as long as it took, or longer where its share is smaller', () => {
  const state = { ...QUIET, hasArrivals: true, last: { beganMs: 1000, endedMs: 1400 } };
  assert.equal(nextJudgement(state, 1500), 1800);
  assert.equal(nextJudgement({ ...state, share: 0.25 }, 1500), 2600);
});

test('what presses is judged at once, where something came', () => {
  const state = { ...QUIET, isPressing: true, last: { beganMs: 1000, endedMs: 9000 } };
  assert.equal(nextJudgement({ ...state, hasArrivals: true }, 9001), 9001);
  assert.equal(nextJudgement(state, 9001), undefined);
});

test('a watermark that passes what was judged calls for a judgement, once', () => {
  const state = { ...QUIET, judgedNewestMs: 100, judgedWatermarkMs: 40 };
  assert.equal(nextJudgement({ ...state, watermarkMs: 99 }, 7), undefined);
  assert.equal(nextJudgement({ ...state, watermarkMs: 100 }, 7), 7);
  assert.equal(nextJudgement({ ...state, judgedWatermarkMs: 100, watermarkMs: 200 }, 7), undefined);
});
