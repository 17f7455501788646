import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { INCIDENT_RESULT } from '../report/sample-incident.ts';
import { axeProblems, NO_BROWSER, tryPage } from './page-in-browser.ts';
import { stubLists } from './stub-lists.ts';

const WORD = 'what-was-read-before';
const DOSSIER = '/v1/subscriptions/s1';

/** A list of the page: where it stands, what is asked for it, and what a row of it says. */
const LISTS: readonly (readonly [path: string, asked: string, row?: string | RegExp])[] = [
  ['/subscriptions', '/v1/subscriptions'],
  ['/subscriptions/s1', DOSSIER, /Records/],
  ['/subscriptions/s1', `${DOSSIER}/records`, /It rests on/],
  ['/hosts', '/v1/hosts'],
  ['/hosts?view=coverage', '/v1/hosts'],
  ['/hosts/srv', '/v1/hosts/srv'],
  ['/rules', '/v1/rules'],
  ['/rules/k', '/v1/rules'],
  ['/rules?view=analytics', '/v1/rules'],
  ['/rules?view=pins', '/v1/pins'],
  ['/rules?view=proposals', '/v1/pins/proposals'],
  ['/rules?view=suppressions', '/v1/suppressions'],
  ['/senders', '/v1/senders'],
  ['/senders/a', '/v1/keys', 'k-1'],
  ['/account', '/v1/sessions'],
  ['/account', '/v1/requests'],
];

test('PRODUCT 9.4 every list that cannot be read again keeps its rows, says of when they are, and is right again after Try again', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  const [subscription] = INCIDENT_RESULT.subscriptions;
  stub.role = 'admin';
  for (const [path, answer] of Object.entries(stubLists(WORD))) stub.answers.set(path, answer);
  stub.answers.set(DOSSIER, { id: 's1', version: 1, incident: 'i', hostsOfFingerprint: 2, subscription });
  stub.answers.set(`${DOSSIER}/records`, { items: [], cited: 4 });
  stub.answers.set('/v1/keys', {
    items: [{ id: 'k-1', state: 'active', created: '2026-03-12T10:00:00Z', scopes: [], sources: [] }],
  });
  for (const [path, asked, row = WORD] of LISTS) {
    await t.test(`${path}: ${asked}`, async (one) => {
      const page = await signedIn(path);
      one.after(async () => {
        stub.failing.clear();
        await page.context().close();
        while (stub.streams() > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      });
      const kept = page.locator('main').getByText(row).filter({ visible: true }).first();
      await kept.waitFor();
      while (stub.streams() === 0) await page.waitForTimeout(30);
      stub.failing.set(asked, 503);
      stub.send('resync', {});
      const stale = page
        .locator('.stale')
        .filter({ hasText: /^Shown as of .* ago: the disk does not take what is sent/ });
      await stale.first().waitFor({ timeout: 8000 });
      assert.ok(await kept.isVisible(), 'its rows stay');
      assert.equal(await page.getByText('could not be read').count(), 0);
      assert.deepEqual(await axeProblems(page), []);
      stub.failing.clear();
      await stale.first().getByRole('button', { name: 'Try again' }).click();
      await stale.first().waitFor({ state: 'detached' });
      assert.ok(await kept.isVisible());
    });
  }
  assert.deepEqual(complaints, []);
});

test('PRODUCT 9.4 a search that cannot be read on keeps its hits, says what stopped it, and goes on', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  stub.search = { events: 700 };
  const page = await signedIn('/search?q=Field3');
  await page.getByText('The 200 newest hits so far').waitFor();
  stub.failing.set('/v1/events', 503);
  await page.getByRole('button', { name: 'Look further' }).click();
  await page.getByText(/The 200 newest hits so far.*It stopped: The disk does not take what is sent/).waitFor();
  await page.getByText('SRV-3.corp.example').first().waitFor();
  assert.deepEqual(await axeProblems(page), []);
  stub.failing.clear();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('The 400 newest hits so far').waitFor();
  assert.equal(await page.getByText(/It stopped/).count(), 0);
  assert.deepEqual(complaints, []);
});

test('PRODUCT 11 who presses Try again stays at the place of what failed, whatever comes of it', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  for (const [path, answer] of Object.entries(stubLists(WORD))) stub.answers.set(path, answer);
  const within = (page: Page): Promise<boolean> =>
    page.evaluate(() => {
      const main = document.querySelector('main');
      return main?.contains(document.activeElement) ?? false;
    });
  for (const [path, asked, from] of [
    ['/hosts', '/v1/hosts', 'nothing'],
    ['/hosts', '/v1/hosts', 'rows of before'],
    ['/incidents/inc0000000000000', '/v1/incidents/inc0000000000000', 'nothing'],
  ] as const) {
    if (from === 'nothing') stub.failing.set(asked, 503);
    const page = await signedIn(path);
    if (from !== 'nothing') {
      await page.getByText(WORD).first().waitFor();
      while (stub.streams() === 0) await page.waitForTimeout(30);
      stub.failing.set(asked, 503);
      stub.send('resync', {});
    }
    const again = page.getByRole('button', { name: 'Try again' });
    await again.focus();
    await page.keyboard.press('Enter');
    await page.waitForTimeout(500);
    assert.ok(await within(page), `${path} from ${from}, failed again`);
    stub.failing.clear();
    await again.focus();
    await page.keyboard.press('Enter');
    await again.waitFor({ state: 'detached' });
    assert.ok(await within(page), `${path} from ${from}, read`);
    await page.context().close();
    while (stub.streams() > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.deepEqual(complaints, []);
});
