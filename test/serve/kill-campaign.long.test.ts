import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killUnderCampaign } from './kill-campaign.ts';

/** Three in every run; by hand as many as are asked for (`KILL_ROUNDS=20`). */
const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 3);
const DAY_MS = 86_400_000;

/** The window follows the newest event, so both lie in it; what is old is told beside a clock that is far ahead of it. */
const DAYS: Readonly<Record<string, () => string>> = {
  yesterday: () => new Date(Date.now() - DAY_MS).toISOString(),
  '200 days ago': () => new Date(Date.now() - 200 * DAY_MS).toISOString(),
};

for (const [day, start] of Object.entries(DAYS)) {
  test(`L8 L24 a server that is killed ${ROUNDS} times while attacks of a day (${day}) come: what it tells and keeps is that of one that never was`, async (t) => {
    const report = await killUnderCampaign({ rounds: ROUNDS, seed: 16, start: start(), acts: 150 });
    t.diagnostic(JSON.stringify(report));
    assert.ok((report.rows['incidents'] ?? 0) > 5, JSON.stringify(report));
  });
}
