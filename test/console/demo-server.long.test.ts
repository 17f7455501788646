import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { copiedCheckout } from './copied-checkout.ts';
import { anotherTab, type Browsing, browseDemo, enter, rowsShown } from './demo-kit.ts';
import { axeProblems, NO_BROWSER } from './page-in-browser.ts';

/** Sessions and starts of a real server under an open page (SETTLED G16, G19). */
test('pages of a real server outlive ends of sessions and starts of the server', { skip: NO_BROWSER }, async (t) => {
  const browsing = await browseDemo(t);
  const alice = await browsing.signIn('alice', '/incidents');
  await rowsShown(alice, 2);
  await t.test('WCAG 2.2 AA holds on every page of the demo', () => everyPage(browsing, alice));
  await t.test('two minutes before the end a dialog offers to stay', () => warnedOfTheEnd(browsing));
  await t.test('at the end content goes; URL and draft stay for the same person', () => endOfSession(browsing, alice));
  await t.test('a server that starts again under open pages', () => restart(browsing, alice));
  const updated = copiedCheckout(t, { path: 'console/shell/bar.tsx', before: 'Last record', after: 'Newest record' });
  await t.test('another build under open pages: it says so, nothing reloads by itself, drafts stay', () =>
    anotherBuild(browsing, alice, updated),
  );
  assert.deepEqual(browsing.complaints, []);
});

async function everyPage({ demo }: Browsing, page: Page): Promise<void> {
  const paths = ['/subscriptions', '/hosts', '/hosts?view=coverage', '/search?q=powershell', '/senders', '/account'];
  for (const path of [...paths, '/rules', '/rules?view=proposals']) {
    await page.goto(demo.url + path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForTimeout(400);
    assert.deepEqual(await axeProblems(page), [], path);
  }
}

/** The clock of the browser alone is moved: the server's stands. */
async function warnedOfTheEnd({ open, demo }: Browsing): Promise<void> {
  const page = await open('/incidents');
  await page.clock.install();
  await page.reload();
  await enter(page, 'bob', demo);
  await page.clock.fastForward('27:00');
  await page.waitForTimeout(300);
  assert.equal(await page.getByRole('dialog').count(), 0);
  await page.clock.fastForward('01:20');
  const dialog = page.getByRole('dialog', { name: /Your session ends in/ });
  await dialog.waitFor();
  assert.deepEqual(await axeProblems(page), []);
  const [told] = await Promise.all([
    page.waitForRequest((asked) => asked.url().endsWith('/v1/session') && asked.method() === 'GET'),
    dialog.getByRole('button', { name: 'Stay' }).click(),
  ]);
  assert.equal(told.headers()['x-triad-background'], undefined, 'to stay is to use it');
  await dialog.waitFor({ state: 'detached' });
  await page.clock.fastForward('28:30');
  await dialog.waitFor();
  await dialog.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Triad' }).waitFor();
  assert.equal(await page.getByText('Your session has ended').count(), 0, 'who signs out is not told that it ended');
  await page.context().close();
}

/** The session of the page ends elsewhere, as a sweep of the server ends it. */
async function endElsewhere({ signIn }: Browsing, name: string): Promise<void> {
  const other = await signIn(name, '/account');
  const rows = other.getByRole('table', { name: 'Your sessions' }).getByRole('button', { name: 'End' });
  await rows.first().waitFor();
  for (let left = await rows.count(); left > 0; left--) {
    await rows.first().click();
    await other.getByText('The session is ended.').waitFor();
    await other.waitForFunction((n) => document.querySelectorAll('table .lnk').length === n, left - 1);
  }
  await other.context().close();
}

async function endOfSession(browsing: Browsing, page: Page): Promise<void> {
  const { demo } = browsing;
  await page.goto(`${demo.url}/incidents/INC-1?tab=gaps`);
  await page.waitForURL(/\/incidents\/[a-z2-7]{16}\?tab=gaps/);
  const url = page.url();
  await page.keyboard.press('n');
  await page.getByRole('dialog').getByLabel('Note').fill('half a sentence');
  await endElsewhere(browsing, 'alice');
  await page.getByText('Your session has ended').waitFor();
  assert.equal(await page.getByText('CORP').count(), 0, 'content is gone');
  assert.equal(await page.title(), 'Sign in, Triad');
  assert.deepEqual(await axeProblems(page), []);
  await enter(page, 'alice', demo);
  assert.equal(page.url(), url);
  assert.equal(await page.getByRole('dialog').getByLabel('Note').inputValue(), 'half a sentence');
  await endElsewhere(browsing, 'alice');
  await page.getByText('Your session has ended').waitFor();
  await enter(page, 'bob', demo);
  await page.getByRole('region', { name: 'Incident queue' }).waitFor();
  assert.equal(await page.getByRole('dialog').count(), 0);
  const kept = await page.evaluate(() => Object.values(sessionStorage).join(' '));
  assert.equal(kept, 'bob', 'nothing is left for another person');
  assert.equal(new URL(page.url()).search, '');
  assert.ok(!page.url().includes(new URL(url).pathname), 'the place of the last person is no place of another');
}

async function restart({ demo, complaints }: Browsing, page: Page): Promise<void> {
  await page.goto(`${demo.url}/incidents/INC-2`);
  await page.getByRole('article', { name: 'Incident INC-2' }).waitFor();
  const second = await anotherTab(page.context(), page.url(), complaints);
  await second.getByRole('article', { name: 'Incident INC-2' }).waitFor();
  await demo.kill();
  await page.getByText('No connection to the server').waitFor();
  assert.ok((await page.getByText('CORP').count()) > 0, 'what was read stays');
  await page.keyboard.press('i');
  await page.getByText('The server does not answer').first().waitFor();
  await demo.startAgain();
  await page.getByText('No connection to the server').waitFor({ state: 'detached' });
  // Sessions survive, nothing was sent again by itself, and changes come as before.
  await page.keyboard.press('7');
  await page.getByRole('tab', { name: /^History/, selected: true }).waitFor();
  assert.equal(await page.getByText(/gave it to/).count(), 0);
  await page.keyboard.press('i');
  await page.getByText('INC-2 is yours.').waitFor();
  await page.getByText(/gave it to bob/).waitFor();
  await second
    .getByText(/^\w+, bob/)
    .first()
    .waitFor();
  // The other tab heard of it by the stream, which begins by telling the build.
  for (const tab of [page, second])
    assert.equal(await tab.getByText('Triad was updated').count(), 0, 'it is the same build');
}

/** Marks this document: a page that was loaded anew has no mark. */
async function mark(page: Page): Promise<void> {
  await page.evaluate(() => {
    document.documentElement.dataset['mark'] = 'this document';
  });
}

const isMarked = (page: Page): Promise<boolean> => page.evaluate(() => 'mark' in document.documentElement.dataset);
const buildOf = (page: Page): Promise<string | null> =>
  page.locator('meta[name="triad-build"]').getAttribute('content');

async function anotherBuild({ demo, complaints }: Browsing, page: Page, program: string): Promise<void> {
  await page.goto(`${demo.url}/incidents/INC-3?tab=gaps`);
  await page.getByRole('article', { name: 'Incident INC-3' }).waitFor();
  const second = await anotherTab(page.context(), `${demo.url}/hosts`, complaints);
  await second.getByRole('heading', { level: 1, name: 'Hosts' }).waitFor();
  await page.bringToFront();
  await page.keyboard.press('n');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Note').fill('half a sentence');
  const [first, url] = [await buildOf(page), page.url()];
  for (const tab of [page, second]) await mark(tab);
  await demo.kill();
  await demo.startAgain(program);
  for (const tab of [page, second]) {
    await tab.getByText('Triad was updated.').waitFor();
    await tab.getByText('No connection to the server').waitFor({ state: 'detached' });
  }
  // Longer than a page takes to be loaded anew.
  await page.waitForTimeout(3000);
  for (const tab of [page, second]) assert.ok(await isMarked(tab), 'nothing is loaded anew by itself');
  assert.deepEqual([page.url(), await buildOf(page)], [url, first]);
  assert.equal(await dialog.getByLabel('Note').inputValue(), 'half a sentence');
  assert.deepEqual(await axeProblems(page), []);
  // The page of before goes on working with the server of now.
  await second.getByRole('link', { name: 'Subscriptions' }).click();
  await second.getByRole('heading', { level: 1, name: 'Subscriptions' }).waitFor();
  await second.getByRole('table').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Reload' }).click();
  await page.getByText('Newest record').waitFor();
  await page.getByRole('article', { name: 'Incident INC-3' }).waitFor();
  assert.equal(page.url(), url);
  assert.equal(await isMarked(page), false);
  assert.notEqual(await buildOf(page), first);
  await page.keyboard.press('n');
  await dialog.getByLabel('Note').waitFor();
  assert.equal(await dialog.getByLabel('Note').inputValue(), 'half a sentence');
  await dialog.getByRole('button', { name: 'Add note' }).click();
  await page.getByText('Note added to INC-3.').waitFor();
  // It heard of the build by then, and says nothing of it any more; the tab that nobody reloaded still does.
  assert.equal(await page.getByText('Triad was updated').count(), 0);
  await second.getByText('Triad was updated.').waitFor();
  assert.ok(await isMarked(second));
}
