import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { NO_BROWSER, tryPage } from './page-in-browser.ts';
import { stubIncidents } from './stub-server.ts';

const skip = NO_BROWSER;

/** Numbers of the rows that are drawn, from the top. */
function numbers(page: Page): Promise<readonly number[]> {
  return page
    .locator('.vlist .pick input')
    .evaluateAll((boxes) => boxes.map((box) => Number(box.ariaLabel?.replace('Select INC-', ''))));
}

test('PRODUCT 8.2 what waited is shown at its place in the order, not at the end', { skip }, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 8);
  const page = await signedIn('/incidents');
  await page.getByText('8 open').waitFor();
  while (stub.streams() === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  const [fresh] = [...stubIncidents(9).values()].slice(8);
  assert.equal(fresh?.level, 'critical');
  stub.incidents.set(fresh.id, fresh);
  stub.send('incident', { id: fresh.id, change: 'new', version: 1, revision: 0, row: stub.rowOf(fresh) });
  await page.getByRole('button', { name: /^1 new/ }).waitFor();
  await page.keyboard.press('.');
  await page.getByLabel('Select INC-9').waitFor();
  assert.deepEqual(await numbers(page), [1, 5, 9, 2, 6, 3, 7, 4, 8]);
  assert.deepEqual(complaints, []);
});
